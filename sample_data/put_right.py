"""What stood in the wrong record and was put right: one score of the last weeks, and somebody registered twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import select

from clinic import patients
from clinic.moving import merging, scores
from data_model import Account, Assessment, Database, Move, Patient
from data_model.columns import COUNTED, Status
from sample_data.cast import CAST
from sample_data.hours import in_hours
from sample_data.writing import Written

SCORE = "Filled in on the tablet of the room next door; both say so."
TWICE = "Registered by telephone and again at the desk; same address and general practitioner."
_LATER = timedelta(hours=20)  # that much later it was noticed


def put_right(db: Database, written: list[Written], accounts: dict[str, Account], end: datetime, key) -> None:
    """As `clinic.moving` does it, at times of the story, among those who were drawn. Neither touches an alert."""
    by = accounts["caspar"]
    drawn = [one for one in written if one.person.number > len(CAST)]
    _score(db, drawn, by, end, key)
    _twice(db, drawn, by, end, key)


def _score(db: Database, drawn: list[Written], by: Account, end: datetime, key) -> None:
    """The latest score that asks for nothing: it was entered in the record of somebody at the same site."""
    row, owner = max(
        (
            (row, one)
            for one in drawn
            for row in one.scores
            if _quiet(row) and row.entered_at < end - 4 * _LATER
        ),
        key=lambda found: (found[0].taken_at, found[0].key),
    )
    wrong = next(
        one for one in drawn if one is not owner and one.courses and one.patient.site == owner.patient.site
    )
    at = in_hours(row.entered_at + _LATER, 12)
    with db.because(SCORE):
        db.add(_move("assessment", row.key, wrong, owner, by, at, scores.says(db, row), SCORE, key))
        db.flush()


def _quiet(row: Assessment) -> bool:
    return row.status in COUNTED and row.total is not None and row.suicide_state in ("no", "not asked")


def _twice(db: Database, drawn: list[Written], by: Account, end: datetime, key) -> None:
    """Somebody without a course is somebody with one, under a name heard a little differently."""
    by_age = sorted(drawn, key=lambda one: (one.person.registered, one.person.number))
    idle = [one for one in by_age if not one.courses and all(_quiet(row) for row in one.scores)]
    if not idle:  # in a very small clinic
        return
    gone, kept = idle[0], next(one for one in by_age if one.courses)
    at = in_hours(end - timedelta(days=9), 40)
    with db.because(TWICE):
        _called_alike(gone.patient, kept.patient)
        says = merging.says(db, gone.patient)
        db.add(_move("patient", gone.patient.key, gone, kept, by, at, says, TWICE, key))
        for table in merging.GOES:
            for row in db.exec(select(table).where(table.patient_id == gone.patient.id)):
                row.patient_id = kept.patient.id
        gone.patient.status, gone.patient.merged_into_id = Status.VOID, kept.patient.id
        gone.patient.void_reason = f"The same person as record {kept.patient.record_number}: {TWICE}"
        db.flush()
        patients.index_for_search(kept.patient, [gone.patient])
        db.flush()


def _called_alike(gone: Patient, kept: Patient) -> None:
    gone.family_name, gone.given_name = kept.family_name + "e", kept.given_name
    gone.birth_date, gone.sex = kept.birth_date, kept.sex
    patients.index_for_search(gone)


def _move(
    table: str,
    record: str,
    wrong: Written,
    right: Written,
    by: Account,
    at: datetime,
    says: str,
    why: str,
    key,
) -> Move:
    return Move(
        key=key("move", table),
        patient_id=right.patient.id,
        from_patient_id=wrong.patient.id,
        record_table=table,
        record_key=record,
        says=says,
        reason=why,
        author=by.name,
        author_id=by.id,
        entered_at=at,
    )
