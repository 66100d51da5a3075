"""Which scale and which days a part of Outcomes judges by, and its people judged so."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic.cohorts import Cohort
from clinic.instruments.rules import Rule
from clinic.outcomes import states
from clinic.outcomes.counting import DAYS_AFTER_FIRST
from clinic.outcomes.states import Window
from pages.outcomes.board import Board

OWN = "own primary scale"
DAYS = (14, 28, 56, 84)
WIDEST = 14


def scales(board: Board, judged: bool = False) -> list[str]:
    """Scales with a total, those that lead somebody here first, the most used of them before; with `judged` those with
    a rule of response only. Scales of change (CGI-I) have no baseline to be judged from and are left out. Whether
    the others were asked at all is read once one is chosen: to ask for all of them would read every score."""
    leading = board.first["instrument"].value_counts().index
    others = sorted(
        board.catalogue.keys() - set(leading), key=lambda name: board.catalogue[name].title.casefold()
    )
    known = [board.catalogue[name] for name in (*leading, *others) if name in board.catalogue]
    return [scale.id for scale in known if scale.has_total and _fits(scale.default_response, judged)]


def _fits(response: Rule | None, judged: bool) -> bool:
    return not judged if response is None else response.needs_baseline


def never_asked(board: Board, scale: str) -> str:
    """How many of the people have no score of this scale at all, in words; they are among the unknown."""
    asked = set(board.cohort.on(scale)["patient"])
    never = int((~board.first["patient"].isin(asked)).sum())
    return f"{never} of {len(board.first)} never asked {board.catalogue[scale].title}"


def pick_scale(board: Board, key: str, *, own: bool = False, judged: bool = False) -> str | None:
    """A scale's id; None stands for everybody's own primary scale, and for "there is none" where `own` is not
    offered."""
    names = ([OWN] if own else []) + scales(board, judged)
    if not names:
        return None
    chosen = st.selectbox(
        "Judged by",
        names,
        format_func=lambda name: name if name == OWN else board.catalogue[name].title,
        key=key,
        width=230,
    )
    return None if chosen == OWN else chosen


def pick_window(board: Board, key: str) -> Window:
    """Starts at the window of the page; never so wide that it would reach into the first week."""
    days = sorted({*DAYS, board.window.day})
    day = st.segmented_control(
        "Day from the first dose",
        days,
        default=board.window.day,
        required=True,
        key=f"{key}_day",
    )
    widest = min(WIDEST, day - DAYS_AFTER_FIRST)
    either_side = st.number_input(
        "± days",
        min_value=1,
        max_value=widest,
        value=min(board.window.either_side, widest),
        key=f"{key}_side_{day}",
        width=120,
    )
    return Window(day=day, either_side=int(either_side))


def people(
    board: Board, scale: str | None, window: Window | None = None, courses: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The people of the board, or `courses`, with their states by this scale and window; the board's own frame where
    nothing differs from it."""
    window = window or board.window
    if scale is None and window == board.window and courses is None:
        return board.people
    zone = board.zone.key
    rows, scores = board.first if courses is None else courses, None
    if scale is None and isinstance(board.cohort, Cohort):
        judged = board.cohort.people if courses is None else board.cohort.each_course
        return judged(board.catalogue, board.as_of, window)
    if scale is None:
        scores = board.cohort.own
    else:
        scores = board.cohort.on(scale)
        rows = states.on_one_scale(rows, scores, scale, zone)
    return states.people(
        rows,
        scores,
        board.cohort.treatments,
        board.catalogue,
        board.as_of,
        window=window,
        zone=zone,
    )
