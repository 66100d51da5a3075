"""Two measured sides, and whether their ratio is within its aim."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median, quantiles

from benchmarks.crowd import Search


@dataclass(frozen=True)
class Ratio:
    """`low` and `high` say how far the ratio can be trusted: the quartiles of its pairs, or the numbers of
    people between which a search ended."""

    name: str
    ours: float
    floor: float
    unit: str
    low: float
    high: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def value(self) -> float:
        return self.ours / self.floor if self.floor else math.nan

    @property
    def met(self) -> bool:
        return self.value <= self.at_most if self.at_most is not None else self.value >= self.at_least

    @property
    def line(self) -> str:
        aim = f"≤ {self.at_most:g}" if self.at_most is not None else f"≥ {self.at_least:g}"
        digits = 1 if self.unit == "ms" and self.ours < 1000 else 0
        sides = f"{self.ours:.{digits}f} / {self.floor:.{digits}f} {self.unit}"
        spread = f"({self.low:.2f}–{self.high:.2f})"
        verdict = "pass" if self.met else "MISS"
        return f"{self.name:<52}{sides:>22}{self.value:>8.2f} {spread:<14} {aim:>6}  {verdict}"


def of_series(name: str, ours: list[float], floor: list[float], at_most: float) -> Ratio:
    """Seconds of both sides in the order in which they were measured in turn. The ratio is that of the
    medians."""
    pairs = [a / b for a, b in zip(ours, floor, strict=True)]
    low, _, high = quantiles(pairs, n=4, method="inclusive") if len(pairs) > 1 else pairs * 3
    return Ratio(name, median(ours) * 1000, median(floor) * 1000, "ms", low, high, at_most=at_most)


def of_searches(name: str, ours: Search, floor: Search, at_least: float) -> Ratio:
    low = ours.held / floor.failed if floor.failed else 0.0
    high = ours.failed / floor.held if ours.failed and floor.held else math.inf
    return Ratio(name, ours.held, floor.held, "people", low, high, at_least=at_least)
