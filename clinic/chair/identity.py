"""Whether this is the right person: the birth date they say, and who else here could be taken for them.

Asked when a dose is ordered, when it is started and when the record is signed (docs/clinical.md F.6).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlmodel import or_, select

from clinic import patients, settings
from clinic.access import require
from clinic.patients import Person
from clinic.refused import BadInput
from data_model import Database, Patient, Treatment
from data_model.columns import Status, now

NOT_ASKED = "Ask the person for their date of birth and enter what they say."


def shown(patient: Patient) -> str:
    """Byron, Ada · born 10 Dec 1985."""
    return f"{patient.family_name}, {patient.given_name} · born {patient.birth_date:%-d %b %Y}"


def confirm(db: Database, patient: Patient, birth_date: date | None) -> str:
    """The name and birth date as they were confirmed; raises BadInput unless this is the person's birth date, which
    the refusal does not tell."""
    require(db, "see names")
    if birth_date is None:
        raise BadInput(NOT_ASKED)
    if birth_date != patient.birth_date:
        raise BadInput(
            f"{birth_date:%-d %b %Y} is not the date of birth on this record. "
            "Is this the right person? Ask for their full name too."
        )
    return shown(patient)


def similar(db: Database, patient: Patient) -> list[Person]:
    """Other patients whose name sounds the same, or with a like name and the same birth date."""
    require(db, "see names")
    found = patients.similar(db, patient.family_name, patient.given_name, patient.birth_date)
    return [patients.identified(db, each) for each in found if each.id != patient.id]


def here_today(db: Database, people: list[Person]) -> set[str]:
    """Which of these (keys) have a treatment planned for today or running now."""
    require(db, "see names")
    today = now().astimezone(settings.zone(db)).date()
    begins, ends = day(db, today)
    waiting = Treatment.started_at.is_(None) & Treatment.planned_for.between(begins, ends)
    query = (
        select(Patient.key)
        .join(Treatment, Treatment.patient_id == Patient.id)
        .where(
            Patient.id.in_([person.id for person in people]),
            Treatment.status == Status.DRAFT,
            Treatment.planned_for.is_not(None),
            Treatment.left_at.is_(None),
            or_(waiting, Treatment.started_at.is_not(None)),
        )
    )
    return set(db.exec(query))


def day(db: Database, on: date) -> tuple[datetime, datetime]:
    """The first and the last moment of a day of the clinic's calendar."""
    zone = settings.zone(db)
    begins = datetime.combine(on, time(), tzinfo=zone)
    ends = datetime.combine(on + timedelta(days=1), time(), tzinfo=zone) - timedelta(microseconds=1)
    return begins, ends
