"""What people do about an alert: seen, acted upon, closed, each with name and time (docs/clinical.md J)."""

from __future__ import annotations

from clinic.access import require
from clinic.alerts.reading import by_key
from clinic.refused import BadInput
from data_model import Alert, Database
from data_model.alerts import Urgency
from data_model.columns import now

# Seen and then closed with an action; the less urgent ones close with one click.
WANT_ACTION = (Urgency.U0, Urgency.U1, Urgency.U2)


def acknowledge(db: Database, key: str) -> Alert:
    require(db, "answer alerts")
    alert = by_key(db, key)
    if alert.closed_at is None and alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = now(), db.actor.name
    return alert


def act(db: Database, key: str, action: str) -> Alert:
    """What was done, in words; the alert stays open. Another action stands behind those before it. Who acts has
    seen it."""
    require(db, "answer alerts")
    if not action.strip():
        raise BadInput("Say what was done.")
    alert = acknowledge(db, key)
    if alert.closed_at is None:
        alert.action = _after(alert.action, action.strip())
        alert.acted_at, alert.acted_by = now(), db.actor.name
    return alert


def close(db: Database, key: str, action: str = "") -> Alert:
    """Closed by this actor, with what was done. The urgent ones want an action in words, here or given since it was
    last raised; a suicide concern is never closed by a score."""
    require(db, "answer alerts")
    alert = by_key(db, key)
    if alert.closed_at is not None:
        return alert
    wanted = alert.urgency in WANT_ACTION and alert.acted_at is None
    if wanted and not action.strip():
        raise BadInput("Say what was done before closing this alert.")
    if action.strip():
        act(db, key, action)
    acknowledge(db, key)
    alert.action, alert.closed_at = alert.action or "seen", now()
    alert.closed_by, alert.closed_by_id = db.actor.name, db.actor.account_id
    return alert


def _after(before: str | None, action: str) -> str:
    """The same words twice, as when a tap is sent again, stand once."""
    known = (before or "").split("\n")
    return "\n".join([*known, action]) if before and action not in known else before or action
