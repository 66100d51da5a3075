"""What Today's rules saw, remembered in each process and renewed for the people about whom something was written.

Every write leaves an audit row in its own transaction, with whom it is about. So the last rows of the audit trail
tell what has changed: nothing; something about a few people, whose rows are read anew; or more than that, and
everything is. Rows of the trail may come to light out of their order, when a long transaction ends: that is why the
last `WINDOW` of them are compared, and not only the highest number.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import pandas as pd
from sqlalchemy import bindparam
from sqlmodel import func, select

from clinic import settings
from clinic.access import require
from clinic.worklist.ended import without_ended
from clinic.worklist.judged import judged
from clinic.worklist.rows import open_alerts, rows
from data_model import AuditRow, Database
from data_model.columns import now

WINDOW = 1_000  # audit rows
AT_MOST = 500  # new ones that are looked at one by one
# What the list is made of. A row about nobody, as of a setting or a protocol, has everything looked at again.
TABLES = (
    "patient",
    "episode",
    "treatment",
    "assessment",
    "safety_check",
    "event_note",
    "medication",
    "weight",
    "alert",
    "setting",
    "protocol_edition",
    "protocol_approval",
)
# A row that is moved is audited under whom it came to; "moved away" is what the other one is left with.
WRITTEN = ("created", "changed", "moved away")
KEPT = 300  # answers, of all people who look
T = TypeVar("T")

_SIGN = select(func.count(AuditRow.id), func.max(AuditRow.id), func.max(AuditRow.at)).where(
    AuditRow.id > bindparam("floor")
)
_LAST = select(AuditRow.id, AuditRow.at, AuditRow.verb, AuditRow.record_table, AuditRow.patient_id).where(
    AuditRow.id > bindparam("floor")
)


@dataclass(frozen=True, slots=True)
class Known:
    """One row for each open course (`judged.judged`), the last check of each kind by patient, and the open alerts."""

    courses: pd.DataFrame
    checks: pd.DataFrame
    alerts: pd.DataFrame


@dataclass
class _Memory:
    lock: threading.Lock = field(default_factory=threading.Lock)
    known: Known | None = None
    floor: int = 0
    sign: tuple = ()
    seen: dict[int, datetime] = field(default_factory=dict)
    made: dict[tuple, Any] = field(default_factory=dict)


_of_store: WeakKeyDictionary = WeakKeyDictionary()
_making = threading.Lock()


def known(db: Database) -> Known:
    """As the store is now, whoever wrote to it."""
    return _memory(db).known


def kept(db: Database, make: Callable[..., T], *inputs: Any) -> T:
    """`make(db, *inputs)`, or what that gave to the same person within the same minute, if nothing that the list is
    made of was written since."""
    memory = _memory(db)
    seen, actor = memory.known, db.actor
    asked = (
        make,
        inputs,
        actor.account_id,
        actor.rights,
        actor.preferences,
        now().replace(second=0, microsecond=0),
    )
    made = memory.made
    if asked not in made:
        found = make(db, *inputs)
        with memory.lock:
            if memory.known is seen:
                if len(made) >= KEPT:
                    made.clear()
                made[asked] = found
        return found
    return made[asked]


def _memory(db: Database) -> _Memory:
    require(db, "see today")
    db.flush()
    with _making:
        memory = _of_store.setdefault(db.get_bind(), _Memory())
    with memory.lock:
        sign = tuple(db.connection().execute(_SIGN, {"floor": memory.floor}).one())
        if memory.known is None or sign != memory.sign:
            before = memory.known
            _renew(db, memory)
            if memory.known is not before:
                memory.made = {}
    return memory


def _renew(db: Database, memory: _Memory) -> None:
    last = db.connection().execute(_LAST, {"floor": memory.floor}).all() if memory.known else []
    patients = _written_about(memory, last) if memory.known else None
    zone = settings.current(db)["time_zone"]
    if patients is None:
        memory.known = _looked(db, zone)
        top = db.exec(select(func.max(AuditRow.id))).one() or 0
        memory.floor = max(top - WINDOW, 0)
        last = db.connection().execute(_LAST, {"floor": memory.floor}).all()
    elif patients:
        memory.known = _merged(memory.known, _looked(db, zone, patients), patients)
    memory.seen = {row.id: row.at for row in last}
    memory.floor = max(max(memory.seen, default=0) - WINDOW, memory.floor)
    memory.seen = {id: at for id, at in memory.seen.items() if id > memory.floor}
    memory.sign = tuple(db.connection().execute(_SIGN, {"floor": memory.floor}).one())


def _written_about(memory: _Memory, last: Sequence) -> list[int] | None:
    """The people of the new audit rows; None where everything has to be looked at: much was written, something about
    nobody in particular, or what was seen is gone, as after a restore or a transaction that was taken back."""
    there = {row.id: row.at for row in last}
    if any(there.get(id) != at for id, at in memory.seen.items()):
        return None
    new = [row for row in last if row.id not in memory.seen]
    written = [row for row in new if row.verb in WRITTEN and row.record_table in TABLES]
    if len(new) > AT_MOST or any(row.patient_id is None for row in written):
        return None
    return sorted({row.patient_id for row in written})


def _looked(db: Database, zone: str, patients: list[int] | None = None) -> Known:
    found = rows(db, patients)
    return Known(without_ended(db, judged(found, zone)), found.checks, open_alerts(db, patients))


def _merged(before: Known, new: Known, patients: list[int]) -> Known:
    return Known(
        *(
            _joined(old[~old["patient"].isin(patients)], fresh)
            for old, fresh in (
                (before.courses, new.courses),
                (before.checks, new.checks),
                (before.alerts, new.alerts),
            )
        )
    )


def _joined(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([old, new]) if len(old) and len(new) else old if len(old) else new
