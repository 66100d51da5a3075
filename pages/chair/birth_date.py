"""The date of birth as the person says it: typed, never filled in, and no calendar that lies over the page."""

from __future__ import annotations

import re
from datetime import date

import streamlit as st

from pages.chair.context import Chair

_DAY_MONTH_YEAR = re.compile(r"\D*(\d{1,2})\D+(\d{1,2})\D+(\d{4})\D*|(\d{2})(\d{2})(\d{4})")


def ask(chair: Chair, name: str) -> date | None:
    """None where nothing is typed yet, or no date; the latter is said."""
    typed = st.text_input(
        "Ask the person: date of birth",
        placeholder="day month year, such as 24 12 1980",
        autocomplete="off",
        key=chair.key(name),
    )
    said = read(typed)
    if typed.strip() and said is None:
        st.caption(":red[Type day, month and year in numbers, such as 24 12 1980.]")
    return said


def read(typed: str) -> date | None:
    """Day, month, year in this order, whatever stands between them; None for what is no date."""
    found = _DAY_MONTH_YEAR.fullmatch(typed.strip())
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        return None
