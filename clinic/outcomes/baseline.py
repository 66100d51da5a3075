"""Which score is the baseline: the last complete one at or before the first dose, within fourteen days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.outcomes.clock import day, seconds
from clinic.outcomes.wording import date_words, number, plural

RULE = "baseline.last_complete_14d"
WITHIN_DAYS = 14
BEFORE_DOSE = ("baseline", "pre-dose")

# Why a score cannot be a baseline, in the order in which the reasons are looked for.
REASONS = (
    "",
    "has no total",
    "is prorated",
    "was taken after the first dose",
    "is marked pre-dose but timed after the first dose: correct one of the two",
    "was taken on the day of the first dose, without a time and not marked pre-dose",
    "was taken more than {days} days before the first dose",
)
NO_TOTAL, PRORATED, AFTER, CONTRADICTORY, SAME_DAY, TOO_OLD = range(1, 7)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The chosen score, or None with the reason; `source` is "rule", "chosen", "imported" or "none"."""

    assessment: str | None
    total: float | None
    taken_at: pd.Timestamp | None
    source: str
    why: str


def none_yet(why: str) -> Baseline:
    return Baseline(None, None, None, "none", why)


def choose(
    scores: pd.DataFrame, first_dose, *, zone: str = "UTC", within_days: int = WITHIN_DAYS
) -> Baseline:
    """The baseline among one person's scores of one scale; `first_dose` is None before there was one.

    Clinics measure on the day itself, so a score of that day counts if its time is at or before the dose, or,
    where only the date is known, if it is marked "baseline" or "pre-dose".
    """
    if first_dose is None or pd.isna(first_dose):
        return none_yet("the last complete score before the first dose will be the baseline")
    if not len(scores):
        return none_yet("no valid baseline: no score of this scale")
    doses = pd.DatetimeIndex([first_dose] * len(scores))
    reasons = refusals(scores, doses, zone=zone, within_days=within_days)
    if not (reasons == 0).any():
        return none_yet(f"no valid baseline: {_why_none(scores, reasons, zone, within_days)}")
    row = scores.iloc[int(np.flatnonzero(reasons == 0)[-1])]
    gap = int(day([first_dose], zone)[0] - day([row["taken_at"]], zone)[0])
    when = "on the day of the first dose" if gap == 0 else f"{plural(gap, 'day')} before the first dose"
    why = f"last complete score, {when}"
    return Baseline(row["assessment"], float(row["total"]), row["taken_at"], "rule", why)


def choose_each(
    scores: pd.DataFrame, courses: pd.DataFrame, *, zone: str = "UTC", within_days: int = WITHIN_DAYS
) -> pd.DataFrame:
    """The baseline of each course by the same rule, one pass over all: index = courses.index, columns
    assessment, baseline (NaN = none), baseline_why ("rule" or "none"). Each course uses its own scale."""
    wanted = courses.assign(course=np.arange(len(courses)))[["course", "patient", "instrument", "start"]]
    pairs = scores.assign(row=np.arange(len(scores))).merge(wanted, on=["patient", "instrument"])
    if len(pairs):
        reasons = refusals(pairs, pairs["start"], zone=zone, within_days=within_days)
        pairs = pairs[reasons == 0]
    order = np.lexsort((pairs["row"], seconds(pairs["taken_at"])))
    last = pairs.iloc[order].drop_duplicates("course", keep="last").set_index("course")
    found = last.reindex(np.arange(len(courses)))
    return pd.DataFrame(
        {
            "assessment": found["assessment"].to_numpy(object),
            "baseline": found["total"].to_numpy(float),
            "baseline_why": np.where(found["total"].isna(), "none", "rule"),
        },
        index=courses.index,
    )


def refusals(scores: pd.DataFrame, first_dose, *, zone: str, within_days: int = WITHIN_DAYS) -> np.ndarray:
    """For each row the place in `REASONS`, 0 where the score may be a baseline; `first_dose` is one time per row."""
    taken, dose = seconds(scores["taken_at"]), seconds(first_dose)
    nights = day(first_dose, zone) - day(scores["taken_at"], zone)
    date_only = scores["date_only"].to_numpy(bool)
    marked = scores["timing"].isin(BEFORE_DOSE).to_numpy()
    after = np.where(date_only, nights < 0, taken > dose)
    return np.select(
        [
            scores["total"].isna().to_numpy(),
            scores["prorated"].to_numpy(bool),
            after & marked & (nights == 0),
            after,
            date_only & (nights == 0) & ~marked,
            nights > within_days,
        ],
        [NO_TOTAL, PRORATED, CONTRADICTORY, AFTER, SAME_DAY, TOO_OLD],
        default=0,
    )


def _why_none(scores: pd.DataFrame, reasons: np.ndarray, zone: str, within_days: int) -> str:
    """About the nearest miss: the last score before the first dose, or else that all came later."""
    before = np.flatnonzero(reasons != AFTER)
    if not len(before):
        return "every score was taken after the first dose"
    row = scores.iloc[int(before[-1])]
    what = f"the score of {number(row['total'])}" if not pd.isna(row["total"]) else "the form"
    local = pd.Timestamp(row["taken_at"]).tz_convert(zone)
    return f"{what} of {date_words(local)} {REASONS[reasons[before[-1]]].format(days=within_days)}"
