"""Suicide concerns, one for each patient, on top of everything."""

from __future__ import annotations

from math import ceil
from zoneinfo import ZoneInfo

import streamlit as st

from clinic.worklist.concerns import SIZE
from pages.today import alert


def asked(chosen: str) -> int:
    """Which page is looked at, from 0."""
    return st.session_state.get(_key(chosen), 1) - 1


def show(concerns: tuple[list, int, int], chosen: str, zone: ZoneInfo) -> None:
    entries, total, elsewhere = concerns
    st.header("Suicide concerns", anchor=False)
    if not total:
        st.text("No concern is open. Who was not asked stands on the list below.")
    if elsewhere:
        st.caption(f"{elsewhere} more in the whole clinic are not among these patients.")
    for entry in entries:
        alert.card(entry, zone)
    if total > SIZE:
        st.caption(f"{len(entries)} of {total}.")
        st.pagination(ceil(total / SIZE), key=_key(chosen))


def _key(chosen: str) -> str:
    return f"today concerns {chosen}"
