"""What wants attention before anything is read: open alerts, planned treatments, work that somebody left."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from clinic import alerts, instruments
from data_model import Assessment
from pages.chair import plan
from pages.patient.gathering import Opened
from pages.shared import clock
from pages.shared.address import own
from pages.shared.words import as_typed


def show(opened: Opened, zone: ZoneInfo, working: bool) -> None:
    titles = alerts.titles()
    for alert in opened.concerns:
        seen = f"seen by {as_typed(alert.acknowledged_by)}" if alert.acknowledged_by else "not seen yet"
        box = st.error if alert.rule == alerts.SUICIDE else st.warning
        box(
            f"**{titles.get(alert.rule, alert.rule)}**, {seen}, open since {clock.day(alert.opened_at, zone)}. "
            f"{as_typed(alert.saw)} Rule {alert.rule} v{alert.rule_version}.",
            icon=":material/priority_high:",
        )
    if working:
        plan.open_ones(opened.patient, opened.planned, zone)
    for draft in opened.unfinished:
        _go_on(opened.patient.key, draft)


def _go_on(patient_key: str, draft) -> None:
    form = isinstance(draft, Assessment)
    name = instruments.catalogue()[draft.instrument].title if form else "treatment"
    label = f"Unfinished {name}, begun {clock.ago(draft.entered_at)} by {as_typed(draft.author)}"
    if st.button(label, key=own(patient_key, draft.key), type="tertiary", icon=":material/edit_note:"):
        if form:
            where = {"instrument": draft.instrument}
            st.switch_page("clinical/assessment.py", query_params={"patient": patient_key, **where})
        st.switch_page("clinical/treatment.py", query_params={"patient": patient_key, "treatment": draft.key})
