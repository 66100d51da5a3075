"""Whether the register is what it was written as, for `python -m clinic check`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlmodel import select

from clinic.access import require
from clinic.drug_log.correcting import sign
from clinic.drug_log.words import mg, of_lot, rounded
from data_model import Database, DrugDiscrepancy, DrugEntry
from data_model.drug_log import EntryKind


def problems(db: Database) -> Iterator[str]:
    """One sentence for each line whose balance does not follow from the line before, that changes the stock in a way
    that its kind does not, or that left it below nought without anybody being asked."""
    require(db, "see drug log")
    balances: dict[tuple[str, str], float] = defaultdict(float)
    firsts: dict[int, tuple[DrugEntry, float]] = {}  # with the milligrams that hold now
    asked = set(db.exec(select(DrugDiscrepancy.entry_id)))
    for row in db.exec(select(DrugEntry).order_by(DrugEntry.id).execution_options(yield_per=1000)):
        where = f"Drug log, {of_lot(row.product, row.lot)}, line {row.key}"
        lot = (row.product, row.lot)
        if rounded(balances[lot] + row.change_mg) != rounded(row.balance_mg):
            yield (
                f"{where}: the balance is {mg(row.balance_mg)} mg, and {mg(balances[lot])} mg before with this "
                f"change of {mg(row.change_mg)} mg make {mg(balances[lot] + row.change_mg)} mg."
            )
        if (wanted := _change(row, balances[lot], firsts)) is not None and rounded(wanted - row.change_mg):
            yield f"{where}: it changes the stock by {mg(row.change_mg)} mg, its kind by {mg(wanted)} mg."
        if row.change_mg < 0 and row.balance_mg < 0 and row.id not in asked:
            yield f"{where}: it leaves {mg(row.balance_mg)} mg, and no discrepancy was opened."
        balances[lot] = row.balance_mg
        first = firsts[row.corrects_id][0] if row.corrects_id in firsts else row
        firsts[first.id] = (first, row.amount_mg)


def _change(row: DrugEntry, before: float, firsts: dict[int, tuple[DrugEntry, float]]) -> float | None:
    """What this kind of line does to the stock; None where that cannot be told."""
    if row.kind == EntryKind.COUNTED:
        return row.amount_mg - before
    if row.kind != EntryKind.CORRECTION:
        return sign(row) * row.amount_mg
    if row.corrects_id not in firsts:
        return None
    first, stands = firsts[row.corrects_id]
    same = (first.product, first.lot) == (row.product, row.lot)
    return sign(first) * (row.amount_mg - stands) if same else 0.0
