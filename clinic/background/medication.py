"""The list of medicines. A dose that changes is a new row, so that what was taken when stays to be read and drawn."""

from __future__ import annotations

from datetime import date, timedelta

from clinic import watching
from clinic.background import rows
from data_model import Database, Medication, Patient

MOST_MG = 100_000


def add(
    db: Database,
    patient_key: str,
    *,
    drug: str,
    started: date | None,
    dose: str | None = None,
    mg_per_day: float | None = None,
    stopped: date | None = None,
) -> Medication:
    """`dose` in words as prescribed, `mg_per_day` as a number where it can be one; `stopped` is the last day on
    which it was taken. Raises BadInput."""
    patient = rows.whose(db, patient_key)
    fields = _possible(db, patient, drug, started, dose, mg_per_day, stopped)
    made = rows.added(db, Medication(patient_id=patient.id, **fields))
    watching.person(db, patient)
    return made


def edit(
    db: Database,
    patient_key: str,
    key: str,
    row_version: int,
    *,
    drug: str,
    started: date | None,
    dose: str | None = None,
    mg_per_day: float | None = None,
    stopped: date | None = None,
) -> Medication:
    """Puts right what was entered; for another dose from some day on there is `change_dose`."""
    patient = rows.whose(db, patient_key)
    row = rows.own(db, patient, Medication, key)
    fields = _possible(db, patient, drug, started, dose, mg_per_day, stopped)
    rows.edited(db, row, row_version, **fields)
    watching.person(db, patient)
    return row


def stop(db: Database, patient_key: str, key: str, on: date | None = None) -> Medication:
    """`on` is the last day, today unless said; who stopped it already is not asked again."""
    patient = rows.whose(db, patient_key)
    row = rows.own(db, patient, Medication, key)
    on = on or rows.today(db)
    rows.refuse(
        f"{row.drug} was stopped on {rows.in_words(row.stopped)} already." if row.stopped else "",
        rows.impossible(db, patient, The_last_day=on),
        rows.backwards(row.started, on, "Stopped before it was started"),
    )
    row.stopped = on
    db.flush()
    return row


def change_dose(
    db: Database,
    patient_key: str,
    key: str,
    *,
    dose: str | None,
    mg_per_day: float | None,
    since: date | None = None,
) -> Medication:
    """The row ends on the day before `since` (today unless said) and another begins on it. Raises BadInput."""
    patient = rows.whose(db, patient_key)
    row = rows.own(db, patient, Medication, key)
    since = since or rows.today(db)
    rows.refuse(
        _not_after(row, since),
        f"{row.drug} was stopped on {rows.in_words(row.stopped)}." if row.stopped else "",
        "" if rows.cleaned(dose) or mg_per_day is not None else "Say the new dose.",
    )
    fields = _possible(db, patient, row.drug, since, dose, mg_per_day, None)
    row.stopped = since - timedelta(days=1)
    made = rows.added(db, Medication(patient_id=patient.id, **fields))
    watching.person(db, patient)
    return made


def _not_after(row: Medication, since: date) -> str:
    if since > row.started:
        return ""
    return (
        f"A new dose begins after {rows.in_words(row.started)}, when this one was started. "
        "If the dose was entered wrongly, correct the entry instead."
    )


def _possible(
    db: Database,
    patient: Patient,
    drug: str,
    started: date | None,
    dose: str | None,
    mg_per_day: float | None,
    stopped: date | None,
) -> dict:
    name = rows.cleaned(drug)
    rows.refuse(
        "" if name else "Name the drug.",
        "" if started else "Say since when it is taken; the year's first of January if nobody knows better.",
        rows.impossible(db, patient, The_first_day=started, The_last_day=stopped),
        rows.backwards(started, stopped, "Stopped before it was started"),
        _amount(mg_per_day),
    )
    return {
        "drug": name,
        "dose": rows.cleaned(dose),
        "mg_per_day": mg_per_day,
        "started": started,
        "stopped": stopped,
    }


def _amount(mg_per_day: float | None) -> str:
    if mg_per_day is None or 0 < mg_per_day <= MOST_MG:
        return ""
    return f"{mg_per_day:g} mg a day is not possible (expected above 0, at most {MOST_MG})."
