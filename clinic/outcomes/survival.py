"""Kaplan–Meier: how many are still without the event, with those who left counted as long as they were seen.

Written out in numpy because statsmodels takes half a second to import; a test proves that both agree. Whoever
leaves because of getting worse makes the curve look too good: say so beside it. No log-rank test between clinics.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import pandas as pd

# Past these the line would be the story of a few people: where the lead looks, and in what leaves the clinic.
FEWEST_INSIDE = 5
FEWEST_OUTSIDE = 10
HALF = 0.5 + 1e-9  # a product of fractions that comes to one half may lie a rounding error above it


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Arrays over the times with an event: how many were `at_risk` just before, had `events`, and the share left
    after it with its log(−log) limits (NaN once nobody is left). The line is drawn up to `ends`.

    `followed` holds everybody's time in order; `unknown` rows had no time or no verdict and are in nothing else.
    """

    time: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    survival: np.ndarray
    error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    followed: np.ndarray
    ends: float
    unknown: int

    @property
    def n(self) -> int:
        return len(self.followed)

    @property
    def median(self) -> float | None:
        """The first time with half or fewer left; None is "not reached", and no other number stands in for it."""
        return self._first_at_half(self.survival)

    @property
    def median_interval(self) -> tuple[float | None, float | None]:
        """Where the limits cross one half (Brookmeyer and Crowley 1982); None is "not reached"."""
        return self._first_at_half(self.low), self._first_at_half(self.high)

    def censored(self) -> np.ndarray:
        """The times at which somebody was last seen without the event, in order; up to the end of the line."""
        times, n = np.unique(self.followed[self.followed <= self.ends], return_counts=True)
        n[np.searchsorted(times, self.time)] -= self.events
        return np.repeat(times, n)

    def remaining(self, times) -> np.ndarray:
        """Numbers at risk just before each time, for the row under the figure."""
        return self.n - np.searchsorted(self.followed, np.asarray(times, float), side="left")

    def at(self, time: float) -> tuple[float, float, float] | None:
        """Share left at a time, with its limits; None beyond the end of the line."""
        if time > self.ends:
            return None
        step = int(np.searchsorted(self.time, time, side="right")) - 1
        if step < 0:
            return 1.0, 1.0, 1.0
        return float(self.survival[step]), float(self.low[step]), float(self.high[step])

    def _first_at_half(self, shares: np.ndarray) -> float | None:
        there = np.flatnonzero(shares <= HALF)
        return float(self.time[there[0]]) if len(there) else None


def kaplan_meier(times, events, confidence: float = 0.95) -> Curve:
    """`times` to the event or to the last look, `events` true or false; one row per person.

    S = Π(1 − d/n); Greenwood Var(S) = S²·Σ d/(n(n − d)); limits S^exp(±z·√Σ / ln S). Who is censored at the very
    time of an event was still at risk for it.
    """
    times, events, unknown = _known(times, events)
    followed = np.sort(times)
    at, died = np.unique(times[events], return_counts=True)
    at_risk = len(followed) - np.searchsorted(followed, at, side="left")
    survival = np.cumprod(1 - died / at_risk)
    error, low, high = _limits(at_risk, died, survival, NormalDist().inv_cdf(0.5 + confidence / 2))
    ends = float(followed[-1]) if len(followed) else 0.0
    return Curve(at, at_risk, died, survival, error, low, high, followed, ends, unknown)


def until_at_risk(curve: Curve, fewest: int) -> Curve:
    """The same curve ended where fewer than `fewest` are still at risk; a median beyond it is not reached."""
    if fewest < 1:
        raise ValueError("a curve needs somebody at risk")
    ends = float(curve.followed[-fewest]) if curve.n >= fewest else 0.0
    keep = curve.at_risk >= fewest
    names = ("time", "at_risk", "events", "survival", "error", "low", "high")
    return replace(curve, ends=ends, **{name: getattr(curve, name)[keep] for name in names})


def _limits(at_risk, died, survival, z: float) -> list[np.ndarray]:
    """Standard error, lower and upper limit; all three NaN where nobody is left."""
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.sqrt(np.cumsum(died / (at_risk * (at_risk - died))))
        exponent = z * greenwood / np.log(survival)
        found = survival * greenwood, survival ** np.exp(-exponent), survival ** np.exp(exponent)
    return [np.where(survival > 0, each, np.nan) for each in found]


def _known(times, events) -> tuple[np.ndarray, np.ndarray, int]:
    times = np.asarray(times, float)
    verdicts = pd.Series(events, dtype=object).to_numpy(float, na_value=np.nan)  # None, NaN and NA alike
    known = ~np.isnan(times) & ~np.isnan(verdicts)
    if (times[known] < 0).any():
        raise ValueError("a time before the start")
    return times[known], verdicts[known] == 1, int((~known).sum())
