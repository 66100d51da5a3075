"""Which scores count towards response: at least 72 hours after the last dose and 7 days after the first.

Ketamine works within hours and the scales ask about weeks, so a score soon after a dose is an early signal: it is
drawn, said and listed, but no response is read from it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.outcomes.baseline import BEFORE_DOSE
from clinic.outcomes.clock import HOUR, latest_before, midnight, next_midnight, same_person_keys, seconds
from clinic.outcomes.wording import plural

RULE = "counting.72h_7d"
HOURS_AFTER_DOSE = 72
DAYS_AFTER_FIRST = 7


def starts_of(treatments: pd.DataFrame) -> pd.DataFrame:
    """Patient, episode and start (first dose) of each course that has treatments."""
    first = treatments.groupby(["patient", "episode"], sort=False, dropna=False)["started_at"].min()
    return first.rename("start").reset_index()


def judge(
    scores: pd.DataFrame,
    treatments: pd.DataFrame,
    starts: pd.DataFrame | None = None,
    *,
    instruments: Mapping[str, Instrument] | None = None,
    zone: str = "UTC",
) -> pd.DataFrame:
    """The scores with hours_since_dose, days_since_first (NaN = none), counts, early and why_not (words).

    `starts` (patient, start) adds courses that have no treatment rows, such as imported ones; a score belongs to
    the patient's latest course begun before it. Where only a date is known the shortest possible time is used.
    `instruments` lets the words say what the scale looks back on.
    """
    starts = starts_of(treatments) if starts is None else starts
    hours = hours_since(scores, treatments["patient"], treatments["started_at"], zone)
    days = hours_since(scores, starts["patient"], starts["start"], zone) / 24
    early = (days >= 0) & ((hours < HOURS_AFTER_DOSE) | (days < DAYS_AFTER_FIRST))
    whole = scores["total"].notna().to_numpy() & ~scores["prorated"].to_numpy(bool)
    counts = whole & (days >= 0) & ~early
    return scores.assign(
        hours_since_dose=hours,
        days_since_first=days,
        counts=counts,
        early=early,
        why_not=_why_not(scores, hours, days, counts, instruments or {}),
    )


def hours_since(scores: pd.DataFrame, person, at, zone: str) -> np.ndarray:
    """Hours from that person's latest event before each score, NaN before any; `person` and `at` are the events.

    A score timed at the very moment of a dose came before it. A score with a date only is put after the doses of
    its day unless it is marked pre-dose, and then counted from midnight: the shortest time that it can be.
    """
    who, whose = same_person_keys(scores["patient"], person)
    return _hours(scores, seconds(scores["taken_at"]), who, whose, seconds(at), zone)


def hours_of_one(scores: pd.DataFrame, taken: np.ndarray, when: np.ndarray, zone: str) -> np.ndarray:
    """`hours_since` where all scores and events are one person's, so that nobody needs to be told apart; `taken`
    and `when` are their seconds of UTC."""
    return _hours(scores, taken, np.zeros(len(taken), int), np.zeros(len(when), int), when, zone)


def _hours(scores: pd.DataFrame, taken, who, whose, when: np.ndarray, zone: str) -> np.ndarray:
    look, earliest = taken, taken
    date_only = scores["date_only"].to_numpy(bool)
    if date_only.any():
        began, ended = midnight(scores["taken_at"], zone), next_midnight(scores["taken_at"], zone)
        before = scores["timing"].isin(BEFORE_DOSE).to_numpy()
        look = np.where(date_only, np.where(before, began, ended), taken)
        earliest = np.where(date_only, began, taken)
    found = latest_before(who, look, whose, when, including=False)
    if not len(when):
        return np.full(len(taken), np.nan)
    return np.where(found >= 0, np.maximum(earliest - when[found], 0) / HOUR, np.nan)


def _why_not(scores, hours, days, counts, instruments) -> list[str]:
    """One short reason per score that does not count, "" for one that does."""
    rows = zip(
        scores["instrument"],
        scores["total"],
        scores["prorated"],
        scores["missing"],
        hours,
        days,
        counts,
        strict=True,
    )
    return ["" if row[-1] else _reason(*row[:-1], instruments) for row in rows]


def _reason(instrument, total, prorated, missing, hours, days, instruments) -> str:
    if days != days:
        return "before the first dose"
    if total != total:
        return f"no total: {plural(int(missing), 'answer')} missing" if missing else "no total"
    if prorated:
        return f"prorated: {plural(int(missing), 'answer')} missing" if missing else "prorated"
    scale = instruments.get(instrument)
    recall = f"{scale.recall_days}-day recall, " if scale and scale.recall_days else ""
    if hours < HOURS_AFTER_DOSE:
        return f"early signal: {recall}{time_after_dose(hours)}"
    return f"early signal: {recall}day {int(days)} of treatment, counts from day {DAYS_AFTER_FIRST}"


def time_after_dose(hours: float) -> str:
    """`4 h after a dose`, `2 days after a dose`: hours within the first day, then whole days."""
    if hours < 1:
        return "within an hour of a dose"
    return f"{int(hours)} h after a dose" if hours < 24 else f"{plural(int(hours // 24), 'day')} after a dose"
