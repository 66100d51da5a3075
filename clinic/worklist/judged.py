"""What is so about every open course by the rules of Today, from columns: one row for each course."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic import instruments
from clinic.instruments import Instrument
from clinic.outcomes import turning
from clinic.outcomes.baseline import WITHIN_DAYS, choose_each
from clinic.outcomes.change import met, worsened
from clinic.outcomes.clock import DAY, seconds
from clinic.outcomes.counting import DAYS_AFTER_FIRST, HOURS_AFTER_DOSE, hours_since
from clinic.worklist.rows import Rows

# Wider than the rule on both sides: a course's baseline is looked for among the few scores near its first dose.
NEAR_BEFORE, NEAR_AFTER = (WITHIN_DAYS + 2) * DAY, 2 * DAY
NO_TIME = np.iinfo(np.int64).min


def judged(rows: Rows, zone: str) -> pd.DataFrame:
    """Index: course. Times are seconds of UTC, NaN where there is none; totals are on the course's own scale.

    first: the first dose in the store; start: that, or the start of an imported course. since: the last form of the
    scale in any course, or else the opening; last, last_at: the last total in any course. now, now_at: the last total
    of this course; counted, counted_at, best: the last and the best score of it that count towards response;
    response_day: when the response rule was first met, in days since the start; held: the level that was held.
    worse, fading, rising: the verdicts.
    """
    courses = rows.courses.set_index("course", drop=False)
    place = pd.Series(np.arange(len(courses)), courses.index)
    doses = rows.doses[rows.doses["course"].isin(place.index)]
    scores = rows.scores[rows.scores["course"].isin(place.index)]
    at = place.reindex(scores["course"]).to_numpy(int)
    first = _by_course(doses.groupby("course")["at"].min(), courses)
    start = np.where(np.isnan(first), _float(courses["imported"]), first)
    last_dose = _by_course(doses.groupby("course")["at"].max(), courses)
    baseline, baseline_at = _baselines(rows, courses, scores, at, start, zone)
    found = courses.assign(
        opened=_float(courses["opened_at"]),
        first=first,
        start=start,
        baseline=baseline,
        baseline_at=baseline_at,
    ).drop(columns=["opened_at", "imported"])
    found = _with_last(found, scores, at)
    return _with_verdicts(found, scores, at, doses, last_dose, zone)


def _baselines(rows: Rows, courses, scores, at, start, zone: str) -> tuple[np.ndarray, np.ndarray]:
    """As everywhere: the one somebody chose, else by docs/clinical.md B.1; totals and when they were taken."""
    taken = _float(scores["taken_at"])
    with np.errstate(invalid="ignore"):
        near = (taken >= start[at] - NEAR_BEFORE) & (taken <= start[at] + NEAR_AFTER)
    columns = scores[near].drop(columns=["course", "of_course"])
    some = columns.assign(patient=at[near], instrument="", assessment=np.flatnonzero(near))
    begun = ~np.isnan(start)
    wanted = pd.DataFrame({"patient": np.flatnonzero(begun), "instrument": "", "start": _times(start[begun])})
    chosen = choose_each(some, wanted, zone=zone) if len(some) else None
    total, when = np.full(len(courses), np.nan), np.full(len(courses), np.nan)
    if chosen is not None:
        known = chosen["assessment"].notna().to_numpy()
        place = wanted["patient"].to_numpy()[known]
        total[place] = chosen["baseline"].to_numpy(float)[known]
        when[place] = taken[chosen["assessment"].to_numpy()[known].astype(int)]
    by_hand = rows.chosen.set_index("course").reindex(courses.index)
    named = by_hand["total"].notna().to_numpy()
    return np.where(named, by_hand["total"], total), np.where(named, _float(by_hand["taken_at"]), when)


def _with_last(found: pd.DataFrame, scores: pd.DataFrame, at: np.ndarray) -> pd.DataFrame:
    """Scores come in order of time, so that the last one written to a place is the last one taken."""
    taken, total = _float(scores["taken_at"]), scores["total"].to_numpy(float)
    any_at, last_at, last = (np.full(len(found), np.nan) for _ in range(3))
    any_at[at] = taken
    known = ~np.isnan(total)
    last_at[at[known]], last[at[known]] = taken[known], total[known]
    since = np.where(np.isnan(any_at), found["opened"], any_at)
    return found.assign(since=since, last_at=last_at, last=last)


def _with_verdicts(found, scores, at, doses, last_dose, zone: str) -> pd.DataFrame:
    ours = scores["of_course"].to_numpy(float) == scores["course"].to_numpy(float)
    scores, at = scores[ours], at[ours]
    taken, total = _float(scores["taken_at"]), scores["total"].to_numpy(float)
    frame = scores.assign(patient=scores["course"])
    hours = hours_since(frame, doses["course"], doses["at"], zone)
    begun = found[~np.isnan(found["start"])]
    days = hours_since(frame, begun["course"], _times(begun["start"]), zone) / 24
    known = ~np.isnan(total)
    with np.errstate(invalid="ignore"):
        late = (days >= DAYS_AFTER_FIRST) & ~(hours < HOURS_AFTER_DOSE)
    counts = known & late & ~scores["prorated"].to_numpy(bool)
    columns = {
        name: np.full(len(found), np.nan)
        for name in ("now_at", "now", "counted_at", "counted", "best", "held", "response_day")
    }
    columns["now_at"][at[known]], columns["now"][at[known]] = taken[known], total[known]
    columns["counted_at"][at[counts]], columns["counted"][at[counts]] = taken[counts], total[counts]
    verdicts = {name: np.zeros(len(found), bool) for name in ("worse", "fading", "rising")}
    for name, places in found.groupby("instrument", sort=False).indices.items():
        scale = instruments.instrument(name)
        local = np.full(len(found), -1)
        local[places] = np.arange(len(places))
        mine = counts & (local[at] >= 0)
        reading = (local[at[mine]], days[mine], total[mine])
        here = {key: value[places] for key, value in columns.items()}
        baseline = found["baseline"].to_numpy(float)[places]
        columns["best"][places] = _best(scale, *reading, len(places))
        columns["held"][places] = held = turning.held_level(
            reading[0], reading[2], len(places), higher_is=scale.higher_is
        )
        with np.errstate(invalid="ignore"):
            later = here["now_at"] > found["baseline_at"].to_numpy(float)[places]
            undosed = ~(last_dose[places] >= here["counted_at"])
        verdicts["worse"][places] = later & (worsened(scale, here["now"], baseline) == 1)
        verdicts["fading"][places], columns["response_day"][places] = _fading(scale, *reading, baseline)
        verdicts["rising"][places] = undosed & turning.risen(scale, held, here["counted"])
    return found.assign(**columns, **verdicts)


def _fading(scale: Instrument, course, days, totals, baseline) -> tuple[np.ndarray, np.ndarray]:
    """The verdicts, and the days on which the response began. Days of two scores decide their order, as for one
    person. Too mild a baseline has no verdict about response (docs/clinical.md B.5)."""
    rule, of = scale.default_response, len(baseline)
    if rule is None:
        return np.zeros(of, bool), np.full(of, np.nan)
    order = np.lexsort((np.arange(len(course)), days, course))
    course, days, totals = course[order], days[order], totals[order]
    holds = met(rule, totals, baseline[course])
    found = turning.fading(course, days, holds, of)
    since = np.r_[days, np.nan][turning.first_met(course, holds, of)]
    with np.errstate(invalid="ignore"):
        return found & ~(baseline < (scale.caseness if scale.caseness is not None else -np.inf)), since


def _best(scale: Instrument, course, days, totals, of: int) -> np.ndarray:
    sign = 1.0 if scale.higher_is == "worse" else -1.0
    best = np.full(of, np.inf)
    np.minimum.at(best, course, sign * totals)
    return np.where(np.isfinite(best), sign * best, np.nan)


def _by_course(times: pd.Series, courses: pd.DataFrame) -> np.ndarray:
    return _float(times.reindex(courses.index))


def _float(times) -> np.ndarray:
    whole = seconds(times)
    return np.where(pd.isna(pd.DatetimeIndex(times)), np.nan, whole.astype(float))


def _times(at) -> pd.Series:
    return pd.Series(pd.to_datetime(np.asarray(at, "int64"), unit="s", utc=True))
