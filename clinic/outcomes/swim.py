"""One lane per course: treatments, responses and their loss, whether it goes on. Days count from the first dose.

A response begins at the first of two scores on different days that meet the scale's rule, and is lost as
`durability.loss_of_response` says; it may come back and be a second bar. Which scores may count is `counting`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.instruments.rules import Rule
from clinic.outcomes import counting, durability
from clinic.outcomes.clock import day

RULES = (durability.SUSTAINED_RULE, durability.LOSS_RULE)

GOES_ON, SILENT, ENDED = "goes on", "silent", "ended"


@dataclass(frozen=True, slots=True)
class Response:
    """From day `begins` on. Lost between `holds_to`, the last look that still showed it, and `lost`; None: not lost
    up to `holds_to`. `why` is "scores" or the event that ended it."""

    begins: float
    holds_to: float
    lost: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One course. `until` is the day on which it ended, or today's; `seen` the last day with a treatment or a score;
    `how` says which of the three. `unjudged` is why there can be no response bar, "" where there can."""

    episode: str
    patient: str
    instrument: str
    start: pd.Timestamp
    doses: tuple[float, ...]
    scored: tuple[float, ...]
    responses: tuple[Response, ...]
    seen: float
    until: float
    how: str
    end_reason: str
    unjudged: str = ""


def page(courses: pd.DataFrame, number: int, size: int = 30) -> pd.DataFrame:
    """Page `number` (from 1) of the courses, in order of their start."""
    ordered = courses.sort_values(["start", "episode"], kind="stable")
    return ordered.iloc[(number - 1) * size : number * size]


def lanes(
    courses: pd.DataFrame,
    scores: pd.DataFrame,
    treatments: pd.DataFrame,
    standing: pd.DataFrame,
    catalogue: Mapping[str, Instrument],
    now,
    *,
    at_once: Mapping[str, Iterable[tuple[object, str]]] | None = None,
    gap_days: int,
    zone: str = "UTC",
) -> list[Lane]:
    """Of one page, in the order given. `standing` is as in `flow`; `at_once` are the (moment, words) by course that
    end a response without a score. Silent is a course without a recorded end after `gap_days` unseen."""
    people = set(courses["patient"])
    scores = scores[scores["patient"].isin(people)]
    doses = treatments[treatments["patient"].isin(people)]
    judged = counting.judge(scores, doses, courses[["patient", "start"]], zone=zone)
    stands = standing.set_index("episode")
    return [
        _lane(row, judged, doses, stands.loc[row.episode], catalogue, now, at_once or {}, gap_days, zone)
        for row in courses.itertuples()
    ]


def _lane(row, judged, doses, stands, catalogue, now, at_once, gap_days, zone) -> Lane:
    first = day([row.start], zone)[0]
    given = _days(doses.loc[doses["episode"] == row.episode, "started_at"], first, zone)
    mine = judged[(judged["patient"] == row.patient) & (judged["instrument"] == row.instrument)]
    mine = mine[mine["total"].notna() & (mine["taken_at"] >= row.start)]
    today = float(day([now], zone)[0] - first)
    ended = stands["stage"] == "ended" and pd.notna(stands["ended_at"])
    until = float(day([stands["ended_at"]], zone)[0] - first) if ended else today
    nights = _days(mine["taken_at"], first, zone)
    inside = nights <= until
    counted = mine[mine["counts"].to_numpy(bool) & inside]
    scale = catalogue[row.instrument]
    events = [(float(day([at], zone)[0] - first), words) for at, words in at_once.get(row.episode, ())]
    responses, unjudged = _responses(scale, row.baseline, counted, first, zone, events)
    seen = max([0.0, *given.tolist(), *nights[inside].tolist()])
    return Lane(
        episode=row.episode,
        patient=row.patient,
        instrument=row.instrument,
        start=row.start,
        doses=tuple(given.tolist()),
        scored=tuple(nights[inside].tolist()),
        responses=responses,
        seen=seen,
        until=max(until, seen),
        how=ENDED if ended else SILENT if today - seen > gap_days else GOES_ON,
        end_reason=(stands["end_reason"] or "reason not recorded") if ended else "",
        unjudged=unjudged,
    )


def _responses(scale, baseline, counted, first, zone, events) -> tuple[tuple[Response, ...], str]:
    rule = scale.default_response
    if rule is None:
        return (), "no response rule"
    if baseline is None or baseline != baseline:
        return (), "no valid baseline"
    if baseline < (scale.minimum + 1 if scale.caseness is None else scale.caseness):
        return (), "baseline too mild"
    nights, totals = _days(counted["taken_at"], first, zone), counted["total"].to_numpy(float)
    return tuple(_each_response(rule, float(baseline), nights, totals, events)), ""


def _each_response(rule: Rule, baseline: float, nights, totals, events) -> Iterable[Response]:
    """After a loss the search goes on with the scores from the day of the loss."""
    while len(nights):
        lost = durability.loss_of_response(rule, baseline, nights, totals, at_once=events, sustained=True)
        if lost is None:
            return
        if not lost.event:
            yield Response(lost.since, lost.day)
            return
        yield Response(lost.since, lost.after, lost.day, lost.why)
        later = nights > lost.day
        nights, totals = nights[later], totals[later]


def _days(times: pd.Series, first: int, zone: str) -> np.ndarray:
    return (day(times, zone) - first).astype(float)
