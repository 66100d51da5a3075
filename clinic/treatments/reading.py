"""Treatment records as they stand in the store: one of them, or a patient's whole lane."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from sqlalchemy import Row, bindparam, or_
from sqlmodel import select

from clinic import typed
from clinic.access import require
from clinic.refused import NotFound
from data_model import (
    AdverseEvent,
    Database,
    Episode,
    Interruption,
    Patient,
    RescueDrug,
    Treatment,
    VitalSigns,
)
from data_model.columns import COUNTED, Status
from data_model.treatments import Severity

VITALS = (
    "minute",
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate_bpm",
    "spo2_percent",
    "respiratory_rate",
    "moaas",
    "note",
)
COLUMNS = {
    "treatment": object,
    "patient": object,
    "episode": object,
    "started_at": typed.TIME,
    "substance": object,
    "route": object,
    "given_mg": float,
    "weight_kg": float,
    "mg_per_kg": float,
    "minutes": float,
    "stopped_early": bool,
    "number": int,
    "worst_event": object,
    "status": object,
}
# Built once: the Patient page asks these on each run, and building costs as much as asking.
_GIVEN = (
    select(
        Treatment.id,
        Treatment.key,
        Episode.key.label("episode"),
        Treatment.started_at,
        Treatment.stopped_at,
        Treatment.substance,
        Treatment.route,
        Treatment.given_mg,
        Treatment.weight_kg,
        Treatment.mg_per_kg,
        Treatment.stopped_early,
        Treatment.status,
    )
    .join(Episode, Episode.id == Treatment.episode_id)
    .where(Treatment.patient_id == bindparam("patient"), Treatment.status.in_(COUNTED))
    .order_by(Treatment.started_at, Treatment.id)
)
_DRAFTS = (
    select(Treatment, Patient)
    .join(Patient, Patient.id == Treatment.patient_id)
    .where(
        Treatment.status == Status.DRAFT,
        or_(Treatment.planned_for.is_(None), Treatment.started_at.is_not(None)),
    )
    .order_by(Treatment.entered_at.desc())
)
_DRAFTS_OF_PATIENT = _DRAFTS.where(Treatment.patient_id == bindparam("patient"))
_EVENTS = (
    select(AdverseEvent.treatment_id, AdverseEvent.severity)
    .join(Treatment, Treatment.id == AdverseEvent.treatment_id)
    .where(Treatment.patient_id == bindparam("patient"), AdverseEvent.status.in_(COUNTED))
)


def by_key(db: Database, key: str) -> Treatment:
    require(db, "see patients")
    found = db.exec(select(Treatment).where(Treatment.key == key)).first()
    if found is None:
        raise NotFound("There is no such treatment.")
    return found


def of_patient(db: Database, patient: Patient, key: str) -> Treatment:
    """The record behind a key, if it is this patient's: an address must not show one under another."""
    found = by_key(db, key)
    if found.patient_id != patient.id:
        raise NotFound("This treatment belongs to somebody else.")
    return found


def last(db: Database, patient_id: int) -> Treatment | None:
    query = select(Treatment).where(Treatment.patient_id == patient_id, Treatment.status.in_(COUNTED))
    return db.exec(query.order_by(Treatment.started_at.desc()).limit(1)).first()


def stored_rows(db: Database, treatment: Treatment) -> list[VitalSigns]:
    """The rows of the vital signs grid in order of entry, empty ones of a draft included."""
    require(db, "see patients")
    query = select(VitalSigns).where(
        VitalSigns.treatment_id == treatment.id, VitalSigns.status != Status.VOID
    )
    return list(db.exec(query.order_by(VitalSigns.position)))


def vital_signs(db: Database, treatment: Treatment) -> pd.DataFrame:
    """One row per observation, by minute; absent values stay absent."""
    require(db, "see patients")
    rows = [[getattr(row, name) for name in VITALS] for row in stored_rows(db, treatment)]
    return pd.DataFrame(rows, columns=list(VITALS)).sort_values("minute", kind="stable")


def adverse_events(db: Database, treatment: Treatment) -> list[AdverseEvent]:
    require(db, "see patients")
    query = select(AdverseEvent).where(
        AdverseEvent.treatment_id == treatment.id, AdverseEvent.status != Status.VOID
    )
    return list(db.exec(query.order_by(AdverseEvent.onset_minute, AdverseEvent.id)))


def interventions(db: Database, treatment: Treatment) -> list[tuple[int, str, str]]:
    """(minute from the start, what, "intervention" or "rescue") of pauses and rescue drugs, for the figure."""
    require(db, "see patients")
    if treatment.started_at is None:
        return []
    pauses = select(Interruption).where(
        Interruption.treatment_id == treatment.id, Interruption.status != Status.VOID
    )
    rescues = select(RescueDrug).where(
        RescueDrug.treatment_id == treatment.id, RescueDrug.status != Status.VOID
    )
    found = [(row.paused_at, "paused", "intervention") for row in db.exec(pauses)]
    found += [(row.given_at, row.drug, "rescue") for row in db.exec(rescues)]
    return [(int((at - treatment.started_at).total_seconds() // 60), what, kind) for at, what, kind in found]


def given(db: Database, patient: Patient) -> pd.DataFrame:
    """Every treatment of a patient that counts, oldest first, with the columns of `COLUMNS`; `minutes` is
    from start to stop, `number` counts within the course."""
    return frame(rows(db, patient))


def rows(db: Database, patient: Patient) -> list[tuple]:
    """What `frame` makes a patient's treatments of; equal rows make equal treatments."""
    require(db, "see patients")
    worst = _worst_events(db, patient)
    counted: Counter[str] = Counter()
    records = []
    for row in db.exec(_GIVEN, params={"patient": patient.id}):
        counted[row.episode] += 1
        minutes = (row.stopped_at - row.started_at).total_seconds() / 60 if row.stopped_at else None
        records.append(
            (
                row.key,
                patient.key,
                row.episode,
                row.started_at,
                row.substance.value,
                row.route.value,
                row.given_mg,
                row.weight_kg,
                row.mg_per_kg,
                minutes,
                row.stopped_early,
                counted[row.episode],
                worst.get(row.id),
                row.status.value,
            )
        )
    return records


def frame(records: list[tuple]) -> pd.DataFrame:
    return typed.frame(records, COLUMNS)


def _worst_events(db: Database, patient: Patient) -> dict[int, str]:
    """treatment id -> the gravest severity among its adverse events."""
    order = list(Severity)
    worst: dict[int, Severity] = {}
    for treatment, severity in db.exec(_EVENTS, params={"patient": patient.id}):
        worst[treatment] = max(severity, worst.get(treatment, severity), key=order.index)
    return {treatment: severity.value for treatment, severity in worst.items()}


def drafts(db: Database, patient: Patient | None = None) -> list[Row]:
    """Unfinished treatment records, newest first, as (treatment, patient): one patient's, or everybody's; a
    record that a nurse began may be finished by another. What is only planned is no record yet."""
    require(db, "record treatments")
    if patient is not None:
        return list(db.exec(_DRAFTS_OF_PATIENT, params={"patient": patient.id}))
    return list(db.exec(_DRAFTS))
