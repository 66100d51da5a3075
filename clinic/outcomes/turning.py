"""Which courses are turning for the worse, everybody at once.

Readings of all courses lie in one set of arrays, sorted by course (numbers 0, 1, 2, …) and by time within it; one
verdict for each of `of` courses comes out. Fading gives the verdicts of `durability.fading`, which looks at one
person; reliable worsening is `change.worsened`, which works on columns already.
"""

from __future__ import annotations

import numpy as np

from clinic.instruments.definition import Instrument
from clinic.outcomes.durability import LOSS_APART


def fading(course, days, holds, of: int, *, apart: float = LOSS_APART) -> np.ndarray:
    """The last reading does not meet the response rule, an earlier one did, and the response is not lost by scores
    (docs/clinical.md D.3; what ends one at once is not among the readings). `holds` is the rule's verdict at each
    reading (1, 0, or NaN: not to be judged)."""
    course, days, holds = np.asarray(course, int), np.asarray(days, float), np.asarray(holds, float)
    if not len(course):
        return np.zeros(of, bool)
    at = np.arange(len(course))
    bad = (holds == 0) & (at > first_met(course, holds, of)[course])
    joined = np.r_[False, bad[1:] & bad[:-1] & (course[1:] == course[:-1])]
    begun = np.maximum.accumulate(np.where(joined, 0, at))
    lost = np.zeros(of, bool)
    lost[course[bad & (days - days[begun] >= apart)]] = True
    ends = bad & _last(course)
    found = np.zeros(of, bool)
    found[course[ends]] = True
    return found & ~lost


def first_met(course, holds, of: int) -> np.ndarray:
    """The place of each course's first reading that meets the rule; beyond the last place where none does."""
    course, good = np.asarray(course, int), np.asarray(holds, float) == 1
    found = np.full(of, len(course))
    np.minimum.at(found, course[good], np.flatnonzero(good))
    return found


def held_level(course, totals, of: int, *, higher_is: str = "worse") -> np.ndarray:
    """The best level that two readings in a row have held, the last reading left out; NaN where there is none. One
    single best reading is no level: a threshold from it fires on every third stable course (docs/clinical.md D.2)."""
    course, totals = np.asarray(course, int), np.asarray(totals, float)
    sign = 1.0 if higher_is == "worse" else -1.0
    held = np.full(of, np.inf)
    if len(course) > 1:
        pairs = (course[1:] == course[:-1]) & ~_last(course)[1:]
        worse_of_two = np.maximum(sign * totals[1:], sign * totals[:-1])
        np.minimum.at(held, course[1:][pairs], worse_of_two[pairs])
    return np.where(np.isfinite(held), sign * held, np.nan)


def risen(instrument: Instrument, held, last) -> np.ndarray:
    """Whether the last total lies the scale's reliable change or more above the held level, by course."""
    held, last = np.asarray(held, float), np.asarray(last, float)
    change = instrument.default_change
    if change is None:
        return np.zeros(len(held), bool)
    points = change.points if change.points is not None else np.abs(held) * change.percent / 100
    rise = last - held if instrument.higher_is == "worse" else held - last
    with np.errstate(invalid="ignore"):
        return (rise >= points) & ~np.isnan(rise)


def _last(course: np.ndarray) -> np.ndarray:
    return np.r_[course[1:] != course[:-1], True]
