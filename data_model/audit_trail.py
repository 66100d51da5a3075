"""The audit trail writes itself: every row that a transaction adds or changes leaves an audit row in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import event, insert, inspect, select

from data_model.audit import AuditRow
from data_model.columns import now

SECRET = {"password_hash", "pin_hash", "token_hash"}
# A heartbeat is not an event: on its own it leaves no audit row.
SILENT = {"last_seen_at", "row_version"}


def listen(session_class: type) -> None:
    event.listen(session_class, "after_flush", _write)


def _write(db: Any, _flush: Any) -> None:
    rows = [_row(db, "created", it, None, _values(it)) for it in db.new if not isinstance(it, AuditRow)]
    for it in db.dirty:
        before, after = _changes(it)
        if set(after) - SILENT:
            rows.append(_row(db, "changed", it, before, after))
    if rows:
        db.connection().execute(insert(AuditRow), rows)


def _row(db: Any, verb: str, it: Any, before: dict | None, after: dict | None) -> dict:
    actor = db.actor
    return {
        "at": now(),
        "actor": actor.name,
        "actor_kind": actor.kind,
        "account_id": actor.account_id,
        "access_session_id": actor.access_session_id,
        "verb": verb,
        "record_table": it.__tablename__,
        "record_id": it.id,
        "patient_id": _patient_of(db, it),
        "before": before,
        "after": after,
        "reason": db.reason,
    }


def _patient_of(db: Any, it: Any) -> int | None:
    """Of a row that names no patient: the patient of its treatment."""
    if it.__tablename__ == "patient":
        return it.id
    if hasattr(it, "patient_id"):
        return it.patient_id
    if it.__dict__.get("treatment") is not None:
        return it.treatment.patient_id
    if getattr(it, "treatment_id", None) is None:
        return None
    treatments = it.metadata.tables["treatment"]
    query = select(treatments.c.patient_id).where(treatments.c.id == it.treatment_id)
    return db.connection().execute(query).scalar()


def _values(it: Any) -> dict[str, Any]:
    columns = inspect(it).mapper.column_attrs
    return {c.key: _plain(c.key, getattr(it, c.key)) for c in columns if getattr(it, c.key) is not None}


def _changes(it: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    state = inspect(it)
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if history.has_changes():
            before[column.key] = _plain(column.key, history.deleted[0] if history.deleted else None)
            after[column.key] = _plain(column.key, history.added[0] if history.added else None)
    return before, after


def _plain(name: str, value: Any) -> Any:
    if name in SECRET:
        return "(secret)"
    return value.isoformat() if isinstance(value, (date, datetime)) else value
