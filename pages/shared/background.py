"""What else is known of a patient: consent, diagnoses, what was tried before, medication, events, baselines."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from clinic import history, instruments
from clinic.outcomes.baseline import Baseline
from data_model import Actor, Episode, Patient, database
from pages.shared import clock


def show(
    actor: Actor, patient: Patient, course: Episode, baselines: dict[str, Baseline], zone: ZoneInfo
) -> None:
    with database(actor) as db:
        known = history.of_patient(db, patient)
    st.subheader("Course", anchor=False)
    st.text(f"Opened {clock.day(course.opened_at, zone)} by {course.author or 'import'}.")
    if course.goal:
        st.text(f"Goal: “{course.goal}”")
    for name, baseline in baselines.items():
        total = f"{baseline.total:g}" if baseline.total is not None else "none"
        st.text(f"{instruments.instrument(name).title} baseline: {total} ({baseline.why}).")
    for heading, frame in known.items():
        st.subheader(heading, anchor=False)
        if len(frame):
            st.dataframe(frame, hide_index=True, placeholder="–", alt=f"{heading}: {len(frame)} entries")
        else:
            st.text("Nothing recorded.")
