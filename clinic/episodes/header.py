"""The line under a person's name: who is responsible, safety plan, consent, next review, goal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam
from sqlmodel import func, or_, select

from clinic.access import require
from data_model import Account, Consent, Database, Episode, Patient, Treatment
from data_model.columns import Status


@dataclass(frozen=True, slots=True)
class Header:
    """None is "nobody" and "not recorded", never "all is well". `consents` are (to what, given, withdrawn), oldest
    first. `works_here`: whether the responsible clinician still has an open account. `planned` is the last treatment
    that is planned and not begun."""

    clinician: str | None
    works_here: bool
    safety_plan_on: date | None
    next_review_on: date | None
    goal: str | None
    planned: datetime | None
    consents: tuple[tuple[str, date, date | None], ...]


# Built once, and one question for all of it: the Patient page asks it on each run.
_HEADER = (
    select(
        Account.name,
        Account.active,
        Patient.safety_plan_on,
        Episode.next_review_on,
        Episode.goal,
        select(func.max(Treatment.planned_for))
        .where(
            Treatment.episode_id == Episode.id,
            Treatment.status == Status.DRAFT,
            Treatment.started_at.is_(None),
        )
        .correlate(Episode)
        .scalar_subquery(),
        Consent.to_what,
        Consent.given_on,
        Consent.withdrawn_on,
    )
    .select_from(Patient)
    .join(Episode, Episode.patient_id == Patient.id)
    .join(Account, Account.id == Patient.clinician_id, isouter=True)
    .join(
        Consent,
        and_(
            Consent.patient_id == Patient.id,
            or_(Consent.episode_id == Episode.id, Consent.episode_id.is_(None)),
            Consent.status != Status.VOID,
        ),
        isouter=True,
    )
    .where(Patient.id == bindparam("patient"), Episode.id == bindparam("course"))
    .order_by(Consent.given_on, Consent.id)
)


def header(db: Database, patient: Patient, course: Episode) -> Header:
    require(db, "see patients")
    rows = db.exec(_HEADER, params={"patient": patient.id, "course": course.id}).all()
    *once, _, _, _ = rows[0]
    name, active, plan, review, goal, planned = once
    given = tuple(tuple(row[-3:]) for row in rows if row[-3] is not None)
    return Header(name, bool(active), plan, review, goal, planned, given)
