"""What somebody at the chair does about an alert of this treatment."""

from __future__ import annotations

from sqlmodel import select

from clinic import alerts
from clinic.chair.entry import LONG, Entry
from clinic.chair.rows import standing
from clinic.refused import BadInput
from data_model import AdverseEvent, Alert, Database, Firing, Treatment

ASSESSED = ("panic", "cardiac", "other")


def ack(db: Database, treatment: Treatment, entry: Entry) -> None:
    alerts.acknowledge(db, its_alert(db, treatment, entry).key)


def act(db: Database, treatment: Treatment, entry: Entry) -> None:
    alerts.act(db, its_alert(db, treatment, entry).key, entry.words("action", "Say what was done.", LONG))


def close(db: Database, treatment: Treatment, entry: Entry) -> None:
    alerts.close(db, its_alert(db, treatment, entry).key, entry.text("action", LONG) or "")


def assess(db: Database, treatment: Treatment, entry: Entry) -> None:
    """What an emergency symptom was, by the name of who says so (docs/clinical.md E.2): an action of its alert, and
    on the events that raised it. The alert stays as urgent as it was."""
    alert = its_alert(db, treatment, entry)
    said = entry.text("as")
    if said not in ASSESSED:
        raise BadInput(f"It is assessed as one of {', '.join(ASSESSED)}.")
    note = entry.text("note", LONG)
    alerts.act(db, alert.key, f"assessed as {said}" + (f": {note}" if note else ""))
    subjects = set(db.exec(select(Firing.subject).where(Firing.alert_id == alert.id)))
    for row in standing(db, AdverseEvent, treatment):
        if f"adverse_event:{row.key}" in subjects:
            row.assessed_as, row.assessed_by = said, db.actor.name


def its_alert(db: Database, treatment: Treatment, entry: Entry) -> Alert:
    """An alert of another treatment or of another patient is none of this tablet's."""
    query = select(Alert).where(Alert.key == entry.text("alert"), Alert.treatment_id == treatment.id)
    found = db.exec(query).first()
    if found is None:
        raise BadInput("There is no such alert of this treatment.")
    return found
