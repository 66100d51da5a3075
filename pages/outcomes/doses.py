"""Do we give more than we did: the dose by month, and from treatment to treatment of the same people?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic.charts.doses_over_time import month_figure, number_figure
from clinic.outcomes import doses
from clinic.outcomes.wording import plural
from pages.outcomes.board import Board
from pages.shared import figure

SAME = 6


def show(board: Board) -> None:
    table = doses.doses(board.cohort.courses, board.cohort.treatments, zone=board.zone.key)
    ways = doses.ways(table)
    if not ways:
        st.info("None of these people has a treatment on record here.")
        return
    way = st.selectbox(
        "Given", ways, format_func=lambda one: f"{one[0]}, {one[1]}", key="doses way", width=260
    )
    own = doses.of_way(table, *way)
    unit = own["unit"].iloc[0]
    counted = (
        f"{plural(len(own), 'treatment')} of {len(table)} of {board.cohort.courses['patient'].nunique()} people; "
        f"{int(own['dose'].isna().sum())} without a known dose in {unit}; median and middle half"
    )
    given = f"{way[0]}, {way[1]}"
    _months(board, own, given, unit, f"{given}: {counted}")
    _numbers(board, own, given, unit, f"{given}: {counted}")
    st.caption(
        "Each substance and route by itself; they are never compared or added. A dose that rises by month may be a "
        "clinic that gives more, or fewer people at their cautious start: the same people tell the two apart."
    )


def _months(board: Board, own: pd.DataFrame, given: str, unit: str, counted: str) -> None:
    st.subheader("By month", anchor=False)
    table = doses.by_month(own)
    board.figure(
        "doses months",
        month_figure(table, given, unit, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"Median dose by month: {_said(table, [f'{month:%b %Y}' for month in table['month']], unit)}.",
        n=counted,
        times=own["month"],
        table=as_table(table, "Month", [f"{month:%b %Y}" for month in table["month"]], unit),
    )


def _numbers(board: Board, own: pd.DataFrame, given: str, unit: str, counted: str) -> None:
    st.subheader("By treatment number", anchor=False)
    everyone, same = doses.by_number(own), doses.by_number(doses.same_people(own, SAME))
    if not len(everyone):
        st.info("Nobody was given it within the first twelve treatments of a course.")
        return
    people = int(same["people"].max()) if len(same) else 0
    whole = pd.concat(
        [
            as_table(rows, "Treatment", rows["number"].tolist(), unit).assign(Who=who)
            for rows, who in ((same, "same people"), (everyone, "everyone"))
        ],
        ignore_index=True,
    )
    board.figure(
        "doses numbers",
        number_figure(everyone, same, given, unit, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"Median dose of the same people by treatment number: {_said(same, same['number'], unit)}.",
        n=f"{counted}; the same people ({people}): treatments 1 to {SAME} all by this way with a known dose",
        times=own["month"],
        table=whole,
    )


def _said(table: pd.DataFrame, names, unit: str) -> str:
    rows = zip(names, table["median"], table["people"], strict=True)
    told = [f"{name} {value:.2g} {unit} (n {n})" for name, value, n in rows if value == value]
    return ", ".join(told) or "nobody"


def as_table(table: pd.DataFrame, first: str, names: list, unit: str) -> pd.DataFrame:
    def shown(values) -> list[str]:
        return ["" if value != value else f"{value:.4g}" for value in values]

    return pd.DataFrame(
        {
            first: [str(name) for name in names],
            "Treatments": table["treatments"],
            "People": table["people"],
            "Dose known": table["known"],
            f"Median, {unit}": shown(table["median"]),
            "Middle half": [
                f"{low} to {high}" if low else ""
                for low, high in zip(shown(table["low"]), shown(table["high"]), strict=True)
            ],
        }
    )
