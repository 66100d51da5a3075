"""Of everyone who started: who responded, who did not, who got worse, who is unknown?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from clinic.charts.outcomes import states_figure
from clinic.charts.rates import rates_figure
from clinic.charts.states_by import states_by_figure
from clinic.instruments import Instrument
from clinic.outcomes import baseline, completeness_pairs, counting, rates, states
from clinic.outcomes.states import Window
from pages.outcomes import on_scale
from pages.outcomes.board import Board
from pages.shared import figure
from pages.shared.words import as_typed


def show(board: Board) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scale = on_scale.pick_scale(board, "everyone_scale", own=True, judged=True)
        window = on_scale.pick_window(board, "everyone")
    people = on_scale.people(board, scale, window)
    by = "their own primary scale" if scale is None else board.catalogue[scale].title
    paired = completeness_pairs.pairs(people)
    said = states.headline_in_words(states.headline(people)).replace("their own primary scale", by)
    st.markdown(f"**{as_typed(said)}**")
    _say_pairs(paired)
    counted = f"{len(people)} people, each by their first course in the period, {window.says}, on {by}"
    if scale is not None:
        counted += f"; {on_scale.never_asked(board, scale)}"
    _states(board, people, counted, "states")
    st.subheader("Response, by indication", anchor=False)
    _by_indication(board, people, f"{counted}; {paired.says}")
    st.subheader("Response, remission and worse", anchor=False)
    _all_outcomes(board, people, f"{counted}; {paired.says}")
    st.subheader("Courses instead of people", anchor=False)
    _courses(board, scale, window, by)


def _say_pairs(paired: completeness_pairs.Pairs) -> None:
    if paired.warning:
        st.warning(as_typed(paired.warning), icon=":material/rule:")
    else:
        st.caption(as_typed(f"Pairs: {paired.says}."))


def _states(board: Board, people: pd.DataFrame, counted: str, key: str) -> None:
    table = states.summary(people)
    partly = int((people["degree"] == "partly").sum())
    board.figure(
        key,
        states_figure(table, partly=partly, palette=figure.palette(), narrow=figure.narrow()),
        alt="; ".join(f"{row.state}: {row.n} of {row.of}" for row in table.itertuples()) + ".",
        n=counted,
        rules=_rules(people),
        times=people["start"],
        table=_in_words(table),
    )
    edited = int((people["baseline_why"] == "chosen").sum())
    notes = [_without_threshold(people, board.catalogue)]
    notes.append(
        f"{partly} of those not responded were partly better. {edited} of {len(people)} baselines were chosen by hand, "
        "with a reason."
    )
    st.caption(as_typed(" ".join(note for note in notes if note)))


def _by_indication(board: Board, people: pd.DataFrame, counted: str) -> None:
    found = rates.by(people, "indication")
    board.figure(
        "rates_by_indication",
        rates_figure(found, palette=figure.palette(), narrow=figure.narrow()),
        alt=_rates_alt(found, "responded"),
        n=counted,
        rules=[*_rules(people), completeness_pairs.RULE],
        times=people["start"],
        table=rates.in_words(found, "Indication"),
    )
    counts = states.by_group(people, "indication")
    pairs = {name: completeness_pairs.pairs(rows) for name, rows in people.groupby("indication")}
    board.figure(
        "states_by_indication",
        states_by_figure(
            counts,
            {name: f"{each.n} of {each.of} paired" for name, each in pairs.items()},
            palette=figure.palette(),
            narrow=figure.narrow(),
        ),
        alt="People by indication and state: "
        + "; ".join(
            f"{name}: " + ", ".join(f"{state} {n}" for state, n in row.items() if n)
            for name, row in counts.iterrows()
        )
        + ".",
        n=counted,
        rules=_rules(people),
        times=people["start"],
        table=counts.assign(started=counts.sum(axis=1)).reset_index(),
    )


def _all_outcomes(board: Board, people: pd.DataFrame, counted: str) -> None:
    found = rates.all_outcomes(people)
    without = [
        f"{len(people) - row.started} on a scale without a rule for {row.label} are not in its line"
        for row in found.itertuples()
        if row.started < len(people)
    ]
    board.figure(
        "rates_by_outcome",
        rates_figure(found, "so judged", palette=figure.palette(), narrow=figure.narrow()),
        alt=_rates_alt(found, "so judged"),
        n="; ".join([counted, *without]),
        rules=[*_rules(people), *sorted(rule for rule in people["remission_rule"].unique() if rule)],
        times=people["start"],
        table=rates.in_words(found, "Outcome"),
    )


def _courses(board: Board, scale: str | None, window: Window, by: str) -> None:
    """A person with two courses stands twice here; so never mixed with the figures above."""
    courses = board.cohort.courses
    st.caption(f"{len(courses)} courses of {len(board.first)} people began in the period.")
    if st.toggle("Show every course", key="everyone_courses"):
        judged = on_scale.people(board, scale, window, courses)
        counted = f"{len(judged)} courses of {judged['patient'].nunique()} people, {window.says}, on {by}"
        _states(board, judged, counted, "states_of_courses")


def _rules(people: pd.DataFrame) -> list[str]:
    named = sorted({rule for column in ("rule", "worse_rule") for rule in people[column].unique() if rule})
    return [states.RULE, *named, counting.RULE, baseline.RULE]


def _rates_alt(found: pd.DataFrame, had: str) -> str:
    return (
        "; ".join(
            f"{row.label}: {row.n} of {row.of} {had}, {row.missing} unknown, {row.scored} with a score"
            for row in found.itertuples()
        )
        + "."
    )


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    """State, count with its denominator, share and interval, as a person reads them."""
    return pd.DataFrame(
        {
            "State": table["state"],
            "Number, share, 95 % interval": [
                rates.with_share(row.n, row.of, row.low, row.high) for row in table.itertuples()
            ],
        }
    )


def _without_threshold(people: pd.DataFrame, catalogue: Mapping[str, Instrument]) -> str:
    """Some scales have no agreed change that would be worse; what can be said of their people is said."""
    unjudged = people[(people["worse_rule"] == "") & people["score"].notna()]
    if not len(unjudged):
        return ""
    titles = ", ".join(catalogue[name].title for name in unjudged["instrument"].unique())
    return (
        f"{titles}: no agreed threshold for “worse”; {int(unjudged['rose'].sum())} of {len(unjudged)} with a score "
        "stand above their baseline and are counted as not responded."
    )
