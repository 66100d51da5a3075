"""What else is known of a patient: the course, consent, diagnoses, what was tried, medication, events."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from clinic import episodes, history, instruments
from clinic.access import can
from clinic.outcomes.baseline import Baseline
from data_model import Actor, Episode, Patient, database
from data_model.episodes import Stage
from pages.shared import clock, refusals, who
from pages.shared.address import own


def show(
    actor: Actor, patient: Patient, course: Episode, baselines: dict[str, Baseline], zone: ZoneInfo
) -> None:
    with database(actor) as db:
        known = history.of_patient(db, patient)
    st.header("Course", anchor=False)
    st.text(
        f"For {course.indication.value}, opened {clock.day(course.opened_at, zone)} by "
        f"{course.author or 'import'}. {course.stage.value.capitalize()} since {clock.day(course.stage_since, zone)}"
        f"{': ' + course.end_reason if course.end_reason else '.'}"
    )
    if course.goal:
        st.text(f"Goal: “{course.goal}”")
    for name, baseline in baselines.items():
        total = f"{baseline.total:g}" if baseline.total is not None else "none"
        st.text(f"{instruments.instrument(name).title} baseline: {total} ({baseline.why}).")
    if can(actor, "edit patients"):
        move(patient, course)
    for heading, frame in known.items():
        st.header(heading, anchor=False)
        if len(frame):
            st.dataframe(frame, hide_index=True, placeholder="–", alt=f"{heading}: {len(frame)} entries")
        else:
            st.text("Nothing recorded.")


def move(patient: Patient, course: Episode) -> None:
    """Another stage of care from now on; ending the course wants a reason."""
    stages = [stage.value for stage in Stage]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        stage = st.selectbox(
            "Stage of care",
            stages,
            stages.index(course.stage.value),
            key=own(patient.key, "stage"),
            width=200,
        )
        reason = ""
        if stage == Stage.ENDED and course.stage != Stage.ENDED:
            reason = st.text_input("Why it ended", key=own(patient.key, "why ended"), width=320)
        if stage != course.stage and st.button("Change stage", key=own(patient.key, "move")):
            with refusals.in_words():
                with database(who.actor()) as db:
                    episodes.move_to(db, course.key, Stage(stage), reason)
                st.rerun()
