"""Putting a line right: a new line that names it says the amount it should have said, and moves the stock by the
difference. The line itself stays as it was written."""

from __future__ import annotations

from clinic.access import require
from clinic.drug_log import differences, line, turn
from clinic.drug_log.reading import amount_now, balance_of, by_key, corrections, expiry_of
from clinic.drug_log.witnessing import NOBODY, RIGHT, WITNESSED, seen
from clinic.drug_log.words import mg, of_lot, rounded
from clinic.refused import BadInput
from data_model import Database, DrugEntry
from data_model.columns import now
from data_model.drug_log import EntryKind


def correct(
    db: Database,
    entry_key: str,
    amount_mg: float,
    reason: str,
    *,
    witness: str | None = None,
    secret: str | None = None,
    alone: str | None = None,
    key: str | None = None,
) -> DrugEntry:
    """`amount_mg` is what the line should have said; 0 takes it back. What needed a witness needs one again. Of a
    line that was corrected before, and of its correction, it is the first line that is put right once more.
    Raises BadInput without a reason or a difference."""
    require(db, RIGHT)
    problems = line.amount_problems(amount_mg, nought=True)
    if not reason.strip():
        problems.append("Say why the line is wrong.")
    if problems:
        raise BadInput(*problems)
    first = first_of(db, by_key(db, entry_key))
    by = seen(db, first.treatment_id, witness, secret, alone) if first.kind in WITNESSED else NOBODY
    turn.take(db)
    if (there := line.already(db, key)) is not None:
        return there
    stands = amount_now(first, corrections(db))
    difference = rounded(amount_mg - stands)
    if difference == 0:
        raise BadInput(f"{mg(stands)} mg is what stands there.")
    made = line.store(db, _line(db, first, amount_mg, sign(first) * difference, reason, key), by)
    if first.kind == EntryKind.COUNTED:
        says = f"a count corrected from {mg(stands)} to {mg(made.amount_mg)} mg"
        differences.raise_(db, made, f"{of_lot(made.product, made.lot)}: {says}. Reason given: {made.note}")
    return made


def first_of(db: Database, entry: DrugEntry) -> DrugEntry:
    """The line that a correction puts right; any other line is its own."""
    return entry if entry.corrects_id is None else db.get(DrugEntry, entry.corrects_id)


def sign(first: DrugEntry) -> int:
    """What a milligram more on this line does to the stock."""
    if first.kind in (EntryKind.RECEIVED, EntryKind.COUNTED):
        return +1
    if first.kind in (EntryKind.GIVEN, EntryKind.WASTED):
        return 0
    return +1 if first.change_mg > 0 else -1


def _line(
    db: Database, first: DrugEntry, amount_mg: float, change: float, reason: str, key: str | None
) -> DrugEntry:
    before = balance_of(db, first.product, first.lot)
    return DrugEntry(
        **({"key": key} if key else {}),
        at=now(),
        kind=EntryKind.CORRECTION,
        substance=first.substance,
        product=first.product,
        lot=first.lot,
        expiry=expiry_of(db, first.product, first.lot),
        amount_mg=rounded(amount_mg),
        change_mg=rounded(change),
        balance_mg=rounded(before + change),
        treatment_id=first.treatment_id,
        patient_id=first.patient_id,
        note=reason.strip(),
        corrects_id=first.id,
    )
