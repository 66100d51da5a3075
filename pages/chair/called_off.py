"""A treatment that is void: one that was given keeps its record, one that never started says why not."""

from __future__ import annotations

import streamlit as st

from pages.chair import record
from pages.chair.context import Chair
from pages.shared import clock
from pages.shared.address import open_patient


def show(chair: Chair) -> None:
    row = chair.treatment
    if row.given_mg is not None and row.started_at is not None:
        record.show(chair)
        return
    st.info("This treatment was called off. No dose was recorded.", icon=":material/event_busy:")
    if row.planned_for is not None:
        st.text(f"It was planned for {clock.moment(row.planned_for, chair.zone)}.")
    st.text(f"Why: {row.void_reason}")
    if st.button("Back to the patient", icon=":material/arrow_back:"):
        open_patient(chair.patient.key)
