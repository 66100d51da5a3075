"""Putting a line of the drug register right: which line, what it should say, and why."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from clinic import drug_log
from data_model import database
from data_model.columns import new_key
from pages.shared import clock, drug_witness, refusals, who


def popover(lines: pd.DataFrame, zone: ZoneInfo, key: Callable[[str], str]) -> None:
    """A button over `drug_log.lines`; corrections themselves are not offered, but the lines that they put right."""
    rows = {row.entry: row for row in lines.iloc[::-1].itertuples() if not row.corrects}
    if not rows:
        return
    with st.popover("Correct a line", icon=":material/edit_note:"), refusals.in_words():
        token = st.session_state.setdefault(key("correction"), new_key())
        entry = st.selectbox(
            "Line", list(rows), format_func=lambda one: in_words(rows[one], zone), key=key("wrong line")
        )
        amount = st.number_input(
            "Milligrams that it should say", value=None, step=1.0, format="%g", key=key(f"{token} amount")
        )
        reason = st.text_input("Why is the line wrong?", key=key(f"{token} why"))
        st.caption("The line stays, struck through; a new one moves the stock by the difference.")
        seen: dict[str, str] | None = {}
        if rows[entry].kind in drug_log.WITNESSED:
            seen = drug_witness.ask("Save the correction", key(f"{token} {entry}"))
        elif not st.button("Save the correction", type="primary", key=key(f"{token} correct")):
            seen = None
        if seen is not None:
            with database(who.actor()) as db:
                drug_log.correct(db, entry, amount, reason, key=token, **seen)
            del st.session_state[key("correction")]
            st.rerun()


def in_words(row, zone: ZoneInfo) -> str:
    amount = row.amount_mg if pd.isna(row.stands_mg) else row.stands_mg
    return f"{clock.moment(row.at, zone)} · {row.kind} {drug_log.mg(amount)} mg · lot {row.lot}"
