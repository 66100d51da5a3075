"""What a signature under a treatment covers: every row of the record that counts, and a hash of what they say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import SQLModel, select

from data_model import (
    AdverseEvent,
    Database,
    DoseOrder,
    DosePart,
    DrugIntake,
    GateAnswer,
    GateVerdict,
    Interruption,
    LeavingCheck,
    RescueDrug,
    Treatment,
    VitalSigns,
)
from data_model.columns import COUNTED, Clinical

# What hangs on a treatment and cannot be amended by itself (data_model/triggers.py).
ATTACHED = (DoseOrder, GateAnswer, DrugIntake, DosePart, Interruption, RescueDrug, LeavingCheck)
# Fields that are about the row and not about the treatment.
_APART = set(Clinical.model_fields) | {
    "patient_id",
    "episode_id",
    "treatment_id",
    "source_key",
    "position",
    "zone",
}
# Columns that came after the first signatures. Empty they are left out, so that those signatures hold.
_LATER = {
    "treatment": {
        "room",
        "protocol",
        "protocol_version",
        "planned_minutes",
        "height_cm",
        "dosing_kg",
        "identity_at_start",
        "started_by",
        "transport",
        "left_early_reason",
        "leaving_decided_by",
        "leaving_decision",
    },
    "vital_signs": {"observed_at", "on_oxygen", "symptoms", "dissociation", "dissociation_scale", "aldrete"},
    "adverse_event": {"happened_at", "causality", "outcome", "assessed_as", "assessed_by"},
}


def rows(db: Database, treatment: Treatment) -> Iterator[Clinical]:
    """The record and its children that count."""
    yield treatment
    for table in (VitalSigns, AdverseEvent, *ATTACHED):
        query = select(table).where(table.treatment_id == treatment.id, table.status.in_(COUNTED))
        yield from db.exec(query.order_by(table.id))


def content_hash(db: Database, treatment: Treatment) -> str:
    """SHA-256 of what the record says, in an order that does not depend on how it was entered."""
    verdicts = db.exec(select(GateVerdict).where(GateVerdict.treatment_id == treatment.id))
    said = [_said(row) for row in (*rows(db, treatment), *verdicts)]
    said.sort(key=lambda each: (each["table"] != "treatment", each["table"], each["key"]))
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def plain(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _said(row: SQLModel) -> dict[str, Any]:
    later = _LATER.get(row.__tablename__, set())
    values = {name: getattr(row, name) for name in type(row).model_fields if name not in _APART}
    fields = {name: _canonical(v) for name, v in values.items() if v is not None or name not in later}
    return {"table": row.__tablename__, "key": row.key} | fields


def _canonical(value: Any) -> Any:
    """The same text for 40 and 40.0, which a row is before and after it was stored."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value:.10g}" if number else plain(value)
