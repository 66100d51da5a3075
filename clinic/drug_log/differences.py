"""What does not add up in the register, open until somebody closes it with what was found."""

from __future__ import annotations

import pandas as pd
from sqlmodel import select

from clinic import patients, typed
from clinic.access import require
from clinic.drug_log import turn
from clinic.refused import BadInput, NotFound
from data_model import Database, DrugDiscrepancy, DrugEntry, Patient, Treatment
from data_model.columns import now

COLUMNS = {
    "discrepancy": object,
    "says": object,
    "opened_at": typed.TIME,
    "opened_by": object,
    "entry": object,
    "product": object,
    "lot": object,
    "treatment": object,
    "patient": object,
    "person": object,
    "action": object,
    "closed_at": typed.TIME,
    "closed_by": object,
}


def raise_(db: Database, entry: DrugEntry, says: str) -> DrugDiscrepancy:
    """Opens one about a stored line; for the functions that write lines."""
    made = DrugDiscrepancy(entry_id=entry.id, says=says, opened_by=db.actor.name)
    db.add(made)
    db.flush()
    return made


def discrepancies(db: Database, *, closed: bool = False, entry: str | None = None) -> pd.DataFrame:
    """Open ones, the oldest first; or the `closed` ones, the latest first; or whatever one line opened. Keys of the
    treatment and patient where the line has them, and the person as this actor may see them."""
    require(db, "see drug log")
    query = (
        select(DrugDiscrepancy, DrugEntry, Treatment.key, Patient)
        .join(DrugEntry, DrugEntry.id == DrugDiscrepancy.entry_id)
        .join(Treatment, Treatment.id == DrugEntry.treatment_id, isouter=True)
        .join(Patient, Patient.id == DrugEntry.patient_id, isouter=True)
    )
    if entry is not None:
        query = query.where(DrugEntry.key == entry).order_by(DrugDiscrepancy.id)
    elif closed:
        query = query.where(DrugDiscrepancy.closed_at.is_not(None)).order_by(DrugDiscrepancy.closed_at.desc())
    else:
        query = query.where(DrugDiscrepancy.closed_at.is_(None)).order_by(DrugDiscrepancy.id)
    return typed.frame([_record(db, *row) for row in db.exec(query)], COLUMNS)


def close_discrepancy(db: Database, key: str, action: str) -> DrugDiscrepancy:
    """`action` is what was found and done. Raises BadInput without one, or when somebody closed it before."""
    require(db, "keep drug log")
    if not action.strip():
        raise BadInput("Say what was found and done.")
    turn.take(db)
    query = select(DrugDiscrepancy).where(DrugDiscrepancy.key == key)
    found = db.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound("There is no such discrepancy.")
    if found.closed_at is not None:
        raise BadInput(f"{found.closed_by} has closed this already: “{found.action}”.")
    found.action, found.closed_at = action.strip(), now()
    found.closed_by, found.closed_by_id = db.actor.name, db.actor.account_id
    db.flush()
    return found


def _record(
    db: Database,
    row: DrugDiscrepancy,
    entry: DrugEntry,
    treatment: str | None,
    patient: Patient | None,
) -> tuple:
    return (
        row.key,
        row.says,
        row.opened_at,
        row.opened_by,
        entry.key,
        entry.product,
        entry.lot,
        treatment,
        patient and patient.key,
        patient and patients.person(db, patient).name,
        row.action,
        row.closed_at,
        row.closed_by,
    )
