"""What is known of a patient besides scores and treatments, as tables to read."""

from __future__ import annotations

import pandas as pd
from sqlmodel import select

from clinic.access import require
from data_model import Consent, Database, Diagnosis, EventNote, Medication, Patient, PriorTreatment
from data_model.columns import Status

_TABLES = {
    "Consent": (Consent, {"to_what": "To", "given_on": "Given", "withdrawn_on": "Withdrawn"}),
    "Diagnoses": (Diagnosis, {"icd10": "ICD-10", "text": "Diagnosis", "since": "Since"}),
    "Treatments tried before": (PriorTreatment, {"what": "What", "outcome": "Outcome", "ended": "Ended"}),
    "Medication": (
        Medication,
        {"drug": "Drug", "dose": "Dose", "started": "Started", "stopped": "Stopped"},
    ),
    "Events": (EventNote, {"happened_on": "Date", "kind": "Kind", "text": "What"}),
}


def of_patient(db: Database, patient: Patient) -> dict[str, pd.DataFrame]:
    """heading -> table; an empty table means that nothing was recorded, not that there is nothing."""
    require(db, "see patients")
    return {heading: _table(db, patient, *of) for heading, of in _TABLES.items()}


def _table(db: Database, patient: Patient, table, columns: dict[str, str]) -> pd.DataFrame:
    query = select(table).where(table.patient_id == patient.id, table.status != Status.VOID)
    rows = [[getattr(row, name) for name in columns] for row in db.exec(query.order_by(table.id))]
    return pd.DataFrame(rows, columns=[*columns.values()])
