"""From when to when a course goes: from its first dose to that of the same person's next course."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.outcomes import counting
from clinic.outcomes.clock import day, same_person_keys, seconds

NEVER = np.iinfo(np.int64).max


def next_starts(courses: pd.DataFrame, starts: pd.DataFrame) -> np.ndarray:
    """Seconds at which the same person's next course began, `NEVER` for the last."""
    who, whose = same_person_keys(courses["patient"], starts["patient"])
    at, own = seconds(starts["start"]), seconds(courses["start"])
    order = np.lexsort((at, whose))
    whose, at = whose[order], at[order]
    span = np.int64(1) << 34
    found = np.searchsorted(whose * span + at, who * span + own, side="right")
    inside = np.minimum(found, max(len(at) - 1, 0))
    return np.where((found < len(at)) & (whose[inside] == who), at[inside], NEVER)


def all_starts(courses: pd.DataFrame, treatments: pd.DataFrame) -> pd.DataFrame:
    """Also courses outside the choice end those inside, and also imported ones that have no treatment rows."""
    both = [courses[["patient", "start"]], counting.starts_of(treatments)[["patient", "start"]]]
    return pd.concat([each for each in both if len(each)], ignore_index=True) if len(courses) else both[0]


def endings_by_course(
    courses: pd.DataFrame, endings: pd.DataFrame, treatments: pd.DataFrame, *, zone: str = "UTC"
) -> pd.DataFrame:
    """`endings` (patient, at, why) as course, day, why: each belongs to the course in which it happened."""
    table = courses.reset_index(drop=True)
    until = next_starts(table, all_starts(table, treatments))
    pairs = endings.merge(
        table.assign(until=until).reset_index(names="course")[["course", "patient", "start", "until"]],
        on="patient",
    )
    at = seconds(pairs["at"])
    nights = day(pairs["at"], zone) - day(pairs["start"], zone)
    inside = (nights >= 0) & (at < pairs["until"].to_numpy())
    return pd.DataFrame({"course": pairs["course"], "day": nights.astype(float), "why": pairs["why"]})[inside]
