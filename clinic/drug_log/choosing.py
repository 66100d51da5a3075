"""What a line can be about, for the lists of the page: products, and treatments of these days."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import or_, select

from clinic import editions, patients
from clinic.access import require
from data_model import Database, DrugEntry, Patient, Treatment
from data_model.columns import Status, now

_LATELY = timedelta(days=7)
_SOON = timedelta(days=1)


def products(db: Database) -> dict[str, str]:
    """Product -> substance: those of the protocol in force, and whatever else the register knows."""
    require(db, "see drug log")
    known = {each.title: each.substance for each in editions.in_force(db).products}
    written = select(DrugEntry.product, DrugEntry.substance).distinct().order_by(DrugEntry.product)
    return known | {product: substance.value for product, substance in db.exec(written)}


def recent_treatments(db: Database) -> list[tuple[Treatment, str]]:
    """Treatments of the last 7 days and those planned until tomorrow, the latest first, each with its patient as this
    actor may see them."""
    require(db, "see drug log")
    at, until = now() - _LATELY, now() + _SOON
    query = (
        select(Treatment, Patient)
        .join(Patient, Patient.id == Treatment.patient_id)
        .where(Treatment.status != Status.VOID)
        .where(
            or_(Treatment.started_at >= at, Treatment.started_at.is_(None) & (Treatment.planned_for >= at))
        )
        .where(or_(Treatment.planned_for.is_(None), Treatment.planned_for <= until))
    )
    found = [(row, patients.person(db, patient).name) for row, patient in db.exec(query)]
    return sorted(found, key=lambda each: each[0].started_at or each[0].planned_for, reverse=True)
