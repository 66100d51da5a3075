"""What people answered about suicide before the first dose and in the outcome window: new, persisting, no longer
endorsed, not asked again, of everyone who started (docs/clinical.md I.6). It counts answers. It says nothing about
what a treatment prevents.

Before: the most concerning answer of the 28 days up to the first dose. After: the most concerning one of the window.
An answer above 0 is endorsed; behaviour long past, with nothing since, is not. A skipped question is no answer before
the dose, where it would make an improvement that nobody saw, and stands as endorsed after it until somebody asks.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.outcomes.baseline import BEFORE_DOSE
from clinic.outcomes.clock import DAY, day, midnight, next_midnight, same_person_keys, seconds
from clinic.outcomes.proportion import wilson
from clinic.outcomes.states import Window
from clinic.outcomes.suicidality import ASKED, WITHIN_DAYS

RULE = "suicidality.change"

TOO_EARLY = "too early"
NOT_BEFORE = "not asked before"
NEW = "new"
PERSISTING = "persisting"
NOT_AGAIN = "not asked again"
NO_LONGER = "no longer endorsed"
NEVER = "not endorsed, before or after"

# In order of precedence.
STATES = (TOO_EARLY, NOT_BEFORE, NEW, PERSISTING, NOT_AGAIN, NO_LONGER, NEVER)
UNKNOWN = (NOT_BEFORE, NOT_AGAIN)


def people(
    first: pd.DataFrame, scores: pd.DataFrame, now, *, window: Window | None = None, zone: str = "UTC"
) -> pd.DataFrame:
    """One row per person of `first`: patient, state, before and after ("yes", "no", "skipped", "" = not asked),
    since (endorsed at any time from the first dose to the end of the window), other_scale (asked by another scale
    after than before). `since` is known for those who are too early, or were not asked before, too."""
    window = window or Window()
    table = first[["patient", "start"]].reset_index(drop=True)
    asked = scores[scores["suicide_state"].isin(ASKED)]
    at, rows = _pairs(table, asked)
    level = _level(asked)[rows]
    start = seconds(table["start"])[at]
    given = _placed(asked, zone)[rows]
    days = day(asked["taken_at"], zone)[rows] - day(table["start"], zone)[at]
    before = (given <= start) & (start - given <= WITHIN_DAYS * DAY)
    since = (given > start) & (days <= window.day + window.either_side)
    after = since & (days >= window.day - window.either_side)
    names = asked["instrument"].to_numpy(object)[rows]
    table["before"] = _worst(len(table), at[before], level[before], skipped_counts=False)
    table["after"] = _worst(len(table), at[after], level[after], skipped_counts=True)
    table["since"] = np.bincount(at[since], level[since] > 0, len(table)) > 0
    table["other_scale"] = _differ(len(table), at[before], names[before], at[after], names[after])
    passed = day([now], zone)[0] - day(table["start"], zone) > window.day + window.either_side
    table["state"] = _states(table, passed)
    return table.drop(columns="start")


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """state, n, of, share, low, high (Wilson), endorsed_since: one row per state; the n sum to everyone who
    started. `endorsed_since` are those in it who endorsed something since the first dose."""
    rows = []
    for state in STATES:
        some = table[table["state"] == state]
        n, of = len(some), len(table)
        low, high = wilson(n, of) or (np.nan, np.nan)
        rows.append((state, n, of, n / of if of else np.nan, low, high, int(some["since"].sum())))
    return pd.DataFrame(rows, columns=["state", "n", "of", "share", "low", "high", "endorsed_since"])


def definition(window: Window) -> str:
    """The words under the figure."""
    return (
        f"before: the most concerning answer of the {WITHIN_DAYS} days up to the first dose; new: not endorsed before, "
        f"endorsed at any time from the first dose to day {window.day + window.either_side}; persisting, no longer "
        f"endorsed and not asked again: by all answers at {window.says}; a question skipped after the dose counts as "
        "endorsed"
    )


def _states(table: pd.DataFrame, passed: np.ndarray) -> np.ndarray:
    endorsed, again = table["before"] == "yes", table["after"].isin(["yes", "skipped"])
    return np.select(
        [
            ~passed,
            ~table["before"].isin(["yes", "no"]),
            ~endorsed & table["since"],
            endorsed & again,
            table["after"] == "",
            endorsed,
        ],
        [TOO_EARLY, NOT_BEFORE, NEW, PERSISTING, NOT_AGAIN, NO_LONGER],
        default=NEVER,
    )


def _level(asked: pd.DataFrame) -> np.ndarray:
    """0 not endorsed, 1 skipped, 2 endorsed."""
    value = asked["suicide"].to_numpy(float)
    endorsed = (value > 0) | (np.isnan(value) & (asked["suicide_state"] == "yes").to_numpy(bool))
    return np.where(endorsed, 2, np.where(asked["suicide_state"] == "skipped", 1, 0))


def _pairs(table: pd.DataFrame, asked: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Positions (in the table, in asked) of the same person; each person stands once in the table."""
    of, who = same_person_keys(table["patient"], asked["patient"])
    place = np.full(max(of.max(initial=-1), who.max(initial=-1)) + 1, -1)
    place[of] = np.arange(len(of))
    at = place[who]
    rows = np.flatnonzero(at >= 0)
    return at[rows], rows


def _placed(asked: pd.DataFrame, zone: str) -> np.ndarray:
    """The second at which each answer counts. One with a date only stands at the end of its day, after the doses of
    that day, or at its beginning where it is marked as before the dose, as scores are placed."""
    taken = seconds(asked["taken_at"])
    date_only = asked["date_only"].to_numpy(bool)
    if not date_only.any():
        return taken
    before = asked["timing"].isin(BEFORE_DOSE).to_numpy(bool)
    day_long = np.where(before, midnight(asked["taken_at"], zone), next_midnight(asked["taken_at"], zone) - 1)
    return np.where(date_only, day_long, taken)


def _worst(n: int, at: np.ndarray, level: np.ndarray, *, skipped_counts: bool) -> np.ndarray:
    """The most concerning answer in words. A skipped one is worse than "no" where it counts; where it does not, it
    is said only if nothing else was answered."""
    order = ("no", "skipped", "yes") if skipped_counts else ("skipped", "no", "yes")
    ranks = np.array([order.index(word) for word in ("no", "skipped", "yes")])[level]
    worst = np.full(n, -1)
    np.maximum.at(worst, at, ranks)
    return np.array(["", *order], dtype=object)[worst + 1]


def _differ(n: int, before_at, before_names, after_at, after_names) -> np.ndarray:
    """Asked at both times, by no scale that is the same."""
    pairs = set(zip(before_at.tolist(), before_names.tolist(), strict=True))
    shared = np.zeros(n, bool)
    again = [pair in pairs for pair in zip(after_at.tolist(), after_names.tolist(), strict=True)]
    shared[after_at[np.array(again, bool)]] = True
    both = np.isin(np.arange(n), before_at) & np.isin(np.arange(n), after_at)
    return both & ~shared
