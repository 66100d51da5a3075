"""Mean score by week: the same people first, then everyone, with n at each point.

A mean over whoever came falls when the unwell stop coming; the mean over the same people cannot.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.outcomes.clock import day
from clinic.refused import BadInput

DEFINITIONS = {
    "every": "people with a score in every week from {first} to {last}",
    "ends": "people with a score in week {first} and in week {last}",
}


def by_week(scores: pd.DataFrame, courses: pd.DataFrame, weeks: int, *, zone: str = "UTC") -> pd.DataFrame:
    """Long frame patient, week, total for one scale and one course per person.

    Week 0 is the course's baseline, week k the person's last score on days 7k − 3 to 7k + 3 after the first dose;
    prorated scores stay out and none is carried forward.
    """
    if courses["instrument"].nunique() > 1:
        scales = ", ".join(sorted(courses["instrument"].unique()))
        raise BadInput(f"Means are never taken across scales: choose one of {scales}.")
    whole = scores[scores["total"].notna() & ~scores["prorated"].astype(bool)]
    pairs = whole.merge(courses[["patient", "instrument", "start"]], on=["patient", "instrument"])
    days = day(pairs["taken_at"], zone) - day(pairs["start"], zone)
    pairs = pairs.assign(week=(days + 3) // 7)
    later = pairs[(days >= 4) & (pairs["week"] <= weeks)].sort_values("taken_at", kind="stable")
    later = later.drop_duplicates(["patient", "week"], keep="last")
    start = courses.loc[courses["baseline"].notna(), ["patient", "baseline"]]
    start = start.rename(columns={"baseline": "total"}).assign(week=0)
    columns = ["patient", "week", "total"]
    return pd.concat([start[columns], later[columns]], ignore_index=True).sort_values(["patient", "week"])


def everyone(long: pd.DataFrame) -> pd.DataFrame:
    """week, n, mean, sd, low, high (95 % t interval; NaN for n = 1) over whoever has a score in that week."""
    known = long[long["total"].notna()]
    table = known.groupby("week")["total"].agg(n="size", mean="mean", sd="std").reset_index()
    half = _t975(table["n"].to_numpy()) * table["sd"] / np.sqrt(table["n"])
    return table.assign(low=table["mean"] - half, high=table["mean"] + half)


def the_same(long: pd.DataFrame, who: str = "every") -> pd.DataFrame:
    """As `everyone`, over the people of one definition: "every" week present, or both "ends" of the range.

    With "ends" the n of the weeks between may be smaller; with "every" it is one number.
    """
    return everyone(long[long["patient"].isin(same_people(long, who))])


def same_people(long: pd.DataFrame, who: str = "every") -> pd.Index:
    """The patients that the definition keeps."""
    known = long[long["total"].notna()]
    wide = known.groupby(["patient", "week"]).size().unstack("week")
    if not wide.size:
        return pd.Index([])
    asked = wide if who == "every" else wide.iloc[:, [0, -1]]
    return wide.index[asked.notna().all(axis=1)]


def definition(long: pd.DataFrame, who: str = "every") -> str:
    """The sentence that must stand beside the figure."""
    weeks = long.loc[long["total"].notna(), "week"]
    if not len(weeks):
        return "nobody has a score yet"
    return DEFINITIONS[who].format(first=int(weeks.min()), last=int(weeks.max()))


def _t975(n: np.ndarray) -> np.ndarray:
    from scipy.special import stdtrit  # 0.15 s to import, and only this figure needs it

    return np.where(n > 1, stdtrit(np.maximum(n - 1, 1), 0.975), np.nan)
