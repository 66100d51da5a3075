"""Correcting a signed treatment record: what stood there stays to be read beside the reason, the name and the time.

The database lets a signed row change only after the amendment of its present version (data_model/triggers.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import select

from clinic.access import require
from clinic.refused import BadInput
from clinic.signed_content import plain, rows
from clinic.treatments import judging, mg_per_kg, reading
from data_model import AdverseEvent, Amendment, Database, Treatment, VitalSigns
from data_model.columns import Clinical, Status, now

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
        "transport",
        "left_early_reason",
        "note",
    ),
    "vital_signs": (*reading.VITALS, "on_oxygen", "symptoms", "dissociation", "aldrete"),
    "adverse_event": ("term", "severity", "serious", "onset_minute", "resolved_minute", "action"),
}
_TABLES = {"treatment": Treatment, "vital_signs": VitalSigns, "adverse_event": AdverseEvent}
LATE = ("observed_at", *AMENDABLE["vital_signs"], "dissociation_scale")


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
    made = [
        _amendment(db, treatment, row, name, getattr(row, name), value, reason.strip())
        for name, value in changes.items()
    ]
    db.add_all(made)
    with db.because(reason.strip()):
        for name, value in changes.items():
            setattr(row, name, value)
        row.status = Status.AMENDED
        _refuse_impossible(db, treatment, row)
    _mark_amended(db, treatment, row, made[0])
    return made


def add_late(db: Database, key: str, values: Mapping[str, Any], reason: str) -> VitalSigns:
    """An observation that was made then and is entered only now, under a signed record: an amendment of the treatment
    from nothing to these values, and a row that says it came later. `values` has `observed_at` or `minute` and what
    was measured. The signature no longer holds. Raises BadInput."""
    require(db, "amend treatments")
    if not reason.strip():
        raise BadInput("Say why the observation is added now.")
    treatment = reading.by_key(db, key)
    if treatment.status not in (Status.SIGNED, Status.AMENDED):
        raise BadInput("This record is not signed: enter the observation in it.")
    row = _late_row(db, treatment, values)
    said = {name: plain(getattr(row, name)) for name in ("key", *LATE) if getattr(row, name) is not None}
    announced = _amendment(db, treatment, treatment, "vital_signs", None, said, reason.strip())
    db.add(announced)
    with db.because(reason.strip()):
        db.add(row)
    _mark_amended(db, treatment, row, announced)
    _spend(db, treatment, announced)
    return row


def _late_row(db: Database, treatment: Treatment, values: Mapping[str, Any]) -> VitalSigns:
    if strange := [name for name in values if name not in LATE]:
        raise BadInput(f"{', '.join(strange)} is nothing that is observed.")
    known = {name: value for name, value in values.items() if value is not None}
    if not known.keys() - {"observed_at", "minute", "note", "dissociation_scale"}:
        raise BadInput("Nothing was measured.")
    if at := known.get("observed_at"):
        known["minute"] = (at - treatment.started_at) // timedelta(minutes=1)
    position = 1 + max((row.position for row in reading.stored_rows(db, treatment)), default=-1)
    row = VitalSigns(
        treatment_id=treatment.id,
        position=position,
        status=Status.AMENDED,
        author=db.actor.name,
        author_id=db.actor.account_id,
        **known,
    )
    at = treatment.started_at + timedelta(minutes=known.get("minute", 0))
    problems = judging.vitals_problems([row])
    if at > now() + timedelta(minutes=2):
        problems.append("This observation lies in the future.")
    if problems:
        raise BadInput(*problems)
    return row


def _spend(db: Database, treatment: Treatment, announced: Amendment) -> None:
    """An amendment opens one version of the record. Where nothing else moved the version on, this does, or the record
    would stay open to whatever comes next."""
    if treatment.row_version == announced.record_version:
        table = Treatment.__table__
        spending = update(table).where(table.c.id == treatment.id)
        db.connection().execute(spending.values(row_version=table.c.row_version + 1))
        db.refresh(treatment)


def amendments(db: Database, treatment: Treatment) -> list[Amendment]:
    """Every amendment of a record, oldest first."""
    require(db, "see patients")
    query = select(Amendment).where(Amendment.treatment_id == treatment.id)
    return list(db.exec(query.order_by(Amendment.id)))


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
    db: Database, treatment: Treatment, row: Clinical, name: str, was: Any, value: Any, reason: str
) -> Amendment:
    return Amendment(
        patient_id=treatment.patient_id,
        treatment_id=treatment.id,
        record_table=row.__tablename__,
        record_id=row.id,
        record_version=row.row_version,
        field=name,
        before={"is": plain(was)},
        after={"is": plain(value)},
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
