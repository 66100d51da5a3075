"""The drug register of the last two months: deliveries, what was drawn, given and wasted, a count, a correction, and
one line that does not add up yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from data_model import Account, Database, DrugDiscrepancy, DrugEntry, Treatment
from data_model.columns import COUNTED
from data_model.drug_log import EntryKind
from data_model.treatments import Route
from sample_data.staff import Duty
from sample_data.visits import LIVE_SINCE
from sample_data.writing import Written

VIAL_MG = {Route.IV: 50.0, Route.IM: 50.0, Route.SC: 50.0, Route.SL: 25.0, Route.ORAL: 10.0, Route.IN: 28.0}
SPARE = 10  # vials left over in each lot
LOST_MG = 5.0


def keep(db: Database, written: list[Written], duty: Duty, end: datetime, key: Callable[..., str]) -> None:
    register = Register(db, duty, end, key)
    given = [
        row
        for one in written
        for _, row in one.treatments
        if row.status in COUNTED and row.started_at >= end - LIVE_SINCE and row.lot and row.given_mg < 1000
    ]
    given.sort(key=lambda row: (row.started_at, row.key))
    for lot in dict.fromkeys((row.product, row.lot) for row in given):
        register.receive([row for row in given if (row.product, row.lot) == lot])
    for row in given:
        register.use(row)
    register.end_of_story(given[-1])
    db.flush()


class Register:
    def __init__(self, db: Database, duty: Duty, end: datetime, key: Callable[..., str]):
        self.db, self.duty, self.end, self.key = db, duty, end, key
        self.balance: dict[tuple[str, str], float] = {}
        self.count = 0

    def receive(self, used: list[Treatment]) -> None:
        """Enough for everything that will be drawn from this lot, and some more."""
        first = used[0]
        vials = sum(_vials(row) for row in used) + SPARE
        at = first.started_at - timedelta(hours=1, minutes=10)
        self.line(EntryKind.RECEIVED, first, at, vials * VIAL_MG[first.route], +1, self._nurse(first))

    def use(self, row: Treatment) -> None:
        nurse = self._nurse(row)
        drawn = _vials(row) * VIAL_MG[row.route]
        wasted = drawn - row.given_mg
        self.line(EntryKind.DRAWN, row, row.started_at - timedelta(minutes=6), drawn, -1, nurse)
        self.line(EntryKind.GIVEN, row, row.stopped_at or row.started_at, row.given_mg, 0, nurse)
        if wasted:
            at = (row.stopped_at or row.started_at) + timedelta(minutes=5)
            self.line(EntryKind.WASTED, row, at, wasted, 0, nurse, witness=self._witness(nurse))

    def end_of_story(self, row: Treatment) -> None:
        """A delivery miscounted by one vial and put right; then the evening's count finds five milligrams less."""
        nurse, late = self._nurse(row), self.end - timedelta(hours=6)
        vial = VIAL_MG[row.route]
        wrong = self.line(EntryKind.RECEIVED, row, late, 10 * vial, +1, nurse, note="ten vials")
        self.db.flush()
        self.line(
            EntryKind.CORRECTION,
            row,
            late + timedelta(minutes=12),
            9 * vial,
            -1 / 9,
            nurse,
            note="nine vials, not ten: counted against the delivery note",
            corrects_id=wrong.id,
        )
        left = self.balance[row.product, row.lot] - LOST_MG
        counted = self.line(
            EntryKind.COUNTED,
            row,
            late + timedelta(minutes=40),
            left,
            -LOST_MG / left,
            nurse,
            witness=self._witness(nurse),
        )
        self.db.flush()
        self.db.add(
            DrugDiscrepancy(
                key=self.key("discrepancy", 1),
                entry_id=counted.id,
                says=f"{row.product}, lot {row.lot}: counted {left:g} mg, the register says {left + LOST_MG:g} mg.",
                opened_at=counted.entered_at,
                opened_by=nurse.name,
            )
        )

    def line(
        self, kind: EntryKind, row: Treatment, at: datetime, mg: float, sign: float, who: Account, **more
    ) -> DrugEntry:
        """`sign` times the amount is what the line does to the stock."""
        lot = (row.product, row.lot)
        change = round(mg * sign, 6)
        self.balance[lot] = round(self.balance.get(lot, 0.0) + change, 6)
        witness = more.pop("witness", None)
        of_treatment = kind in (EntryKind.DRAWN, EntryKind.GIVEN, EntryKind.WASTED)
        entry = DrugEntry(
            key=self.key("register", self.count),
            at=at,
            entered_at=at + timedelta(minutes=1),
            kind=kind,
            substance=row.substance,
            product=row.product,
            lot=row.lot,
            expiry=row.expiry,
            amount_mg=mg,
            change_mg=change,
            balance_mg=self.balance[lot],
            treatment_id=row.id if of_treatment else None,
            patient_id=row.patient_id if of_treatment else None,
            author=who.name,
            author_id=who.id,
            witness=witness.name if witness else None,
            witness_id=witness.id if witness else None,
            **more,
        )
        self.count += 1
        self.db.add(entry)
        return entry

    def _nurse(self, row: Treatment) -> Account:
        return next(account for account in self.duty.accounts.values() if account.id == row.author_id)

    def _witness(self, nurse: Account) -> Account:
        return next(
            account
            for account in self.duty.accounts.values()
            if account.role == nurse.role and account.active and account.id != nurse.id
        )


def _vials(row: Treatment) -> int:
    return max(ceil(round(row.given_mg / VIAL_MG[row.route], 6)), 1)
