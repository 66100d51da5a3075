"""The numbers on top, each the length of a list below."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from clinic import worklist
from clinic.outcomes.wording import plural


@cache
def _style() -> str:
    return Path(__file__).with_name("today.css").read_text(encoding="utf-8")


def style() -> None:
    st.html(f"<style>{_style()}</style>")


def show(
    concerns: tuple[list, int, int],
    arrivals: list[worklist.Arrival],
    chairs: list[worklist.InChair],
    people: worklist.People,
    unfinished: worklist.Unfinished,
) -> None:
    """A dash of words under a number says what it does not: who is late, who is not among these patients."""
    _, open_concerns, elsewhere = concerns
    late = sum(each.late is not None for each in arrivals)
    cells = [
        ("Suicide concerns", open_concerns, f"and {elsewhere} not in this list" if elsewhere else ""),
        ("Still to come today", len(arrivals), f"{late} late" if late else ""),
        (
            "In a chair",
            len(chairs),
            plural(alerts, "open alert") if (alerts := sum(c.alerts for c in chairs)) else "",
        ),
        (
            "People on the list",
            people.everybody,
            f"{people.outside} more with an urgent alert not in this list" if people.outside else "",
        ),
        ("Unfinished", len(unfinished), ""),
    ]
    inner = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{number}<small>{escape(more)}</small></dd></div>"
        for name, number, more in cells
    )
    st.html(f'<dl class="today-counts">{inner}</dl>')
