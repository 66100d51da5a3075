"""One line of the list of patients: who, in which stage, the last score, and the course so far on the common axis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from clinic import instruments
from clinic.outcomes.wording import date_words, number, plural
from clinic.patients import Person
from clinic.trends import FIRST_DOSE, Axis, Point, Trend
from data_model import Episode
from data_model.episodes import Stage
from pages.shared import clock

KEY = (
    "Every line lies on its own scale's whole range and on the same days as the others; lower is better. Dots are "
    "scores, a hollow one is prorated, the largest is the last. The line breaks at gaps. Dashed is the baseline. "
    "Strokes in the lane below are treatments."
)
TREATED = (Stage.INDUCTION, Stage.OPTIMISATION, Stage.MAINTENANCE)


def columns(axis: Axis, name: str) -> list[tuple]:
    """The heading of the last column carries the axis that all rows share."""
    course = {"low": axis.low, "high": axis.high, "ticks": _ticks(axis), "says": says(axis, name)}
    return [
        ("name", "Patient"),
        ("stage", "Stage"),
        ("for", "For"),
        ("score", "Last score, own scale"),
        ("trend", _title(name), course),
    ]


def _title(name: str) -> str:
    return "Days since first dose" if name == FIRST_DOSE else f"Last {name}"


def says(axis: Axis, name: str) -> str:
    """`29 May 2026 to 25 Nov 2026`."""
    if axis.zero is None:
        return f"day {axis.low:g} to day {axis.high:g}"
    local = axis.begins.astimezone(axis.zone)
    return f"{local:%-d %b %Y} to today"


def _ticks(axis: Axis) -> list[tuple[float, str]]:
    """Where the axis is marked: the first of each month, every second one of a long axis; or every sixty days."""
    if axis.zero is None:
        return [(day, f"{day}") for day in range(0, int(axis.high) + 1, 60)]
    every = 2 if axis.high - axis.low > 200 else 1
    first = axis.begins.astimezone(axis.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = []
    while first <= axis.zero:
        day = (first - axis.zero) / timedelta(days=1)
        if day >= axis.low and first.month % every == 0:
            found.append((day, f"{first:%b}"))
        first = (first + timedelta(days=32)).replace(day=1)
    return found


def row(person: Person, course: Episode | None, trend: Trend, axis: Axis) -> dict[str, Any]:
    cells = {"id": person.key, "name": {"main": person.name, "sub": person.line}}
    if course is None:
        return cells | {"stage": {"badge": "no course", "tone": "quiet"}}
    scale = instruments.instrument(course.primary_instrument)
    review = course.next_review_on
    return cells | {
        "stage": {
            "badge": course.stage.value,
            "tone": "strong" if course.stage in TREATED else "quiet",
            "sub": f"review {review:%-d %b %Y}" if review else None,
        },
        "for": course.indication.value,
        "score": _last(scale, trend.last),
        "trend": {"spark": spark(trend), "low": scale.minimum, "high": scale.maximum}
        | {"from": axis.low, "to": axis.high, "marks": [at for at, _ in _ticks(axis)]}
        | {"say": in_words(scale.title, trend, axis), "empty": _why_empty(trend)},
    }


def spark(trend: Trend) -> dict[str, Any]:
    """Numbers to draw: points as (day, total, joined to the one before, prorated), doses as days."""
    return {
        "points": [
            (round(p.day, 2), p.total, p.joined and at > 0, p.prorated) for at, p in enumerate(trend.points)
        ],
        "doses": [round(day, 2) for day in trend.doses],
        "baseline": trend.baseline,
    }


def _why_empty(trend: Trend) -> str | None:
    if not trend.placed:
        return "no dose yet"
    return None if trend.points or trend.doses else "nothing in these days"


def _last(scale: instruments.Instrument, last: Point | None) -> dict[str, str]:
    if last is None:
        return {"main": f"{scale.title} –", "sub": "no score yet"}
    mark = "*" if last.prorated else ""
    return {"main": f"{scale.title} {number(last.total)}{mark}", "sub": clock.ago(last.taken_at)}


def in_words(title: str, trend: Trend, axis: Axis) -> str:
    """The same as the line, for who cannot see it."""
    if not trend.placed:
        return f"{title}: no dose yet, so there are no days since it."
    parts = [_scores(title, trend.points, axis)]
    if trend.baseline is not None:
        parts.append(f"Baseline {number(trend.baseline)}.")
    parts.append(_doses(trend.dosed, axis))
    if trend.outside:
        parts.append(f"{plural(trend.outside, 'score')} outside these days.")
    return " ".join(parts)


def _scores(title: str, points: Sequence[Point], axis: Axis) -> str:
    if not points:
        return f"{title}: no score in these days."
    first, last = points[0], points[-1]
    if len(points) == 1:
        return f"{title}: one score, {number(last.total)} on {_day(last.taken_at, axis)}."
    return (
        f"{title}: {len(points)} scores, from {number(first.total)} on {_day(first.taken_at, axis)} "
        f"to {number(last.total)} on {_day(last.taken_at, axis)}."
    )


def _doses(doses: Sequence[datetime], axis: Axis) -> str:
    if not doses:
        return "No treatment in these days."
    return f"{plural(len(doses), 'treatment')}, the last on {_day(doses[-1], axis)}."


def _day(at: datetime, axis: Axis) -> str:
    return date_words(at.astimezone(axis.zone))
