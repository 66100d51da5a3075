"""Which firings and alerts are about what is moved."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlmodel import select

from data_model import Alert, Database, Firing

_RETIRED = " moved "


def about(db: Database, patient_id: int, keys: Iterable[str]) -> list[Firing]:
    """What rules saw in rows of these keys, without what was moved away before; oldest first."""
    wanted = set(keys)
    query = select(Firing).where(Firing.patient_id == patient_id).order_by(Firing.at, Firing.id)
    return [each for each in db.exec(query) if stands(each) and wanted & _words(each.subject)]


def stands(firing: Firing) -> bool:
    return _RETIRED not in firing.subject


def retired(subject: str, move_key: str) -> str:
    """As the trigger wants it: what it saw, and by which move it went."""
    return f"{subject}{_RETIRED}{move_key}"


def alerts_of(db: Database, patient_id: int, found: Iterable[Firing], **about: int) -> list[Alert]:
    """The alerts that these joined, and those that name the record itself: `assessment_id` or `treatment_id`."""
    joined = {each.alert_id for each in found}
    ((column, id),) = about.items()
    query = select(Alert).where(Alert.patient_id == patient_id).order_by(Alert.id)
    return [each for each in db.exec(query) if each.id in joined or getattr(each, column) == id]


def _words(subject: str) -> set[str]:
    """Keys hold letters, digits, - and _."""
    return set(re.split(r"[^\w-]+", subject))
