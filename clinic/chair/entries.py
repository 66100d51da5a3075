"""What a tablet entered becomes part of the record: each entry once, under its own treatment, or not at all.

An entry has a key of the tablet's making, so that the same one sent again is stored once. Where it makes a row, the
key is the row's. Where it changes something that is there, such as the end of the dose, the audit trail of the same
transaction notes the key, and what stands there is not applied again: a late copy must not bring back an old value.
Entries of one treatment are written one after the other, whichever tablet they come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, union_all, update
from sqlmodel import select as select_rows

from clinic import trail, watching
from clinic.access import require
from clinic.chair import entries_alerts, entries_dose, entries_leaving, entries_record, entries_watch
from clinic.chair.entry import KEY, Entry, read
from clinic.chair.rows import TABLES
from clinic.chair.stage import Step, step
from clinic.refused import BadInput
from clinic.treatments import by_key
from data_model import AuditRow, Database, Treatment
from data_model.columns import Status

ENTERED = "entered"  # the verb of the audit trail under which the keys of changes stand
BEFORE = frozenset({"vitals", "note", "room", "undo", "assess"})
ALWAYS = frozenset({"ack", "act", "close"})  # of an alert, which is no part of the record


@dataclass(frozen=True, slots=True)
class Kind:
    """`write` adds a row under the entry's key, or changes what is there (`changes`)."""

    write: Callable[[Database, Treatment, Entry], None]
    changes: bool = True


KINDS: dict[str, Kind] = {
    "vitals": Kind(entries_watch.vitals, changes=False),
    "event": Kind(entries_watch.event, changes=False),
    "event_change": Kind(entries_watch.event_change),
    "pause": Kind(entries_dose.pause, changes=False),
    "resume": Kind(entries_dose.resume),
    "rescue": Kind(entries_watch.rescue, changes=False),
    "part": Kind(entries_dose.part, changes=False),
    "given": Kind(entries_dose.given),
    "stop": Kind(entries_dose.stop),
    "tick": Kind(entries_leaving.tick, changes=False),
    "escort": Kind(entries_leaving.escort),
    "ready": Kind(entries_leaving.ready),
    "left": Kind(entries_leaving.left),
    "decide": Kind(entries_leaving.decide),
    "undo": Kind(entries_record.undo),
    "note": Kind(entries_record.note),
    "room": Kind(entries_record.room),
    "assess": Kind(entries_alerts.assess),
    "ack": Kind(entries_alerts.ack),
    "act": Kind(entries_alerts.act),
    "close": Kind(entries_alerts.close),
}
# Built once: every entry asks it.
_STORED = union_all(*(select(table.treatment_id).where(table.key == bindparam("key")) for table in TABLES))


def apply(db: Database, treatment_key: str, said: Mapping[str, Any]) -> None:
    """Stores one entry, or nothing if its key is stored already. Raises BadInput with a sentence for each thing that
    is wrong with it, `Ask` where it wants an answer first, NotFound for a treatment that there is not."""
    require(db, "record treatments")
    treatment = by_key(db, treatment_key)
    if known(db, treatment, said):
        return
    entry = read(db, treatment, said)
    if entry.kind not in KINDS:
        raise BadInput(f"There is no entry of the kind “{entry.kind[:40]}”.")
    refuse_closed(treatment, entry)
    # Who decides shows it with their secret, which is checked in transactions of its own: before ours holds anything.
    entry = entries_leaving.confirmed(db, entry)
    if treatment.status == Status.DRAFT or entry.kind not in ALWAYS:
        hold(db, treatment)
        if known(db, treatment, said):
            return
        refuse_closed(treatment, entry)
    KINDS[entry.kind].write(db, treatment, entry)
    if KINDS[entry.kind].changes:
        note_key(db, treatment, entry)
    watching.treatment(db, treatment)


def known(db: Database, treatment: Treatment, said: Any) -> bool:
    """Whether this key is stored with this treatment. Raises BadInput if it is stored with another one."""
    key = said.get("key") if isinstance(said, Mapping) else None
    if not isinstance(key, str) or not KEY.fullmatch(key):
        return False
    owners = set(db.exec(_STORED, params={"key": key}).scalars())
    if owners - {treatment.id}:
        raise BadInput("This entry was saved under another treatment already.")
    return bool(owners) or key in _noted(db, treatment)


def _noted(db: Database, treatment: Treatment) -> set[str]:
    query = select_rows(AuditRow.after).where(
        AuditRow.record_table == "treatment", AuditRow.record_id == treatment.id, AuditRow.verb == ENTERED
    )
    return {after["entry"] for after in db.exec(query)}


def note_key(db: Database, treatment: Treatment, entry: Entry) -> None:
    trail.note(
        db,
        ENTERED,
        patient_id=treatment.patient_id,
        table="treatment",
        record_id=treatment.id,
        after={"entry": entry.key, "kind": entry.kind},
    )


def hold(db: Database, treatment: Treatment) -> None:
    """Takes the treatment for this transaction: others wait, and what is read from here on is what is written to.
    Both databases lock by a write, SQLite the whole store, PostgreSQL the row."""
    table = Treatment.__table__
    db.connection().execute(
        update(table).where(table.c.id == treatment.id).values(row_version=table.c.row_version)
    )
    db.refresh(treatment)


def refuse_closed(treatment: Treatment, entry: Entry) -> None:
    if entry.kind in ALWAYS:
        return
    at = step(treatment)
    if at is Step.VOID:
        raise BadInput("This treatment was cancelled. Nothing is recorded in it.")
    if at is Step.WRITTEN_UP:
        raise BadInput("This treatment is written up afterwards, in its form.")
    if treatment.status in (Status.SIGNED, Status.AMENDED):
        raise BadInput("This record is signed: amend it.")
    if at is Step.PLANNED and entry.kind not in BEFORE:
        raise BadInput("This treatment is not started yet.")
