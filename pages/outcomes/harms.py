"""What went wrong: adverse events per 100 treatments and per 100 people, by term; by route beside who had it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic import harm
from clinic.charts.harms import harms_figure
from clinic.outcomes import baseline, harms
from clinic.outcomes.proportion import rare_in_words
from clinic.outcomes.wording import number, plural
from data_model import database
from pages.outcomes.board import Board
from pages.shared import figure, sheet

ALIKE = (
    "Treatments of one person are alike, so that the interval per treatment is narrower than what is known; the one "
    "per person stands beside it."
)
NO_COMPARISON = (
    "In the order of the alphabet, not of a rate. People are given a route for reasons, and the table of baselines "
    "says how they differed before; the difference between two routes is no effect of the route."
)


def show(board: Board) -> None:
    with database(board.actor) as db:
        given, events = harm.treatments(db, board.cohort), harm.adverse_events(db, board.cohort)
    sizes = harms.sizes(board.cohort.courses["patient"].nunique(), given, events)
    if not sizes.treatments:
        st.info("None of these people has a treatment on record here.")
        return
    table = harms.by_term(given, events)
    sheet.table(
        "Whatever the term, each treatment and each person once; 95 % exact intervals",
        ("What", "Treatments", "People", "Events"),
        [_line(row) for row in harms.overall(given, events).itertuples()],
    )
    board.figure(
        "harms",
        harms_figure(table, palette=figure.palette(), narrow=figure.narrow()),
        alt="Adverse events by term. " + "; ".join(_said(row) for row in table.head(5).itertuples()),
        n=_counted(sizes),
        rules=[harms.RULE],
        times=given["started_at"],
        table=_as_table(table),
    )
    st.caption(ALIKE)
    with st.expander("By substance and route, beside who was treated so"):
        _by_route(board, given, events)


def _counted(sizes: harms.Sizes) -> str:
    """Who is counted, and who is missing from it."""
    said = [
        f"{plural(sizes.treatments, 'treatment')} of {sizes.people} of {sizes.started} people who started",
        f"{sizes.without} without a treatment on record here, not counted" if sizes.without else "",
        f"in {plural(sizes.unknown, 'treatment')} nothing at all was recorded: counted as without an event, not known"
        if sizes.unknown
        else "",
        "95 % exact (Clopper–Pearson) intervals",
    ]
    return "; ".join(each for each in said if each)


def _line(row) -> tuple[str, str, str, str]:
    return (
        row.what,
        rare_in_words(row.n_treatments, row.of_treatments),
        rare_in_words(row.n_people, row.of_people),
        str(row.events),
    )


def _said(row) -> str:
    return f"{row.what}: {row.n_treatments} of {row.of_treatments} treatments, {row.n_people} of {row.of_people} people"


def _as_table(table: pd.DataFrame) -> pd.DataFrame:
    """The numbers of the figure, rates per 100."""
    made = {"Term": table["what"], "Events": table["events"]}
    for who in ("treatments", "people"):
        made |= {
            f"{who.capitalize()} with it": table[f"n_{who}"],
            f"of {who}": table[f"of_{who}"],
            f"per 100 {who}": (100 * table[f"n_{who}"] / table[f"of_{who}"]).round(1),
            f"low, {who}": table[f"low_{who}"].round(1),
            f"high, {who}": table[f"high_{who}"].round(1),
            f"moderate or severe, {who}": table[f"moderate_{who}"],
            f"severe, {who}": table[f"severe_{who}"],
        }
    return pd.DataFrame(made)


def _by_route(board: Board, given: pd.DataFrame, events: pd.DataFrame) -> None:
    sheet.table(
        "Adverse events by substance and route; 95 % exact intervals",
        ("Substance and route", "What", "Treatments", "People", "Events"),
        [
            (f"{row.substance}, {row.route}", *_line(row))
            for row in harms.by_route(given, events).itertuples()
        ],
    )
    sheet.table(
        f"Baselines of the same people, on the scale that led their course ({baseline.RULE})",
        ("Substance and route", "Scale", "People", "With a baseline", "Median (quartiles)"),
        [
            (
                f"{row.substance}, {row.route}",
                board.catalogue[row.instrument].title,
                str(row.people),
                f"{row.known} of {row.people}",
                f"{number(row.median)} ({number(row.low)}–{number(row.high)})" if row.known else "not known",
            )
            for row in harms.baselines(board.first, given).itertuples()
        ],
    )
    st.caption(NO_COMPARISON)
