"""What the parts of the page before the dose share: its style, and taps that are rows before the page is drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from clinic.refused import BadInput, Refused
from data_model import ChangedMeanwhile, Database, Locked, database
from pages.chair.context import Chair
from pages.shared import who
from pages.shared.words import as_typed


@cache
def _style() -> str:
    return Path(__file__).with_name("before.css").read_text(encoding="utf-8")


def style() -> None:
    st.html(f"<style>{_style()}</style>")


def html(inner: str) -> None:
    """`inner` is escaped already, by `text`."""
    st.html(inner)


def text(typed: Any) -> str:
    return escape(str(typed))


def attempt(chair: Chair, work: Callable[[Database], Any]) -> bool:
    """Does this in a transaction of its own before the page is drawn, as callbacks run; what is refused is said at
    the top of the page. True if it was done."""
    try:
        with database(who.actor()) as db:
            work(db)
    except BadInput as refusal:
        st.session_state[chair.key("refused")] = refusal.problems
        return False
    except (Refused, ChangedMeanwhile, Locked) as refusal:
        st.session_state[chair.key("refused")] = [str(refusal)]
        return False
    return True


def refused(chair: Chair) -> None:
    """What was refused in the last tap, once."""
    for problem in st.session_state.pop(chair.key("refused"), ()):
        st.error(as_typed(problem), icon=":material/error:")
