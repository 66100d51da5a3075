"""Events that end a response at once, without a score (docs/clinical.md D.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import func, select

from clinic import medicines, settings
from clinic.access import require
from data_model import Database, Episode, EventNote, Medication, Patient, Treatment
from data_model.columns import COUNTED, Status

# Built once: each score that is recorded asks these.
_DECIDING = select(EventNote.happened_on, EventNote.decides, EventNote.key).where(
    EventNote.patient_id == bindparam("patient"),
    EventNote.decides.is_not(None),
    EventNote.status != Status.VOID,
)
_MEDICATION = (
    select(Medication.drug, Medication.started, Medication.key)
    .where(Medication.patient_id == bindparam("patient"), Medication.status != Status.VOID)
    .order_by(Medication.started, Medication.id)
)
_FIRST_DOSE = select(func.min(Treatment.started_at)).where(
    Treatment.patient_id == bindparam("patient"), Treatment.status.in_(COUNTED)
)
_IMPORTED = select(func.min(Episode.imported_start)).where(
    Episode.patient_id == bindparam("patient"), Episode.status != Status.VOID
)


class Ending(NamedTuple):
    """`at` is noon of its day in the clinic's zone, which is all that is known; `subject` is table:key of its row."""

    at: datetime
    says: str
    subject: str


def endings(db: Database, patient: Patient) -> list[Ending]:
    """Of any course, oldest first: the deciding events, and antidepressants that were new after the first dose."""
    require(db, "see patients")
    zone, who = settings.zone(db), {"patient": patient.id}
    found = [
        Ending(_noon(on, zone), decides.value, f"event_note:{key}")
        for on, decides, key in db.exec(_DECIDING, params=who)
    ]
    new = new_antidepressants(db.exec(_MEDICATION, params=who))
    if new and (first := _first_dose(db, who, zone)) is not None:
        found += [
            Ending(_noon(on, zone), new_drug(drug), f"medication:{key}")
            for drug, on, key in new
            if on > first
        ]
    return sorted(found)


def new_drug(drug: str) -> str:
    return f"a new antidepressant, {drug}"


def new_antidepressants(rows: Iterable[tuple[str, date, str]]) -> list[tuple[str, date, str]]:
    """The first row (drug, started, key) of each drug, by its name; another dose of it, or taking it up again, is
    nothing new."""
    first: dict[str, tuple[str, date, str]] = {}
    for drug, started, key in rows:
        if medicines.is_antidepressant(drug):
            first.setdefault(medicines.first_word(drug), (drug, started, key))
    return list(first.values())


def _first_dose(db: Database, who: dict, zone: ZoneInfo) -> date | None:
    known = [db.exec(query, params=who).one() for query in (_FIRST_DOSE, _IMPORTED)]
    return min((at.astimezone(zone).date() for at in known if at is not None), default=None)


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), zone)
