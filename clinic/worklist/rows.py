"""What Today's rules need of the store, in columns: of every course that has not ended, or of some people's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlmodel import func, select

from clinic import typed
from data_model import Alert, Assessment, Database, Episode, Patient, SafetyCheck, Treatment, Weight
from data_model.columns import COUNTED, Status
from data_model.episodes import Stage

COURSES = {
    "course": int,
    "patient": int,
    "instrument": object,
    "stage": object,
    "opened_at": typed.TIME,
    "imported": typed.TIME,
    "review": float,
    "clinician": float,
    "site": object,
}
DOSES = {"course": int, "at": typed.TIME}
SCORES = {
    "course": int,
    "of_course": float,
    "taken_at": typed.TIME,
    "date_only": bool,
    "total": float,
    "prorated": bool,
    "timing": object,
}
CHOSEN = {"course": int, "total": float, "taken_at": typed.TIME}
CHECKS = {"patient": int, "kind": object, "last": float}
ALERTS = {
    "alert": int,
    "patient": int,
    "rule": object,
    "urgency": object,
    "raised_at": typed.TIME,
    "clinician": float,
    "site": object,
}
AT_ONCE = 10_000

_OPEN = (Episode.stage != Stage.ENDED, Episode.status != Status.VOID)
_COURSES = (
    select(
        Episode.id,
        Episode.patient_id,
        Episode.primary_instrument,
        Episode.stage,
        Episode.opened_at,
        Episode.imported_start,
        Episode.next_review_on,
        Patient.clinician_id,
        Patient.site,
    )
    .join(Patient, Patient.id == Episode.patient_id)
    .where(*_OPEN, Patient.status != Status.VOID)
    .order_by(Episode.id)
)
_DOSES = (
    select(Treatment.episode_id, Treatment.started_at)
    .join(Episode, Episode.id == Treatment.episode_id)
    .where(*_OPEN, Treatment.status.in_(COUNTED))
    .order_by(Treatment.episode_id, Treatment.started_at)
)
_OWN_SCALE = (Assessment.patient_id == Episode.patient_id) & (
    Assessment.instrument == Episode.primary_instrument
)
_SCORES = (
    select(
        Episode.id,
        Assessment.episode_id,
        Assessment.taken_at,
        Assessment.date_only,
        Assessment.total,
        Assessment.prorated,
        Assessment.timing,
    )
    .join(Assessment, _OWN_SCALE)
    .where(*_OPEN, Assessment.status.in_(COUNTED))
    .order_by(Episode.id, Assessment.taken_at, Assessment.id)
)
_CHOSEN = (
    select(Episode.id, Assessment.total, Assessment.taken_at)
    .join(Assessment, (Assessment.episode_id == Episode.id) & _OWN_SCALE)
    .where(*_OPEN, Assessment.baseline_reason.is_not(None))
)
_CHECKS = (
    select(SafetyCheck.patient_id, SafetyCheck.kind, func.max(SafetyCheck.checked_on))
    .join(Episode, Episode.patient_id == SafetyCheck.patient_id)
    .where(*_OPEN, SafetyCheck.status != Status.VOID)
    .group_by(SafetyCheck.patient_id, SafetyCheck.kind)
)
_WEIGHTS = (
    select(Treatment.patient_id, func.max(Treatment.weighed_on))
    .join(Episode, Episode.patient_id == Treatment.patient_id)
    .where(*_OPEN, Treatment.status.in_(COUNTED), Treatment.weighed_on.is_not(None))
    .group_by(Treatment.patient_id)
)
_ALERTS = (
    select(
        Alert.id,
        Alert.patient_id,
        Alert.rule,
        Alert.urgency,
        Alert.raised_at,
        Patient.clinician_id,
        Patient.site,
    )
    .join(Patient, Patient.id == Alert.patient_id)
    .where(Alert.closed_at.is_(None))
)
_MEASURED = (
    select(Weight.patient_id, func.max(Weight.measured_on))
    .join(Episode, Episode.patient_id == Weight.patient_id)
    .where(*_OPEN, Weight.status != Status.VOID)
    .group_by(Weight.patient_id)
)
WEIGHED = "weighed"


@dataclass(frozen=True, slots=True)
class Rows:
    """`scores` are those of the course's own scale, of all of the person's courses: `of_course` says of which."""

    courses: pd.DataFrame
    doses: pd.DataFrame
    scores: pd.DataFrame
    chosen: pd.DataFrame
    checks: pd.DataFrame


def rows(db: Database, patients: Sequence[int] | None = None) -> Rows:
    return Rows(*(typed.frame(some, columns) for some, columns in fetched(db, patients)))


def fetched(db: Database, patients: Sequence[int] | None = None) -> list[tuple[list[tuple], dict]]:
    """The rows alone, each with what makes a frame of it. Days are ordinals, as `date.toordinal` counts."""
    checks = [(one, kind.value, last.toordinal()) for one, kind, last in _ask(db, _CHECKS, patients)]
    checks += [(one, WEIGHED, last.toordinal()) for one, last in _weighed(db, patients).items()]
    courses = [
        (*row[:6], row[6].toordinal() if row[6] else None, *row[7:]) for row in _ask(db, _COURSES, patients)
    ]
    return [
        (courses, COURSES),
        (_ask(db, _DOSES, patients), DOSES),
        (_ask(db, _SCORES, patients), SCORES),
        (_ask(db, _CHOSEN, patients), CHOSEN),
        (checks, CHECKS),
    ]


def _weighed(db: Database, patients: Sequence[int] | None) -> dict[int, date]:
    """For a treatment or on its own, the later day of the two."""
    found: dict[int, date] = dict(_ask(db, _WEIGHTS, patients))
    for one, last in _ask(db, _MEASURED, patients):
        found[one] = max(last, found.get(one, last))
    return found


def open_alerts(db: Database, patients: Sequence[int] | None = None) -> pd.DataFrame:
    query = _ALERTS if patients is None else _ALERTS.where(Alert.patient_id.in_(patients))
    return typed.frame(_chunked(db, query), ALERTS)


def _ask(db: Database, query, patients: Sequence[int] | None) -> list[tuple]:
    return _chunked(db, query if patients is None else query.where(Episode.patient_id.in_(patients)))


def _chunked(db: Database, query) -> list[tuple]:
    found: list[tuple] = []
    result = db.connection().execute(query)
    while some := result.fetchmany(AT_ONCE):
        found += some
    return found
