"""What a definition says about totals: bands, criteria, and differences that count as a change."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass

COMPARISONS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


@dataclass(frozen=True, slots=True)
class Band:
    """A named stretch of whole totals, both ends included."""

    name: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class BandSet:
    """One source's way of naming totals; sources differ, so the set has a rule id of its own."""

    id: str
    bands: tuple[Band, ...]
    source: str
    evidence: str
    default: bool = False

    @property
    def name(self) -> str:
        return short_name(self.id)

    def band(self, total: float | None) -> str | None:
        """The band of a total; a prorated total is rounded half up first (4.5 is 5, not 4)."""
        if absent(total):
            return None
        whole = half_up(total)
        return next((band.name for band in self.bands if band.low <= whole <= band.high), None)


@dataclass(frozen=True, slots=True)
class Condition:
    """One half of a rule: `measure` compared with `value`. Measures are "total"; "fall" and "rise" in points
    from the baseline; "fall_percent" of the distance from the baseline to the scale's floor."""

    measure: str
    comparison: str
    value: float

    def holds(self, measured: float) -> bool:
        return COMPARISONS[self.comparison](measured, self.value)


@dataclass(frozen=True, slots=True)
class Rule:
    """A named criterion; every condition must hold. `floor` is the lowest total of the scale; `sex` limits
    the rule to people of one sex."""

    id: str
    says: str
    conditions: tuple[Condition, ...]
    source: str
    evidence: str
    default: bool = False
    floor: float = 0.0
    sex: str | None = None

    @property
    def name(self) -> str:
        """The id without the instrument: `madrs.remission.le12` is `remission_le12`."""
        return short_name(self.id)

    @property
    def needs_baseline(self) -> bool:
        return any(condition.measure != "total" for condition in self.conditions)

    def met(self, total: float | None, baseline: float | None = None) -> bool | None:
        """Whether the criterion holds; None when a number it needs is missing or the fall is undefined."""
        measured = [self._measure(condition.measure, total, baseline) for condition in self.conditions]
        if None in measured:
            return None
        pairs = zip(self.conditions, measured, strict=True)
        return all(condition.holds(value) for condition, value in pairs)

    def line(self, baseline: float | None = None) -> float | None:
        """The total at which the criterion begins to hold, as drawn in a figure; None without a baseline."""
        edges = [self._edge(condition, baseline) for condition in self.conditions]
        return None if None in edges else min(edges)

    def _measure(self, measure: str, total: float | None, baseline: float | None) -> float | None:
        if absent(total):
            return None
        if measure == "total":
            return total
        if measure == "fall_percent":
            return percent_improvement(baseline, total, self.floor)
        if absent(baseline):
            return None
        return baseline - total if measure == "fall" else total - baseline

    def _edge(self, condition: Condition, baseline: float | None) -> float | None:
        if condition.measure == "total":
            return condition.value
        if absent(baseline):
            return None
        if condition.measure == "fall_percent":
            return self.floor + (baseline - self.floor) * (100 - condition.value) / 100
        return baseline + (condition.value if condition.measure == "rise" else -condition.value)


@dataclass(frozen=True, slots=True)
class Change:
    """A difference worth calling a change: `points` up or down, or a fall by `percent` of the baseline."""

    id: str
    says: str
    points: float | None
    percent: float | None
    source: str
    evidence: str
    default: bool = False

    @property
    def name(self) -> str:
        return short_name(self.id)

    def reached(self, total: float | None, baseline: float | None) -> bool | None:
        """Whether the two totals differ by so much; None without one of them.

        Points count in either direction. A percentage is one of improvement: a rise never reaches it.
        """
        if absent(total) or absent(baseline):
            return None
        if self.points is not None:
            return abs(total - baseline) >= self.points
        return total < baseline and baseline - total >= baseline * self.percent / 100


def short_name(rule_id: str) -> str:
    """Without the instrument, as validation rows and scores name it."""
    return rule_id.split(".", 1)[1].replace(".", "_")


def absent(number: float | None) -> bool:
    """None and NaN are both a missing number."""
    return number is None or number != number


def half_up(total: float) -> int:
    """Nearest whole number, halves upwards; Python's round() would send 4.5 to 4 and into the wrong band."""
    return math.floor(total + 0.5)


def percent_improvement(baseline: float | None, total: float | None, floor: float = 0.0) -> float | None:
    """100 · (baseline − total) / (baseline − floor), lower being better; worsening is negative, not clipped.

    `floor` is the scale's lowest total (4 for four items coded 1–7). None when a number is missing or the
    baseline is at the floor, where a percentage means nothing.
    """
    if absent(baseline) or absent(total) or baseline <= floor:
        return None
    return 100 * (baseline - total) / (baseline - floor)
