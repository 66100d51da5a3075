"""Who comes today and what is missing at their gate; who is in a chair; who comes in the next days."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import func, select

from clinic import alerts, patients, settings
from clinic.access import require
from clinic.chair import before, planning
from clinic.chair.identity import day
from clinic.patients import Person
from clinic.protocols.gate import GO
from clinic.worklist.remembered import kept, known
from clinic.worklist.rules import LATE_AFTER
from clinic.worklist.scope import EVERYBODY, Scope
from data_model import Alert, AuditRow, Database, Patient, Treatment
from data_model.columns import Status, now

COMING_DAYS = 7
KEPT = 500  # verdicts


@dataclass(frozen=True, slots=True)
class Arrival:
    """A treatment planned for today. `verdict` and `missing` (why it is not "go") are the gate's at this minute;
    None and nothing where it was not asked for. `concern`: a suicide concern is open."""

    person: Person
    treatment: str
    at: datetime
    room: str | None
    late: int | None
    concern: bool
    verdict: str | None = None
    missing: tuple[str, ...] = ()
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class InChair:
    """A running treatment: since when, and how many of its own alerts are open."""

    person: Person
    treatment: str
    room: str | None
    since: datetime
    alerts: int


def arrivals(
    db: Database, within: Scope = EVERYBODY, *, judged: int = 12, at: datetime | None = None
) -> list[Arrival]:
    """In order of time; the gate of the first `judged` is looked at."""
    require(db, "see today")
    at = at or now()
    today = at.astimezone(settings.zone(db)).date()
    found = kept(db, _planned, within, today)
    open_alerts = known(db).alerts
    worried = set(open_alerts.loc[open_alerts["rule"] == alerts.SUICIDE, "patient"])
    gates = _gates(db, [treatment for treatment, _ in found[:judged]], at)
    return [_arrival(db, *pair, at, worried, gates.get(pair[0].id)) for pair in found]


def _planned(db: Database, within: Scope, today: date) -> list[tuple[Treatment, Patient]]:
    return [
        (treatment, patient)
        for treatment, patient in planning.planned(db, today)
        if within.has(patient.clinician_id, patient.site)
    ]


def in_chair(db: Database, within: Scope = EVERYBODY) -> list[InChair]:
    """The longest running first. What each limit says, minute by minute, is the business of Rooms."""
    require(db, "see today")
    return kept(db, _in_chair, within)


def _in_chair(db: Database, within: Scope) -> list[InChair]:
    own = select(func.count(Alert.id)).where(Alert.treatment_id == Treatment.id, Alert.closed_at.is_(None))
    query = (
        select(Treatment, Patient, own.correlate(Treatment).scalar_subquery())
        .join(Patient, Patient.id == Treatment.patient_id)
        .where(
            Treatment.status == Status.DRAFT,
            Treatment.planned_for.is_not(None),
            Treatment.started_at.is_not(None),
            Treatment.left_at.is_(None),
        )
        .order_by(Treatment.started_at, Treatment.id)
    )
    return [
        InChair(patients.person(db, patient), treatment.key, treatment.room, treatment.started_at, count)
        for treatment, patient, count in db.exec(query)
        if within.has(patient.clinician_id, patient.site)
    ]


def coming(db: Database, within: Scope = EVERYBODY, *, days: int = COMING_DAYS) -> list[Arrival]:
    """What is planned for the days after today."""
    require(db, "see today")
    return kept(db, _coming, within, days)


def _coming(db: Database, within: Scope, days: int) -> list[Arrival]:
    today = now().astimezone(settings.zone(db)).date()
    begins, _ = day(db, today + timedelta(days=1))
    _, ends = day(db, today + timedelta(days=days))
    query = (
        select(Treatment, Patient)
        .join(Patient, Patient.id == Treatment.patient_id)
        .where(
            Treatment.status == Status.DRAFT,
            Treatment.started_at.is_(None),
            Treatment.planned_for.between(begins, ends),
        )
        .order_by(Treatment.planned_for, Treatment.id)
    )
    return [
        Arrival(patients.person(db, patient), row.key, row.planned_for, row.room, None, False)
        for row, patient in db.exec(query)
        if within.has(patient.clinician_id, patient.site)
    ]


def _arrival(
    db: Database, treatment: Treatment, patient: Patient, at: datetime, worried: set[int], gate: tuple | None
) -> Arrival:
    minutes = (at - treatment.planned_for) // timedelta(minutes=1)
    return Arrival(
        patients.person(db, patient),
        treatment.key,
        treatment.planned_for,
        treatment.room,
        minutes if minutes > LATE_AFTER else None,
        patient.id in worried,
        *(gate or ()),
    )


# (store, treatment, last audit row about the person, minute) -> what the gate said; the oldest goes first.
_judged: dict[tuple, tuple] = {}
_judging = threading.Lock()


def _gates(db: Database, found: Sequence[Treatment], at: datetime) -> dict[int, tuple]:
    """treatment -> verdict, reasons, protocol. A gate is judged anew each minute, for answers expire, and after each
    write about the person."""
    if not found:
        return {}
    written = dict(
        db.exec(
            select(AuditRow.patient_id, func.max(AuditRow.at))
            .where(AuditRow.patient_id.in_({each.patient_id for each in found}))
            .group_by(AuditRow.patient_id)
        ).all()
    )
    minute, store = at.replace(second=0, microsecond=0), str(db.get_bind().url)
    gates = {}
    for each in found:
        asked = (store, each.id, written.get(each.patient_id), minute)
        with _judging:
            gates[each.id] = _judged.get(asked)
        if gates[each.id] is None:
            gates[each.id] = _gate(db, each, at)
            _keep(asked, gates[each.id])
    return gates


def _gate(db: Database, treatment: Treatment, at: datetime) -> tuple[str, tuple[str, ...], str]:
    found = before.verdict(db, treatment, now=at)
    missing = () if found.verdict == GO else tuple(one.says for one in found.reasons if one.verdict != GO)
    return found.verdict, missing, found.protocol


def _keep(asked: tuple, found: tuple) -> None:
    with _judging:
        _judged[asked] = found
        while len(_judged) > KEPT:
            del _judged[next(iter(_judged))]
