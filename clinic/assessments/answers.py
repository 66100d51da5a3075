"""What was answered, item by item, on all forms of one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import select

from clinic.access import require
from data_model import Assessment, Database, Patient
from data_model.columns import COUNTED

_OF_SCALE = (
    select(
        Assessment.key,
        Assessment.version,
        Assessment.taken_at,
        Assessment.date_only,
        Assessment.answers,
        Assessment.total,
        Assessment.prorated,
    )
    .where(
        Assessment.patient_id == bindparam("patient"),
        Assessment.instrument == bindparam("instrument"),
        Assessment.status.in_(COUNTED),
    )
    .order_by(Assessment.taken_at, Assessment.id)
)


@dataclass(frozen=True, slots=True)
class Answered:
    """`answers` is None where only a total was copied."""

    key: str
    version: str
    taken_at: datetime
    date_only: bool
    answers: dict | None
    total: float | None
    prorated: bool


def of_scale(db: Database, patient: Patient, instrument: str) -> Sequence[Answered]:
    """Every form of one scale that counts, oldest first, whichever version of the definition it was filled in by."""
    require(db, "see patients")
    asked = {"patient": patient.id, "instrument": instrument}
    return [Answered(*row) for row in db.exec(_OF_SCALE, params=asked)]
