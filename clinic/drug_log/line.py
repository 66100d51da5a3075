"""Adding one line to the register, in its turn, with the balance that it leaves and what does not add up with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import isfinite

from sqlmodel import func, select

from clinic import editions, settings
from clinic.drug_log import differences, turn, witnessing
from clinic.drug_log.reading import balance_of, expiry_of
from clinic.drug_log.witnessing import NOBODY, Seen
from clinic.drug_log.words import mg, of_lot, rounded
from clinic.refused import BadInput
from data_model import Database, DrugEntry, Treatment
from data_model.columns import now
from data_model.drug_log import EntryKind
from data_model.treatments import Substance

_AHEAD = timedelta(minutes=5)  # by which two clocks may differ
_MOST_MG = 1_000_000.0


class WantsReason(BadInput):
    """Something that is written down after a reason was given: call again with it in `confirmed`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody wants written down. `sign` times the amount is what it does to the stock; `key` may be chosen by
    the page, so that the same entry sent twice is one line."""

    kind: EntryKind
    product: str
    lot: str
    amount_mg: float
    sign: int
    substance: str | None = None
    expiry: date | None = None
    treatment: Treatment | None = None
    at: datetime | None = None
    note: str | None = None
    confirmed: str | None = None
    to_be_wasted: bool = False
    key: str | None = None


def checked(entry: Entry) -> Entry:
    """The same with its texts trimmed; raises BadInput with everything that cannot be written down."""
    product, lot = entry.product.strip(), entry.lot.strip()
    problems = [
        f"The {name} is missing." for name, value in (("product", product), ("lot", lot)) if not value
    ]
    problems += amount_problems(entry.amount_mg, nought=entry.kind == EntryKind.COUNTED)
    if entry.at is not None and entry.at > now() + _AHEAD:
        problems.append("The time lies in the future.")
    if problems:
        raise BadInput(*problems)
    return replace(entry, product=product, lot=lot, amount_mg=rounded(entry.amount_mg), at=entry.at or now())


def amount_problems(amount_mg: float | None, *, nought: bool) -> list[str]:
    if amount_mg is None or not isfinite(amount_mg):
        return ["The amount is missing."]
    if amount_mg < 0 or (rounded(amount_mg) == 0 and not nought):
        return ["The amount must be more than 0 mg." if not nought else "The amount cannot be below 0 mg."]
    return [f"{mg(amount_mg)} mg is more than a register can hold."] if amount_mg > _MOST_MG else []


def add(db: Database, entry: Entry, seen: Seen = NOBODY) -> DrugEntry:
    """Writes a checked entry. Raises WantsReason for an expired lot, BadInput where the substance is not known."""
    turn.take(db)
    if (there := already(db, entry.key)) is not None:
        return there
    entry = replace(entry, lot=_as_spelt_before(db, entry))
    before = balance_of(db, entry.product, entry.lot)
    known = expiry_of(db, entry.product, entry.lot)
    expired = _expired(db, entry, known)
    if expired and not (entry.confirmed or "").strip():
        raise WantsReason(f"{of_lot(entry.product, entry.lot)} expired on {known:%-d %b %Y}.")
    made = store(db, _row(db, entry, before, known), seen)
    for says in _oddities(db, entry, made, before, known if expired else None, known):
        differences.raise_(db, made, f"{of_lot(made.product, made.lot)}: {says}")
    return made


def _row(db: Database, entry: Entry, before: float, known: date | None) -> DrugEntry:
    counted = entry.kind == EntryKind.COUNTED
    change = entry.amount_mg - before if counted else entry.sign * entry.amount_mg
    return DrugEntry(
        **({"key": entry.key} if entry.key else {}),
        at=entry.at,
        kind=entry.kind,
        substance=_substance(db, entry),
        product=entry.product,
        lot=entry.lot,
        expiry=entry.expiry or known,
        amount_mg=entry.amount_mg,
        change_mg=rounded(change),
        balance_mg=rounded(before + change),
        treatment_id=entry.treatment and entry.treatment.id,
        patient_id=entry.treatment and entry.treatment.patient_id,
        note=(entry.note or "").strip() or None,
    )


def _oddities(
    db: Database, entry: Entry, made: DrugEntry, before: float, over: date | None, known: date | None
) -> Iterator[str]:
    """What a line contradicts: the expiry (`over` when it was drawn after it), the count, and its treatment."""
    if over:
        yield (
            f"{mg(made.amount_mg)} mg were drawn although it had expired on {over:%-d %b %Y}. "
            f"Reason given: {entry.confirmed.strip()}"
        )
    if entry.expiry and known and entry.expiry != known:
        yield f"it expires on {entry.expiry:%-d %b %Y} by this line, on {known:%-d %b %Y} by the lines before."
    if made.kind == EntryKind.COUNTED and made.change_mg:
        yield f"counted {mg(made.amount_mg)} mg, the register says {mg(before)} mg."
    treatment = entry.treatment
    if treatment is None:
        return
    if treatment.substance not in (None, made.substance) and _first_of_lot(db, made):
        own = Substance(treatment.substance).value
        yield f"{made.substance.value} {made.kind.value} in a treatment with {own}."
    if made.kind == EntryKind.GIVEN and witnessing.has_witnessed(db, treatment.id, made.author_id):
        yield f"{made.author} witnessed what was wasted, and has now written down that the dose was given."


def _first_of_lot(db: Database, made: DrugEntry) -> bool:
    """Whether its treatment had nothing of this lot before: one mistake is asked about once."""
    query = select(DrugEntry.id).where(
        DrugEntry.treatment_id == made.treatment_id,
        DrugEntry.product == made.product,
        DrugEntry.lot == made.lot,
        DrugEntry.id != made.id,
    )
    return db.exec(query.limit(1)).first() is None


def store(db: Database, made: DrugEntry, seen: Seen) -> DrugEntry:
    """Puts the actor and the witness on a line, adds it, and opens what every kind of line may open: taken below
    nought, and no witness where there should be one."""
    made.author, made.author_id = db.actor.name, db.actor.account_id
    if seen.by is not None:
        made.witness, made.witness_id = seen.by.name, seen.by.id
    db.add(made)
    db.flush()
    if made.change_mg < 0 and made.balance_mg < 0:
        says = f"the register stands at {mg(made.balance_mg)} mg, below nought"
        differences.raise_(db, made, f"{of_lot(made.product, made.lot)}: {says}.")
    if seen.alone:
        says = f"{mg(made.amount_mg)} mg {made.kind.value} without a witness. Reason given: {seen.alone}"
        differences.raise_(db, made, f"{of_lot(made.product, made.lot)}: {says}")
    return made


def already(db: Database, key: str | None) -> DrugEntry | None:
    """The line that was written under this key before."""
    return db.exec(select(DrugEntry).where(DrugEntry.key == key)).first() if key else None


def _as_spelt_before(db: Database, entry: Entry) -> str:
    """A lot typed in other letters is the same lot."""
    query = select(DrugEntry.lot).where(
        DrugEntry.product == entry.product, func.lower(DrugEntry.lot) == entry.lot.lower()
    )
    return db.exec(query.order_by(DrugEntry.id.desc()).limit(1)).first() or entry.lot


def _expired(db: Database, entry: Entry, known: date | None) -> bool:
    """Whether it is drawn for use after its day, in the clinic's zone."""
    if known is None or entry.kind != EntryKind.DRAWN or entry.to_be_wasted:
        return False
    return entry.at.astimezone(settings.zone(db)).date() > known


def _substance(db: Database, entry: Entry) -> Substance:
    """As said, or as the lines of this product say, the protocol, or the treatment it is for."""
    before = select(DrugEntry.substance).where(DrugEntry.product == entry.product)
    said = entry.substance or db.exec(before.order_by(DrugEntry.id.desc()).limit(1)).first()
    if said is None:
        products = {each.title: each.substance for each in editions.in_force(db).products}
        said = products.get(entry.product) or (entry.treatment and entry.treatment.substance)
    if said is None:
        raise BadInput(f"Say which substance is in “{entry.product}”.")
    return Substance(said)
