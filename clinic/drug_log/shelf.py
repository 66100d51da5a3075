"""What is there: one row for each lot of each product."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pandas as pd
from sqlmodel import func, select

from clinic import settings, typed
from clinic.access import require
from clinic.drug_log.reading import amount_now, corrections
from clinic.drug_log.words import rounded
from data_model import Database, DrugEntry
from data_model.columns import now
from data_model.drug_log import EntryKind

SOON = timedelta(days=30)
STOCK = {
    "product": object,
    "lot": object,
    "substance": object,
    "expiry": object,
    "balance_mg": float,
    "state": object,
    "loose_mg": float,
    "last_at": typed.TIME,
}


def stock(db: Database) -> pd.DataFrame:
    """`state` is "expired", "expires soon" (within 30 days), "expiry not recorded" or "in date". `loose_mg` was drawn
    outside of treatments and is neither wasted nor put back."""
    require(db, "see drug log")
    latest = select(func.max(DrugEntry.id)).group_by(DrugEntry.product, DrugEntry.lot)
    query = select(DrugEntry).where(DrugEntry.id.in_(latest)).order_by(DrugEntry.product, DrugEntry.lot)
    today = now().astimezone(settings.zone(db)).date()
    loose = _loose(db)
    records = [
        (
            row.product,
            row.lot,
            row.substance.value,
            row.expiry,
            row.balance_mg,
            state_of(row.expiry, today),
            rounded(loose[row.product, row.lot]),
            row.at,
        )
        for row in db.exec(query)
    ]
    return typed.frame(records, STOCK)


def state_of(expiry: date | None, today: date) -> str:
    """A lot may be used up to the end of its day."""
    if expiry is None:
        return "expiry not recorded"
    if expiry < today:
        return "expired"
    return "expires soon" if expiry <= today + SOON else "in date"


def _loose(db: Database) -> dict[tuple[str, str], float]:
    """What was sent back to the supplier came out of the cupboard itself."""
    query = select(DrugEntry).where(
        DrugEntry.treatment_id.is_(None),
        DrugEntry.kind.in_((EntryKind.DRAWN, EntryKind.WASTED, EntryKind.RETURNED)),
        (DrugEntry.kind != EntryKind.RETURNED) | (DrugEntry.change_mg > 0),
    )
    corrected = corrections(db)
    found: dict[tuple[str, str], float] = defaultdict(float)
    for row in db.exec(query):
        sign = +1 if row.kind == EntryKind.DRAWN else -1
        found[row.product, row.lot] += sign * amount_now(row, corrected)
    return found
