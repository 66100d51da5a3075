"""A new patient, an edit of one, and who somebody may already be."""

from __future__ import annotations

from datetime import date
from difflib import SequenceMatcher
from typing import Any

from sqlmodel import select

from clinic.access import require
from clinic.patients.finding import get, merged
from clinic.patients.likeness import index_for_search, plain, sound
from clinic.patients.person import identified
from clinic.refused import BadInput, Conflict
from data_model import Database, Patient
from data_model.columns import Status, now
from data_model.people import Sex

EDITABLE = (
    "record_number",
    "family_name",
    "given_name",
    "birth_date",
    "sex",
    "phone",
    "email",
    "clinician_id",
    "site",
)
_OLDEST = 120  # years
_ALIKE = 0.8  # of letters in common, by difflib, below which two names with one birth date are two people


def register(db: Database, **fields: Any) -> Patient:
    """A new patient. Raises BadInput with every problem at once; `similar` is asked before, by the page."""
    require(db, "edit patients")
    cleaned = _cleaned(db, fields)
    patient = Patient(**cleaned, author=db.actor.name, author_id=db.actor.account_id)
    index_for_search(patient)
    db.add(patient)
    db.flush()
    return patient


def edit(db: Database, key: str, row_version: int, **fields: Any) -> Patient:
    """Raises Conflict when somebody saved since `row_version` was shown: nothing is overwritten unseen."""
    require(db, "edit patients")
    patient = get(db, key)
    if patient.row_version != row_version:
        raise Conflict(
            "Somebody else changed this patient meanwhile. Open the patient again to see their version."
        )
    current = {name: getattr(patient, name) for name in EDITABLE}
    cleaned = _cleaned(db, current | fields, besides=patient.id)
    for name, value in cleaned.items():
        if getattr(patient, name) != value:
            setattr(patient, name, value)
    index_for_search(patient, merged(db, patient))
    db.flush()
    return patient


def similar(db: Database, family_name: str, given_name: str, birth_date: date | None) -> list[Patient]:
    """Who this may already be: same birth date with a like name, or the same name however it is spelt."""
    require(db, "edit patients")
    candidates = select(Patient).where(
        Patient.status != Status.VOID,
        (Patient.sound == sound(family_name, given_name)) | (Patient.birth_date == birth_date),
    )
    wanted = plain(f"{family_name} {given_name}")
    return [
        patient
        for patient in db.exec(candidates.limit(200))
        if patient.sound == sound(family_name, given_name)
        or SequenceMatcher(None, wanted, plain(f"{patient.family_name} {patient.given_name}")).ratio()
        >= _ALIKE
    ]


def _cleaned(db: Database, fields: dict[str, Any], besides: int | None = None) -> dict[str, Any]:
    values = {k: v.strip() or None if isinstance(v, str) and k != "sex" else v for k, v in fields.items()}
    values["sex"] = Sex(values.get("sex") or Sex.UNKNOWN)
    words = {"family_name": "family name", "given_name": "given name", "record_number": "record number"}
    problems = [f"The {word} is missing." for name, word in words.items() if not values.get(name)]
    problems += _date_problems(values.get("birth_date"))
    taken = db.exec(select(Patient).where(Patient.record_number == values.get("record_number"))).first()
    if taken is not None and taken.id != besides:
        problems.append(
            f"Record number {taken.record_number} already belongs to {identified(db, taken).name}."
        )
    if problems:
        raise BadInput(*problems)
    return values


def _date_problems(born: date | None) -> list[str]:
    today = now().date()
    if born is None:
        return ["The date of birth is missing."]
    if born > today:
        return [f"The date of birth, {born:%-d %b %Y}, lies in the future."]
    if today.year - born.year > _OLDEST:
        return [f"The date of birth, {born:%-d %b %Y}, would make this person over {_OLDEST} years old."]
    return []
