"""A list of people to open, as a real table: rows are buttons, trends are drawn, a phone shows it as cards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "clinic_listing",
    html='<div class="listing"></div>',
    css=(_HERE / "listing.css").read_text(encoding="utf-8"),
    js=(_HERE / "listing.js").read_text(encoding="utf-8"),
)


def listing(columns: Sequence[tuple], rows: Sequence[dict[str, Any]], *, key: str, label: str) -> str | None:
    """Draws rows and returns the `id` of the one just opened, if any.

    `columns` are (name, heading), or (name, heading, axis) with the time axis of every picture below it:
    {"low", "high", "ticks": [(day, label)], "says"}. A cell is text, or a dict: {"main", "sub"} for two lines,
    {"badge", "tone", "sub"} for a label, or a small picture on that axis ("from", "to", "marks") and on the scale's
    own range ("low", "high"): {"spark": {"points": [(day, value, joined, prorated)], "doses": [day], "baseline"},
    "say"}, or the words of "empty" in its place. Two lines may have a "strip" of [width, depth 0 to 1] below them. A
    row {"group"} is a heading within the table.
    """
    result = _component(
        key=key,
        data={"columns": [list(column) for column in columns], "rows": list(rows), "label": label},
        on_open_change=_nothing,
    )
    return result.open


def _nothing() -> None:
    """Opening a row reruns the page, which then goes where the row leads."""
