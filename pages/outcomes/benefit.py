"""How many days did the first, the second, … treatment last?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic.charts.benefit_by_number import benefit_figure
from clinic.outcomes import benefit
from clinic.outcomes import benefit_by_number as by
from clinic.outcomes.wording import plural
from pages.outcomes.board import Board
from pages.shared import figure


def show(board: Board) -> None:
    scores = board.cohort.on(*(name for name, scale in board.catalogue.items() if benefit.can_say(scale)))
    each = {
        name: by.intervals(board.first, scores, board.cohort.treatments, board.catalogue[name])
        for name in scores["instrument"].unique()
    }
    can = sorted(each, key=lambda one: -int((each[one]["why"] == "").sum()))
    if not can:
        st.info(f"No scale that looks back {benefit.LONGEST_RECALL} days or less was used with these people.")
        return
    name = st.selectbox(
        "Scale",
        can,
        format_func=lambda one: board.catalogue[one].title,
        key="benefit scale",
        width=260,
    )
    scale = board.catalogue[name]
    found = each[name]
    table = by.by_number(found)
    judged, held = int((found["why"] == "").sum()), int(table["held"].sum())
    silent = found.loc[found["why"] != "", "why"].value_counts()
    why = ", ".join(f"{n} {each}" for each, n in silent.items())
    board.figure(
        "benefit",
        benefit_figure(found, table, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"Days from a treatment until half of its gain was lost, by {scale.title}. {said(table)}",
        n=(
            f"{judged} of {plural(len(found), 'treatment')} of {len(board.first)} people can say"
            f"{f' ({why})' if why else ''}; {held} of them still held at the last score, drawn hollow; a median from "
            f"{benefit.FEWEST_INTERVALS} on, those still holding included, between its earliest and latest day"
        ),
        rules=[benefit.RULE],
        table=as_table(table),
    )
    st.caption(
        "Who comes for treatment 8 is not who came for the first: numbers beside each other are not the same people. "
        "With the next dose an interval ends, so short intervals between doses hide how long a dose would have lasted. "
        "This describes the past and recommends no interval."
    )


def said(table: pd.DataFrame) -> str:
    known = table[table["low"].notna()]
    if not len(known):
        return f"No treatment number has {benefit.FEWEST_INTERVALS} intervals that can say."
    rows = known.itertuples()
    return (
        "; ".join(
            f"treatment {row.number}: median {by.says(row.low, row.high)} of {row.judged}" for row in rows
        )
        + "."
    )


def as_table(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Treatment": table["number"],
            "Given": table["treatments"],
            "Can say": table["judged"],
            "Still holding": table["held"],
            "Median": [by.says(*each) for each in zip(table["low"], table["high"], strict=True)],
        }
    )
