"""One treatment to the right patient, with everything in it. Of a signed one it is an amendment: the signature stays
under what was signed, and says for whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlmodel import select

from clinic import settings, treatments
from clinic.access import require
from clinic.chair.stage import Step, step
from clinic.drug_log import turn
from clinic.drug_log.line import store
from clinic.drug_log.reading import amount_now, balance_of, corrections
from clinic.drug_log.witnessing import NOBODY
from clinic.moving import finding, records, score_alerts, treatment_alerts
from clinic.outcomes.wording import date_words
from clinic.patients import pseudonym
from clinic.refused import BadInput
from data_model import (
    AdverseEvent,
    Amendment,
    Database,
    DoseOrder,
    DosePart,
    DrugEntry,
    DrugIntake,
    DutyDone,
    Episode,
    GateAnswer,
    GateVerdict,
    Interruption,
    LeavingCheck,
    Move,
    Patient,
    RescueDrug,
    Treatment,
    VitalSigns,
)
from data_model.columns import Status, now
from data_model.drug_log import EntryKind

# Children that say themselves whose they are. The others know it from their treatment. A verdict of the gate and what
# was signed or amended keep the patient as whose it was decided or signed.
NAMED = (DoseOrder, GateAnswer, DutyDone)
PARTS = (VitalSigns, AdverseEvent, DrugIntake, GateVerdict, DosePart, Interruption, RescueDrug, LeavingCheck)
NOT_FINISHED = {
    Step.RUNNING: "This treatment is running. It can be moved once it is finished.",
    Step.LEFT: "This treatment is not finished yet. Finish its record, then move it.",
    Step.PLANNED: "This treatment is only planned. Call it off, and plan it in the right record.",
    Step.WRITTEN_UP: "This record is not finished yet. Finish it, then move it.",
    Step.VOID: "This treatment was taken out. It counts nowhere.",
}


def move_treatment(
    db: Database,
    key: str,
    to: str,
    *,
    reason: str,
    birth_date: date | None,
    course: str | None = None,
) -> Move:
    """To the patient with the key `to`, whose birth date is confirmed with `birth_date`, into one of their courses (the
    one open at its start unless its key is given). Dose, weight and mg/kg stay as they were recorded. Raises BadInput
    for a treatment that is not finished, and where the right patient has no course."""
    require(db, finding.RIGHT)
    treatment = treatments.by_key(db, key)
    if (at := step(treatment)) is not Step.FINISHED:
        raise BadInput(NOT_FINISHED[at])
    wrong, reason = db.get(Patient, treatment.patient_id), reason.strip()
    right = finding.target(db, wrong, to, reason, birth_date)
    into = finding.course(db, right, treatment.started_at, course)
    if into is None:
        raise BadInput("The right patient has no course of care yet. Begin one there first.")
    move = records.announce(db, "treatment", treatment.key, wrong, right, says(db, treatment), reason)
    with db.because(reason):
        take(db, treatment, right, into, reason)
        _register(db, treatment, wrong, right, reason)
    treatment_alerts.follow(db, treatment, set(_keys(db, treatment)), move)
    score_alerts.look_again(db, wrong, right)
    return move


def says(db: Database, treatment: Treatment) -> str:
    """Treatment of 3 Mar 2026, racemic ketamine IV 35 mg."""
    when = date_words(treatment.started_at.astimezone(settings.zone(db)))
    return (
        f"Treatment of {when}, {treatment.substance.value} {treatment.route.value} {treatment.given_mg:g} mg"
    )


def take(db: Database, treatment: Treatment, right: Patient, into: Episode, reason: str) -> None:
    """The record and what in it says whose it is. What is locked opens by an amendment of the treatment's present
    version, and closes again with the treatment's own change, which therefore comes last."""
    locked = treatment.status in (Status.SIGNED, Status.AMENDED)
    if locked:
        db.add_all(_amendments(db, treatment, right, into, reason))
        db.flush()
    for table in NAMED:
        for row in db.exec(select(table).where(table.treatment_id == treatment.id)):
            row.patient_id = right.id
            if table is GateAnswer:
                row.episode_id = into.id
    db.flush()
    treatment.patient_id, treatment.episode_id = right.id, into.id
    if locked:
        treatment.status = Status.AMENDED
    db.flush()


def _amendments(
    db: Database, treatment: Treatment, right: Patient, into: Episode, reason: str
) -> Iterator[Amendment]:
    """Named by pseudonyms: an amendment is read by people who may not see names."""
    wrong, old = db.get(Patient, treatment.patient_id), db.get(Episode, treatment.episode_id)
    changes = {"patient": (pseudonym(wrong.key), pseudonym(right.key)), "course": (_word(old), _word(into))}
    for field, (before, after) in changes.items():
        if before != after:
            yield Amendment(
                patient_id=wrong.id,
                treatment_id=treatment.id,
                record_table="treatment",
                record_id=treatment.id,
                record_version=treatment.row_version,
                field=field,
                before={"is": before},
                after={"is": after},
                reason=reason,
                account_id=db.actor.account_id,
                name=db.actor.name,
            )


def _word(course: Episode) -> str:
    return f"{course.indication.value}, opened {date_words(course.opened_at)}"


def _register(db: Database, treatment: Treatment, wrong: Patient, right: Patient, reason: str) -> None:
    """The register of drugs is only ever added to: of each line a correction of the same amount names the right
    patient and moves no stock."""
    lines = select(DrugEntry).where(DrugEntry.treatment_id == treatment.id, DrugEntry.corrects_id.is_(None))
    first = list(db.exec(lines.order_by(DrugEntry.id)))
    if not first:
        return
    turn.take(db)
    known = corrections(db, treatment.id)
    for line in first:
        store(db, _corrected(db, line, amount_now(line, known), right, reason), NOBODY)


def _corrected(db: Database, line: DrugEntry, mg: float, right: Patient, reason: str) -> DrugEntry:
    kept = line.model_dump(include={"substance", "product", "lot", "expiry", "treatment_id"})
    return DrugEntry(
        **kept,
        at=now(),
        kind=EntryKind.CORRECTION,
        amount_mg=mg,
        change_mg=0.0,
        balance_mg=balance_of(db, line.product, line.lot),
        patient_id=right.id,
        note=f"The treatment was moved to the right patient: {reason}",
        corrects_id=line.id,
    )


def _keys(db: Database, treatment: Treatment) -> Iterator[str]:
    yield treatment.key
    for table in (*NAMED, *PARTS):
        yield from db.exec(select(table.key).where(table.treatment_id == treatment.id))
