"""What the last treatment was, beside what is planned and ordered now; shown to be compared, never copied.

Dose, vital signs, answers, weight and lot of the last one stand here as history and fill no field
(docs/clinical.md F.5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clinic import settings
from clinic.access import require
from clinic.chair import ordering
from clinic.treatments import earlier, stored_rows
from data_model import Database, DoseOrder, Treatment
from data_model.columns import now

NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class Change:
    """One line. `now` is None for what can only be known afterwards; `changed` where both are known and differ."""

    name: str
    before: str
    now: str | None
    changed: bool


def from_last(db: Database, treatment: Treatment) -> list[Change]:
    """Nothing for somebody's first treatment."""
    require(db, "see patients")
    rows = earlier.earlier(db, treatment, treatment.started_at or now())
    if not rows:
        return []
    last, order = rows[0], ordering.current(db, treatment) or ordering.waiting_one(db, treatment)
    return [_when(db, last), *_compared(last, treatment, order), *_afterwards(db, last)]


def _when(db: Database, last: Treatment) -> Change:
    days = (now().astimezone(zone := settings.zone(db)).date() - last.started_at.astimezone(zone).date()).days
    ago = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
    return Change("last treatment", f"{last.started_at.astimezone(zone):%-d %b %Y}, {ago}", None, False)


def _compared(last: Treatment, treatment: Treatment, order: DoseOrder | None) -> Iterator[Change]:
    minutes = last.planned_minutes
    if last.stopped_at is not None:
        minutes = round((last.stopped_at - last.started_at).total_seconds() / 60)
    lines: list[tuple[str, Any, Any, str]] = [
        ("substance", last.substance, treatment.substance, ""),
        ("route", last.route, treatment.route, ""),
        ("dose", last.given_mg, order and order.mg, " mg"),
        ("dose by weight", last.mg_per_kg, order and order.mg_per_kg, " mg/kg"),
        ("duration", minutes, order and order.minutes, " min"),
        ("weight", last.weight_kg, order and order.weight_kg, " kg"),
        ("weight basis", last.weight_basis, order and order.weight_basis, ""),
        ("strength", last.concentration_mg_per_ml, order and order.concentration_mg_per_ml, " mg/mL"),
    ]
    for name, before, here, unit in lines:
        differs = before is not None and here is not None and before != here
        yield Change(name, _words(before, unit), _words(here, unit), differs)


def _afterwards(db: Database, last: Treatment) -> Iterator[Change]:
    event = earlier.worst_event(db, last)
    yield Change("worst event", f"{event.term}, {event.severity}" if event else "none recorded", None, False)
    pressures = [
        (row.systolic_mmhg, row.diastolic_mmhg)
        for row in stored_rows(db, last)
        if row.systolic_mmhg is not None and row.minute is not None and row.minute > 0
    ]
    peak = max(pressures, default=None, key=lambda pair: pair[0])
    said = NOT_RECORDED if peak is None else f"{peak[0]}/{'–' if peak[1] is None else peak[1]}"
    yield Change("highest blood pressure", said, None, False)
    if last.stopped_early:
        yield Change("stopped early", "yes", None, False)


def _words(value: Any, unit: str) -> str:
    if value is None:
        return NOT_RECORDED
    return f"{value:g}{unit}" if isinstance(value, (int, float)) else str(value)
