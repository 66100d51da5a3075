"""What is looked at between treatments: recorded, the latest of each kind, and how old it is."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from clinic import patients, settings, watching
from clinic.access import require
from clinic.refused import BadInput, NotFound
from data_model import Database, Patient, SafetyCheck
from data_model.checks import CheckKind, Finding
from data_model.columns import Status, now

# The measure of a protocol's limits that says how old a check of this kind is.
AGES = {
    CheckKind.LIVER: "liver_tests_age_days",
    CheckKind.URINARY: "urinary_symptoms_age_days",
    CheckKind.COGNITION: "cognition_age_days",
    CheckKind.DRUG_SCREEN: "drug_screen_age_days",
    CheckKind.PDMP: "pdmp_age_days",
}
HIGHEST = 200  # times the upper limit of normal


def record(
    db: Database,
    patient_key: str,
    kind: CheckKind | str,
    checked_on: date | None,
    *,
    finding: Finding | str | None = None,
    value: float | None = None,
    text: str | None = None,
) -> SafetyCheck:
    """One check; `value` is for liver tests only, in times the upper limit of normal. Raises BadInput."""
    require(db, "record assessments")
    patient, kind = patients.get(db, patient_key), CheckKind(kind)
    if checked_on is None:
        raise BadInput("Say on which day it was looked at.")
    if problems := _problems(db, patient, kind, checked_on, value):
        raise BadInput(*problems)
    made = SafetyCheck(
        patient_id=patient.id,
        kind=kind,
        checked_on=checked_on,
        finding=Finding(finding) if finding else None,
        value=value,
        text=(text or "").strip() or None,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(made)
    db.flush()
    watching.person(db, patient)
    return made


def take_back(db: Database, key: str, reason: str) -> SafetyCheck:
    """A check that was entered wrongly; it stays to be read. Raises BadInput without a reason."""
    require(db, "record assessments")
    row = db.exec(select(SafetyCheck).where(SafetyCheck.key == key)).first()
    if row is None:
        raise NotFound("There is no such check.")
    if not reason.strip():
        raise BadInput("Say why the check is taken back.")
    with db.because(reason.strip()):
        row.status, row.void_reason = Status.VOID, reason.strip()
    return row


def of_patient(db: Database, patient: Patient) -> list[SafetyCheck]:
    """Every check that stands, the newest first."""
    require(db, "see patients")
    query = select(SafetyCheck).where(SafetyCheck.patient_id == patient.id, SafetyCheck.status != Status.VOID)
    return list(db.exec(query.order_by(SafetyCheck.checked_on.desc(), SafetyCheck.id.desc())))


def latest(db: Database, patient: Patient) -> dict[CheckKind, SafetyCheck]:
    """The last check of each kind that there ever was one of."""
    found: dict[CheckKind, SafetyCheck] = {}
    for row in of_patient(db, patient):
        found.setdefault(row.kind, row)
    return found


def measures(db: Database, patient: Patient, on: date) -> dict[str, float | None]:
    """What the limits of the gate ask about checks: days since each, and the last liver value. Never done is None."""
    last = latest(db, patient)
    ages = {name: (on - last[kind].checked_on).days if kind in last else None for kind, name in AGES.items()}
    liver = last.get(CheckKind.LIVER)
    return ages | {"alt_times_uln": liver.value if liver else None}


def _problems(
    db: Database, patient: Patient, kind: CheckKind, checked_on: date, value: float | None
) -> list[str]:
    found = []
    if checked_on > now().astimezone(settings.zone(db)).date():
        found.append(f"The day of the check, {checked_on:%-d %b %Y}, lies in the future.")
    if checked_on < patient.birth_date:
        found.append(f"The day of the check, {checked_on:%-d %b %Y}, lies before the date of birth.")
    if value is not None and kind is not CheckKind.LIVER:
        found.append("Only liver tests have a value.")
    if value is not None and not 0 <= value <= HIGHEST:
        found.append(f"{value:g} times the upper limit of normal is not possible (expected 0 to {HIGHEST}).")
    return found
