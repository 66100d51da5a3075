"""The whole record on the page, section by section as it is printed: order, gate, dose, alerts, leaving, and what was
amended or taken back. The page and the printout cannot differ, since they are made of the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from clinic import report
from data_model import database
from pages.chair.context import Chair


@cache
def _style() -> str:
    return Path(__file__).with_name("whole.css").read_text(encoding="utf-8")


def show(chair: Chair) -> None:
    opened = st.expander(
        "The whole record: order, gate, dose, alerts, leaving",
        icon=":material/description:",
        key=chair.key("whole record"),
        on_change="rerun",
    )
    if opened.open:
        with opened:
            with database(chair.actor) as db:
                inner = "".join(report.sections(db, chair.treatment))
            st.html(f'<style>{_style()}</style><div class="record-sections">{inner}</div>')
