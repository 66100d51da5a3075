"""How long one dose lasts in one person: the days from a dose until half of what it gained is lost again.

docs/clinical.md D.5: only scales with a recall of at most 7 days, only intervals with at least 3 scores, and the
median of a person's own intervals includes the censored ones. It is a description of the past, never a
recommendation of an interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
import pandas as pd

from clinic.instruments import Instrument
from clinic.outcomes.clock import DAY, seconds

RULE = "benefit.half_of_gain_lost"
LONGEST_RECALL = 7
FEWEST_SCORES = 3
FEWEST_INTERVALS = 3
BEFORE_AT_MOST = 7 * DAY  # a score that old still says how somebody was at the dose


@dataclass(frozen=True, slots=True)
class Interval:
    """From one dose to the next, or to the last score. `days` and `totals` are its scores, days since the dose.

    Half of the gain was lost after `after` and by `by` days; `by` is infinite where it still held at the last score,
    and both are None, with the reason in `why`, where the interval cannot say.
    """

    number: int
    start: pd.Timestamp
    days: tuple[float, ...]
    totals: tuple[float, ...]
    before: float | None
    after: float | None = None
    by: float | None = None
    why: str = ""

    @property
    def judged(self) -> bool:
        return self.after is not None

    @property
    def says(self) -> str:
        if not self.judged:
            return self.why
        if self.by == inf:
            return f"≥ {self.after:.0f} d"
        return f"{self.after:.0f}–{self.by:.0f} d"


@dataclass(frozen=True, slots=True)
class Usually:
    """The median over a person's own intervals lies between `low` and `high` days; `high` may be infinite."""

    low: float
    high: float
    intervals: int
    censored: int

    @property
    def says(self) -> str:
        return f"≥ {self.low:.0f} d" if self.high == inf else f"{self.low:.0f}–{self.high:.0f} d"


def can_say(instrument: Instrument) -> bool:
    """Whether the scale looks back over few enough days."""
    return instrument.has_total and instrument.recall_days <= LONGEST_RECALL


def intervals(scores: pd.DataFrame, doses: Iterable[pd.Timestamp], instrument: Instrument) -> list[Interval]:
    """One person's intervals on one version of one scale, oldest first. `scores` have `instrument`, `version`,
    `taken_at`, `total` and `prorated`; prorated ones are left out. The last interval goes on to the last score."""
    own = scores[(scores["instrument"] == instrument.id) & (scores["version"] == instrument.version)]
    own = own[own["total"].notna() & ~own["prorated"]]
    at, totals = seconds(own["taken_at"]), own["total"].to_numpy(float)
    starts = sorted(doses)
    bounds = [*seconds(starts), np.iinfo(np.int64).max]
    falls = -1 if instrument.higher_is == "better" else 1
    return [
        _interval(n, start, at, totals, bounds[n - 1], bounds[n], falls) for n, start in enumerate(starts, 1)
    ]


def _interval(number, start, at, totals, begins, ends, falls) -> Interval:
    inside = (at > begins) & (at <= ends)
    earlier = np.flatnonzero((at <= begins) & (at >= begins - BEFORE_AT_MOST))
    before = float(totals[earlier[-1]]) if len(earlier) else None
    days = tuple(float(d) for d in (at[inside] - begins) / DAY)
    found = Interval(number, start, days, tuple(float(t) for t in totals[inside]), before)
    return _judged(found, falls)


def _judged(it: Interval, falls: int) -> Interval:
    if len(it.days) < FEWEST_SCORES:
        return _replaced(it, why=f"not enough scores ({len(it.days)} of {FEWEST_SCORES})")
    if it.before is None:
        return _replaced(it, why="no score in the week before the dose")
    severity = [falls * total for total in it.totals]
    best = int(np.argmin(severity))
    gain = falls * it.before - severity[best]
    if gain <= 0:
        return _replaced(it, why="nothing gained")
    half = severity[best] + gain / 2
    lost = next((n for n in range(best + 1, len(severity)) if severity[n] >= half), None)
    if lost is None:
        return _replaced(it, after=it.days[-1], by=inf)
    return _replaced(it, after=it.days[lost - 1], by=it.days[lost])


def _replaced(it: Interval, **values) -> Interval:
    return Interval(it.number, it.start, it.days, it.totals, it.before, **values)


def usually(found: Sequence[Interval]) -> Usually | None:
    """The median, once there are enough intervals that can say. An event between two scores may have been at either
    end, so the median is that of all the earliest and that of all the latest possible days."""
    judged = [each for each in found if each.judged]
    if len(judged) < FEWEST_INTERVALS:
        return None
    return Usually(
        _median([each.after for each in judged]),
        _median([each.by for each in judged]),
        len(judged),
        sum(each.by == inf for each in judged),
    )


def _median(values: list[float]) -> float:
    """With an even number the mean of the middle two, which is infinite if either is."""
    ordered, middle = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
