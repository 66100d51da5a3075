"""Everyone who started, remembered in each process and read anew for the people about whom something was written.

What changed is told by the audit trail, as on Today (clinic/worklist/remembered.py): every write leaves a row in its
own transaction with whom it is about. A bulk load leaves none; it is noticed by the highest numbers of the tables. So
an answer is as old as the last look, and a look is taken with every question.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam
from sqlmodel import func, select

from clinic import settings
from clinic.cohorts import everyone
from clinic.cohorts.everyone import Everyone, Near
from clinic.outcomes.states import Window
from data_model import Assessment, AuditRow, Database, Episode, Patient, Treatment

WINDOW = 1_000  # audit rows that may come to light out of their order
AT_MOST = 500  # new ones that are looked at one by one
TABLES = ("patient", "episode", "treatment", "assessment")
# A row that is moved is audited under whom it came to; "moved away" is what the other one is left with.
WRITTEN = ("created", "changed", "moved away")
KEPT = 24  # answers, of all who look
T = TypeVar("T")

_SIGN = select(
    func.count(AuditRow.id),
    func.max(AuditRow.id),
    func.max(AuditRow.at),
    *(select(func.max(table.id)).scalar_subquery() for table in (Patient, Episode, Treatment, Assessment)),
).where(AuditRow.id > bindparam("floor"))
_BULK = slice(3, None)
_LAST = select(AuditRow.id, AuditRow.at, AuditRow.verb, AuditRow.record_table, AuditRow.patient_id).where(
    AuditRow.id > bindparam("floor")
)


@dataclass
class _Memory:
    lock: threading.RLock = field(default_factory=threading.RLock)
    known: Everyone | None = None
    floor: int = 0
    sign: tuple = ()
    seen: dict[int, datetime] = field(default_factory=dict)
    made: dict[Hashable, Any] = field(default_factory=dict)
    told: tuple[tuple, dict[Hashable, Any]] = field(
        default_factory=lambda: ((), {})
    )  # of a sign of the trail, what was made while it stood


_of_store: WeakKeyDictionary = WeakKeyDictionary()
_making = threading.Lock()


def known(db: Database) -> Everyone:
    """As the store is now, whoever wrote to it."""
    return _looked(db).known


def near(db: Database, of: Everyone, window: Window) -> Near:
    with _memory(db).lock:
        return everyone.near(db, of, window)


def kept(db: Database, asked: Hashable, make: Callable[[Everyone], T]) -> T:
    """What `make` gives of everyone, or gave for the same question while nothing was written since."""
    memory = _looked(db)
    with memory.lock:
        if asked not in memory.made:
            if len(memory.made) >= KEPT:
                memory.made.clear()
            memory.made[asked] = make(memory.known)
        return memory.made[asked]


def kept_until_written(db: Database, asked: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, or gave while the audit trail has not one row more: for what other tables tell besides."""
    memory = _looked(db)
    with memory.lock:
        sign = _sign(db, memory.floor)
        if memory.told[0] != sign or len(memory.told[1]) >= KEPT:
            memory.told = (sign, {})
        if asked not in memory.told[1]:
            memory.told[1][asked] = make()
        return memory.told[1][asked]


def _memory(db: Database) -> _Memory:
    with _making:
        return _of_store.setdefault(db.get_bind(), _Memory())


def _looked(db: Database) -> _Memory:
    db.flush()
    memory, zone = _memory(db), settings.current(db)["time_zone"]
    with memory.lock:
        sign = _sign(db, memory.floor)
        if memory.known is None or sign != memory.sign or zone != memory.known.zone:
            before = memory.known
            _renew(db, memory, sign, zone)
            if memory.known is not before:
                memory.made = {}
    return memory


def _sign(db: Database, floor: int) -> tuple:
    return tuple(db.connection().execute(_SIGN, {"floor": floor}).one())


def _renew(db: Database, memory: _Memory, sign: tuple, zone: str) -> None:
    """The trail is looked at before the rows: what is written meanwhile is then seen at the next look."""
    people = None
    if memory.known is not None and zone == memory.known.zone:
        last = _last(db, memory.floor)
        people = _written_about(memory, last, sign)
    if people is None:
        memory.floor = max((db.exec(select(func.max(AuditRow.id))).one() or 0) - WINDOW, 0)
        last = _last(db, memory.floor)
    memory.floor = max(max((row.id for row in last), default=0) - WINDOW, memory.floor)
    sign = _sign(db, memory.floor)
    if people is None:
        memory.known = everyone.read(db, zone)
    elif people:
        memory.known = everyone.read_again(db, memory.known, people)
    memory.seen = {row.id: row.at for row in last if row.id > memory.floor}
    memory.sign = sign


def _last(db: Database, floor: int) -> Sequence:
    return db.connection().execute(_LAST, {"floor": floor}).all()


def _written_about(memory: _Memory, last: Sequence, sign: tuple) -> list[int] | None:
    """The people of the new audit rows; None where everybody has to be read: much was written, something about nobody
    in particular, more rows came than the trail knows of, or what was seen is gone, as after a restore or a
    transaction that was taken back."""
    there = {row.id: row.at for row in last}
    if any(there.get(id) != at for id, at in memory.seen.items() if id > memory.floor):
        return None
    new = [row for row in last if row.id not in memory.seen]
    written = [row for row in new if row.verb in WRITTEN and row.record_table in TABLES]
    if len(new) > AT_MOST or any(row.patient_id is None for row in written):
        return None
    made = Counter(row.record_table for row in written if row.verb == "created")
    more = (now - before for now, before in zip(_numbers(sign), _numbers(memory.sign), strict=True))
    if any(rows != made[table] for table, rows in zip(TABLES, more, strict=True)):
        return None
    return sorted({row.patient_id for row in written})


def _numbers(sign: tuple) -> list[int]:
    return [highest or 0 for highest in sign[_BULK]]
