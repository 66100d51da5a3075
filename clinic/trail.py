"""The audit trail as the clinic uses it: what is noted besides writes, and how it is read back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlmodel import func, or_, select

from clinic.access import require
from data_model import AuditRow, Database, Patient
from data_model.columns import now

QUARTER = timedelta(minutes=15)


def note(
    db: Database,
    verb: str,
    *,
    patient_id: int | None = None,
    table: str | None = None,
    record_id: int | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Adds a row for something that is not a write to another table: a read, an export, a sign-in."""
    actor = db.actor
    db.add(
        AuditRow(
            actor=actor.name,
            actor_kind=actor.kind,
            account_id=actor.account_id,
            access_session_id=actor.access_session_id,
            verb=verb,
            record_table=table,
            record_id=record_id,
            patient_id=patient_id,
            after=after,
            reason=reason,
        )
    )


def read(db: Database, patient_id: int) -> None:
    """Notes that this actor looked at this patient: once per access session and quarter of an hour."""
    at = now()
    quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    already = select(AuditRow.id).where(
        AuditRow.patient_id == patient_id,
        AuditRow.at >= quarter,
        AuditRow.verb == "read",
        AuditRow.actor == db.actor.name,
        AuditRow.access_session_id.is_not_distinct_from(db.actor.access_session_id),
    )
    if db.exec(already.limit(1)).first() is None:
        note(db, "read", patient_id=patient_id, table="patient", record_id=patient_id)


def listing(
    db: Database,
    *,
    text: str = "",
    verb: str | None = None,
    since: datetime | None = None,
    page: int = 0,
    size: int = 50,
) -> tuple[pd.DataFrame, int]:
    """One page of the trail, newest first, and how many rows match. `text` is looked for in the actor's
    name and the patient's record number."""
    require(db, "see audit")
    query = select(AuditRow, Patient.record_number).join(
        Patient, Patient.id == AuditRow.patient_id, isouter=True
    )
    if text.strip():
        like = f"%{text.strip()}%"
        query = query.where(or_(AuditRow.actor.ilike(like), Patient.record_number.ilike(like)))
    if verb:
        query = query.where(AuditRow.verb == verb)
    if since:
        query = query.where(AuditRow.at >= since)
    total = db.exec(select(func.count()).select_from(query.subquery())).one()
    rows = db.exec(query.order_by(AuditRow.id.desc()).offset(page * size).limit(size)).all()
    return pd.DataFrame([_line(row, record) for row, record in rows], columns=_COLUMNS), total


def verbs(db: Database) -> list[str]:
    require(db, "see audit")
    return sorted(db.exec(select(AuditRow.verb).distinct()).all())


_COLUMNS = ["at", "who", "did", "record", "patient", "what changed", "why"]


def _line(row: AuditRow, record_number: str | None) -> tuple:
    record = f"{row.record_table.replace('_', ' ')} {row.record_id}" if row.record_table else ""
    return row.at, row.actor, row.verb, record, record_number or "", _difference(row), row.reason or ""


def _difference(row: AuditRow) -> str:
    after, before = row.after or {}, row.before or {}
    if row.verb == "changed":
        return "; ".join(f"{k}: {_word(before.get(k))} → {_word(v)}" for k, v in after.items())
    return "; ".join(f"{k}: {_word(v)}" for k, v in after.items() if k not in ("id", "key", "row_version"))


def _word(value: Any) -> str:
    return "–" if value is None else str(value)
