"""The rows that make a treatment watched live, and how a new one is begun."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from clinic.chair.entry import Entry
from data_model import (
    AdverseEvent,
    Database,
    DosePart,
    Interruption,
    LeavingCheck,
    RescueDrug,
    Treatment,
    VitalSigns,
)
from data_model.columns import Clinical, Status

# What a tablet adds to, and the name that it has there.
TABLES: dict[type[Clinical], str] = {
    VitalSigns: "vitals",
    AdverseEvent: "event",
    Interruption: "pause",
    RescueDrug: "rescue",
    DosePart: "part",
    LeavingCheck: "tick",
}


def begun(db: Database, treatment: Treatment, entry: Entry) -> dict[str, Any]:
    """The columns that every row has. It counts from the end of the treatment on, or at once if that is over."""
    return {
        "treatment_id": treatment.id,
        "key": entry.key,
        "status": Status.DRAFT if treatment.status == Status.DRAFT else Status.ACTIVE,
        "author": db.actor.name,
        "author_id": db.actor.account_id,
    }


def minute(treatment: Treatment, at: datetime) -> int | None:
    """Whole minutes from the start, rounded down; None before there is a start."""
    return None if treatment.started_at is None else (at - treatment.started_at) // timedelta(minutes=1)


def standing(db: Database, table: type[Clinical], treatment: Treatment) -> list:
    """The rows of a treatment that were not taken back, in the order in which they were stored."""
    query = select(table).where(table.treatment_id == treatment.id, table.status != Status.VOID)
    return list(db.exec(query.order_by(table.id)))


def named(db: Database, table: type[Clinical], treatment: Treatment, key: str | None):
    """The row of this treatment with this key, taken back or not; None if there is none."""
    return db.exec(select(table).where(table.treatment_id == treatment.id, table.key == key)).first()


def take_back(row: Clinical) -> None:
    row.status, row.void_reason = Status.VOID, "taken back"


def sum_up(db: Database, treatment: Treatment) -> None:
    """What was given is the sum of its parts; None once every part was taken back: then nobody has said it."""
    db.flush()
    parts = standing(db, DosePart, treatment)
    treatment.given_mg = sum(row.mg for row in parts) if parts else None
