"""Signing a treatment record, amending one that is signed, and whether a signature still holds.

A signature covers the record as a whole: its fields, its observations and its adverse events. From then on the
database itself refuses any change that no amendment announces (data_model/triggers.py), whichever way it comes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import select

from clinic.access import require
from clinic.accounts import signing_in
from clinic.refused import BadInput, NotAllowed
from clinic.treatments import judging, mg_per_kg, reading
from data_model import Account, AdverseEvent, Amendment, Database, Signature, Treatment, VitalSigns
from data_model.accounts import Role
from data_model.columns import COUNTED, Clinical, Status

# What a signature says, and who may say it.
MEANINGS: dict[str, frozenset[Role]] = {
    "I gave and watched this treatment": frozenset({Role.NURSE, Role.CLINICIAN}),
    "I have reviewed this treatment and am responsible for it": frozenset({Role.CLINICIAN}),
}
# Fields that are about the row and not about the treatment.
_APART = set(Clinical.model_fields) | {
    "patient_id",
    "episode_id",
    "treatment_id",
    "source_key",
    "position",
    "zone",
}
AMENDABLE: dict[str, tuple[str, ...]] = {
    "treatment": (
        "substance",
        "route",
        "product",
        "lot",
        "expiry",
        "concentration_mg_per_ml",
        "ordered_mg",
        "given_mg",
        "weight_kg",
        "weight_basis",
        "weighed_on",
        "started_at",
        "stopped_at",
        "stopped_early",
        "ready_at",
        "left_at",
        "escort",
        "note",
    ),
    "vital_signs": reading.VITALS,
    "adverse_event": ("term", "severity", "serious", "onset_minute", "resolved_minute", "action"),
}
_TABLES = {"treatment": Treatment, "vital_signs": VitalSigns, "adverse_event": AdverseEvent}


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature with whether the record is still what it was put under."""

    signature: Signature
    holds: bool


def sign(db: Database, key: str, password: str, meaning: str) -> Signature:
    """Puts the actor's signature under a finished treatment, after their own password, and locks the record with
    everything in it. Raises Refused for a wrong password (which counts as a failed sign-in), NotAllowed for a
    meaning that is not theirs to give, BadInput for a draft or a second signature of the same kind."""
    require(db, "sign treatments")
    treatment = reading.by_key(db, key)
    if treatment.status not in COUNTED:
        raise BadInput("Only a finished treatment can be signed. Save it first.")
    if meaning not in MEANINGS:
        raise BadInput(f"“{meaning}” is not something a signature can say.")
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
    )
    db.add(made)
    for row in rows(db, treatment):
        if row.status == Status.ACTIVE:
            row.status = Status.SIGNED
    db.flush()
    return made


def amend(
    db: Database, key: str, table: str, record_key: str, changes: Mapping[str, Any], reason: str
) -> list[Amendment]:
    """Changes fields of one row of a signed treatment, each with an amendment that keeps what stood there.

    The result is judged as an entry is: what cannot be is refused with a sentence. Fields that stay the same
    are left alone. Raises BadInput.
    """
    require(db, "amend treatments")
    if not reason.strip():
        raise BadInput("Say why the signed record is changed.")
    treatment = reading.by_key(db, key)
    if treatment.status not in (Status.SIGNED, Status.AMENDED):
        raise BadInput("This record is not signed: it can still be edited as it is.")
    row = _row_of(db, treatment, table, record_key)
    if strange := [name for name in changes if name not in AMENDABLE[table]]:
        raise BadInput(f"{', '.join(strange)} cannot be amended.")
    changes = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not changes:
        raise BadInput("Nothing differs from what stands there.")
    changes |= _follows(row, changes)
    made = [_amendment(db, treatment, row, name, value, reason.strip()) for name, value in changes.items()]
    db.add_all(made)
    with db.because(reason.strip()):
        for name, value in changes.items():
            setattr(row, name, value)
        row.status = Status.AMENDED
        _refuse_impossible(db, treatment, row)
    _mark_amended(db, treatment, row, made[0])
    return made


def signatures(db: Database, treatment: Treatment) -> list[Signed]:
    """Every signature under a record, oldest first, and whether each still holds."""
    require(db, "see patients")
    query = select(Signature).where(Signature.treatment_id == treatment.id).order_by(Signature.id)
    found = db.exec(query).all()
    now_ = content_hash(db, treatment) if found else ""
    return [Signed(each, each.content_hash == now_) for each in found]


def amendments(db: Database, treatment: Treatment) -> list[Amendment]:
    """Every amendment of a record, oldest first."""
    require(db, "see patients")
    query = select(Amendment).where(Amendment.treatment_id == treatment.id)
    return list(db.exec(query.order_by(Amendment.id)))


def content_hash(db: Database, treatment: Treatment) -> str:
    """SHA-256 of what the record says, in an order that does not depend on how it was entered."""
    said = [_said(row) for row in rows(db, treatment)]
    said.sort(key=lambda each: (each["table"] != "treatment", each["table"], each["key"]))
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def rows(db: Database, treatment: Treatment) -> Iterator[Clinical]:
    """The record and its children that count."""
    yield treatment
    for table in (VitalSigns, AdverseEvent):
        query = select(table).where(table.treatment_id == treatment.id, table.status.in_(COUNTED))
        yield from db.exec(query.order_by(table.id))


def _said(row: Clinical) -> dict[str, Any]:
    fields = {name: _canonical(getattr(row, name)) for name in type(row).model_fields if name not in _APART}
    return {"table": row.__tablename__, "key": row.key} | fields


def _canonical(value: Any) -> Any:
    """The same text for 40 and 40.0, which a row is before and after it was stored."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value:.10g}" if number else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _row_of(db: Database, treatment: Treatment, table: str, record_key: str) -> Clinical:
    if table not in _TABLES:
        raise BadInput(f"“{table}” has nothing to amend.")
    found = next(
        (row for row in rows(db, treatment) if row.__tablename__ == table and row.key == record_key), None
    )
    if found is None:
        raise BadInput("This entry does not belong to the treatment.")
    return found


def _follows(row: Clinical, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is computed from what is amended: mg per kg."""
    if not isinstance(row, Treatment) or not changes.keys() & {"given_mg", "weight_kg", "substance", "route"}:
        return {}
    values = {
        name: changes.get(name, getattr(row, name))
        for name in ("given_mg", "weight_kg", "substance", "route")
    }
    per_kg = mg_per_kg(values["given_mg"], values["weight_kg"], values["substance"], values["route"])
    return {} if per_kg == row.mg_per_kg else {"mg_per_kg": per_kg}


def _amendment(
    db: Database, treatment: Treatment, row: Clinical, name: str, value: Any, reason: str
) -> Amendment:
    return Amendment(
        patient_id=treatment.patient_id,
        treatment_id=treatment.id,
        record_table=row.__tablename__,
        record_id=row.id,
        record_version=row.row_version,
        field=name,
        before={"is": _plain(getattr(row, name))},
        after={"is": _plain(value)},
        reason=reason,
        account_id=db.actor.account_id,
        name=db.actor.name,
    )


def _mark_amended(db: Database, treatment: Treatment, row: Clinical, made: Amendment) -> None:
    """The treatment itself says that something in it was amended."""
    if row is treatment or treatment.status == Status.AMENDED:
        return
    db.add(
        Amendment(
            **made.model_dump(
                include={"patient_id", "treatment_id", "reason", "account_id", "name", "amended_at"}
            ),
            record_table="treatment",
            record_id=treatment.id,
            record_version=treatment.row_version,
            field="status",
            before={"is": treatment.status.value},
            after={"is": Status.AMENDED.value},
        )
    )
    db.flush()
    treatment.status = Status.AMENDED
    db.flush()


def _refuse_impossible(db: Database, treatment: Treatment, row: Clinical) -> None:
    problems = {
        "treatment": lambda: judging.dose_problems(db, treatment),
        "vital_signs": lambda: judging.vitals_problems([row]),
        "adverse_event": lambda: judging.event_problems([row]),
    }[row.__tablename__]()
    if problems:
        raise BadInput(*problems)
