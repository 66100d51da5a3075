"""What was recorded of what was due, by month and by protocol: missing data are counted like any other outcome.

Six measures, each with a denominator of its own (`MEASURES`). The month is the one in which the thing was due, on the
clinic's calendar. What nobody can have been due for is in no denominator.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.outcomes.clock import DAY, same_person_keys, seconds, wall
from clinic.outcomes.proportion import wilson

RULE = "completeness.due"
PRESSURE_MINUTE, EITHER_SIDE = (
    40,
    5,
)  # the esketamine form's 40 minutes, ± the schedule's window during a dose
NO_PROTOCOL = "no protocol kept"  # of records that were brought in, or written before treatments kept theirs
COLUMNS = ["measure", "month", "protocol", "done"]


@dataclass(frozen=True, slots=True)
class Measure:
    """`title` on the axis; `of` is the denominator in words."""

    id: str
    title: str
    of: str


MEASURES = (
    Measure("baseline", "Valid baseline", "courses, in the month of their first dose"),
    Measure(
        "before",
        "Vital signs before the dose",
        "treatments; blood pressure, heart rate and SpO₂ each recorded",
    ),
    Measure(
        "minute_40",
        "Blood pressure at 40 minutes",
        f"treatments of people still here then; {PRESSURE_MINUTE} ± {EITHER_SIDE} minutes from the start",
    ),
    Measure("criteria", "Criteria for leaving", "treatments; at least one criterion answered by somebody"),
    Measure("left", "Ready and left, both timed", "treatments"),
    Measure("scores", "Scores when due", "due scores of the course's own scale, by the days under Settings"),
)


def facts(courses: pd.DataFrame, treatments: pd.DataFrame, due: pd.DataFrame, zone: str) -> pd.DataFrame:
    """One row for each thing that was due: measure, month (whole months since year 0), protocol, done.

    `courses` has episode, start, baseline; `treatments` episode, started_at, left_at, protocol and the flags
    before, minute_40, criteria, left; `due` is from `scores_due`.
    """
    protocol = _protocol_of_course(treatments)
    started = treatments["started_at"]
    gone = (treatments["left_at"] - started).dt.total_seconds() < 60 * PRESSURE_MINUTE
    here = treatments[~gone.to_numpy(bool)]
    own = _named(courses["episode"].map(protocol))
    parts = [
        _rows("baseline", courses["start"], own, courses["baseline"].notna(), zone),
        *(
            _rows(name, some["started_at"], _named(some["protocol"]), some[name], zone)
            for name, some in (
                ("before", treatments),
                ("minute_40", here),
                ("criteria", treatments),
                ("left", treatments),
            )
        ),
        _rows("scores", due["due_at"], _named(due["episode"].map(protocol)), due["done"], zone),
    ]
    return pd.concat(parts, ignore_index=True)


def table(found: pd.DataFrame, by: tuple[str, ...] = ("measure",)) -> pd.DataFrame:
    """For each group n done of how many due, the share and its Wilson interval; groups without anything due are
    not there."""
    grouped = found.groupby(list(by), sort=True)["done"].agg(n="sum", of="size").reset_index()
    limits = [wilson(int(n), int(of)) for n, of in zip(grouped["n"], grouped["of"], strict=True)]
    return grouped.assign(
        n=grouped["n"].astype(int),
        share=grouped["n"] / grouped["of"],
        low=[low for low, _ in limits],
        high=[high for _, high in limits],
    )


def scores_due(stretches: pd.DataFrame, scores: pd.DataFrame, as_of) -> pd.DataFrame:
    """One row per score that fell due: episode, due_at, done.

    A stretch is the time of a course in one stage: episode, patient, instrument, begins, ends, days. It is cut into
    pieces of `days` from its beginning; each whole piece that is over asks for one complete score of the course's own
    scale, taken within it. The rest at the end asks for nothing.
    """
    begins = seconds(stretches["begins"])
    ends = np.minimum(seconds(stretches["ends"]), seconds([as_of])[0])
    length = stretches["days"].to_numpy(float) * DAY
    pieces = np.maximum((ends - begins) // length, 0).astype(int)
    row = np.repeat(np.arange(len(stretches)), pieces)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    opens = (begins[row] + nth * length[row]).astype(np.int64)
    closes = (opens + length[row]).astype(np.int64)
    return pd.DataFrame(
        {
            "episode": stretches["episode"].to_numpy(object)[row],
            "due_at": pd.to_datetime(closes, unit="s", utc=True),
            "done": _taken_within(stretches, row, opens, closes, scores),
        }
    )


def month_words(month: int) -> str:
    """`Mar 26`."""
    return f"{pd.Timestamp(year=month // 12, month=month % 12 + 1, day=1):%b %y}"


def _taken_within(stretches, row, opens, closes, scores) -> np.ndarray:
    """Whether a complete score of that person and scale lies in [opens, closes)."""
    whole = scores[scores["total"].notna()]
    person, whose = same_person_keys(stretches["patient"], whole["patient"])
    scale, of_scale = same_person_keys(stretches["instrument"], whole["instrument"])
    scales = max(scale.max(initial=0), of_scale.max(initial=0)) + 1
    span = np.int64(1) << 34
    have = np.sort((whose * scales + of_scale).astype(np.int64) * span + seconds(whole["taken_at"]))
    want = (person * scales + scale)[row].astype(np.int64) * span
    return np.searchsorted(have, want + closes) > np.searchsorted(have, want + opens)


def _rows(measure: str, times, protocol, done, zone: str) -> pd.DataFrame:
    local = wall(times, zone)
    return pd.DataFrame(
        {
            "measure": measure,
            "month": np.asarray(local.year * 12 + local.month - 1, int),
            "protocol": np.asarray(protocol, dtype=object),
            "done": np.asarray(done, bool),
        },
        columns=COLUMNS,
    )


def _protocol_of_course(treatments: pd.DataFrame) -> pd.Series:
    """Of its first treatment."""
    return treatments.sort_values("started_at").drop_duplicates("episode").set_index("episode")["protocol"]


def _named(protocol: pd.Series) -> pd.Series:
    return protocol.astype(object).where(protocol.notna(), NO_PROTOCOL)
