"""A treatment as the clinic's protocol sees it: which limits its dose and its observations reach.

It says what the limits saw. Nothing is stopped, and no alert is raised by it yet.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from clinic import editions, settings
from clinic.access import require
from clinic.protocols.definition import Protocol
from clinic.protocols.dose import Finding, Order, check_dose
from clinic.protocols.vitals import Breach, Reading, judge_vitals
from clinic.treatments import earlier
from clinic.treatments.reading import stored_rows
from data_model import Database, DoseOrder, Treatment, VitalSigns
from data_model.columns import COUNTED, now

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
    ordered = _ordered(db, treatment)
    return Order(
        substance=treatment.substance.value,
        route=treatment.route.value,
        now=at,
        mg=treatment.given_mg if treatment.given_mg is not None else treatment.ordered_mg,
        weight_kg=treatment.weight_kg,
        weight_basis=treatment.weight_basis.value,
        weighed_on=treatment.weighed_on,
        height_cm=treatment.height_cm,
        concentration=treatment.concentration_mg_per_ml,
        diluted=ordered.diluted if ordered else None,
        minutes=_minutes(treatment),
        ladder=ordered.ladder if ordered else None,
        emergency=bool(ordered and ordered.emergency),
        **earlier.known(db, treatment, treatment.substance, treatment.route, at),
    )


def _ordered(db: Database, treatment: Treatment) -> DoseOrder | None:
    """The order that stands, for what only an order says: its ladder, its indication, the dilution."""
    query = select(DoseOrder).where(DoseOrder.treatment_id == treatment.id, DoseOrder.status.in_(COUNTED))
    return db.exec(query.order_by(DoseOrder.id.desc())).first()


def _minutes(treatment: Treatment) -> float | None:
    """How long it took; of a dose that has not ended, how long it is meant to take."""
    if treatment.started_at is None or treatment.stopped_at is None:
        return treatment.planned_minutes
    return (treatment.stopped_at - treatment.started_at).total_seconds() / 60


def _own_reading(rows: list[VitalSigns]) -> Reading | None:
    """The last observation up to minute 0, which is the person's own."""
    before = [row for row in rows if row.minute is not None and row.minute <= 0]
    return _reading(max(before, key=lambda row: row.minute)) if before else None


def _reading(row: VitalSigns) -> Reading:
    return Reading(**{name: getattr(row, name) for name in MEASURES})


def _phase(row: VitalSigns) -> str:
    return "pre" if row.minute is not None and row.minute <= 0 else "during"
