"""Which courses wait for a score: asked of the store, for the sweep that raises the rule's alert."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import func, select

from clinic import settings
from clinic.access import require
from data_model import Assessment, Database, Episode, Patient
from data_model.columns import COUNTED, Status, now
from data_model.episodes import Stage


def allowed_days(db: Database) -> dict[Stage, int]:
    """Induction and maintenance have their own limits in the settings; other stages wait for nothing."""
    chosen = settings.current(db)
    return {
        Stage.INDUCTION: chosen["overdue_days_induction"],
        Stage.OPTIMISATION: chosen["overdue_days_maintenance"],
        Stage.MAINTENANCE: chosen["overdue_days_maintenance"],
    }


def waiting(db: Database) -> list[tuple[Episode, Patient, datetime, int]]:
    """Courses under treatment without a recent score on their own primary scale, the longest wait first, with since
    when and how many days are allowed."""
    require(db, "see patients")
    last = (
        select(func.max(Assessment.taken_at))
        .where(
            Assessment.patient_id == Episode.patient_id,
            Assessment.instrument == Episode.primary_instrument,
            Assessment.status.in_(COUNTED),
        )
        .correlate(Episode)
        .scalar_subquery()
    )
    waiting_since = func.coalesce(last, Episode.opened_at).label("waiting_since")
    found = []
    for stage, days in allowed_days(db).items():
        query = select(Episode, Patient, waiting_since).join(Patient, Patient.id == Episode.patient_id)
        query = query.where(
            Episode.stage == stage,
            Episode.status != Status.VOID,
            waiting_since < now() - timedelta(days=days),
        )
        found += [(*row, days) for row in db.exec(query)]
    return sorted(found, key=lambda row: row[2])
