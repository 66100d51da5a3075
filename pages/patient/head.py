"""Who this is, and what can be done: the top of a patient's page."""

from __future__ import annotations

import streamlit as st

from clinic import instruments
from data_model.episodes import Stage
from pages.chair import plan
from pages.patient import facts
from pages.patient.gathering import Opened
from pages.shared import refusals
from pages.shared.address import own
from pages.shared.words import as_typed


def show(opened: Opened, working: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        with st.container(gap=None, width="content"):
            st.title(as_typed(opened.person.name), anchor=False)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.text(opened.person.line)
                if opened.seen:
                    course = opened.seen.course
                    st.badge(course.indication.value, color="gray")
                    st.badge(course.stage.value, color="blue" if course.stage != Stage.ENDED else "gray")
        if working and opened.seen:
            with st.container(horizontal=True, width="content", gap="small"):
                _actions(opened)
    if opened.seen:
        facts.line(opened.seen)


def _actions(opened: Opened) -> None:
    patient, primary = opened.patient, opened.seen.primary
    if st.button(
        f"Record {primary.title}", type="primary", icon=":material/edit_note:", key=own(patient.key, "record")
    ):
        record(patient.key, primary.id)
    catalogue = opened.seen.catalogue
    other = st.selectbox(
        "Another scale",
        _others(opened, primary),
        index=None,
        format_func=lambda name: catalogue[name].title,
        placeholder="Another scale",
        key=own(patient.key, "other scale"),
        label_visibility="collapsed",
        width=190,
    )
    if other:
        record(patient.key, other)
    if st.button("Start a treatment", icon=":material/play_arrow:", key=own(patient.key, "start")):
        with refusals.in_words():
            plan.begin(patient)
    plan.ahead(patient, lambda name: own(patient.key, name))
    if st.button("Log a treatment", icon=":material/vaccines:", key=own(patient.key, "treat")):
        st.switch_page("clinical/treatment.py", query_params={"patient": patient.key})
    if st.button("Edit", type="tertiary", icon=":material/edit:", key=own(patient.key, "edit")):
        st.switch_page("clinical/register.py", query_params={"patient": patient.key})


def record(patient_key: str, scale: str) -> None:
    st.switch_page("clinical/assessment.py", query_params={"patient": patient_key, "instrument": scale})


def _others(opened: Opened, primary: instruments.Instrument) -> list[str]:
    """All but the leading one: those that this person has answered before come first."""
    others = [scale for scale in opened.seen.catalogue.values() if scale.id != primary.id]
    return [s.id for s in sorted(others, key=lambda s: (s.id not in opened.scales, s.title.casefold()))]
