"""The right patient: found by search, seen beside the wrong one, confirmed by the birth date; and the course there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import func, select

from clinic import episodes, patients
from clinic.access import require
from clinic.chair import identity
from clinic.patients import Person
from clinic.refused import BadInput, NotFound
from data_model import Assessment, Database, Episode, Patient, Treatment
from data_model.columns import COUNTED, Status

RIGHT = "move records"
NO_REASON = "Say why this stands in the wrong record."


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records that are looked at beside each other. `since` and `until` are the first and the last score or
    treatment; `unfinished` what somebody has begun, planned treatments included."""

    person: Person
    courses: int
    scores: int
    treatments: int
    unfinished: int
    since: datetime | None
    until: datetime | None


def others(db: Database, patient: Patient, text: str, *, most: int = 8) -> list[Person]:
    """Who it may belong to: whom the search finds, or with nothing typed whoever is called alike."""
    require(db, RIGHT)
    if not text.strip():
        alike = patients.similar(db, patient.family_name, patient.given_name, patient.birth_date)
        return [patients.identified(db, each) for each in alike if each.id != patient.id][:most]
    found, _ = patients.search(db, text, size=most + 1)
    ids = [person.id for person, _ in found if person.id != patient.id][:most]
    return [patients.identified(db, db.get(Patient, id)) for id in ids]


def side(db: Database, key: str) -> Side:
    require(db, RIGHT)
    patient = patients.get(db, key)
    scores, treatments = _of(db, Assessment, patient), _of(db, Treatment, patient)
    times = [at for _, *both in (scores, treatments) for at in both if at is not None]
    return Side(
        patients.identified(db, patient),
        len(episodes.of_patient(db, patient)),
        scores[0],
        treatments[0],
        sum(_drafts(db, table, patient) for table in (Assessment, Treatment)),
        min(times, default=None),
        max(times, default=None),
    )


def courses(db: Database, patient: Patient, at: datetime) -> list[Episode]:
    """The courses of the right patient, the one first to which a score of this time belongs (`episodes.open_at`)."""
    require(db, RIGHT)
    found = episodes.of_patient(db, patient)
    first = episodes.open_at(found, at)
    return sorted(found, key=lambda each: (each is not first, -each.id))


def course(db: Database, patient: Patient, at: datetime, key: str | None) -> Episode | None:
    """The one that somebody chose, else the first of `courses`; None for a person without a course."""
    found = courses(db, patient, at)
    if key is None:
        return found[0] if found else None
    chosen = next((each for each in found if each.key == key), None)
    if chosen is None:
        raise NotFound("This course belongs to somebody else.")
    return chosen


def target(db: Database, wrong: Patient, key: str, reason: str, birth_date: date | None) -> Patient:
    """The right patient, once everything that must be said about them is; raises BadInput."""
    require(db, RIGHT)
    if not reason.strip():
        raise BadInput(NO_REASON)
    right = patients.get(db, key)
    if right.id == wrong.id:
        raise BadInput("That is the record in which it stands already.")
    if right.status == Status.VOID:
        raise BadInput("That record was withdrawn.")
    identity.confirm(db, right, birth_date)
    return right


def _of(db: Database, table: type, patient: Patient) -> tuple[int, datetime | None, datetime | None]:
    at = table.taken_at if table is Assessment else table.started_at
    query = select(func.count(), func.min(at), func.max(at)).where(
        table.patient_id == patient.id, table.status.in_(COUNTED)
    )
    return tuple(db.exec(query).one())


def _drafts(db: Database, table: type, patient: Patient) -> int:
    query = select(func.count()).where(table.patient_id == patient.id, table.status == Status.DRAFT)
    return db.exec(query).one()
