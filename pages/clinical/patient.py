"""Better, same or worse, than baseline and than best? One person's scores over the treatments they had."""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from clinic import settings
from clinic.access import can
from data_model import database
from pages.patient import answer, attention, head, moving
from pages.patient.gathering import opened
from pages.shared import who

actor = who.actor()
with database(actor) as db:
    page = opened(db, actor)
    zone = settings.zone(db)
working = can(actor, "record assessments")

if said := st.session_state.pop("just saved", None):
    st.toast(said, icon=":material/check_circle:")
head.show(page, working)
if page.seen is None:
    st.info("No course of care yet. Start one to record scores and treatments.")
    if working and st.button("Start a course", type="primary"):
        st.switch_page("clinical/register.py", query_params={"patient": page.patient.key})
    st.stop()
attention.show(page, zone, working)
seen = page.seen
answer.show(seen)
moving.history(page.put_right)

# What nobody opens is not even loaded: a part is `show` of a module of pages/patient, unless it says otherwise.
PARTS = {
    f"Scores ({len(seen.scores)})": "scores",
    f"Treatments ({len(seen.given)})": "treatments",
    "Every scale": "expected.every",
    "Symptoms": "symptoms",
    "How long a dose lasts": "benefit",
    "Tolerability": "tolerability",
    "Background": "background",
    "Course": "course",
    "Letter": "letter",
}
tabs = st.tabs(list(PARTS), key=seen.key("tabs"), on_change="rerun")
for tab, part in zip(tabs, PARTS.values(), strict=True):
    if tab.open:
        module, _, shown = part.partition(".")
        with tab:
            getattr(import_module(f"pages.patient.{module}"), shown or "show")(seen)
