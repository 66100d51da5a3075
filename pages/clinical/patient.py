"""Better, same or worse, than baseline and than best? One person's scores over the treatments they had."""

from __future__ import annotations

import streamlit as st

from clinic import settings
from clinic.access import can
from data_model import database
from pages.patient import (
    answer,
    attention,
    background,
    benefit,
    course,
    expected,
    head,
    letter,
    moving,
    scores,
    symptoms,
    tolerability,
    treatments,
)
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
attention.show(actor, page, zone, working)
seen = page.seen
answer.show(seen)
moving.history(seen)

PARTS = {
    f"Scores ({len(seen.scores)})": scores.show,
    f"Treatments ({len(seen.given)})": treatments.show,
    "Every scale": expected.every,
    "Symptoms": symptoms.show,
    "How long a dose lasts": benefit.show,
    "Tolerability": tolerability.show,
    "Background": background.show,
    "Course": course.show,
    "Letter": letter.show,
}
tabs = st.tabs(list(PARTS), key=seen.key("tabs"), on_change="rerun")
for tab, show in zip(tabs, PARTS.values(), strict=True):
    if tab.open:
        with tab:
            show(seen)
