"""What all of a person's background rows have in common: whose they are, which days can be true, and taking back."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from sqlmodel import select

from clinic import checks, patients, settings, watching
from clinic.access import require
from clinic.refused import BadInput, Conflict, NotFound
from data_model import (
    Database,
    Diagnosis,
    EventNote,
    Medication,
    Patient,
    PriorTreatment,
    SafetyCheck,
    Weight,
)
from data_model.columns import Status, now

Row = TypeVar("Row", Diagnosis, EventNote, Medication, PriorTreatment, Weight)
RIGHT = "edit patients"
TABLES = {
    table.__tablename__: table
    for table in (Diagnosis, EventNote, Medication, PriorTreatment, SafetyCheck, Weight)
}


def whose(db: Database, patient_key: str) -> Patient:
    """Whom a new row is about, for an actor who may write it."""
    require(db, RIGHT)
    return patients.get(db, patient_key)


def own(db: Database, patient: Patient, table: type[Row], key: str) -> Row:
    """A row of this very person that stands; raises NotFound for anybody else's."""
    row = db.exec(select(table).where(table.key == key)).first()
    if row is None or row.patient_id != patient.id or row.status == Status.VOID:
        raise NotFound("There is no such entry on this patient's page.")
    return row


def added(db: Database, row: Row) -> Row:
    row.author, row.author_id = db.actor.name, db.actor.account_id
    db.add(row)
    db.flush()
    return row


def edited(db: Database, row: Row, row_version: int, **fields) -> Row:
    """Raises Conflict when somebody saved since `row_version` was shown."""
    if row.row_version != row_version:
        raise Conflict("Somebody else changed this entry in the meantime. Look at it again.")
    for name, value in fields.items():
        setattr(row, name, value)
    db.flush()
    return row


def take_back(db: Database, patient_key: str, table: str, key: str, reason: str) -> None:
    """What was entered wrongly; it stays to be read in the audit trail. `table` is a name of TABLES."""
    patient = whose(db, patient_key)
    row = own(db, patient, TABLES[table], key)
    if isinstance(row, SafetyCheck):
        checks.take_back(db, key, reason)
        return
    if not reason.strip():
        raise BadInput("Say why the entry is taken back.")
    with db.because(reason.strip()):
        row.status, row.void_reason = Status.VOID, reason.strip()
        db.flush()
    watching.person(db, patient)


# ---- what can be true ------------------------------------------------------------------------------------------


def today(db: Database) -> date:
    """In the clinic's zone."""
    return now().astimezone(settings.zone(db)).date()


def impossible(db: Database, patient: Patient, **days: date | None) -> list[str]:
    """A sentence for each day that lies ahead or before birth; the names are the words for them."""
    found, last = [], today(db)
    for name, day in days.items():
        said = name.replace("_", " ")
        if day is not None and day > last:
            found.append(f"{said}, {in_words(day)}, lies in the future.")
        if day is not None and day < patient.birth_date:
            found.append(f"{said}, {in_words(day)}, lies before the date of birth.")
    return found


def backwards(begin: date | None, end: date | None, says: str) -> list[str]:
    if begin is None or end is None or begin <= end:
        return []
    return [f"{says}: {in_words(end)} lies before {in_words(begin)}."]


def refuse(*problems: str | list[str]) -> None:
    """Raises BadInput with every sentence, if there is any."""
    flat = [one for each in problems for one in ([each] if isinstance(each, str) else each) if one]
    if flat:
        raise BadInput(*flat)


def cleaned(text: str | None) -> str | None:
    """Without the blanks around it; nothing but blanks is None."""
    return (text or "").strip() or None


def in_words(day: date) -> str:
    return f"{day:%-d %b %Y}"
