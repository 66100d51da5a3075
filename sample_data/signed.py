"""Who signed what: the treatments of the last weeks, by whoever recorded them, but for the last two days; and one
that was amended afterwards. Earlier ones date from before the clinic signed."""

from __future__ import annotations

from datetime import datetime, timedelta

from clinic import signing
from data_model import Account, Amendment, Database, Signature, Treatment
from data_model.columns import COUNTED, Status
from sample_data.writing import Written

SIGNED_SINCE, NOT_YET = timedelta(days=60), timedelta(days=2)
GAVE = next(iter(signing.MEANINGS))
WHY = "Read off the vial again at the count of the day."


def sign(db: Database, written: list[Written], accounts: dict[str, Account], end: datetime, key) -> None:
    by_id = {account.id: account for account in accounts.values()}
    due = [
        row
        for one in written
        for _, row in one.treatments
        if row.status in COUNTED and end - SIGNED_SINCE <= row.started_at < end - NOT_YET
    ]
    for row in sorted(due, key=lambda row: (row.started_at, row.key)):
        _sign(db, row, by_id[row.author_id], end, key)
    db.flush()
    if due:
        _amend(db, min(due, key=lambda row: (row.started_at, row.key)), by_id, key)


def _sign(db: Database, row: Treatment, account: Account, end: datetime, key) -> None:
    db.add(
        Signature(
            key=key("signature", row.key),
            patient_id=row.patient_id,
            treatment_id=row.id,
            account_id=account.id,
            name=account.name,
            role=account.role,
            meaning=GAVE,
            signed_at=min(row.entered_at + timedelta(minutes=6), end - timedelta(minutes=1)),
            content_hash=signing.content_hash(db, row),
            identity=signing.whose(db, row),
        )
    )
    signing.close(db, row)


def _amend(db: Database, row: Treatment, by_id: dict[int, Account], key) -> None:
    """As `signing.amend` does it, at a time of the story."""
    right = f"{row.lot}-2" if row.lot else "K-2"
    db.add(
        Amendment(
            key=key("amendment", row.key),
            patient_id=row.patient_id,
            treatment_id=row.id,
            record_table="treatment",
            record_id=row.id,
            record_version=row.row_version,
            field="lot",
            before={"is": row.lot},
            after={"is": right},
            reason=WHY,
            account_id=row.author_id,
            name=by_id[row.author_id].name,
            amended_at=row.entered_at + timedelta(hours=3),
        )
    )
    db.flush()
    with db.because(WHY):
        row.lot, row.status = right, Status.AMENDED
