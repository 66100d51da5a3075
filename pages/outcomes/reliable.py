"""Reliable change on one scale, the rates of NHS Talking Therapies, and effect sizes under their own names."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic.charts.rates import rates_figure
from clinic.charts.significance import IN_WORDS, scatter_figure
from clinic.instruments import Instrument
from clinic.outcomes import (
    baseline,
    completeness_pairs,
    counting,
    effect,
    talking_therapies_rates,
    yardsticks,
)
from clinic.outcomes import talking_therapies as nhs
from clinic.outcomes.rates import in_words
from clinic.outcomes.states import TOO_EARLY
from clinic.outcomes.wording import signed
from pages.outcomes import on_scale
from pages.outcomes.board import Board
from pages.shared import figure
from pages.shared.words import as_typed

NAMES = (
    ("d_pre", "mean change / SD at baseline (Becker 1988)"),
    ("g_pre", "d_pre for small samples (Hedges)"),
    ("d_z", "mean change / SD of the changes; hangs on the correlation, does not travel between studies"),
    ("d_av", "mean change / mean of both SDs"),
)


def show(board: Board) -> None:
    name = on_scale.pick_scale(board, "reliable_scale")
    if name is None:
        st.info("Nobody under these filters has a score yet.")
        return
    scale = board.catalogue[name]
    people = on_scale.people(board, name)
    _scatter(board, people, scale)
    st.subheader("Effect sizes", anchor=False)
    _effects(board, people, scale)
    st.subheader("By the rules of NHS Talking Therapies", anchor=False)
    _talking_therapies(board)


def _scatter(board: Board, people: pd.DataFrame, scale: Instrument) -> None:
    held, pairs = yardsticks.held(scale), yardsticks.pairs(people, scale)
    counts, paired = yardsticks.counted(pairs), completeness_pairs.pairs(people)
    early = int((people["state"] == TOO_EARLY).sum())
    st.caption(as_typed(held.says[0].upper() + held.says[1:].rstrip(".") + "."))
    if paired.warning:
        st.warning(as_typed(paired.warning), icon=":material/rule:")
    words = [(IN_WORDS[row.category], row.n) for row in counts.itertuples()]
    board.figure(
        "reliable_scatter",
        scatter_figure(pairs, counts, scale, held, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"{scale.title} at baseline against {board.window.says}: "
        + ", ".join(f"{said} {n}" for said, n in words)
        + f"; of {len(pairs)} people.",
        n=f"{len(pairs)} people whose window has passed, {early} more are too early; {board.window.says}; "
        f"{on_scale.never_asked(board, scale.id)}; {paired.says}",
        rules=[*held.rules, counting.RULE, baseline.RULE],
        unverified=held.unverified,
        times=people["start"],
        table=pd.DataFrame(words, columns=["Category", "People"]).assign(Of=len(pairs)),
    )


def _effects(board: Board, people: pd.DataFrame, scale: Instrument) -> None:
    passed = people[people["state"] != TOO_EARLY]
    found = effect.effect_sizes(passed["baseline"], passed["score"])
    st.markdown("**Not a treatment effect**: before and after, without a comparison group.")
    if found.mean_change is None:
        st.info(f"Nobody has both a baseline and a score in the window on {scale.title}.")
        return
    rows = [("mean change", f"points of {scale.title}", signed(round(found.mean_change, 1)))]
    rows += [
        (name, says, "–" if (size := getattr(found, name)) is None else signed(round(size, 2)))
        for name, says in NAMES
    ]
    table = pd.DataFrame(rows, columns=["Name", "What it is", "After minus before"])
    board.table("effects", table, alt=f"Effect sizes on {scale.title}, each under its own name")
    st.caption(
        as_typed(
            f"{found.n} pairs, {found.missing} without a pair left out; SD at baseline {_two(found.sd_before)}, at the "
            f"endpoint {_two(found.sd_after)}, of the changes {_two(found.sd_change)}; correlation "
            f"{_two(found.correlation)}. Not to be set beside a difference between drug and placebo."
        )
    )


def _talking_therapies(board: Board) -> None:
    both = nhs.DEPRESSION.instrument, nhs.GAD7.instrument
    scores = board.cohort.on(*both)
    if not set(both) <= set(scores["instrument"]):
        st.info("These rules need PHQ-9 and GAD-7 of the same people; one of the two was never asked here.")
        return
    found = talking_therapies_rates.counted(
        board.first,
        scores,
        board.cohort.treatments,
        board.catalogue,
        board.as_of,
        window=board.window,
        zone=board.zone.key,
    )
    st.caption(
        "People come to a ketamine clinic more severely ill than to that programme: its averages are no comparison."
    )
    board.figure(
        "talking_therapies",
        rates_figure(found.rates, "so judged", palette=figure.palette(), narrow=figure.narrow()),
        alt="; ".join(
            f"{row.label}: {row.n} of {row.scored} known, {row.missing} unknown"
            for row in found.rates.itertuples()
        )
        + ".",
        n=f"{found.people} people with two treatments or more whose window has passed; {found.not_cases} of them were "
        f"no case at baseline and are in no rate of recovery; {found.too_early} too early, {found.fewer} with a single "
        f"treatment are left out; PHQ-9 and GAD-7, baseline and {board.window.says}",
        rules=[*talking_therapies_rates.rules(), counting.RULE, baseline.RULE],
        unverified=talking_therapies_rates.unverified(),
        table=in_words(found.rates, "Rate"),
    )


def _two(number: float | None) -> str:
    return "unknown" if number is None else f"{number:.2f}"
