"""How differently did people do, and how many improved at least so much?"""

from __future__ import annotations

import streamlit as st

from clinic.charts.ecdf import ecdf_figure
from clinic.charts.waterfall import waterfall_figure
from clinic.instruments import Instrument
from clinic.outcomes import baseline, counting, states, waterfall
from clinic.outcomes.proportion import percent
from pages.outcomes.board import Board
from pages.shared import figure

UNITS = {waterfall.PERCENT: "per cent of what was possible", waterfall.POINTS: "points"}


def show(board: Board) -> None:
    with st.container(horizontal=True):
        name = st.segmented_control(
            "Scale",
            board.people["instrument"].value_counts().index.tolist(),
            default=board.people["instrument"].value_counts().index[0],
            required=True,
            format_func=lambda name: board.catalogue[name].title,
            key="waterfall_scale",
            label_visibility="collapsed",
        )
        unit = st.segmented_control(
            "Change in",
            list(UNITS),
            default=waterfall.PERCENT,
            required=True,
            format_func=UNITS.get,
            key="waterfall_unit",
            label_visibility="collapsed",
        )
    scale = board.catalogue[name]
    found = waterfall.changes(board.people, scale, unit)
    _bars(board, scale, found)
    if found.of:
        st.subheader("How many improved at least so much", anchor=False)
        _curve(board, scale, found)
    else:
        st.info("No window has closed yet.")


def _bars(board: Board, scale: Instrument, found: waterfall.Changes) -> None:
    counts = found.people["state"].value_counts().to_dict() | found.without
    board.figure(
        "waterfall",
        waterfall_figure(found, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"{scale.title}, {board.window.says}, {found.started} who started: "
        + "; ".join(f"{state} {n}" for state, n in counts.items()),
        n=f"{found.started} people whose own scale is {scale.title}, by their first course in the period; the last "
        f"score that counts at {board.window.says}, never the best; {found.missing} unknown and hatched",
        rules=_rules(scale, waterfall.RULE),
        unverified=_unverified(scale),
        table=waterfall.by_step(found).rename(columns={"change": "Change", "people": "People"}),
    )


def _curve(board: Board, scale: Instrument, found: waterfall.Changes) -> None:
    table = waterfall.at_least(found)
    unit = "%" if found.unit == waterfall.PERCENT else "points"
    board.figure(
        "ecdf",
        ecdf_figure(found, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"{scale.title}: of {found.of} people whose window has passed, {found.missing} of them unknown, improved "
        "by at least: "
        + "; ".join(f"{row.better:.3g} {unit} {row.n}" for row in table.itertuples() if row.better >= 0),
        n=f"{found.of} people whose window has passed, of {found.started} who started; {found.missing} of them are "
        f"unknown and {found.without[states.TOO_MILD]} had a baseline too mild to judge: they stay in the denominator",
        rules=_rules(scale, waterfall.RULE),
        unverified=_unverified(scale),
        table=_in_words(table, found, unit),
    )


def _in_words(table, found: waterfall.Changes, unit: str):
    shown = table[["n"]].rename(columns={"n": "People"})
    shown.insert(0, "At least", [f"{better:.3g} {unit} better" for better in table["better"]])
    shown["Of"] = found.of
    for title, column in {"Share": "share", "If all unknown too": "highest"}.items():
        shown[title] = [f"{percent(each, found.of)} %" for each in table[column]]
    shown["95 % interval"] = [
        f"{percent(low, found.of)}–{percent(high, found.of)} %"
        for low, high in zip(table["low"], table["high"], strict=True)
    ]
    return shown


def _rules(scale: Instrument, *more: str) -> list[str]:
    drawn = (scale.default_response, scale.default_change)
    return [
        *(f"{rule.id} {scale.version}" for rule in drawn if rule),
        states.RULE,
        counting.RULE,
        baseline.RULE,
        *more,
    ]


def _unverified(scale: Instrument) -> list[str]:
    drawn = (scale.default_response, scale.default_change)
    return [f"{rule.id} {scale.version}" for rule in drawn if rule and rule.evidence == "unverified"]
