"""Change since baseline, judged by the scale's own rules: there is no rule common to all scales.

One person at a time in plain numbers, or whole columns as arrays; both read the same definitions. Unknown is None
for one person and NaN in a column, never False.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from clinic.instruments.definition import Instrument
from clinic.instruments.rules import COMPARISONS, Rule, absent, percent_improvement

__all__ = [
    "Cutoffs",
    "cutoffs",
    "deviation_of_difference",
    "error_points",
    "improvements",
    "in_remission",
    "met",
    "partly",
    "partly_from",
    "percent_improvement",
    "reliable_change",
    "reliable_change_index",
    "responded",
    "worsened",
]

# "Partly" is read from 25 % up to the response threshold: the usual convention beside rules of 50 % (unverified;
# trials vary) and the stated one beside the 35 % of Y-BOCS. Rules that ask for less than 35 % have no "partly".
PARTLY_FROM = 25.0
PARTLY_BESIDE = 35.0
PARTLY_RULE = f"partly.from{PARTLY_FROM:.0f} (unverified convention)"


def responded(rule: Rule | None, baseline: float | None, total: float | None) -> bool | None:
    """By one named response rule; None without a rule, a baseline or a total."""
    return None if rule is None else rule.met(total, baseline)


def in_remission(rule: Rule | None, total: float | None, baseline: float | None = None) -> bool | None:
    """An absolute cut on the total: remission without response is possible (MADRS 22 to 12 under ≤ 12)."""
    return None if rule is None else rule.met(total, baseline)


def partly(rule: Rule | None, baseline: float | None, total: float | None) -> bool | None:
    """Better by 25 % or more but short of the response rule; None where the rule knows no such thing."""
    answered = responded(rule, baseline, total)
    if answered is None or partly_from(rule) is None:
        return None
    return not answered and percent_improvement(baseline, total, rule.floor) >= PARTLY_FROM


def partly_from(rule: Rule | None) -> float | None:
    """The per cent from which this rule's "partly" begins, None where it has none."""
    asked = (
        [condition.value for condition in rule.conditions if condition.measure == "fall_percent"]
        if rule
        else []
    )
    return PARTLY_FROM if asked and min(asked) >= PARTLY_BESIDE else None


def error_points(instrument: Instrument, baseline: float | None) -> float | None:
    """How many points from this baseline lie within measurement error's reach; None if no threshold is agreed."""
    change = instrument.default_change
    if change is None or absent(baseline):
        return None
    return change.points if change.points is not None else abs(baseline) * change.percent / 100


def reliable_change(instrument: Instrument, baseline: float | None, total: float | None) -> str | None:
    """ "better", "unchanged" or "worse" by the scale's default threshold, reached inclusively; None without one.

    "unchanged" says only that measurement error could explain the difference, not that nothing happened.
    """
    points = error_points(instrument, baseline)
    if points is None or absent(total):
        return None
    fall = baseline - total if instrument.higher_is == "worse" else total - baseline
    if abs(fall) < points:
        return "unchanged"
    return "better" if fall > 0 else "worse"


def improvements(baseline, total, floor: float = 0.0) -> np.ndarray:
    """Per cent improvement by row, NaN where it is undefined; the same numbers as `percent_improvement`."""
    baseline, total = np.asarray(baseline, float), np.asarray(total, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = 100 * (baseline - total) / (baseline - floor)
    return np.where(baseline > floor, percent, np.nan)


def met(rule: Rule, total, baseline) -> np.ndarray:
    """A rule by row: 1.0 met, 0.0 not met, NaN unknown; the same verdicts as `Rule.met`."""
    total, baseline = np.asarray(total, float), np.asarray(baseline, float)
    measures = {
        "total": total,
        "fall": baseline - total,
        "rise": total - baseline,
        "fall_percent": improvements(baseline, total, rule.floor),
    }
    holds, unknown = np.ones(len(total), bool), np.zeros(len(total), bool)
    for condition in rule.conditions:
        measured = measures[condition.measure]
        holds &= COMPARISONS[condition.comparison](measured, condition.value)
        unknown |= np.isnan(measured)
    return np.where(unknown, np.nan, holds.astype(float))


def worsened(instrument: Instrument, total, baseline) -> np.ndarray:
    """Reliable worsening by row: 1.0, 0.0, or NaN where the scale has no threshold or a number is missing."""
    total, baseline = np.asarray(total, float), np.asarray(baseline, float)
    change = instrument.default_change
    if change is None:
        return np.full(len(total), np.nan)
    rise = total - baseline if instrument.higher_is == "worse" else baseline - total
    points = change.points if change.points is not None else np.abs(baseline) * change.percent / 100
    return np.where(np.isnan(rise), np.nan, (rise >= points).astype(float))


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Where a score is likelier to be a well person's: `a`, `b`, `c` of Jacobson and Truax (1991)."""

    a: float
    b: float
    c: float


def deviation_of_difference(deviation: float, reliability: float) -> float:
    """Sdiff = s·√2·√(1 − r) of Jacobson and Truax (1991).

    `deviation` should come from a sample that no entry criterion has cut; a test–retest `reliability` answers
    "would a stable person's score move this much?", an alpha is larger and makes the threshold too small.
    """
    return deviation * sqrt(2) * sqrt(1 - reliability)


def reliable_change_index(before: float, after: float, difference_deviation: float) -> float:
    """RCI = (after − before) / Sdiff; beyond ±1.96 it is reliable at 95 %, and 1.96·Sdiff is RC95 in points."""
    return (after - before) / difference_deviation


def cutoffs(
    clinical: tuple[float, float], functional: tuple[float, float], *, higher_is_better: bool = False
) -> Cutoffs:
    """Each group as (mean, standard deviation); `c` is preferred where both norms exist and overlap."""
    (m1, s1), (m0, s0) = clinical, functional
    sign = 1 if higher_is_better else -1
    return Cutoffs(a=m1 + sign * 2 * s1, b=m0 - sign * 2 * s0, c=(s0 * m1 + s1 * m0) / (s0 + s1))
