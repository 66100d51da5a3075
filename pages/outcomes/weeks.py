"""How far did the scores fall, week by week: the same people, everyone with a score, and how many had come so far?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic.charts.means import mean_figure, middle_of
from clinic.outcomes import baseline, weekly
from clinic.outcomes.wording import number
from pages.outcomes.board import Board
from pages.shared import figure

MIDDLES = {"Mean": weekly.everyone, "Median": weekly.everyone_median}
INTERVALS = {"mean": "95 % t intervals", "median": "95 % intervals by rank, none below six people"}


def show(board: Board) -> None:
    name, weeks, middle = _choices(board)
    scale = board.catalogue[name]
    started = board.first[board.first["instrument"] == name]
    long = weekly.by_week(board.cohort.own, started, weeks, zone=board.zone.key)
    if not len(long):
        st.info(f"Nobody of the {len(started)} people measured by {scale.title} has a score yet.")
        return
    same, everyone = weekly.the_same(long, "ends", MIDDLES[middle]), MIDDLES[middle](long)
    could = weekly.could_have(started, weeks, board.as_of, zone=board.zone.key)
    kind = middle_of(everyone)
    board.figure(
        "weeks",
        mean_figure(
            long, same, scale, everyone, could_have=could, palette=figure.palette(), narrow=figure.narrow()
        ),
        alt=f"{scale.title}, {kind} of the same people: {_said(same, kind)}.",
        n=_counted(scale.title, started, board.first, long, same, kind),
        rules=[baseline.RULE],
        times=started["start"],
        table=as_table(same, everyone, could, kind),
    )
    st.caption(
        "A line over everyone falls when the unwell stop coming; that over the same people cannot, and leaves out "
        "whoever stopped. Scores soon after a dose are among those drawn."
    )


def _choices(board: Board) -> tuple[str, int, str]:
    scales = board.first["instrument"].value_counts().index.tolist()
    with st.container(horizontal=True):
        name = st.segmented_control(
            "Scale",
            scales,
            default=scales[0],
            required=True,
            format_func=lambda one: board.catalogue[one].title,
            key="weeks scale",
            label_visibility="collapsed",
        )
        weeks = st.segmented_control(
            "Weeks",
            [4, 8, 12],
            default=8,
            required=True,
            format_func=lambda n: f"{n} weeks",
            key="weeks number",
            label_visibility="collapsed",
        )
        middle = st.segmented_control(
            "Middle",
            list(MIDDLES),
            default="Mean",
            required=True,
            key="weeks middle",
            label_visibility="collapsed",
        )
    return name, weeks, middle


def _said(table: pd.DataFrame, kind: str) -> str:
    rows = zip(table["week"], table[kind], table["n"], strict=True)
    return ", ".join(f"week {week:g} {value:.1f} (n {n})" for week, value, n in rows)


def _counted(title: str, started, first, long, same, kind: str) -> str:
    """Who is drawn, who is not, and whose the two lines are."""
    drawn, known = long["patient"].nunique(), int(same["n"].max()) if len(same) else 0
    return (
        f"{drawn} of {len(started)} people whose scale is {title} ({len(first) - len(started)} of {len(first)} have "
        f"another); the same people ({known}): {weekly.definition(long, 'ends')}; “started” is how many had come so "
        f"far by then; {INTERVALS[kind]}"
    )


def as_table(same: pd.DataFrame, everyone: pd.DataFrame, could: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Both lines by week with n, and who could have had a score."""
    whole = could.rename(columns={"n": "started"})
    for name, table in (("same people", same), ("everyone", everyone)):
        named = table[["week", "n", kind, "low", "high"]].rename(
            columns=lambda one, name=name: f"{one}, {name}"
        )
        whole = whole.merge(named.rename(columns={f"week, {name}": "week"}), on="week", how="left")
    shown = {"Week": whole["week"], "Started so far": whole["started"]}
    for name in ("same people", "everyone"):
        shown[f"n, {name}"] = whole[f"n, {name}"].fillna(0).astype(int)
        shown[f"{kind.capitalize()}, {name}"] = [_number(value) for value in whole[f"{kind}, {name}"]]
        shown[f"95 % interval, {name}"] = [
            "" if low != low else f"{number(round(low, 1))} to {number(round(high, 1))}"
            for low, high in zip(whole[f"low, {name}"], whole[f"high, {name}"], strict=True)
        ]
    return pd.DataFrame(shown)


def _number(value: float) -> str:
    return "" if value != value else number(round(value, 1))
