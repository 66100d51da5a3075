"""What stands in the header of a person's page and changes there: who is responsible, when the safety plan was last
gone through, when the next review is, and what the person wants to reach."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from clinic import patients, settings
from clinic.access import require
from clinic.episodes.reading import by_key
from clinic.refused import BadInput
from data_model import Account, Database, Episode, Patient
from data_model.accounts import Role
from data_model.columns import now


def clinicians(db: Database) -> list[tuple[int, str]]:
    """(account id, name) of everybody who may be responsible for a patient now, by name."""
    require(db, "edit patients")
    query = select(Account.id, Account.name).where(Account.active, Account.role == Role.CLINICIAN)
    return [tuple(row) for row in db.exec(query.order_by(Account.name, Account.id))]


def assign_clinician(db: Database, patient_key: str, account_id: int | None) -> Patient:
    """None: nobody is responsible, and the header says so."""
    require(db, "edit patients")
    patient = patients.get(db, patient_key)
    if account_id is not None and account_id not in {found for found, _ in clinicians(db)}:
        raise BadInput("Only a clinician who works here now can be responsible for a patient.")
    patient.clinician_id = account_id
    db.flush()
    return patient


def record_safety_plan(db: Database, patient_key: str, on: date | None) -> Patient:
    """The day on which the plan for a crisis was made or gone through together; None: there is none."""
    require(db, "edit patients")
    patient = patients.get(db, patient_key)
    if on is not None and on > now().astimezone(settings.zone(db)).date():
        raise BadInput("The safety plan cannot be dated in the future.")
    if on is not None and on < patient.birth_date:
        raise BadInput("The safety plan would be older than the patient. Is the year right?")
    patient.safety_plan_on = on
    db.flush()
    return patient


def set_next_review(db: Database, key: str, on: date | None) -> Episode:
    """A day before today is an overdue review, which may be the truth; None: none is planned."""
    require(db, "edit patients")
    episode = by_key(db, key)
    if on is not None and on < episode.opened_at.astimezone(settings.zone(db)).date():
        raise BadInput("The next review would lie before the course was opened. Is the year right?")
    episode.next_review_on = on
    db.flush()
    return episode


def set_goal(db: Database, key: str, goal: str) -> Episode:
    """One goal, in the patient's own words; the one before stays in the audit trail."""
    require(db, "edit patients")
    episode = by_key(db, key)
    episode.goal = goal.strip() or None
    db.flush()
    return episode
