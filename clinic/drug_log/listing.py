"""The lines of the register as a table."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from sqlalchemy.orm import aliased
from sqlmodel import select

from clinic import patients, typed
from clinic.access import require
from clinic.drug_log.reading import corrections
from data_model import Database, DrugEntry, Patient, Treatment
from data_model.drug_log import EntryKind

LINES = {
    "entry": object,
    "at": typed.TIME,
    "entered_at": typed.TIME,
    "kind": object,
    "substance": object,
    "product": object,
    "lot": object,
    "expiry": object,
    "amount_mg": float,
    "change_mg": float,
    "balance_mg": float,
    "treatment": object,
    "patient": object,
    "person": object,
    "author": object,
    "witness": object,
    "note": object,
    "corrects": object,
    "corrected_kind": object,
    "was_mg": float,
    "stands_mg": float,
}


def lines(
    db: Database,
    product: str | None = None,
    lot: str | None = None,
    treatment: Treatment | None = None,
    *,
    since: datetime | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """In the order in which they were written; of `limit` the last ones, `since` by the time it happened.

    `kind` is a word of `EntryKind`, or "sent back" for what was returned to the supplier. `stands_mg` is what a line
    says after its corrections, absent where it has none. A correction has the key and kind of the line that it puts
    right, and in `was_mg` what stood there until then. `person` is the patient as this actor may see them.
    """
    require(db, "see drug log")
    first = aliased(DrugEntry)
    query = (
        select(DrugEntry, first, Treatment.key, Patient)
        .join(first, first.id == DrugEntry.corrects_id, isouter=True)
        .join(Treatment, Treatment.id == DrugEntry.treatment_id, isouter=True)
        .join(Patient, Patient.id == DrugEntry.patient_id, isouter=True)
    )
    wanted = {
        DrugEntry.product: product,
        DrugEntry.lot: lot,
        DrugEntry.treatment_id: treatment and treatment.id,
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    if since is not None:
        query = query.where(DrugEntry.at >= since)
    found = db.exec(query.order_by(DrugEntry.id.desc()).limit(limit)).all()
    corrected = corrections(db)
    return typed.frame([_record(db, corrected, *row) for row in reversed(found)], LINES)


def kind_word(row: DrugEntry) -> str:
    return "sent back" if row.kind == EntryKind.RETURNED and row.change_mg < 0 else row.kind.value


def _record(
    db: Database,
    corrected: dict[int, list[tuple[int, float]]],
    row: DrugEntry,
    first: DrugEntry | None,
    treatment: str | None,
    patient: Patient | None,
) -> tuple:
    return (
        row.key,
        row.at,
        row.entered_at,
        kind_word(row),
        row.substance.value,
        row.product,
        row.lot,
        row.expiry,
        row.amount_mg,
        row.change_mg,
        row.balance_mg,
        treatment,
        patient and patient.key,
        patient and patients.person(db, patient).name,
        row.author,
        row.witness,
        row.note,
        first and first.key,
        first and kind_word(first),
        first and _before(row, first, corrected),
        corrected[row.id][-1][1] if row.id in corrected else None,
    )


def _before(row: DrugEntry, first: DrugEntry, corrected: dict[int, list[tuple[int, float]]]) -> float:
    """What stood there until this correction."""
    earlier = [amount for id, amount in corrected[first.id] if id < row.id]
    return earlier[-1] if earlier else first.amount_mg
