"""Has something changed over the months, and does anybody differ more than chance? Run, control and funnel charts."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from clinic import harm, settings
from clinic.charts import control as control_charts
from clinic.charts import control_words as words
from clinic.charts.funnel import funnel_figure
from clinic.outcomes import baseline, by_month, control, counting, funnel, states, units
from clinic.outcomes.proportion import percent, wilson
from clinic.outcomes.wording import number
from data_model import database
from pages.outcomes.board import Board
from pages.shared import figure

MEASURES = {
    "Responded": words.RESPONDED,
    "Unknown": words.UNKNOWN,
    "Adverse events per 100 treatments": words.EVENTS,
}
BY = {"By clinician": "clinician", "By site": "site"}
UNADJUSTED = (
    "Unadjusted: people differ in who they come to, and the table below shows by how much at the start. One in "
    "twenty lies outside the 95 % limits by chance alone. A point outside is a reason to look, first at how the "
    "numbers came about, and says nothing about who is better."
)


def show(board: Board) -> None:
    st.subheader("By month", anchor=False)
    _months(board)
    st.subheader("By clinician and site", anchor=False)
    _units(board)


def _months(board: Board) -> None:
    name = st.segmented_control(
        "Measure",
        list(MEASURES),
        default="Responded",
        required=True,
        key="variation measure",
        label_visibility="collapsed",
    )
    measure, zone = MEASURES[name], board.zone.key
    if measure is words.EVENTS:
        treatments, events, known = _treated(board)
        months, times = by_month.events(treatments, events, zone, board.as_of), treatments["started_at"]
        chart = control.rates(months)
    else:
        known, times = _known_events(board), None
        count = by_month.responded if measure is words.RESPONDED else by_month.missing
        months = count(board.people, board.window, zone, board.as_of)
        chart = control.shares(months, widened=_widened(months))
    says = words.sentences(chart, measure)
    board.figure(
        f"variation {measure.counted}",
        control_charts.control_figure(
            chart, measure, known, palette=figure.palette(), narrow=figure.narrow()
        ),
        alt=" ".join(says),
        n=says[0].removesuffix("."),
        rules=[*_rules_of_states(measure), *chart.rules],
        times=times,
        table=months_table(chart, measure),
    )


def _widened(months: pd.DataFrame) -> bool:
    """Offered only where the months vary more than chance, and never chosen by the software: it hides signals."""
    plain = control.shares(months)
    if plain.spread is None or plain.spread <= words.SAID_FROM:
        return False
    return st.checkbox("Widen the limits by as much as the months vary (Laney)", key="variation widened")


def _rules_of_states(measure: words.Measure) -> list[str]:
    return [] if measure is words.EVENTS else [states.RULE, counting.RULE, baseline.RULE]


def _known_events(board: Board) -> list[tuple[date, str]]:
    with database(board.actor) as db:
        return _dated(settings.current(db)["known_events"])


def _treated(board: Board) -> tuple[pd.DataFrame, pd.DataFrame, list[tuple[date, str]]]:
    """The treatments of the chosen courses and their adverse events: the same as on the part about harm."""
    treatments = board.cohort.treatments
    treatments = treatments[treatments["episode"].isin(board.cohort.courses["episode"])]
    with database(board.actor) as db:
        return (
            treatments,
            harm.adverse_events(db, board.cohort),
            _dated(settings.current(db)["known_events"]),
        )


def _dated(events: list) -> list[tuple[date, str]]:
    return sorted((date.fromisoformat(day), said) for day, said in events)


def months_table(chart: control.Chart, measure: words.Measure) -> pd.DataFrame:
    """Every month, whole or not, with its numbers, interval, limits and the rules that speak there."""
    rows = chart.rows
    share = chart.per == 1

    def shown(value: float, of: float) -> str:
        return "" if value != value else f"{percent(value, of)} %" if share else number(value)

    table = {
        "Month": [by_month.month_words(month) for month in rows["month"]],
        measure.counted.capitalize(): rows["count"].tolist(),
        measure.of.capitalize(): rows["of"].tolist(),
    }
    for name in ("unknown", "too_early"):
        if name in rows:
            table[name.replace("_", " ").capitalize()] = rows[name].tolist()
    table["Share" if share else f"Per {chart.per}"] = [
        shown(value, of) for value, of in zip(rows["value"], rows["of"], strict=True)
    ]
    if share:
        table["95 % interval"] = [
            _interval(count, of) for count, of in zip(rows["count"], rows["of"], strict=True)
        ]
    if chart.kind != control.RUN:
        table["Limits"] = [
            "" if low != low else f"{shown(low, of)} to {shown(high, of)}"
            for low, high, of in zip(rows["low"], rows["high"], rows["of"], strict=True)
        ]
        table["Rules"] = [", ".join(each) for each in rows["signals"]]
    table["Whole"] = ["yes" if whole else "not yet" for whole in rows["whole"]]
    return pd.DataFrame(table)


def _units(board: Board) -> None:
    name = st.segmented_control(
        "Compare",
        list(BY),
        default="By clinician",
        required=True,
        key="variation compare",
        label_visibility="collapsed",
    )
    thing = BY[name]
    found = units.units(board.people, thing, lettered=thing == "clinician" and not board.names)
    if found is None:
        st.info("No window has closed yet.")
        return
    if len(found.drawn) < 2:
        st.info(
            f"Fewer than two {thing}s have {units.FEWEST} people whose window has passed. "
            f"{units.not_drawn_in_words(found, thing)}"
        )
        return
    signals = found.drawn["signal"].ne(funnel.WITHIN)
    outside = ", ".join(found.drawn.loc[signals, "unit"]) or "none"
    board.figure(
        f"variation by {thing}",
        funnel_figure(found, thing, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"Funnel of responded by {thing}: {len(found.drawn)} drawn, outside the 95 % limits: {outside}. "
        f"{units.not_drawn_in_words(found, thing)}",
        n=f"{found.count} of {found.of} people whose window has passed responded, {found.too_early} too early; "
        f"{units.not_drawn_in_words(found, thing) or 'all drawn'}",
        rules=[units.RULE, states.RULE, counting.RULE, baseline.RULE],
        table=units_table(found, thing),
    )
    st.caption(f"{UNADJUSTED} {units.spread_in_words(found, f'{thing}s')}")
    board.table(
        f"variation mix {thing}",
        case_mix_table(board, found, thing),
        alt=f"Baselines by {thing} and scale, of everyone who started",
    )


def units_table(found: units.Units, thing: str) -> pd.DataFrame:
    """The points of the funnel, the largest first. Names stand in cells, where nothing is markdown."""
    rows = found.drawn
    known = {
        "above_95": "above 95 %",
        "below_95": "below 95 %",
        "above_99.8": "above 99.8 %",
        "below_99.8": "below 99.8 %",
    }
    return pd.DataFrame(
        {
            thing.capitalize(): rows["unit"],
            "Responded": [f"{row[0]} of {row[1]}" for row in rows[["count", "of"]].to_numpy()],
            "Share": [f"{percent(share, of)} %" for share, of in zip(rows["share"], rows["of"], strict=True)],
            "95 % interval": [
                _interval(count, of) for count, of in zip(rows["count"], rows["of"], strict=True)
            ],
            "Unknown": rows["unknown"],
            "If all unknown had responded": [
                f"{percent((count + unknown) / of, of)} %"
                for count, unknown, of in rows[["count", "unknown", "of"]].to_numpy()
            ],
            "Too early": rows["too_early"],
            "Started": rows["started"],
            "Limits 95 %": _limits(rows, "95"),
            "Limits 99.8 %": _limits(rows, "998"),
            "Lies": [known.get(signal, signal) for signal in rows["signal"]],
        }
    )


def case_mix_table(board: Board, found: units.Units, thing: str) -> pd.DataFrame:
    mix = units.case_mix(board.people, found, thing)
    return pd.DataFrame(
        {
            thing.capitalize(): mix["unit"],
            "Scale": [board.catalogue[name].title for name in mix["instrument"]],
            "Started": mix["people"],
            "With a baseline": mix["known"],
            "Median baseline": [number(value) if value == value else None for value in mix["median"]],
            "Middle half": [
                f"{number(low)}–{number(high)}" if low == low else None
                for low, high in zip(mix["lower"], mix["upper"], strict=True)
            ],
            "For": mix["indications"],
        }
    )


def _limits(rows: pd.DataFrame, name: str) -> list[str]:
    return [
        f"{percent(low, of)}–{percent(high, of)} %"
        for low, high, of in zip(rows[f"low{name}"], rows[f"high{name}"], rows["of"], strict=True)
    ]


def _interval(count: int, of: int) -> str:
    bounds = wilson(int(count), int(of))
    return "" if bounds is None else f"{percent(bounds[0], of)}–{percent(bounds[1], of)} %"
