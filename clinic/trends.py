"""The scores and doses of many courses on one time axis, for lists with a small line beside each name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import ColumnElement, case, literal
from sqlmodel import select

from clinic import settings
from clinic.access import require
from clinic.instruments import library
from clinic.outcomes import baseline
from data_model import Assessment, Database, Episode, Treatment
from data_model.columns import COUNTED, now

# How far back the axis reaches, in days up to today; "first dose" counts each course's own days instead.
SPANS = {"90 days": 90, "180 days": 180, "1 year": 365}
FIRST_DOSE = "first dose"
AXES = (*SPANS, FIRST_DOSE)
_BEFORE, _AFTER = 14, 180  # days around the first dose
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Axis:
    """Days from `low` to `high`. Of a calendar axis day 0 is `zero`; without it, each course's first dose."""

    low: float
    high: float
    zero: datetime | None
    zone: ZoneInfo

    @property
    def begins(self) -> datetime | None:
        return self.zero and self.zero + self.low * _DAY


@dataclass(frozen=True, slots=True)
class Point:
    """`joined`: the line runs here from the point before. No line crosses a gap or a change of definition."""

    day: float
    total: float
    taken_at: datetime
    prorated: bool
    joined: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """A course's own scale on the axis: points and doses inside it, and what is known of the rest. `last` is the last
    score of all, also where it lies before the axis."""

    points: tuple[Point, ...] = ()
    doses: tuple[float, ...] = ()
    dosed: tuple[datetime, ...] = ()
    baseline: float | None = None
    last: Point | None = None
    outside: int = 0  # scores of the scale that the axis does not reach
    placed: bool = True  # False: days count from a first dose that there never was


def axis(db: Database, name: str) -> Axis:
    """One of `AXES`; the days of a calendar axis end with today in the clinic's zone."""
    zone = settings.zone(db)
    if name == FIRST_DOSE:
        return Axis(-_BEFORE, _AFTER, None, zone)
    midnight = now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Axis(-SPANS[name], 1, midnight, zone)


def of_courses(db: Database, courses: Sequence[Episode], on: Axis) -> dict[int, Trend]:
    """patient id -> trend of that patient's course: one query for doses, one for scores, and one for what may be a
    baseline, whatever the number of courses."""
    require(db, "see patients")
    doses = _doses(db, courses)
    first = {c.patient_id: _first(c, doses[c.patient_id]) for c in courses}
    scores = _scores(db, courses)
    chosen = _baselines(db, courses, first, on.zone)
    gap = timedelta(days=settings.current(db)["gap_days"])
    return {
        c.patient_id: _trend(
            scores.get(c.patient_id, []),
            [at for _, at in doses[c.patient_id]],
            on.zero or first[c.patient_id],
            on,
            chosen.get(c.patient_id),
            gap,
        )
        for c in courses
    }


def _trend(scores, doses, zero: datetime | None, on: Axis, base: float | None, gap: timedelta) -> Trend:
    if zero is None:
        last = _point(None, scores[-1], scores[-1][0], gap) if scores else None
        return Trend(last=last, outside=len(scores), placed=False)
    before = [None, *scores[:-1]]
    points = [_point(earlier, row, zero, gap) for earlier, row in zip(before, scores, strict=False)]
    inside = tuple(point for point in points if on.low <= point.day <= on.high)
    given = [at for at in doses if on.low <= (at - zero) / _DAY <= on.high]
    return Trend(
        inside,
        tuple((at - zero) / _DAY for at in given),
        tuple(given),
        base,
        points[-1] if points else None,
        len(points) - len(inside),
    )


def _point(earlier, row, zero: datetime, gap: timedelta) -> Point:
    taken_at, total, prorated, version = row
    joined = earlier is not None and taken_at - earlier[0] <= gap and earlier[3] == version
    return Point((taken_at - zero) / _DAY, total, taken_at, prorated, joined)


def _doses(db: Database, courses: Sequence[Episode]) -> dict[int, list[tuple[int, datetime]]]:
    """Patient id -> (episode id, when it began) of every treatment that counts, in order, of earlier courses too: their
    scores are on the line as well."""
    found: dict[int, list[tuple[int, datetime]]] = {course.patient_id: [] for course in courses}
    query = (
        select(Treatment.patient_id, Treatment.episode_id, Treatment.started_at)
        .where(Treatment.patient_id.in_(found), Treatment.status.in_(COUNTED))
        .order_by(Treatment.patient_id, Treatment.started_at)
    )
    for patient, episode, started_at in db.exec(query):
        found[patient].append((episode, started_at))
    return found


def _first(course: Episode, doses: list[tuple[int, datetime]]) -> datetime | None:
    return min((at for episode, at in doses if episode == course.id), default=course.imported_start)


def _scores(db: Database, courses: Sequence[Episode]) -> dict[int, list[tuple]]:
    """Patient id -> (taken_at, total, prorated, version), oldest first, of the course's own scale. Read from the index
    alone; the version of a score is fetched only where a scale has had more than one."""
    scale = {course.patient_id: course.primary_instrument for course in courses}
    several = _of_several_versions() & set(scale.values())
    version = (
        case((Assessment.instrument.in_(several), Assessment.version), else_="") if several else literal("")
    )
    query = (
        select(
            Assessment.patient_id,
            Assessment.instrument,
            Assessment.taken_at,
            Assessment.total,
            Assessment.prorated,
            version,
        )
        .where(
            Assessment.patient_id.in_(scale),
            Assessment.instrument.in_(set(scale.values())),
            Assessment.status.in_(COUNTED),
            Assessment.total.is_not(None),
        )
        .order_by(Assessment.patient_id, Assessment.taken_at)
    )
    found: dict[int, list[tuple]] = {}
    for patient, instrument, *row in db.exec(query):
        if scale[patient] == instrument:
            found.setdefault(patient, []).append(tuple(row))
    return found


def _of_several_versions() -> set[str]:
    known = Counter(id for id, _ in {**library.shelf(library.DEFINITIONS), **library.own_scales()})
    return {id for id, versions in known.items() if versions > 1}


def _baselines(
    db: Database, courses: Sequence[Episode], first: Mapping[int, datetime | None], zone: ZoneInfo
) -> dict[int, float]:
    """Patient id -> the total of the course's baseline (docs/clinical.md B.1): what somebody chose, or by the rule."""
    began = {c.patient_id: first[c.patient_id] for c in courses if first[c.patient_id] is not None}
    if not began:
        return {}
    scale = {course.patient_id: course.primary_instrument for course in courses}
    of_course = {course.id: course.patient_id for course in courses}
    earliest = {patient: at - (baseline.WITHIN_DAYS + 1) * _DAY for patient, at in began.items()}
    latest = {patient: at + _DAY for patient, at in began.items()}
    window = Assessment.taken_at.between(_each(earliest), _each(latest))
    chosen = Assessment.episode_id.in_(of_course) & Assessment.baseline_reason.is_not(None)
    query = (
        select(
            Assessment.patient_id,
            Assessment.instrument,
            Assessment.episode_id,
            Assessment.taken_at,
            Assessment.total,
            Assessment.prorated,
            Assessment.date_only,
            Assessment.timing,
            Assessment.baseline_reason,
        )
        .where(
            Assessment.instrument.in_(set(scale.values())),
            Assessment.status.in_(COUNTED),
            (Assessment.patient_id.in_(began) & window) | chosen,
        )
        .order_by(Assessment.patient_id, Assessment.taken_at, Assessment.id)
    )
    rows = [row for row in db.exec(query) if scale.get(row.patient_id) == row.instrument]
    by_hand = {
        r.patient_id: r.total
        for r in rows
        if r.baseline_reason and of_course.get(r.episode_id) == r.patient_id
    }
    return _by_rule([row for row in rows if row.patient_id in began], began, zone) | by_hand


def _each(moments: Mapping[int, datetime]) -> ColumnElement[datetime]:
    """The moment that belongs to the patient of each row."""
    of_type = Assessment.taken_at.type
    return case({p: literal(at, of_type) for p, at in moments.items()}, value=Assessment.patient_id)


def _by_rule(rows: list, began: Mapping[int, datetime], zone: ZoneInfo) -> dict[int, float]:
    if not rows:
        return {}
    frame = pd.DataFrame(
        {
            "taken_at": pd.to_datetime([row.taken_at for row in rows], utc=True),
            "total": [row.total for row in rows],
            "prorated": [row.prorated for row in rows],
            "date_only": [row.date_only for row in rows],
            "timing": [row.timing and row.timing.value for row in rows],
        }
    )
    doses = pd.to_datetime([began[row.patient_id] for row in rows], utc=True)
    reasons = baseline.refusals(frame, doses, zone=zone.key)
    return {row.patient_id: row.total for row, why in zip(rows, reasons, strict=True) if why == 0}
