"""What is this clinic called, where is it, and which limits did it choose?"""

from __future__ import annotations

from base64 import b64encode
from zoneinfo import available_timezones

import streamlit as st

from clinic import editions, protocols, scales, settings
from clinic.outcomes.suppression import LOWEST_MINIMUM
from data_model import database
from pages.shared import refusals, sheet, who
from pages.shared.words import as_typed

actor = who.actor()
with database(actor) as db:
    now = settings.current(db)


def look(folder: str | None) -> None:
    """Keeps the folder, takes in what is new there, and says what was and what was not."""
    with refusals.in_words():
        with database(who.actor()) as db:
            settings.change(db, scales_folder=folder)
            found = scales.look(db)
        for name in found.taken:
            st.success(as_typed(f"{name} was taken in."), icon=":material/check_circle:")
        for problem in found.problems:
            st.error(as_typed(problem), icon=":material/error:")
        if not found.taken and not found.problems:
            st.info("Nothing new lies in the folder.")


st.title("Settings", anchor=False)
st.caption("Every change is kept with your name; earlier values stay readable in the audit trail.")
if said := st.session_state.pop("just saved", None):
    st.toast(said, icon=":material/check_circle:")

with st.container(border=True):
    st.header("The clinic", anchor=False)
    name = st.text_input("Name", now["clinic_name"], key="clinic name")
    zones = sorted(available_timezones())
    zone = st.selectbox("Time zone", zones, zones.index(now["time_zone"]), key="zone")
    picture = st.file_uploader(
        "Logo (PNG, JPEG or SVG, at most 200 kB)",
        ["png", "jpg", "jpeg", "svg"],
        key="logo",
        max_upload_size=1,
    )
    remove = st.checkbox("Remove the present logo", key="no logo") if now["logo"] else False

with st.container(border=True):
    st.header("Limits", anchor=False)
    with st.grid(2, min_column_width=260):
        idle = st.number_input("Lock a page after idle minutes", 1, 365, now["idle_minutes"], key="idle")
        gap = st.number_input(
            "A score line breaks after days without a score", 1, 365, now["gap_days"], key="gap"
        )
        induction = st.number_input(
            "A score is overdue in induction after days",
            1,
            365,
            now["overdue_days_induction"],
            key="induction",
        )
        maintenance = st.number_input(
            "… in optimisation and maintenance after days",
            1,
            365,
            now["overdue_days_maintenance"],
            key="maintenance",
        )
        course_gap = st.number_input(
            "A new course is proposed after days without a treatment",
            1,
            365,
            now["course_gap_days"],
            help="The 120 that ship are our own choice: no source names a number.",
            key="course gap",
        )
        smallest = st.number_input(
            "Smallest count that may leave Outcomes",
            LOWEST_MINIMUM,
            100,
            now["smallest_count"],
            help="In files and in print smaller counts are hidden, with what would give them away.",
            key="smallest count",
        )

with st.container(border=True):
    st.header("Your own rating scales", anchor=False)
    folder = st.text_input(
        "Folder, as the computer that runs the dashboard names it",
        now["scales_folder"] or "",
        placeholder="none",
        help="In it lie NAME.toml, the scale, and NAME.csv, forms worked out by hand (docs/own_scales.md).",
        key="scales folder",
    )
    if st.button("Look into the folder", icon=":material/search:", key="look"):
        look(folder.strip() or None)
    with database(actor) as db:
        own = [(scale.id, scale.version, scale.title) for scale in scales.taken_in(db)]
    if own:
        sheet.table("Taken in", ("scale", "version", "title"), own)
    else:
        st.caption("None taken in so far.")

with st.container(border=True):
    st.header("At the chair", anchor=False)
    rooms = st.text_area("Rooms, one in a line", "\n".join(now["rooms"]), height=110, key="rooms")
    ratings = {"global": "one rating from 0 to 4", "cadss6": "CADSS-6, total 0 to 24"}
    dissociation = st.selectbox(
        "Dissociation is rated by",
        list(ratings),
        list(ratings).index(now["dissociation_scale"]),
        format_func=ratings.get,
        key="dissociation scale",
    )
    locked = st.number_input(
        "A PIN brings an idle page back for hours", 1, 24, now["locked_hours"], key="locked"
    )

with st.container(border=True):
    st.header("Known events", anchor=False)
    events = st.text_area(
        "What changed in the clinic and when, one in a line: 2026-05-03 and then a few words",
        "\n".join(" ".join(event) for event in now["known_events"]),
        height=110,
        help="Marked in the figures by month, so that a reader can connect a change with its cause. No names.",
        key="known events",
    )

with st.container(border=True):
    st.header("Protocol", anchor=False)
    known = protocols.catalogue()
    protocol = st.selectbox(
        "Doses and vital signs are judged by",
        list(known),
        list(known).index(now["protocol"]),
        format_func=lambda name: f"{known[name].title} ({name})",
        key="protocol",
    )
    with database(actor) as db:
        held = next(each for each in editions.versions(db, protocol) if each.in_force)
    st.caption(as_typed(f"Version in force: {held.version}, {held.approval.says}."))
    st.page_link(
        "clinical/protocols.py", label="The clinic's own numbers, and approving them", icon=":material/rule:"
    )

if st.button("Save", type="primary", icon=":material/check:"):
    logo = now["logo"] if not remove else None
    if picture is not None:
        logo = f"data:{picture.type};base64,{b64encode(picture.getvalue()).decode()}"
    with database(who.actor()) as db:
        settings.change(
            db,
            clinic_name=name,
            time_zone=zone,
            logo=logo,
            idle_minutes=idle,
            protocol=protocol,
            rooms=[line.strip() for line in rooms.splitlines() if line.strip()],
            dissociation_scale=dissociation,
            locked_hours=locked,
            gap_days=gap,
            course_gap_days=course_gap,
            smallest_count=smallest,
            overdue_days_induction=induction,
            overdue_days_maintenance=maintenance,
            scales_folder=folder.strip() or None,
            known_events=[
                list(line.strip().partition(" ")[::2]) for line in events.splitlines() if line.strip()
            ],
        )
    st.session_state["just saved"] = "Settings saved."
    st.rerun()
