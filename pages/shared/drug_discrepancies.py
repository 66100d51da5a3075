"""What does not add up in the drug register: open discrepancies with a way to close them, and treatments that nobody
has asked about yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from clinic import drug_log, treatments
from data_model import database
from pages.shared import clock, refusals, who
from pages.shared.words import as_typed

UNFOLDED = 4


def cards(found: pd.DataFrame, zone: ZoneInfo, *, may_close: bool) -> None:
    """Of `drug_log.discrepancies`, one card each; many are folded away behind the oldest."""
    for row in _folded(found):
        with st.container(border=True, key=f"card-drug-{row.discrepancy}"):
            st.markdown(f"**{as_typed(row.says)}**")
            st.caption(
                f"Opened {clock.moment(row.opened_at, zone)} ({clock.ago(row.opened_at)}) by "
                f"{as_typed(row.opened_by)}" + (f" · {as_typed(row.person)}" if row.person else "")
            )
            with st.container(horizontal=True):
                if may_close:
                    _close(row.discrepancy)
                if row.treatment:
                    to_treatment(row.patient, row.treatment, row.discrepancy)


def _folded(found: pd.DataFrame) -> Iterator[Any]:
    """Row after row; those after the first few are drawn in an expander."""
    yield from found.head(UNFOLDED).itertuples()
    if len(rest := found.iloc[UNFOLDED:]):
        with st.expander(f"{len(rest)} more"):
            yield from rest.itertuples()


def _close(key: str) -> None:
    with st.popover("Close", icon=":material/task_alt:"), refusals.in_words():
        action = st.text_area("What was found and done", key=f"drug log:close {key}")
        st.caption("Closed with your name and the time. The lines stay as they are.")
        if st.button("Close the discrepancy", type="primary", key=f"drug log:close now {key}"):
            with database(who.actor()) as db:
                drug_log.close_discrepancy(db, key, action)
            st.rerun()


def unsettled(found: pd.DataFrame, zone: ZoneInfo, *, may_open: bool) -> None:
    """Of `drug_log.unsettled`, one line each."""
    for row in _folded(found):
        with st.container(key=f"line-drug-{row.treatment}"):
            st.markdown(f"**{as_typed(row.person)}**, {clock.moment(row.at, zone)}: {as_typed(row.says)}")
            with st.container(horizontal=True):
                to_treatment(row.patient, row.treatment, "unsettled")
                if (
                    may_open
                    and row.lines
                    and st.button(
                        "Open a discrepancy",
                        type="tertiary",
                        icon=":material/flag:",
                        key=f"drug log:settle {row.treatment}",
                    )
                ):
                    with database(who.actor()) as db:
                        drug_log.settle(db, treatments.by_key(db, row.treatment))
                    st.rerun()


def to_treatment(patient: str, treatment: str, of: str) -> None:
    if st.button(
        "Open the treatment",
        type="tertiary",
        icon=":material/arrow_forward:",
        key=f"drug log:to {treatment} {of}",
    ):
        st.switch_page("clinical/treatment.py", query_params={"patient": patient, "treatment": treatment})


def closed(found: pd.DataFrame, zone: ZoneInfo) -> None:
    """Those that somebody closed, with what was found."""
    for row in found.itertuples():
        st.markdown(as_typed(row.says))
        st.caption(
            f"Opened {clock.moment(row.opened_at, zone)} by {as_typed(row.opened_by)}; closed "
            f"{clock.moment(row.closed_at, zone)} by {as_typed(row.closed_by)}: “{as_typed(row.action)}”"
        )
