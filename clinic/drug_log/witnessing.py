"""Who saw it: a second person who confirms with a password or PIN of their own, and who did not give the dose."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from clinic.accounts import second
from clinic.refused import BadInput
from data_model import Account, Database, DosePart, DrugEntry, Treatment
from data_model.columns import Status
from data_model.drug_log import EntryKind

# What nobody should be able to write down alone: it is where a drug goes missing.
WITNESSED = frozenset({EntryKind.WASTED, EntryKind.COUNTED})
RIGHT = "keep drug log"


@dataclass(frozen=True, slots=True)
class Seen:
    """By whom, or, where nobody could be there, why not; that opens a discrepancy."""

    by: Account | None = None
    alone: str | None = None


NOBODY = Seen()  # of a line that needs no witness


def seen(
    db: Database, treatment_id: int | None, witness: str | None, secret: str | None, alone: str | None
) -> Seen:
    """Asks the witness, before anything is written. `witness` is a user name and `secret` their password or PIN, which
    is nowhere kept; `alone` says why there is none. Raises BadInput when neither is given or when the witness gave
    the dose, and whatever `second.confirm_other` refuses."""
    if not (witness or "").strip():
        if not (alone or "").strip():
            raise BadInput("A second person has to confirm what they saw. If nobody can, say why.")
        return Seen(alone=alone.strip())
    account = second.confirm_other(db, witness, secret or "", right=RIGHT)
    if treatment_id is not None and gave(db, treatment_id, account):
        raise BadInput(f"{account.name} gave this dose and cannot be the witness too.")
    return Seen(by=account)


def gave(db: Database, treatment_id: int, account: Account) -> bool:
    """Whether this person started the treatment, or wrote down that some of it was given."""
    treatment = db.get(Treatment, treatment_id)
    return account.name == treatment.started_by or account.id in _givers(db, treatment_id)


def _givers(db: Database, treatment_id: int) -> set[int | None]:
    given = select(DrugEntry.author_id).where(
        DrugEntry.treatment_id == treatment_id, DrugEntry.kind == EntryKind.GIVEN
    )
    parts = select(DosePart.author_id).where(
        DosePart.treatment_id == treatment_id, DosePart.status != Status.VOID
    )
    return {*db.exec(given), *db.exec(parts)}


def has_witnessed(db: Database, treatment_id: int, account_id: int | None) -> bool:
    """Whether this person was the witness of something wasted in this treatment."""
    if account_id is None:
        return False
    query = select(DrugEntry.id).where(
        DrugEntry.treatment_id == treatment_id, DrugEntry.witness_id == account_id
    )
    return db.exec(query.limit(1)).first() is not None
