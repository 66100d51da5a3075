"""What the limits of an order ask about the person and the doses before this one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import and_, or_, select

from clinic.protocols.order import LastTreatment
from clinic.treatments.reading import adverse_events
from data_model import AdverseEvent, Database, Patient, Treatment
from data_model.columns import COUNTED, Status
from data_model.people import Sex
from data_model.treatments import Route, Severity, Substance

TOLERATED = (None, Severity.MILD)


def known(
    db: Database, treatment: Treatment, substance: Substance, route: Route, at: datetime
) -> dict[str, Any]:
    """The fields of a protocol's `Order` that the store answers, for a dose of this substance by this route at `at`,
    which is in the clinic's zone."""
    person = db.get(Patient, treatment.patient_id)
    before = earlier(db, treatment, at)
    return {
        "last_weight_kg": next((row.weight_kg for row in before if row.weight_kg), None),
        "sex": sex(person),
        "age_years": age(person.birth_date, at.date()),
        "last": last_treatment(db, before),
        "previous_on_route": sum((row.route, row.substance) == (route, substance) for row in before),
        "sessions_in_7_days": _within(before, at, 7),
        "sessions_in_30_days": _within(before, at, 30),
    }


def earlier(db: Database, treatment: Treatment, at: datetime) -> list[Treatment]:
    """Every earlier treatment of the person, the last first: those that count, and those that were watched live and
    are not finished yet, because that dose was given too."""
    live = and_(Treatment.status == Status.DRAFT, Treatment.planned_for.is_not(None))
    query = select(Treatment).where(
        Treatment.patient_id == treatment.patient_id,
        or_(Treatment.status.in_(COUNTED), live),
        Treatment.id != treatment.id,
        Treatment.started_at < at,
    )
    return list(db.exec(query.order_by(Treatment.started_at.desc(), Treatment.id.desc())))


def last_treatment(db: Database, before: Sequence[Treatment]) -> LastTreatment | None:
    """The first of `before` as the limits see it, with the worst that happened and when."""
    if not before:
        return None
    row = before[0]
    event = worst_event(db, row)
    return LastTreatment(
        at=row.started_at,
        substance=row.substance.value,
        route=row.route.value,
        mg=row.given_mg,
        mg_per_kg=row.mg_per_kg,
        weight_basis=row.weight_basis.value,
        worst_event=event.severity.value if event else "none",
        event_at=event.happened_at if event else None,
    )


def worst_event(db: Database, row: Treatment) -> AdverseEvent | None:
    order = list(Severity).index
    return max(adverse_events(db, row), key=lambda event: order(event.severity), default=None)


def tolerated(db: Database, before: Sequence[Treatment]) -> int:
    """How many of the last treatments in a row were like the very last one and caused at most something mild."""
    count = 0
    for row in before:
        event = worst_event(db, row)
        if not _alike(row, before[0]) or (event and event.severity) not in TOLERATED:
            return count
        count += 1
    return count


def _alike(one: Treatment, other: Treatment) -> bool:
    """The same dose: in mg/kg where that is known of both, else in mg."""
    by_kg = one.mg_per_kg is not None and other.mg_per_kg is not None
    amounts = [(row.mg_per_kg if by_kg else row.given_mg) for row in (one, other)]
    return (one.substance, one.route, amounts[0]) == (other.substance, other.route, amounts[1])


def _within(before: Sequence[Treatment], at: datetime, days: int) -> int:
    """By the calendar of the zone of `at`: a weekly dose an hour earlier than last week is still weekly."""
    return sum((at.date() - row.started_at.astimezone(at.tzinfo).date()).days < days for row in before)


def sex(person: Patient) -> str | None:
    """What a rule that is meant for one sex may go by; of anybody else it is not known, and the rule holds."""
    return person.sex.value if person.sex in (Sex.FEMALE, Sex.MALE) else None


def age(born: date | None, on: date) -> float | None:
    """In whole years."""
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))
