"""What is about the record itself: a note, the room, and taking something back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from clinic import settings
from clinic.chair.entry import LONG, Entry
from clinic.chair.rows import TABLES, named, sum_up, take_back
from clinic.refused import BadInput
from data_model import Database, DosePart, Treatment
from data_model.columns import Status

ROOM = 30  # letters


def note(db: Database, treatment: Treatment, entry: Entry) -> None:
    add_note(db, treatment, entry.at, entry.words("text", "The note is empty.", LONG))


def add_note(db: Database, treatment: Treatment, at: datetime, text: str) -> None:
    """A line of its own with the clinic's time and the name; what stands there stays."""
    line = f"{at.astimezone(settings.zone(db)):%H:%M} {db.actor.name}: {text}"
    treatment.note = f"{treatment.note}\n{line}" if treatment.note else line


def room(db: Database, treatment: Treatment, entry: Entry) -> None:
    treatment.room = entry.words("room", "Name the room.", ROOM)


def undo(db: Database, treatment: Treatment, entry: Entry) -> None:
    """Takes a row back, which stays as void; or one of the three times of the treatment, by its name."""
    target = entry.words("target", "Say what is taken back.")
    if target in TIMES:
        TIMES[target](treatment)
        return
    row = next((row for table in TABLES if (row := named(db, table, treatment, target))), None)
    if row is None:
        raise BadInput("What is to be taken back is not part of this treatment.")
    if row.status == Status.VOID:
        return
    take_back(row)
    if isinstance(row, DosePart):
        sum_up(db, treatment)


def _stop(treatment: Treatment) -> None:
    treatment.stopped_at, treatment.stopped_early = None, False


def _ready(treatment: Treatment) -> None:
    treatment.ready_at = None


def _left(treatment: Treatment) -> None:
    treatment.left_at = treatment.left_early_reason = None


TIMES: dict[str, Callable[[Treatment], None]] = {"stop": _stop, "ready": _ready, "left": _left}
