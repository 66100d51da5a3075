"""Two records of one person become one: everything of the one goes over to the other, courses as courses of their own.
The record that went keeps its number, by which it is found, and its address, which leads to the one that is kept."""

from __future__ import annotations

from datetime import date

from sqlmodel import func, select

from clinic import episodes, instruments, patients
from clinic.access import require
from clinic.chair.stage import Step, step
from clinic.moving import finding, records, score_alerts, treatment_alerts, treatments
from clinic.outcomes.wording import plural
from clinic.refused import BadInput
from data_model import (
    Assessment,
    Consent,
    Database,
    Diagnosis,
    Episode,
    EventNote,
    Letter,
    Medication,
    Move,
    Patient,
    PriorTreatment,
    SafetyCheck,
    StageChange,
    Treatment,
    Weight,
)
from data_model.columns import COUNTED, Status

# What goes over row by row; treatments and alerts have rules of their own, and moves are told anew.
GOES = (
    Diagnosis,
    PriorTreatment,
    Medication,
    EventNote,
    Weight,
    Consent,
    Episode,
    StageChange,
    Assessment,
    SafetyCheck,
    Letter,
)
# What only says as whose something was signed, decided, written or read at the time.
STAYS = ("signature", "amendment", "gate_verdict", "drug_entry", "audit")
FILLED = ("phone", "email", "clinician_id", "site")


def merge(db: Database, keep: str, other: str, *, reason: str, birth_date: date | None) -> Move:
    """`other` becomes part of `keep`, whose birth date is confirmed with `birth_date`. Raises BadInput, also while a
    treatment runs in the record that would go, or where both have a form begun by the same person."""
    require(db, finding.RIGHT)
    gone, reason = patients.get(db, other), reason.strip()
    if gone.status == Status.VOID:
        raise BadInput("That record was withdrawn.")
    kept = finding.target(db, gone, keep, reason, birth_date)
    _refuse_open_work(db, gone, kept)
    move = records.announce(db, "patient", gone.key, gone, kept, says(db, gone), reason)
    with db.because(reason):
        for table in GOES:
            for row in db.exec(select(table).where(table.patient_id == gone.id)):
                row.patient_id = kept.id
        db.flush()
        for row in list(db.exec(select(Treatment).where(Treatment.patient_id == gone.id))):
            treatments.take(db, row, kept, db.get(Episode, row.episode_id), reason)
    treatment_alerts.everything(db, move)
    with db.because(reason):
        _retell(db, gone, kept, move)
        _close(db, gone, kept, reason)
    score_alerts.look_again(db, kept)
    return move


def says(db: Database, gone: Patient) -> str:
    """What was in the record that went: 12 scores, 5 treatments, 1 course."""
    scores, given = (
        db.exec(select(func.count()).where(*_of(table, gone))).one() for table in (Assessment, Treatment)
    )
    counts = {"score": scores, "treatment": given, "course": len(episodes.of_patient(db, gone))}
    return ", ".join(plural(n, word) for word, n in counts.items() if n) or "no score or treatment"


def _of(table: type, patient: Patient) -> tuple:
    return table.patient_id == patient.id, table.status.in_(COUNTED)


def _refuse_open_work(db: Database, gone: Patient, kept: Patient) -> None:
    """What must be finished first; the database would not let two of these stand in one record."""
    problems = []
    mine, theirs = _drafts(db, Treatment, gone), _drafts(db, Treatment, kept)
    if any(step(row) is Step.RUNNING for row in mine):
        problems.append(
            "A treatment is running in the record that would go. Keep that record, or wait until it is over."
        )
    written = {row.author_id for row in mine if step(row) is Step.WRITTEN_UP}
    if any(row.author_id in written for row in theirs if step(row) is Step.WRITTEN_UP):
        problems.append(
            "Both records have an unfinished treatment by the same person. Finish or discard one."
        )
    forms = {(row.author_id, row.instrument) for row in _drafts(db, Assessment, gone)}
    both = {
        row.instrument for row in _drafts(db, Assessment, kept) if (row.author_id, row.instrument) in forms
    }
    problems += [
        f"Both records have an unfinished {instruments.instrument(name).title} by the same person. "
        "Finish or discard one."
        for name in sorted(both)
    ]
    if problems:
        raise BadInput(*problems)


def _drafts(db: Database, table: type, patient: Patient) -> list:
    return list(db.exec(select(table).where(table.patient_id == patient.id, table.status == Status.DRAFT)))


def _retell(db: Database, gone: Patient, kept: Patient, merging: Move) -> None:
    """Earlier moves to and from the record that went are of the one that is kept; those between the two stay as they
    were."""
    query = select(Move).where((Move.patient_id == gone.id) | (Move.from_patient_id == gone.id))
    for move in db.exec(query):
        if move is merging or kept.id in (move.patient_id, move.from_patient_id):
            continue
        if move.patient_id == gone.id:
            move.patient_id = kept.id
        else:
            move.from_patient_id = kept.id
    db.flush()


def _close(db: Database, gone: Patient, kept: Patient, reason: str) -> None:
    """The kept record is found by the other's number and name too, and knows what only the other did."""
    for name in FILLED:
        if getattr(kept, name) is None:
            setattr(kept, name, getattr(gone, name))
    plans = [each.safety_plan_on for each in (gone, kept) if each.safety_plan_on]
    kept.safety_plan_on = max(plans, default=None)
    for earlier in db.exec(select(Patient).where(Patient.merged_into_id == gone.id)):
        earlier.merged_into_id = kept.id
    gone.status, gone.merged_into_id = Status.VOID, kept.id
    gone.void_reason = f"The same person as record {kept.record_number}: {reason}"
    db.flush()
    patients.index_for_search(kept, patients.merged(db, kept))
    db.flush()
