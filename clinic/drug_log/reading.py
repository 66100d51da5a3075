"""Single facts of the register: the balance of a lot, its expiry, a line, and what corrections have made of lines."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import Row
from sqlmodel import select

from clinic.access import require
from clinic.refused import NotFound
from data_model import Database, DrugEntry


def balance(db: Database, product: str, lot: str) -> float:
    """Milligrams that the register says are left; 0 of what it never heard of."""
    require(db, "see drug log")
    return balance_of(db, product, lot)


def balance_of(db: Database, product: str, lot: str) -> float:
    query = select(DrugEntry.balance_mg).where(DrugEntry.product == product, DrugEntry.lot == lot)
    found = db.exec(query.order_by(DrugEntry.id.desc()).limit(1)).first()
    return 0.0 if found is None else found


def expiry_of(db: Database, product: str, lot: str) -> date | None:
    """The one that was written down last; each line passes it on."""
    query = select(DrugEntry.expiry).where(
        DrugEntry.product == product, DrugEntry.lot == lot, DrugEntry.expiry.is_not(None)
    )
    return db.exec(query.order_by(DrugEntry.id.desc()).limit(1)).first()


def by_key(db: Database, key: str) -> DrugEntry:
    require(db, "see drug log")
    found = db.exec(select(DrugEntry).where(DrugEntry.key == key)).first()
    if found is None:
        raise NotFound("There is no such line in the register.")
    return found


def corrections(db: Database, treatment_id: int | None = None) -> dict[int, list[tuple[int, float]]]:
    """id of a line -> (id, mg) of its corrections in order; the last one holds."""
    query = select(DrugEntry.corrects_id, DrugEntry.id, DrugEntry.amount_mg)
    query = query.where(DrugEntry.corrects_id.is_not(None)).order_by(DrugEntry.id)
    if treatment_id is not None:
        query = query.where(DrugEntry.treatment_id == treatment_id)
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for first, id, amount in db.exec(query):
        found[first].append((id, amount))
    return found


def amount_now(row: DrugEntry | Row, corrected: dict[int, list[tuple[int, float]]]) -> float:
    """What a line says once its corrections are heard."""
    return corrected[row.id][-1][1] if row.id in corrected else row.amount_mg
