"""Whether there is anything new at a treatment, which each of its tablets asks every few seconds.

Building the whole answer takes longer than asking what was written since, so the store is asked that first: how many
rows there are, in which versions. What the passing of time changes is looked at anew every few seconds.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from sqlalchemy import bindparam, func, literal, select, union_all

from clinic.access import can, require
from clinic.chair import state
from clinic.chair.rows import TABLES
from clinic.treatments import by_key
from data_model import Alert, Database, Patient, Treatment
from data_model.columns import now

LOOK_ANEW = 15  # seconds
KEPT = 500  # treatments, the last ones asked about

_ID = bindparam("treatment")
_ROWS = union_all(
    *(
        select(literal(name), func.count(), func.sum(table.row_version), func.max(table.id)).where(
            table.treatment_id == _ID
        )
        for table, name in TABLES.items()
    )
)
_ALERTS = select(
    func.count(),
    func.sum(Alert.times),
    func.max(Alert.raised_at),
    func.max(Alert.acknowledged_at),
    func.max(Alert.acted_at),
    func.max(Alert.closed_at),
).where(Alert.treatment_id == _ID)
_PERSON = select(Patient.row_version).where(Patient.id == bindparam("patient"))

_known: OrderedDict[tuple, tuple[Any, str]] = OrderedDict()
_lock = Lock()


def news(db: Database, key: str, version: str | None = None) -> dict[str, Any] | None:
    """The treatment as `state.of` has it; None where `version` is what it still is. Raises NotFound."""
    require(db, "record treatments")
    treatment = by_key(db, key)
    place, stamp = (key, can(db.actor, "see names")), _stamp(db, treatment)
    with _lock:
        known = _known.get(place)
    if version is not None and known == (stamp, version):
        return None
    found = state.of(db, treatment)
    with _lock:
        _known[place] = (stamp, found["version"])
        _known.move_to_end(place)
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return None if found["version"] == version else found


def _stamp(db: Database, treatment: Treatment) -> tuple:
    of_this = {"treatment": treatment.id}
    return (
        now().timestamp() // LOOK_ANEW,
        treatment.row_version,
        db.exec(_PERSON, params={"patient": treatment.patient_id}).scalar(),
        tuple(tuple(row) for row in db.exec(_ROWS, params=of_this)),
        tuple(db.exec(_ALERTS, params=of_this).one()),
    )
