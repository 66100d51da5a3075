"""How the clinic's own people with a like beginning fared: the middle 80 % of improvement, week by week.

Own data only, with the date up to which they reach: another clinic's curves are no norm (instruments reference
§2.8). Like means the same scale, indication, substance and route, and a baseline in the same band of the scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.outcomes import change
from clinic.outcomes.clock import day

RULE = "expect.band80"
VERSION = "1"
FEWEST = 30  # people: below it, no band and no week of one
WEEKS = 12
QUANTILES = {"q10": 0.10, "q25": 0.25, "q50": 0.50, "q75": 0.75, "q90": 0.90}
COLUMNS = ("week", "n", *QUANTILES)


@dataclass(frozen=True, slots=True)
class Expected:
    """`weeks` has the columns of `COLUMNS`, one row for each week with FEWEST people or more; `people` is how many
    like courses there are, `until` when the last of their scores was taken."""

    band: str
    people: int
    weeks: pd.DataFrame
    until: pd.Timestamp | None = None

    @property
    def enough(self) -> bool:
        return self.people >= FEWEST and len(self.weeks) > 0


def nominal_week(nights) -> np.ndarray:
    """Week k is days 7k − 3 to 7k + 3 after the first dose, as in `weekly.by_week`."""
    return (np.asarray(nights) + 3) // 7


def improvement(
    scores: pd.DataFrame, courses: pd.DataFrame, scale: Instrument, *, zone: str = "UTC"
) -> pd.DataFrame:
    """Long frame course, band, week, improvement (per cent): each course's last complete score of each week.

    `courses` has course, start and baseline (NaN is none); `scores` has course, taken_at, total, prorated. A baseline
    that is missing, or too mild for a verdict, is in no band.
    """
    banded = courses.assign(band=[scale.band(total) for total in courses["baseline"]])
    banded = banded[banded["band"].notna() & (banded["baseline"] >= _mildest(scale))]
    whole = scores[scores["total"].notna() & ~scores["prorated"].astype(bool)]
    pairs = whole.merge(banded[["course", "start", "baseline", "band"]], on="course")
    nights = day(pairs["taken_at"], zone) - day(pairs["start"], zone)
    pairs = pairs.assign(week=nominal_week(nights), improvement=_better(scale, pairs))
    pairs = pairs[(nights >= 4) & (pairs["week"] <= WEEKS) & pairs["improvement"].notna()]
    last = pairs.sort_values("taken_at", kind="stable").drop_duplicates(["course", "week"], keep="last")
    return last[["course", "band", "week", "improvement", "taken_at"]].reset_index(drop=True)


def expected(long: pd.DataFrame, band: str) -> Expected:
    """The quantiles among the courses of one baseline band, by week, never of fewer than FEWEST people."""
    mine = long[long["band"] == band]
    weeks = [
        (int(week), len(rows), *np.quantile(rows["improvement"], list(QUANTILES.values())))
        for week, rows in mine.groupby("week")
        if len(rows) >= FEWEST
    ]
    until = mine["taken_at"].max() if len(mine) else None
    return Expected(band, int(mine["course"].nunique()), pd.DataFrame(weeks, columns=list(COLUMNS)), until)


def own_line(rows: pd.DataFrame, scale: Instrument, baseline: float) -> pd.DataFrame:
    """The person's own points: night, total, improvement; `rows` are of `Followed.rows`."""
    better = _better(scale, rows.assign(baseline=baseline))
    return pd.DataFrame({"night": rows["night"], "total": rows["total"], "improvement": better}).reset_index(
        drop=True
    )


def in_words(found: Expected, title: str) -> str:
    """How many there are, and what may be said with them."""
    if not found.enough:
        return (
            f"No band yet: {found.people} of the {FEWEST} people needed with a like beginning ({title} {found.band} at "
            "baseline, same indication, substance and route)."
        )
    when = f"{found.until.day} {found.until:%b %Y}"
    return (
        f"Your clinic's own data up to {when}, not a target: {found.people} people with {title} {found.band} at "
        "baseline, same indication, substance and route."
    )


def _mildest(scale: Instrument) -> float:
    return scale.minimum + 1 if scale.caseness is None else scale.caseness


def _better(scale: Instrument, rows: pd.DataFrame) -> np.ndarray:
    rule = scale.default_response
    return change.improvements(rows["baseline"], rows["total"], rule.floor if rule else scale.minimum)
