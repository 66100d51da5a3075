"""A treatment as the clinic's protocol sees it: which limits its dose and its observations reach.

It says what the limits saw. Nothing is stopped, and no alert is raised by it yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import select

from clinic import editions, settings
from clinic.access import require
from clinic.protocols.definition import Protocol
from clinic.protocols.dose import Finding, LastTreatment, Order, check_dose
from clinic.protocols.vitals import Breach, Reading, judge_vitals
from clinic.treatments.reading import adverse_events, stored_rows
from data_model import Database, Patient, Treatment, VitalSigns
from data_model.columns import COUNTED, now
from data_model.treatments import Severity

MEASURES = ("systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent", "respiratory_rate", "moaas")


@dataclass(frozen=True, slots=True)
class Judged:
    """`dose` is the worst first; `vitals` has (minute, breaches) for each observation that reached a limit."""

    protocol: Protocol
    dose: list[Finding]
    vitals: list[tuple[int | None, list[Breach]]]


def judged(db: Database, treatment: Treatment) -> Judged:
    """A draft or a finished record, by what is stored of it."""
    require(db, "see patients")
    chosen = editions.of(db, treatment)
    rows = stored_rows(db, treatment)
    before = _own_reading(rows)
    seen = [
        (row.minute, judge_vitals(chosen, _reading(row), phase=_phase(row), baseline=before))
        for row in sorted(rows, key=lambda row: (row.minute is None, row.minute or 0))
    ]
    dose = check_dose(chosen, order(db, treatment)) if _has_dose(treatment) else []
    return Judged(chosen, dose, [(minute, found) for minute, found in seen if found])


def _has_dose(treatment: Treatment) -> bool:
    """An empty form is not an order without a weight."""
    amounts = (treatment.given_mg, treatment.ordered_mg)
    return bool(treatment.substance and treatment.route) and any(mg is not None for mg in amounts)


def order(db: Database, treatment: Treatment) -> Order:
    """What was given, or what is about to be, with what is known of the person and of the doses before."""
    at = (treatment.started_at or now()).astimezone(settings.zone(db))
    person = db.get(Patient, treatment.patient_id)
    before = _before(db, treatment, at)
    return Order(
        substance=treatment.substance.value,
        route=treatment.route.value,
        now=at,
        mg=treatment.given_mg if treatment.given_mg is not None else treatment.ordered_mg,
        weight_kg=treatment.weight_kg,
        weight_basis=treatment.weight_basis.value,
        weighed_on=treatment.weighed_on,
        last_weight_kg=next((row.weight_kg for row in before if row.weight_kg), None),
        sex=person.sex.value if person.sex else None,
        age_years=_age(person.birth_date, at.date()),
        concentration=treatment.concentration_mg_per_ml,
        minutes=_minutes(treatment),
        last=_last(db, before),
        previous_on_route=sum(
            (row.route, row.substance) == (treatment.route, treatment.substance) for row in before
        ),
        sessions_in_7_days=_within(before, at, 7),
        sessions_in_30_days=_within(before, at, 30),
    )


def _before(db: Database, treatment: Treatment, at: datetime) -> list[Treatment]:
    """Every earlier treatment of the person, the last first."""
    query = select(Treatment).where(
        Treatment.patient_id == treatment.patient_id,
        Treatment.status.in_(COUNTED),
        Treatment.id != treatment.id,
        Treatment.started_at < at,
    )
    return list(db.exec(query.order_by(Treatment.started_at.desc(), Treatment.id.desc())))


def _last(db: Database, before: list[Treatment]) -> LastTreatment | None:
    if not before:
        return None
    row = before[0]
    worst = max((event.severity for event in adverse_events(db, row)), key=list(Severity).index, default=None)
    return LastTreatment(
        at=row.started_at,
        substance=row.substance.value,
        route=row.route.value,
        mg=row.given_mg,
        mg_per_kg=row.mg_per_kg,
        weight_basis=row.weight_basis.value,
        worst_event=worst.value if worst else "none",
    )


def _within(before: list[Treatment], at: datetime, days: int) -> int:
    return sum(row.started_at > at - timedelta(days=days) for row in before)


def _age(born: date | None, on: date) -> float | None:
    """In whole years."""
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _minutes(treatment: Treatment) -> float | None:
    if treatment.started_at is None or treatment.stopped_at is None:
        return None
    return (treatment.stopped_at - treatment.started_at).total_seconds() / 60


def _own_reading(rows: list[VitalSigns]) -> Reading | None:
    """The last observation up to minute 0, which is the person's own."""
    before = [row for row in rows if row.minute is not None and row.minute <= 0]
    return _reading(max(before, key=lambda row: row.minute)) if before else None


def _reading(row: VitalSigns) -> Reading:
    return Reading(**{name: getattr(row, name) for name in MEASURES})


def _phase(row: VitalSigns) -> str:
    return "pre" if row.minute is not None and row.minute <= 0 else "during"
