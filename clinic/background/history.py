"""Diagnoses, and treatments tried before."""

from __future__ import annotations

import re
from datetime import date

from clinic.background import rows
from data_model import Database, Diagnosis, Patient, PriorTreatment

# A letter and two places, then up to four more after a point: F33.1, F41.1, U07.1, C7A.
ICD10 = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")


def add_diagnosis(
    db: Database, patient_key: str, *, text: str, icd10: str | None = None, since: date | None = None
) -> Diagnosis:
    """The code is stored in capitals. Raises BadInput."""
    patient = rows.whose(db, patient_key)
    return rows.added(db, Diagnosis(patient_id=patient.id, **_diagnosis(db, patient, text, icd10, since)))


def edit_diagnosis(
    db: Database,
    patient_key: str,
    key: str,
    row_version: int,
    *,
    text: str,
    icd10: str | None = None,
    since: date | None = None,
) -> Diagnosis:
    patient = rows.whose(db, patient_key)
    row = rows.own(db, patient, Diagnosis, key)
    return rows.edited(db, row, row_version, **_diagnosis(db, patient, text, icd10, since))


def add_tried(
    db: Database, patient_key: str, *, what: str, outcome: str | None = None, ended: date | None = None
) -> PriorTreatment:
    """What was tried before, and in the clinician's words what came of it. Raises BadInput."""
    patient = rows.whose(db, patient_key)
    return rows.added(db, PriorTreatment(patient_id=patient.id, **_tried(db, patient, what, outcome, ended)))


def edit_tried(
    db: Database,
    patient_key: str,
    key: str,
    row_version: int,
    *,
    what: str,
    outcome: str | None = None,
    ended: date | None = None,
) -> PriorTreatment:
    patient = rows.whose(db, patient_key)
    row = rows.own(db, patient, PriorTreatment, key)
    return rows.edited(db, row, row_version, **_tried(db, patient, what, outcome, ended))


def _diagnosis(db: Database, patient: Patient, text: str, icd10: str | None, since: date | None) -> dict:
    code, name = rows.cleaned(icd10), rows.cleaned(text)
    code = code.upper() if code else None
    rows.refuse(
        "" if name else "Name the diagnosis.",
        "" if code is None or ICD10.fullmatch(code) else f"{code} is no ICD-10 code (expected like F33.1).",
        rows.impossible(db, patient, The_day_of_the_diagnosis=since),
    )
    return {"text": name, "icd10": code, "since": since}


def _tried(db: Database, patient: Patient, what: str, outcome: str | None, ended: date | None) -> dict:
    name = rows.cleaned(what)
    rows.refuse(
        "" if name else "Name the treatment that was tried.",
        rows.impossible(db, patient, The_day_it_ended=ended),
    )
    return {"what": name, "outcome": rows.cleaned(outcome), "ended": ended}
