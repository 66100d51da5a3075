"""Dated events that may explain a turn in the scores, and those that end a response at once."""

from __future__ import annotations

from datetime import date

from clinic import watching
from clinic.background import rows
from data_model import Database, EventNote, Patient
from data_model.people import Decides, EventKind


def add(
    db: Database,
    patient_key: str,
    *,
    kind: EventKind | str,
    happened_on: date | None,
    text: str,
    ended_on: date | None = None,
    decides: Decides | str | None = None,
) -> EventNote:
    """`ended_on` makes it something that lasted; a therapy without it goes on. Raises BadInput."""
    patient = rows.whose(db, patient_key)
    fields = _possible(db, patient, kind, happened_on, text, ended_on, decides)
    made = rows.added(db, EventNote(patient_id=patient.id, **fields))
    watching.person(db, patient)
    return made


def edit(
    db: Database,
    patient_key: str,
    key: str,
    row_version: int,
    *,
    kind: EventKind | str,
    happened_on: date | None,
    text: str,
    ended_on: date | None = None,
    decides: Decides | str | None = None,
) -> EventNote:
    patient = rows.whose(db, patient_key)
    row = rows.own(db, patient, EventNote, key)
    fields = _possible(db, patient, kind, happened_on, text, ended_on, decides)
    rows.edited(db, row, row_version, **fields)
    watching.person(db, patient)
    return row


def _possible(
    db: Database,
    patient: Patient,
    kind: EventKind | str,
    happened_on: date | None,
    text: str,
    ended_on: date | None,
    decides: Decides | str | None,
) -> dict:
    """An event that ends a response says enough by what it is; any other wants words."""
    kind, decides = EventKind(kind), Decides(decides) if decides else None
    said = rows.cleaned(text) or (decides.value.capitalize() if decides else None)
    rows.refuse(
        "" if said else "Say what happened.",
        "" if happened_on else "Say on which day it happened or began.",
        rows.impossible(db, patient, The_day_of_the_event=happened_on),
        rows.impossible(db, patient, The_day_it_ended=ended_on),
        rows.backwards(happened_on, ended_on, "Ended before it began"),
    )
    return {
        "kind": kind,
        "happened_on": happened_on,
        "ended_on": ended_on,
        "decides": decides,
        "text": said,
    }
