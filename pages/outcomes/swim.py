"""How do courses run: how many treatments, when a response, how long, how do they end?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic import settings, standing
from clinic.charts.swim import swim_figure
from clinic.episodes.gap import RULE as GAP
from clinic.outcomes import baseline, counting, flow, swim
from clinic.outcomes.wording import date_words
from clinic.patients import pseudonym
from data_model import database
from pages.outcomes.board import Board
from pages.shared import figure

ON_A_PAGE = 30


def show(board: Board) -> None:
    courses = board.cohort.courses
    pages = max(1, -(-len(courses) // ON_A_PAGE))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = int(st.number_input("Page", 1, pages, key="swim_page", width=140)) if pages > 1 else 1
        named = board.names and st.toggle("Names", key="swim_names")
    chosen = swim.page(courses, number, ON_A_PAGE)
    with database(board.actor) as db:
        stands = standing.of(db, courses["episode"])
        decided = standing.deciding(db, chosen["episode"])
        called = standing.names(db, chosen["episode"]) if named else _pseudonyms(board, chosen)
        gap_days = settings.current(db)["course_gap_days"]
    if not named:
        stands["end_reason"] = flow.shared(stands["end_reason"])
    lanes = swim.lanes(
        chosen,
        board.cohort.own,
        board.cohort.treatments,
        stands,
        board.catalogue,
        board.as_of,
        at_once=decided,
        gap_days=gap_days,
        zone=board.zone.key,
    )
    first = (number - 1) * ON_A_PAGE + 1
    of = f"courses {first}–{first + len(lanes) - 1} of {len(courses)}"
    board.figure(
        "swim",
        swim_figure(lanes, called, of, gap_days=gap_days, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"{of[0].upper()}{of[1:]}, in order of their start: "
        + "; ".join(_said(lane, called) for lane in lanes),
        n=f"{of} of {courses['patient'].nunique()} people: courses, not people, in order of their start. A response "
        "begins at the first of two scores on different days that meet the scale's rule, and ends when two in a row no "
        "longer do, or by an event that decides at once",
        rules=[*swim.RULES, counting.RULE, baseline.RULE, GAP],
        times=chosen["start"],
        table=_table(lanes, called, board),
    )


def _pseudonyms(board: Board, chosen: pd.DataFrame) -> dict[str, str]:
    """Also for those who may see names, until they ask for them: the figure may be printed. The cohort of who may see
    none holds pseudonyms already."""
    people = [pseudonym(key) for key in chosen["patient"]] if board.names else chosen["patient"]
    return dict(zip(chosen["episode"], people, strict=True))


def _said(lane: swim.Lane, called: dict[str, str]) -> str:
    parts = [
        f"{called[lane.episode]}: {len(lane.doses)} treatments",
        _response_in_words(lane),
        _end_in_words(lane),
    ]
    return ", ".join(parts)


def _response_in_words(lane: swim.Lane) -> str:
    if lane.unjudged:
        return lane.unjudged
    if not lane.responses:
        return "no response"
    return ", ".join(
        f"responded from day {each.begins:g}"
        + (f", lost by day {each.lost:g}" if each.lost is not None else f", held at day {each.holds_to:g}")
        for each in lane.responses
    )


def _end_in_words(lane: swim.Lane) -> str:
    if lane.how == swim.ENDED:
        return f"ended on day {lane.until:g}: {lane.end_reason}"
    return f"{lane.how}, last seen on day {lane.seen:g}"


def _table(lanes: list[swim.Lane], called: dict[str, str], board: Board) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Person": called[lane.episode],
                "Scale": board.catalogue[lane.instrument].title,
                "First dose": date_words(lane.start.tz_convert(board.zone.key)),
                "Treatments": len(lane.doses),
                "Response": _response_in_words(lane),
                "Stands": _end_in_words(lane),
            }
            for lane in lanes
        ]
    )
