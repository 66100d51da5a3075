"""Suicide concerns: one for each patient, open until somebody closes it (docs/clinical.md C.1)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import select

from clinic import alerts, patients
from clinic.access import require
from clinic.worklist.entry import Entry
from clinic.worklist.remembered import kept, known
from clinic.worklist.scope import EVERYBODY, Scope
from clinic.worklist.words import of_alert
from data_model import Alert, Database, Patient

SIZE = 6


def concerns(
    db: Database, within: Scope = EVERYBODY, *, page: int = 0, size: int = SIZE
) -> tuple[list[Entry], int, int]:
    """One page by urgency, the latest raised on top; how many there are; and how many more outside these patients."""
    require(db, "see today")
    return kept(db, _concerns, within, page, size)


def _concerns(db: Database, within: Scope, page: int, size: int) -> tuple[list[Entry], int, int]:
    found = known(db).alerts
    found = found[found["rule"] == alerts.SUICIDE].sort_values(
        ["urgency", "raised_at"], ascending=[True, False], kind="stable"
    )
    inside = found[within.holds(found)]
    page = there(page, size, len(inside))
    here = inside["alert"].iloc[page * size : (page + 1) * size].tolist()
    rows, titles = by_id(db, here), alerts.titles()
    query = select(Patient).where(Patient.id.in_([row.patient_id for row in rows.values()]))
    people = {row.id: patients.person(db, row) for row in db.exec(query)} if rows else {}
    entries = [of_alert(people[rows[id].patient_id], rows[id], titles) for id in here]
    return entries, len(inside), len(found) - len(inside)


def there(page: int, size: int, of: int) -> int:
    """The page that was asked for, or the last one there is: a list grows shorter while somebody works it off."""
    return max(0, min(page, (of - 1) // size))


def by_id(db: Database, ids: Sequence[int]) -> dict[int, Alert]:
    return {row.id: row for row in db.exec(select(Alert).where(Alert.id.in_(ids)))} if ids else {}
