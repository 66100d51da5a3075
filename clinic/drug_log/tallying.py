"""One treatment in the register: whether what was drawn for it was given, wasted or put back, to the milligram."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
from sqlalchemy import Row
from sqlmodel import func, select

from clinic import patients, typed
from clinic.access import require
from clinic.drug_log import differences, turn
from clinic.drug_log.reading import amount_now, corrections
from clinic.drug_log.words import mg, of_lot, rounded
from data_model import Database, DrugDiscrepancy, DrugEntry, Patient, Treatment
from data_model.columns import Status
from data_model.drug_log import EntryKind

UNSETTLED = {
    "treatment": object,
    "patient": object,
    "person": object,
    "at": typed.TIME,
    "says": object,
    "lines": bool,
}
# The register grows for years and is added up on each run of its page: columns, not whole rows.
_COUNTED = (DrugEntry.id, DrugEntry.product, DrugEntry.lot, DrugEntry.kind, DrugEntry.amount_mg)
_COUNTS = (EntryKind.DRAWN, EntryKind.GIVEN, EntryKind.WASTED, EntryKind.RETURNED)


@dataclass(slots=True)
class OfLot:
    """Milligrams of one lot, corrections heard. `unaccounted` below 0 is more than was drawn."""

    product: str
    lot: str
    drawn: float = 0.0
    given: float = 0.0
    wasted: float = 0.0
    returned: float = 0.0

    @property
    def unaccounted(self) -> float:
        return rounded(self.drawn - self.given - self.wasted - self.returned)

    @property
    def says(self) -> str:
        parts = [f"drawn {mg(self.drawn)} mg", f"given {mg(self.given)}", f"wasted {mg(self.wasted)}"]
        if self.returned:
            parts.append(f"put back {mg(self.returned)}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Tally:
    """`problems` are sentences; none means that it adds up. `started` is whether anything was written of it."""

    lots: list[OfLot] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def started(self) -> bool:
        return bool(self.lots)

    @property
    def drawn(self) -> float:
        return rounded(sum(each.drawn for each in self.lots))

    @property
    def given(self) -> float:
        return rounded(sum(each.given for each in self.lots))

    @property
    def unaccounted(self) -> float:
        return rounded(sum(each.unaccounted for each in self.lots))


def for_treatment(db: Database, treatment: Treatment) -> Tally:
    """By lot, and what does not add up: within a lot, and against the milligrams that the treatment's record says."""
    require(db, "see drug log")
    query = select(*_COUNTED).where(DrugEntry.treatment_id == treatment.id, DrugEntry.kind.in_(_COUNTS))
    rows = db.exec(query.order_by(DrugEntry.id)).all()
    return _tally(rows, corrections(db, treatment.id), treatment.given_mg)


def _tally(
    rows: Sequence[Row], corrected: dict[int, list[tuple[int, float]]], recorded_mg: float | None
) -> Tally:
    lots: dict[tuple[str, str], OfLot] = {}
    for row in rows:
        of = lots.setdefault((row.product, row.lot), OfLot(row.product, row.lot))
        name = row.kind.value
        setattr(of, name, rounded(getattr(of, name) + amount_now(row, corrected)))
    made = Tally(list(lots.values()))
    made.problems.extend(_problems(made, recorded_mg))
    return made


def _problems(tally: Tally, recorded_mg: float | None) -> list[str]:
    found = [f"{of_lot(each.product, each.lot)}: {_off(each)}." for each in tally.lots if each.unaccounted]
    if not tally.started:
        if recorded_mg:
            found.append(f"The record says {mg(recorded_mg)} mg given, the register nothing.")
    elif recorded_mg is not None and rounded(recorded_mg - tally.given):
        found.append(f"The record says {mg(recorded_mg)} mg given, the register {mg(tally.given)} mg.")
    return found


def _off(lot: OfLot) -> str:
    if lot.unaccounted > 0:
        return f"{lot.says}: {mg(lot.unaccounted)} mg not accounted for"
    return f"{lot.says}: {mg(-lot.unaccounted)} mg more than was drawn"


def settle(db: Database, treatment: Treatment) -> list[DrugDiscrepancy]:
    """Opens a discrepancy for each problem that was not opened before, on the treatment's last line; without any
    line there is nothing to hang it on, and `unsettled` goes on naming the treatment. Returns the new ones."""
    require(db, "keep drug log")
    turn.take(db)
    tally = for_treatment(db, treatment)
    last = select(DrugEntry).where(DrugEntry.treatment_id == treatment.id).order_by(DrugEntry.id.desc())
    line = db.exec(last.limit(1)).first()
    if line is None:
        return []
    said = _said(db).get(treatment.id, set())
    return [differences.raise_(db, line, says) for says in tally.problems if says not in said]


def unsettled(db: Database) -> pd.DataFrame:
    """Treatments since the register began that somebody has left, which do not add up or stand in it with no line,
    and about which no discrepancy says so yet; the oldest first. `says` is all that is wrong, `lines` whether
    the register has any."""
    require(db, "see drug log")
    begun = db.exec(select(func.min(DrugEntry.at))).one()
    if begun is None:
        return typed.frame([], UNSETTLED)
    query = (
        select(Treatment.id, Treatment.key, Treatment.patient_id, Treatment.started_at, Treatment.given_mg)
        .where(Treatment.started_at >= begun, Treatment.status != Status.VOID)
        .where((Treatment.status != Status.DRAFT) | Treatment.left_at.is_not(None))
    )
    by_treatment, corrected, said = _by_treatment(db), corrections(db), _said(db)
    records = []
    for row in db.exec(query.order_by(Treatment.started_at)).all():
        tally = _tally(by_treatment[row.id], corrected, row.given_mg)
        if new := [says for says in tally.problems if says not in said[row.id]]:
            patient = db.get(Patient, row.patient_id)
            person = patients.person(db, patient).name
            records.append((row.key, patient.key, person, row.started_at, " ".join(new), tally.started))
    return typed.frame(records, UNSETTLED)


def _by_treatment(db: Database) -> dict[int, list[Row]]:
    query = select(*_COUNTED, DrugEntry.treatment_id).where(
        DrugEntry.treatment_id.is_not(None), DrugEntry.kind.in_(_COUNTS)
    )
    found: dict[int, list[Row]] = defaultdict(list)
    for row in db.exec(query.order_by(DrugEntry.id)):
        found[row.treatment_id].append(row)
    return found


def _said(db: Database) -> dict[int, set[str]]:
    """What discrepancies, closed ones too, have said of each treatment: the same numbers are not asked about twice."""
    query = select(DrugEntry.treatment_id, DrugDiscrepancy.says).join(
        DrugEntry, DrugEntry.id == DrugDiscrepancy.entry_id
    )
    found: dict[int, set[str]] = defaultdict(set)
    for treatment, says in db.exec(query.where(DrugEntry.treatment_id.is_not(None))):
        found[treatment].add(says)
    return found
