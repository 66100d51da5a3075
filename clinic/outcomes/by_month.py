"""What happened in each calendar month, the months without anything kept: the points of a run or control chart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.outcomes.clock import day, wall
from clinic.outcomes.states import RESPONDED, TOO_EARLY, UNKNOWN, Window
from clinic.outcomes.wording import MONTHS


def by_month(times, zone: str, as_of, *, closes_after: int = 0, **sums) -> pd.DataFrame:
    """month (its first day, on the clinic's calendar), whole, and the sum of each column given; every month from the
    first to the last of `times`.

    A month is whole when `closes_after` days have passed since its last day: before that its numbers still grow.
    """
    local = wall(times, zone)
    number = local.year.to_numpy() * 12 + local.month.to_numpy() - 1
    if not len(number):
        empty = {name: np.zeros(0) for name in sums}
        return pd.DataFrame({"month": pd.DatetimeIndex([]), "whole": np.zeros(0, bool)} | empty)
    first, last = int(number.min()), int(number.max())
    months = pd.period_range(f"{first // 12}-{first % 12 + 1:02}", periods=last - first + 1, freq="M")
    last_days = months.to_timestamp(how="end").normalize().as_unit("s").asi8 // 86400
    found = {"month": months.to_timestamp(), "whole": day([as_of], zone)[0] - last_days > closes_after}
    for name, values in sums.items():
        weights = np.asarray(values, float)
        found[name] = np.bincount(number - first, weights=weights, minlength=len(months)).round().astype(int)
    return pd.DataFrame(found)


def responded(people: pd.DataFrame, window: Window, zone: str, as_of) -> pd.DataFrame:
    """count responded, of all whose window has passed, and among them unknown; too_early apart. By the month of the
    first dose; `people` are from `states.people`. All of, and too_early, sum to everyone who started."""
    return _of_people(people, window, zone, as_of, people["state"] == RESPONDED)


def missing(people: pd.DataFrame, window: Window, zone: str, as_of) -> pd.DataFrame:
    """As `responded`, but the count is of those unknown: no score in the window, or no valid baseline."""
    table = _of_people(people, window, zone, as_of, people["state"].isin(UNKNOWN))
    return table.drop(columns="unknown")


def events(treatments: pd.DataFrame, events: pd.DataFrame, zone: str, as_of) -> pd.DataFrame:
    """count of adverse events, of treatments, by the month of the treatment; `events` has the key of the treatment."""
    times = treatments["started_at"]
    rows = pd.Index(treatments["treatment"]).get_indexer(events["treatment"])
    number = np.bincount(rows[rows >= 0], minlength=len(times))
    return by_month(times, zone, as_of, count=number, of=np.ones(len(times)))


def month_words(month) -> str:
    """`May 2026`."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def _of_people(people: pd.DataFrame, window: Window, zone: str, as_of, counted) -> pd.DataFrame:
    early = people["state"] == TOO_EARLY
    return by_month(
        people["start"],
        zone,
        as_of,
        closes_after=window.day + window.either_side,
        count=counted & ~early,
        of=~early,
        unknown=people["state"].isin(UNKNOWN),
        too_early=early,
    )
