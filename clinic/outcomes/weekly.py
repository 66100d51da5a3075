"""Mean or median score by week: the same people first, then everyone, with n at each point.

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


def everyone_median(long: pd.DataFrame) -> pd.DataFrame:
    """week, n, median, low, high over whoever has a score in that week: the interval lies between the two scores
    that are as many places from the ends as leave 95 % between them (binomial, no distribution of scores assumed);
    NaN below six people, where no two scores do."""
    known = long[long["total"].notna()]
    rows = []
    for week, totals in known.groupby("week")["total"]:
        ordered = np.sort(totals.to_numpy(float))
        place = _places_from_the_end(len(ordered))
        low, high = (ordered[place - 1], ordered[-place]) if place else (np.nan, np.nan)
        rows.append((week, len(ordered), float(np.median(ordered)), low, high))
    return pd.DataFrame(rows, columns=["week", "n", "median", "low", "high"])


def the_same(long: pd.DataFrame, who: str = "every", middle=everyone) -> pd.DataFrame:
    """As `middle` (`everyone` or `everyone_median`), over the people of one definition: "every" week present, or
    both "ends" of the range.

    With "ends" the n of the weeks between may be smaller; with "every" it is one number.
    """
    return middle(long[long["patient"].isin(same_people(long, who))])


def could_have(courses: pd.DataFrame, weeks: int, now, *, zone: str = "UTC") -> pd.DataFrame:
    """week, n: how many began long enough ago that the days of that week (to 7k + 3) are over; week 0 is all."""
    nights = day([now], zone)[0] - day(courses["start"], zone)
    asked = np.arange(weeks + 1)
    n = [len(courses), *(int((nights > 7 * week + 3).sum()) for week in asked[1:])]
    return pd.DataFrame({"week": asked, "n": n})


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


def _places_from_the_end(n: int) -> int:
    """The largest k with P(Binomial(n, ½) ≤ k − 1) ≤ 2.5 %: the k-th score from either end is a limit; 0 for none."""
    from scipy.special import bdtr

    return int(np.searchsorted(bdtr(np.arange((n + 1) // 2), n, 0.5), 0.025, side="right"))
