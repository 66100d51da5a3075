"""What was moved, as both records say it; and the letters that had been made by then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import or_, select

from clinic import settings
from clinic.access import can, require
from clinic.outcomes.wording import date_words, plural
from clinic.patients import pseudonym
from data_model import Assessment, AuditRow, Database, Letter, Move, Patient, Treatment
from data_model.columns import Status

# Built once: the Patient page asks this on each run.
_OF_PATIENT = (
    select(Move)
    .where(
        or_(Move.patient_id == bindparam("patient"), Move.from_patient_id == bindparam("patient")),
        Move.status != Status.VOID,
    )
    .order_by(Move.entered_at.desc(), Move.id.desc())
)


@dataclass(frozen=True, slots=True)
class Told:
    """One move as one of the two records tells it: `here` where it came to. `letters` are sentences about what had
    left the clinic by then."""

    table: str
    key: str
    here: bool
    says: str
    letters: tuple[str, ...]


def history(db: Database, patient: Patient) -> list[Told]:
    """Everything that came from another record or went to one, the latest first. The other is told by its number, to
    whoever may see names, and by its pseudonym."""
    require(db, "see patients")
    return [_told(db, move, patient) for move in db.exec(_OF_PATIENT, params={"patient": patient.id})]


def letters(db: Database, patient: Patient, since: datetime, until: datetime | None = None) -> list[str]:
    """Letters and printouts made of a patient from this moment on, as sentences."""
    require(db, "see patients")
    query = select(Letter).where(Letter.patient_id == patient.id, Letter.data_as_of >= since)
    query = query.where(Letter.data_as_of <= until) if until else query
    return [
        f"Letter to {each.recipient} of {_day(db, each.data_as_of)}, by {each.author} ({each.form})."
        for each in db.exec(query.order_by(Letter.data_as_of, Letter.id))
    ]


def printouts(db: Database, treatment: Treatment, until: datetime | None = None) -> list[str]:
    """Sheets of one treatment that were taken out."""
    require(db, "see patients")
    query = select(AuditRow).where(
        AuditRow.verb == "printed", AuditRow.record_table == "treatment", AuditRow.record_id == treatment.id
    )
    query = query.where(AuditRow.at <= until) if until else query
    return [
        f"Printout of the treatment of {_day(db, each.at)}, by {each.actor}."
        for each in db.exec(query.order_by(AuditRow.id))
    ]


def letters_of(
    db: Database, table: str, key: str, patient: Patient, until: datetime | None = None
) -> list[str]:
    """What left the clinic of this patient since the score or treatment was taken."""
    row = _record(db, table, key)
    at = None if row is None else row.taken_at if isinstance(row, Assessment) else row.started_at
    if at is None:
        return []
    printed = printouts(db, row, until) if isinstance(row, Treatment) else []
    return letters(db, patient, at, until) + printed


def other_record(db: Database, patient: Patient) -> str:
    """SM-0042 (P-ABCDE); without the right to see names only the pseudonym."""
    name = pseudonym(patient.key)
    return f"{patient.record_number} ({name})" if can(db.actor, "see names") else name


def _record(db: Database, table: str, key: str) -> Assessment | Treatment | None:
    kind = {"assessment": Assessment, "treatment": Treatment}.get(table)
    return None if kind is None else db.exec(select(kind).where(kind.key == key)).first()


def _told(db: Database, move: Move, patient: Patient) -> Told:
    here = move.patient_id == patient.id
    other = other_record(db, db.get(Patient, move.from_patient_id if here else move.patient_id))
    by = f"by {move.author} on {_day(db, move.entered_at)} because: {move.reason}"
    if move.record_table == "patient":
        says = f"Record {other} was the same person and became part of this one, with {move.says}, {by}"
    elif here:
        says = f"{move.says}: moved here from record {other} {by}"
    else:
        says = f"{move.says}: moved away to record {other} {by}"
    return Told(move.record_table, move.record_key, here, says, _gone_out(db, move, patient, here))


def _gone_out(db: Database, move: Move, patient: Patient, here: bool) -> tuple[str, ...]:
    if move.record_table == "patient":
        return ()
    made = letters_of(db, move.record_table, move.record_key, patient, move.entered_at)
    if here:
        made = [each for each in made if each.startswith("Letter")]
    if not made:
        return ()
    one = len(made) == 1
    what = "was made without it" if here and one else "were made without it" if here else "may contain it"
    return (f"{plural(len(made), 'paper')} of this record {what}:", *made)


def _day(db: Database, at: datetime) -> str:
    return date_words(at.astimezone(settings.zone(db)))
