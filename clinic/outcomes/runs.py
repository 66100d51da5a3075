"""Since when something holds without interruption, for all courses at once."""

from __future__ import annotations

import numpy as np

_SPAN = np.int64(1) << 32  # more days than any course has, so that course and day fit into one number


def first_runs(
    course: np.ndarray, days: np.ndarray, holds: np.ndarray, at_least: int, courses: int
) -> tuple[np.ndarray, np.ndarray]:
    """By course the places of the first look from which something holds without interruption for `at_least` days,
    and of the look that confirms it; −1 where there is none. As `durability.first_run` without an upper limit: in
    an unbroken run the first look lies furthest back, so the run's own length decides."""
    first, second = np.full(courses, -1), np.full(courses, -1)
    if not len(course):
        return first, second
    breaks = np.flatnonzero((course[1:] != course[:-1]) | (holds[1:] != holds[:-1])) + 1
    begins, ends = np.r_[0, breaks], np.r_[breaks, len(course)] - 1
    long_enough = holds[begins] & (days[ends] - days[begins] >= at_least)
    begins = begins[long_enough]
    whose, at = np.unique(course[begins], return_index=True)
    first[whose] = begins[at]
    key = course.astype(np.int64) * _SPAN + days
    second[whose] = np.searchsorted(key, key[begins[at]] + at_least, side="left")
    if at_least == 0:
        second[whose] = first[whose]
    return first, second
