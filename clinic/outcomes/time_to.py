"""Time to response and how long it lasted, for all courses at once: the rules of `durability` in passes over arrays.

`durability` judges one person and is the plain statement of each rule; a test holds both together. Days are nights
of the clinic's calendar since the first dose, so a score timed in the evening does not come a day later.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.outcomes import counting
from clinic.outcomes.change import met
from clinic.outcomes.clock import day, latest_before, same_person_keys, seconds
from clinic.outcomes.course_spans import all_starts, next_starts
from clinic.outcomes.durability import LOSS_APART, ON_A_LATER_DAY
from clinic.outcomes.runs import first_runs
from clinic.outcomes.states import NO_BASELINE, TOO_MILD, too_mild
from clinic.outcomes.survival import Curve, kaplan_meier, until_at_risk

AGAIN_RULE = "retreatment.gap21d"
GAP_DAYS = 21  # ours: fortnightly doses of a series that slip by some days are no treatment anew


def looks(
    courses: pd.DataFrame, scores: pd.DataFrame, treatments: pd.DataFrame, *, zone: str = "UTC"
) -> pd.DataFrame:
    """Every score that counts (`counting`) on the course's own scale: course (place in `courses`), day, total, given
    (treatments of the course before it), in order. A course ends where the same person's next one begins."""
    table = courses.reset_index(drop=True)
    starts = all_starts(table, treatments)
    own = scores[scores["instrument"].isin(table["instrument"].unique()).to_numpy()]
    own = own[own["total"].notna() & ~own["prorated"].astype(bool)]
    since_dose = counting.hours_since(own, treatments["patient"], treatments["started_at"], zone)
    since_first = counting.hours_since(own, starts["patient"], starts["start"], zone)
    late = ~(since_dose < counting.HOURS_AFTER_DOSE) & (since_first >= 24 * counting.DAYS_AFTER_FIRST)
    own = own.loc[late, ["patient", "instrument", "taken_at", "total"]]
    pairs = own.merge(
        table.assign(until=next_starts(table, starts)).reset_index(names="course")[
            ["course", "patient", "instrument", "episode", "start", "until"]
        ],
        on=["patient", "instrument"],
    )
    taken = seconds(pairs["taken_at"])
    inside = (taken > seconds(pairs["start"])) & (taken <= pairs["until"].to_numpy())
    pairs, taken = pairs[inside], taken[inside]
    days = day(pairs["taken_at"], zone) - day(pairs["start"], zone)
    found = pd.DataFrame(
        {
            "course": pairs["course"].to_numpy(np.int64),
            "day": days,
            "total": pairs["total"].to_numpy(float),
            "given": _given_before(pairs, taken, treatments),
        }
    )
    return found.iloc[np.lexsort((taken, found["day"], found["course"]))].reset_index(drop=True)


def time_to_response(
    courses: pd.DataFrame,
    seen: pd.DataFrame,
    instruments: Mapping[str, Instrument],
    *,
    sustained: bool = True,
) -> pd.DataFrame:
    """One row per course, as `durability.time_to_response`: event (NA = no verdict), day and given (of the event or
    of the last look), after, confirmed_day, at (place in `seen` or −1), looked (looks), why_none.

    `why_none` is "", "baseline too mild" or "no valid baseline": everybody else stays in the denominator, also
    without a single look.
    """
    table = courses.reset_index(drop=True)
    course, days = seen["course"].to_numpy(), seen["day"].to_numpy()
    holds, why = judged(table, seen, instruments)
    first, second = first_runs(course, days, holds == 1, ON_A_LATER_DAY if sustained else 0, len(table))
    looked = np.bincount(course, minlength=len(table))
    last = np.cumsum(looked) - 1
    event, at = first >= 0, np.where(first >= 0, first, np.where(looked > 0, last, -1))
    known = at >= 0
    before = event & (first > np.cumsum(looked) - looked)
    out = pd.DataFrame(
        {
            "event": pd.array(event, dtype="boolean"),
            "day": np.where(known, _take(days, at), 0).astype(float),
            "after": np.where(event, np.where(before, _take(days, first - 1), 0), np.nan),
            "confirmed_day": np.where(event & (second > first), _take(days, second), np.nan),
            "given": np.where(known, _take(seen["given"].to_numpy(), at), 0),
            "at": first,
            "looked": looked,
            "why_none": why,
        }
    )
    out.loc[why != "", "event"] = pd.NA
    out.loc[why != "", ["day", "after", "confirmed_day"]] = np.nan
    return out


def loss_of_response(
    courses: pd.DataFrame,
    seen: pd.DataFrame,
    responses: pd.DataFrame,
    instruments: Mapping[str, Instrument],
    *,
    at_once: pd.DataFrame | None = None,
    retreated: np.ndarray | None = None,
    retreatment_is_loss: bool = False,
    apart: int = LOSS_APART,
) -> pd.DataFrame:
    """One row per course that responded, index = its place: event, day, after, since, why ("scores", the words of
    what decided at once, "a dose after a gap", or "" where it still held).

    `at_once` has course, day, why; `retreated` the day of that dose by course (NaN = none), after which nothing is
    looked at: the course is censored on that day, or has its event then, so that the true curve, had nobody been
    treated again, lies between the two.
    """
    table = courses.reset_index(drop=True)
    who = np.flatnonzero(responses["event"].fillna(False).to_numpy(bool))
    again = np.full(len(table), np.nan) if retreated is None else np.asarray(retreated, float)
    end = np.where(np.isnan(again), np.inf, again)
    course, days = seen["course"].to_numpy(), seen["day"].to_numpy()
    kept = days <= end[course]
    holds, _ = judged(table, seen, instruments)
    start = responses["at"].to_numpy()
    bad = (holds == 0) & (np.arange(len(seen)) > start[course]) & (start[course] >= 0)
    places = np.flatnonzero(kept)
    first, _ = first_runs(course[places], days[places], bad[places], apart, len(table))
    lost = first >= 0
    day_lost = np.where(lost, _take(days[places], first), np.inf)
    last = pd.Series(days[places]).groupby(course[places]).last().reindex(range(len(table))).to_numpy(float)
    since = responses["day"].to_numpy(float)
    out = pd.DataFrame(
        {
            "event": lost,
            "day": np.where(lost, day_lost, np.fmax(np.where(np.isnan(again), last, again), since)),
            "after": np.where(lost, _take(days[places], first - 1), np.nan),
            "since": since,
            "why": np.where(lost, "scores", ""),
        }
    )
    if retreatment_is_loss:
        hit = ~lost & ~np.isnan(again)
        out.loc[hit, "event"], out.loc[hit, "why"] = True, "a dose after a gap"
        out.loc[hit, "after"] = again[hit]
    _decide_at_once(out, at_once, since, np.minimum(day_lost, end))
    return out.iloc[who]


def retreatments(
    courses: pd.DataFrame,
    treatments: pd.DataFrame,
    responses: pd.DataFrame,
    *,
    gap_days: int = GAP_DAYS,
    maintenance: pd.DataFrame | None = None,
    zone: str = "UTC",
) -> np.ndarray:
    """By course the day of the first dose after the response that is a treatment anew, NaN where there is none: one
    more than `gap_days` after the dose before it, or in a later course of the same person.

    A dose under planned maintenance (`maintenance`: episode, since) is none: it was meant to come after a gap.
    """
    table = courses.reset_index(drop=True)
    doses = treatments.sort_values(["patient", "started_at"], kind="stable")
    on = day(doses["started_at"], zone)
    same = doses["patient"].to_numpy()[1:] == doses["patient"].to_numpy()[:-1]
    other = doses["episode"].to_numpy()[1:] != doses["episode"].to_numpy()[:-1]
    planned = np.zeros(len(doses), bool)
    if maintenance is not None and len(maintenance):
        from_when = doses["episode"].map(maintenance.groupby("episode")["since"].min())
        planned = (doses["started_at"] >= from_when).to_numpy(bool)
    anew = np.r_[False, same & (other | ((np.diff(on) > gap_days) & ~planned[1:]))][: len(doses)]
    pairs = doses.assign(on=on)[anew][["patient", "on"]].merge(
        table.assign(course=np.arange(len(table)), first=day(table["start"], zone))[
            ["patient", "course", "first"]
        ],
        on="patient",
    )
    pairs["day"] = (pairs["on"] - pairs["first"]).astype(float)
    pairs = pairs[pairs["day"] > responses["day"].to_numpy(float)[pairs["course"]]]
    return pairs.groupby("course")["day"].min().reindex(range(len(table))).to_numpy(float)


def curves(found: pd.DataFrame, fewest: int) -> tuple[Curve, Curve]:
    """Kaplan–Meier with each event at the look that showed it, and right after the look before (`after`); both
    ended where fewer than `fewest` are left. Time counts from `since` where there is one."""
    since = found.get("since", 0.0)
    event = found["event"].fillna(False).to_numpy(bool)
    early = found["day"].where(~event, found["after"])
    return tuple(
        until_at_risk(kaplan_meier(day - since, found["event"]), fewest) for day in (found["day"], early)
    )


def judged(
    courses: pd.DataFrame, seen: pd.DataFrame, instruments: Mapping[str, Instrument]
) -> tuple[np.ndarray, np.ndarray]:
    """The own scale's response rule at each look (1, 0, NaN), and by course why it has no verdict ("" = it has)."""
    course, holds = seen["course"].to_numpy(), np.full(len(seen), np.nan)
    baseline, why = courses["baseline"].to_numpy(float), np.full(len(courses), NO_BASELINE, object)
    scales, names = pd.factorize(courses["instrument"])
    for code, name in enumerate(names):
        scale, rows = instruments[name], scales == code
        if (rule := scale.default_response) is None:
            continue
        here = rows[course]
        holds[here] = met(rule, seen["total"].to_numpy(float)[here], baseline[course[here]])
        can = ~np.isnan(met(rule, np.full(rows.sum(), rule.floor), baseline[rows]))
        why[rows] = np.where(too_mild(scale, baseline[rows]), TOO_MILD, np.where(can, "", NO_BASELINE))
    return np.where(why[course] == "", holds, np.nan), why


def _given_before(pairs: pd.DataFrame, taken: np.ndarray, treatments: pd.DataFrame) -> np.ndarray:
    doses = treatments.sort_values("started_at", kind="stable")
    number = doses.groupby("episode", sort=False).cumcount().to_numpy() + 1
    who, whose = same_person_keys(pairs["patient"], doses["patient"])
    found = latest_before(who, taken, whose, seconds(doses["started_at"]), including=False)
    if not len(doses):
        return np.zeros(len(pairs), int)
    own = (found >= 0) & (doses["episode"].to_numpy(object)[found] == pairs["episode"].to_numpy(object))
    return np.where(own, number[found], 0)


def _decide_at_once(out: pd.DataFrame, at_once, since: np.ndarray, until: np.ndarray) -> None:
    """Into `out`: the first event since the response and no later than what is known to have come first."""
    if at_once is None or not len(at_once):
        return
    course, on = at_once["course"].to_numpy(np.int64), at_once["day"].to_numpy(float)
    inside = at_once[(on >= since[course]) & (on <= until[course])]
    first = inside.sort_values(["day", "why"]).drop_duplicates("course").set_index("course")
    out.loc[first.index, "event"] = True
    out.loc[first.index, "day"] = out.loc[first.index, "after"] = first["day"].astype(float)
    out.loc[first.index, "why"] = first["why"]


def _take(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """`values` at those places, anything for a place that is none (the caller masks it)."""
    if not len(values):
        return np.zeros(len(places))
    return values[np.clip(places, 0, len(values) - 1)]
