"""Signing a treatment record, amending one that is signed, and whether a signature still holds.

A signature covers the record as a whole: its fields, its observations and events, and all that hangs on the dose.
From then on the database itself refuses any change that no amendment announces (data_model/triggers.py), whichever
way it comes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from clinic import patients
from clinic.access import require
from clinic.accounts import signing_in
from clinic.amending import AMENDABLE, add_late, amend, amendments
from clinic.refused import BadInput, NotAllowed
from clinic.signed_content import ATTACHED, content_hash, rows
from clinic.treatments import reading
from data_model import Account, Database, Patient, Signature, Treatment
from data_model.accounts import Role
from data_model.columns import COUNTED, Status

__all__ = [
    "AMENDABLE",
    "MEANINGS",
    "Signed",
    "add_late",
    "amend",
    "amendments",
    "close",
    "content_hash",
    "rows",
    "sign",
    "signatures",
    "whose",
]

# What a signature says, and who may say it.
MEANINGS: dict[str, frozenset[Role]] = {
    "I gave and watched this treatment": frozenset({Role.NURSE, Role.CLINICIAN}),
    "I have reviewed this treatment and am responsible for it": frozenset({Role.CLINICIAN}),
}


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature with whether the record is still what it was put under. `for_another`: it was put under the record
    while that stood with another patient."""

    signature: Signature
    holds: bool
    for_another: bool = False


def sign(db: Database, key: str, password: str, meaning: str, *, identity: str | None = None) -> Signature:
    """Puts the actor's signature under a finished treatment, after their own password, and locks the record with
    everything in it. `identity` is the name and birth date that the signer confirmed; a treatment that was watched
    live wants it (docs/clinical.md F.6). Raises Refused for a wrong password (which counts as a failed sign-in),
    NotAllowed for a meaning that is not theirs to give, BadInput for a draft, a second signature of the same kind,
    or an identity that is not the patient's."""
    require(db, "sign treatments")
    treatment = reading.by_key(db, key)
    if treatment.status not in COUNTED:
        raise BadInput("Only a finished treatment can be signed. Save it first.")
    if meaning not in MEANINGS:
        raise BadInput(f"“{meaning}” is not something a signature can say.")
    _refuse_other_person(db, treatment, identity)
    account = db.get(Account, db.actor.account_id) if db.actor.account_id else None
    if account is None or account.role not in MEANINGS[meaning]:
        raise NotAllowed(f"“{meaning}” is not for your account ({db.actor.role or db.actor.kind}) to sign.")
    content = content_hash(db, treatment)
    if any(
        each.signature.account_id == account.id and each.signature.meaning == meaning and each.holds
        for each in signatures(db, treatment)
    ):
        raise BadInput("You have signed this record already, and it has not changed since.")
    signing_in.confirm(account, password)
    made = Signature(
        patient_id=treatment.patient_id,
        treatment_id=treatment.id,
        account_id=account.id,
        name=account.name,
        role=account.role,
        meaning=meaning,
        content_hash=content,
        identity=identity,
    )
    db.add(made)
    close(db, treatment)
    return made


def close(db: Database, treatment: Treatment) -> None:
    """Locks the record with everything in it. What hangs on the treatment goes first: below a signed one the database
    lets nothing change."""
    require(db, "sign treatments")
    counting = [row for row in rows(db, treatment) if row.status == Status.ACTIVE]
    for several in (
        [row for row in counting if isinstance(row, ATTACHED)],
        [row for row in counting if not isinstance(row, ATTACHED)],
    ):
        for row in several:
            row.status = Status.SIGNED
        db.flush()


def whose(db: Database, treatment: Treatment) -> str:
    """Name and birth date of the patient, as the signer is asked to confirm them."""
    person = patients.identified(db, db.get(Patient, treatment.patient_id))
    return f"{person.name} · {person.born}"


def _refuse_other_person(db: Database, treatment: Treatment, identity: str | None) -> None:
    if identity is None and treatment.planned_for is None:
        return
    if identity != whose(db, treatment):
        raise BadInput("Confirm name and date of birth before you sign.")


def signatures(db: Database, treatment: Treatment) -> list[Signed]:
    """Every signature under a record, oldest first, and whether each still holds."""
    require(db, "see patients")
    query = select(Signature).where(Signature.treatment_id == treatment.id).order_by(Signature.id)
    found = db.exec(query).all()
    now_ = content_hash(db, treatment) if found else ""
    return [
        Signed(each, each.content_hash == now_ and not other, other)
        for each, other in ((each, _for_another(db, treatment, each)) for each in found)
    ]


def _for_another(db: Database, treatment: Treatment, made: Signature) -> bool:
    """A record of the same person that became part of this one is not another's."""
    if made.patient_id == treatment.patient_id:
        return False
    return db.get(Patient, made.patient_id).merged_into_id != treatment.patient_id
