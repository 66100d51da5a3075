"""The script that Streamlit runs: who is here, which pages they may open, and the one place where a refusal
becomes a sentence."""

from __future__ import annotations

import streamlit as st

from clinic import scales, settings
from clinic.access import can
from data_model import database
from pages.shared import notice, refusals, who
from pages.shared.kept import kept

# (section, file, title, icon, action that opens it, in the menu or hidden)
PAGES = [
    ("Care", "clinical/today.py", "Today", "today", "see today", True),
    ("Care", "clinical/patients.py", "Patients", "groups", "see patients", True),
    ("Care", "clinical/register.py", "Register a patient", "person_add", "edit patients", True),
    ("Care", "clinical/patient.py", "Patient", "person", "see patients", False),
    ("Care", "clinical/assessment.py", "Assessment", "edit_note", "record assessments", False),
    ("Care", "clinical/rooms.py", "Rooms", "meeting_room", "see rooms", True),
    ("Care", "clinical/treatment.py", "Treatment", "vaccines", "see patients", False),
    ("Clinic", "service/outcomes.py", "Outcomes", "monitoring", "see outcomes", True),
    ("Clinic", "service/safety.py", "Safety", "health_and_safety", "see safety", True),
    ("Clinic", "service/drug_log.py", "Drug log", "inventory_2", "see drug log", True),
    ("Clinic", "clinical/protocols.py", "Protocols", "rule", "see protocols", True),
    ("Administration", "admin/accounts.py", "Accounts", "manage_accounts", "manage accounts", True),
    ("Administration", "admin/settings.py", "Settings", "tune", "change settings", True),
    ("Administration", "admin/audit.py", "Audit trail", "history", "see audit", True),
    ("Clinic", "clinical/scales.py", "Rating scales", "straighten", "see scales", True),
]

st.set_page_config(page_title="Save Minds", page_icon="assets/favicon.png", layout="wide")


def menu(actor) -> dict[str, list]:
    """The sections of the menu with the pages this actor may open; the first one is where they land."""
    sections: dict[str, list] = {}
    first = True
    for section, file, title, icon, action, visible in PAGES:
        if can(actor, action):
            page = st.Page(
                file,
                title=title,
                icon=f":material/{icon}:",
                default=first and visible,
                visibility="visible" if visible else "hidden",
            )
            first = first and not visible
            sections.setdefault(section, []).append(page)
    return sections


def address(path: str) -> str:
    """An absolute address on this server, which is what a link out of Streamlit needs."""
    parts = (st.context.url or "http://127.0.0.1:8501/").split("/")
    return "/".join(parts[:3]) + path


def main() -> None:
    actor = who.actor()
    if actor is None:
        st.error("You are not signed in, or your access has ended.")
        st.link_button("Sign in", address("/signin"))
        st.stop()
    with database(actor) as db:
        chosen = settings.current(db)
        scales.put_on_the_shelf(db)
    page = st.navigation(kept("pages of the menu", menu, actor))
    if chosen["logo"]:
        st.logo(chosen["logo"], size="large")
    else:
        st.logo("assets/logo.svg", icon_image="assets/mark.svg", size="large")
    with st.sidebar:
        st.text(chosen["clinic_name"])
        st.space("stretch")
        st.text(f"{actor.name} · {actor.role}")
        who.privacy(actor)
        st.page_link(address("/password"), label="Change password", icon=":material/key:")
        st.page_link(address("/pin"), label="PIN", icon=":material/dialpad:")
        st.page_link(address("/signout"), label="Sign out", icon=":material/logout:")
    notice.strip(chosen["synthetic"])
    with who.looking(actor):
        page.run()


with refusals.in_words():
    main()
