"""Each person's change at the fixed window, from best to worst, and how many of everyone changed at least so much.

Never the best value of a course. Who has no change is not left out: no score, no baseline, a baseline too mild for
a verdict, and a window that has not closed are groups of their own, and all of them together are who started.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.outcomes.proportion import wilson
from clinic.outcomes.states import (
    NO_BASELINE,
    NO_SCORE,
    SCORED,
    TOO_EARLY,
    TOO_MILD,
    UNKNOWN,
)

RULE = "waterfall.fixed_window"
PERCENT, POINTS = "percent", "points"
UNITS = (PERCENT, POINTS)
WITHOUT = (NO_SCORE, NO_BASELINE, TOO_MILD, TOO_EARLY)


@dataclass(frozen=True, slots=True)
class Changes:
    """`people`: one row per person with a change (state, baseline, score, better), best first; `better` is how much
    milder, in per cent of what was possible or in points. `without` counts the others by state.

    `response` and `reliable` are each one number where the threshold is the same for all, else one per row; None
    where the scale has no such rule, or one that is no amount of change.
    """

    people: pd.DataFrame
    without: dict[str, int]
    started: int
    unit: str
    response: float | np.ndarray | None
    reliable: float | np.ndarray | None

    @property
    def of(self) -> int:
        """Everyone whose window has passed: the denominator of `at_least`."""
        return self.started - self.without[TOO_EARLY]

    @property
    def missing(self) -> int:
        return sum(self.without[state] for state in UNKNOWN)


def changes(people: pd.DataFrame, scale: Instrument, unit: str = PERCENT) -> Changes:
    """`people` is from `states.people`; those on another scale are left out. Scales on which more is better have no
    per cent of what was possible."""
    if unit not in UNITS:
        raise ValueError(f"there is no unit {unit}")
    own = people[people["instrument"] == scale.id]
    counts = own["state"].value_counts()
    drawn = own[own["state"].isin(SCORED)]
    better = drawn["improvement"] if unit == PERCENT else _points(drawn, scale)
    table = drawn[["patient", "state", "baseline", "score"]].assign(better=better)
    table = table.sort_values("better", ascending=False, kind="stable").reset_index(drop=True)
    return Changes(
        people=table,
        without={state: int(counts.get(state, 0)) for state in WITHOUT},
        started=len(own),
        unit=unit,
        response=_response(table, scale, unit),
        reliable=_reliable(table, scale, unit),
    )


def at_least(found: Changes) -> pd.DataFrame:
    """better, n, share, low, high (Wilson), highest: for every amount of change that occurs, the largest first, how
    many of everyone whose window has passed improved by at least so much; `highest` if all the missing had too."""
    amounts, counts = np.unique(-found.people["better"].to_numpy(float), return_counts=True)
    n = np.cumsum(counts)
    intervals = [wilson(int(count), found.of) or (np.nan, np.nan) for count in n]
    return pd.DataFrame(
        {
            "better": -amounts,
            "n": n,
            "share": n / found.of if found.of else np.nan,
            "low": [low for low, _ in intervals],
            "high": [high for _, high in intervals],
            "highest": (n + found.missing) / found.of if found.of else np.nan,
        }
    )


def by_step(found: Changes) -> pd.DataFrame:
    """change, people: the bars as numbers, in steps of 10 per cent or 5 points, then those without a change; the
    people sum to everyone who started."""
    step, unit = (10, "%") if found.unit == PERCENT else (5, "points")
    steps = np.floor((found.people["better"].to_numpy(float) + 1e-9) / step).astype(int)
    numbers, counts = np.unique(-steps, return_counts=True)
    rows = [(_step_in_words(-number, step, unit), int(n)) for number, n in zip(numbers, counts, strict=True)]
    rows += [(state, n) for state, n in found.without.items()]
    return pd.DataFrame(rows, columns=["change", "people"])


def _step_in_words(number: int, step: int, unit: str) -> str:
    if number >= 0:
        return f"{number * step} to below {(number + 1) * step} {unit} better"
    return f"above {-(number + 1) * step} to {-number * step} {unit} worse"


def _points(drawn: pd.DataFrame, scale: Instrument) -> pd.Series:
    fall = drawn["baseline"] - drawn["score"]
    return fall if scale.higher_is == "worse" else -fall


def _response(table: pd.DataFrame, scale: Instrument, unit: str) -> float | np.ndarray | None:
    """The change that the response rule asks for; None where it asks for a total."""
    rule = scale.default_response
    if rule is None or len(rule.conditions) != 1:
        return None
    measure, value = rule.conditions[0].measure, float(rule.conditions[0].value)
    if measure == "fall_percent":
        return value if unit == PERCENT else value / 100 * (table["baseline"].to_numpy(float) - rule.floor)
    if measure == "fall":
        return value if unit == POINTS else 100 * value / (table["baseline"].to_numpy(float) - rule.floor)
    return None


def _reliable(table: pd.DataFrame, scale: Instrument, unit: str) -> float | np.ndarray | None:
    change = scale.default_change
    if change is None:
        return None
    baseline = table["baseline"].to_numpy(float)
    points = change.points if change.points is not None else np.abs(baseline) * change.percent / 100
    if unit == POINTS:
        return points if np.ndim(points) else float(points)
    floor = scale.default_response.floor if scale.default_response else scale.minimum
    return 100 * points / (baseline - floor)
