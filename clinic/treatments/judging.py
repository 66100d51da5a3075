"""What of a treatment record cannot be, and what is only unlikely: each as a sentence that says where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from clinic import settings
from data_model import AdverseEvent, Database, Treatment, VitalSigns
from data_model.columns import now

# Outside these a value cannot be true, and is refused; (low, high), units as in the names.
POSSIBLE = {
    "weight_kg": (2, 650),
    "given_mg": (0, 5000),
    "ordered_mg": (0, 5000),
    "systolic_mmhg": (20, 320),
    "diastolic_mmhg": (10, 250),
    "heart_rate_bpm": (10, 320),
    "spo2_percent": (10, 100),
    "respiratory_rate": (0, 90),
    "moaas": (0, 5),
    "minute": (-1440, 1440),
}
# Outside these a value is saved after confirmation and opens an alert (docs/clinical.md, Limits of
# entry; doses get limits of their own with the protocols).
LIKELY = {"weight_kg": (30, 300), "given_mg": (1, 500)}
WORDS = {
    "weight_kg": "weight (kg)",
    "given_mg": "dose given (mg)",
    "ordered_mg": "dose ordered (mg)",
    "systolic_mmhg": "systolic",
    "diastolic_mmhg": "diastolic",
    "heart_rate_bpm": "heart rate",
    "spo2_percent": "SpO₂",
    "respiratory_rate": "breathing rate",
    "moaas": "MOAA/S",
    "minute": "minute",
    "onset_minute": "onset",
    "resolved_minute": "end",
}


def dose_problems(db: Database, draft: Treatment) -> list[str]:
    missing = {
        "substance": draft.substance,
        "route": draft.route,
        "dose given": draft.given_mg,
        "start time": draft.started_at,
    }
    found = [f"The {name} is missing." for name, value in missing.items() if value is None]
    found += [sentence(problem) for problem in outside(draft, POSSIBLE)]
    late = now() + timedelta(minutes=2)
    for name, at in (("start", draft.started_at), ("stop", draft.stopped_at)):
        if at and at > late:
            found.append(f"The {name} time, {_local(db, at)}, lies in the future.")
    if draft.started_at and draft.stopped_at and draft.stopped_at < draft.started_at:
        found.append(
            f"The stop time, {_local(db, draft.stopped_at)}, lies before the start, "
            f"{_local(db, draft.started_at)}."
        )
    return found


def vitals_problems(rows: list[VitalSigns]) -> list[str]:
    found = []
    for row in rows:
        where = f"Vital signs, row {row.position + 1}"
        if row.minute is None:
            found.append(f"{where}: the minute is missing.")
        found += [f"{where}: {problem}" for problem in outside(row, POSSIBLE)]
        if row.systolic_mmhg and row.diastolic_mmhg and row.diastolic_mmhg >= row.systolic_mmhg:
            found.append(
                f"{where}: diastolic {row.diastolic_mmhg} is not below systolic {row.systolic_mmhg}; "
                "are they swapped?"
            )
    return found


def event_problems(events: list[AdverseEvent]) -> list[str]:
    return [
        f"{event.term}: it ends (minute {event.resolved_minute}) before it begins "
        f"(minute {event.onset_minute})."
        for event in events
        if event.onset_minute is not None
        and event.resolved_minute is not None
        and event.resolved_minute < event.onset_minute
    ]


def outside(row: Any, bounds: Mapping[str, tuple[float, float]], how: str = "not possible") -> list[str]:
    found = []
    for name, (low, high) in bounds.items():
        value = getattr(row, name, None)
        if value is not None and not low <= value <= high:
            found.append(f"{WORDS[name]} {value:g} is {how} (expected {low:g} to {high:g}).")
    return found


def sentence(problem: str) -> str:
    return problem[0].upper() + problem[1:]


def _local(db: Database, at: datetime) -> str:
    return f"{at.astimezone(settings.zone(db)):%-d %b %Y %H:%M}"
