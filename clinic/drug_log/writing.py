"""What can be written into the register, one function for each kind of line.

Each takes `product`, `lot` and `amount_mg`, and where they are known `substance`, `at` (when it happened; now, unless
said), a `note`, and a `key` under which it is written once however often it is sent. `treatment` is the one it was for.
Raises BadInput for what is missing or cannot be.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from clinic.access import require
from clinic.drug_log import line, turn
from clinic.drug_log.line import Entry, add, checked
from clinic.drug_log.witnessing import RIGHT, seen
from clinic.refused import BadInput
from data_model import Database, DrugEntry, Treatment
from data_model.columns import Status
from data_model.drug_log import EntryKind


def receive(db: Database, *, expiry: date | None = None, **about: Any) -> DrugEntry:
    """A delivery into the cupboard. Another expiry than the lot had until now opens a discrepancy; the new one
    holds."""
    require(db, RIGHT)
    return add(db, checked(Entry(EntryKind.RECEIVED, sign=+1, expiry=expiry, **about)))


def draw(
    db: Database, *, treatment: Treatment | None = None, confirmed: str | None = None, **about: Any
) -> DrugEntry:
    """Out of the cupboard. Raises WantsReason when the lot has expired: with the reason in `confirmed` it is
    written, and opens a discrepancy. An unfinished record of the treatment takes over product, lot and expiry, if
    it has no lot yet."""
    require(db, RIGHT)
    made = add(
        db, checked(Entry(EntryKind.DRAWN, sign=-1, treatment=treatment, confirmed=confirmed, **about))
    )
    if treatment is not None:
        _into_its_record(db, treatment, made)
    return made


def _into_its_record(db: Database, treatment: Treatment, made: DrugEntry) -> None:
    record = db.get(Treatment, treatment.id)
    if record.status == Status.DRAFT and record.lot is None:
        record.product, record.lot, record.expiry = made.product, made.lot, made.expiry


def give(db: Database, *, treatment: Treatment, **about: Any) -> DrugEntry:
    """Into the patient, of what was drawn."""
    require(db, RIGHT)
    return add(db, checked(Entry(EntryKind.GIVEN, sign=0, treatment=treatment, **about)))


def waste(
    db: Database,
    *,
    treatment: Treatment | None = None,
    from_stock: bool = False,
    witness: str | None = None,
    secret: str | None = None,
    alone: str | None = None,
    **about: Any,
) -> DrugEntry:
    """Made unusable before a witness, of what was drawn. `from_stock` says that it lay in the cupboard until now, such
    as a broken vial or an expired lot: then a line that draws it is written first. About the witness see
    `witnessing.seen`."""
    require(db, RIGHT)
    entry = checked(Entry(EntryKind.WASTED, sign=0, treatment=treatment, **about))
    by = seen(db, treatment and treatment.id, witness, secret, alone)
    turn.take(db)
    if from_stock and line.already(db, entry.key) is None:
        drawn = replace(entry, kind=EntryKind.DRAWN, sign=-1, key=None, to_be_wasted=True)
        add(db, replace(drawn, note="to be wasted"))
    return add(db, entry, by)


def return_(
    db: Database, *, to: str = "stock", treatment: Treatment | None = None, **about: Any
) -> DrugEntry:
    """`to` the "stock": drawn, not opened, and put back. To the "supplier": sent back, or handed over to be
    destroyed elsewhere."""
    require(db, RIGHT)
    if to not in ("stock", "supplier"):
        raise BadInput("Something is returned to the stock or to the supplier.")
    if to == "supplier" and treatment is not None:
        raise BadInput("What was drawn for a treatment goes back to the stock first.")
    sign = +1 if to == "stock" else -1
    return add(db, checked(Entry(EntryKind.RETURNED, sign=sign, treatment=treatment, **about)))


def count(
    db: Database,
    *,
    expiry: date | None = None,
    witness: str | None = None,
    secret: str | None = None,
    alone: str | None = None,
    **about: Any,
) -> DrugEntry:
    """All there is of a lot, counted before a witness. The register goes on from what was counted; a difference
    opens a discrepancy. Of a lot whose expiry was written down wrongly it can say the right one."""
    require(db, RIGHT)
    entry = checked(Entry(EntryKind.COUNTED, sign=+1, expiry=expiry, **about))
    return add(db, entry, seen(db, None, witness, secret, alone))
