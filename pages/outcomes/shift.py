"""From which severity to which did people move, and do they stay there?"""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import streamlit as st

from clinic.charts.shift import shift_figure
from clinic.instruments.definition import default_of
from clinic.outcomes import baseline, counting, shift
from pages.outcomes.board import Board
from pages.shared import figure


def show(board: Board) -> None:
    scales = [name for name in board.people["instrument"].value_counts().index if board.catalogue[name].bands]
    if not scales:
        st.info("None of these scales has published bands of severity.")
        return
    name = st.segmented_control(
        "Scale",
        scales,
        default=scales[0],
        required=True,
        format_func=lambda name: board.catalogue[name].title,
        key="shift_scale",
        label_visibility="collapsed",
    )
    scale, window = board.catalogue[name], board.window
    found = shift.shift(
        board.people,
        board.cohort.own,
        board.cohort.treatments,
        board.cohort.courses,
        scale,
        window,
        zone=board.zone.key,
    )
    if not found.n:
        st.info(f"No window has closed yet: {found.too_early} people are too early.")
        return
    names = {
        "baseline": "Baseline",
        "end": f"End of induction, day {window.day} ± {window.either_side}",
        "last": f"Last, after day {window.day + window.either_side}",
    }
    bands = default_of(scale.band_sets)
    board.figure(
        "shift",
        shift_figure(found, names, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"{scale.title}, {found.n} of {found.started} who started: " + "; ".join(_said(found, names)),
        n=f"{found.n} people in each column, of {found.started} who started and whose own scale is {scale.title}; "
        f"{found.too_early} too early. No score carried forward: without one after day "
        f"{window.day + window.either_side} so far there is no last one. A band's edge can lie between two scores one "
        "point apart",
        rules=[f"{bands.id} {scale.version}", shift.RULE, counting.RULE, baseline.RULE],
        unverified=[f"{bands.id} {scale.version}"] if bands.evidence == "unverified" else [],
        table=tables(found, names),
    )


def _said(found: shift.Shift, names: dict[str, str]) -> list[str]:
    """Each look in numbers, then who moved between two of them."""
    looks = [
        f"{names[look]}: " + ", ".join(f"{band} {n}" for band, n in found.counts(look).items() if n)
        for look in names
    ]
    moves = [
        f"from {names[before]} to {names[after]}: "
        + ", ".join(f"{how} {n}" for how, n in found.moves(before, after).items())
        for before, after in pairwise(names)
    ]
    return looks + moves


def tables(found: shift.Shift, names: dict[str, str]) -> pd.DataFrame:
    """Both matrices under each other: from which band at one look to which at the next."""
    looks = list(names)
    parts = []
    for before, after in pairwise(looks):
        matrix = found.matrix(before, after)
        part = matrix.reset_index(names="Was")
        part.insert(0, "To", names[after])
        part.insert(0, "From", names[before])
        part["All"] = matrix.sum(axis=1).to_numpy()
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
