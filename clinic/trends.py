"""The last scores of many courses at once, for lists with a small line beside each name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import select

from clinic.access import require
from data_model import Assessment, Database, Episode
from data_model.columns import COUNTED

LONGEST = 30


@dataclass(frozen=True, slots=True)
class Trend:
    """Totals on the course's own scale, oldest first, at most the last thirty."""

    totals: list[float] = field(default_factory=list)
    last_at: datetime | None = None
    prorated: bool = False


def of_courses(db: Database, courses: Sequence[Episode]) -> dict[int, Trend]:
    """patient id -> trend of that patient's course; one query for the whole page."""
    require(db, "see patients")
    scale = {course.patient_id: course.primary_instrument for course in courses}
    query = (
        select(
            Assessment.patient_id,
            Assessment.instrument,
            Assessment.taken_at,
            Assessment.total,
            Assessment.prorated,
        )
        .where(
            Assessment.patient_id.in_(scale),
            Assessment.instrument.in_(set(scale.values())),
            Assessment.status.in_(COUNTED),
            Assessment.total.is_not(None),
        )
        .order_by(Assessment.patient_id, Assessment.taken_at)
    )
    rows: dict[int, list] = {}
    for patient, instrument, taken_at, total, prorated in db.exec(query):
        if scale[patient] == instrument:
            rows.setdefault(patient, []).append((taken_at, total, prorated))
    return {
        patient: Trend([total for _, total, _ in of_one[-LONGEST:]], of_one[-1][0], of_one[-1][2])
        for patient, of_one in rows.items()
    }
