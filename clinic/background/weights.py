"""What somebody weighed: measured on this page, or for a treatment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import select

from clinic.access import require
from clinic.background import rows
from data_model import Database, Patient, Treatment, Weight
from data_model.columns import COUNTED, Status

BELIEVABLE = (30.0, 250.0)  # kg; outside of it lies a slip of the pen, or pounds
_MEASURED = select(Weight.measured_on, Weight.kg, Weight.key).where(
    Weight.patient_id == bindparam("patient"), Weight.status != Status.VOID
)
_AT_TREATMENTS = (
    select(Treatment.weighed_on, Treatment.weight_kg)
    .where(
        Treatment.patient_id == bindparam("patient"),
        Treatment.status.in_(COUNTED),
        Treatment.weighed_on.is_not(None),
        Treatment.weight_kg.is_not(None),
    )
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """`key` is None for a weight that belongs to a treatment, where alone it can be put right."""

    on: date
    kg: float
    key: str | None = None


def record(db: Database, patient_key: str, kg: float | None, measured_on: date | None) -> Weight:
    """Raises BadInput, also for a weight that is hardly one."""
    patient = rows.whose(db, patient_key)
    rows.refuse(
        "" if kg is not None else "Say the weight.",
        "" if measured_on else "Say on which day it was measured.",
        _slip(kg),
        rows.impossible(db, patient, The_day_of_the_weight=measured_on),
    )
    return rows.added(db, Weight(patient_id=patient.id, measured_on=measured_on, kg=kg))


def of_patient(db: Database, patient: Patient) -> list[Weighed]:
    """Both kinds, the newest first."""
    require(db, "see patients")
    found = [Weighed(on, kg, key) for on, kg, key in db.exec(_MEASURED, params={"patient": patient.id})]
    found += [Weighed(on, kg) for on, kg in db.exec(_AT_TREATMENTS, params={"patient": patient.id})]
    return sorted(found, key=lambda each: each.on, reverse=True)


def change(found: Sequence[Weighed]) -> float | None:
    """Kilograms from the first to the last of `of_patient`; None with fewer than two days."""
    if not found or found[0].on == found[-1].on:
        return None
    return found[0].kg - found[-1].kg


def _slip(kg: float | None) -> str:
    low, high = BELIEVABLE
    if kg is None or low <= kg <= high:
        return ""
    return f"{kg:g} kg is hardly a weight (expected {low:g} to {high:g} kg). Was it pounds?"
