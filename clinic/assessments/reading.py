"""Scores as they stand in the store, as the frame that every figure draws from."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Row, bindparam
from sqlmodel import select

from clinic import instruments, typed
from clinic.access import require
from clinic.refused import NotFound
from data_model import Assessment, Database, Episode, Patient
from data_model.columns import COUNTED, Status

COLUMNS = {
    "assessment": object,
    "patient": object,
    "episode": object,
    "instrument": object,
    "version": object,
    "taken_at": typed.TIME,
    "date_only": bool,
    "total": float,
    "prorated": bool,
    "missing": int,
    "how": object,
    "rater": object,
    "timing": object,
    "band": object,
    "suicide": float,
    "suicide_state": object,
}


FIELDS = (
    Assessment.key,
    Episode.key,
    Assessment.instrument,
    Assessment.version,
    Assessment.taken_at,
    Assessment.date_only,
    Assessment.total,
    Assessment.prorated,
    Assessment.missing,
    Assessment.how,
    Assessment.rater,
    Assessment.timing,
    Assessment.suicide,
    Assessment.suicide_state,
)
# Built once: the Patient page asks these on each run, and building costs as much as asking.
_SCORES = (
    select(*FIELDS)
    .join(Episode, Episode.id == Assessment.episode_id, isouter=True)
    .where(Assessment.patient_id == bindparam("patient"), Assessment.status.in_(COUNTED))
    .order_by(Assessment.taken_at, Assessment.id)
)
_DRAFTS = (
    select(Assessment, Patient)
    .join(Patient, Patient.id == Assessment.patient_id)
    .where(Assessment.status == Status.DRAFT)
    .order_by(Assessment.entered_at.desc())
)
_DRAFTS_OF_PATIENT = _DRAFTS.where(Assessment.patient_id == bindparam("patient"))
_VOIDED = (
    select(Assessment)
    .where(
        Assessment.patient_id == bindparam("patient"),
        Assessment.status == Status.VOID,
        Assessment.taken_at.is_not(None),
    )
    .order_by(Assessment.taken_at)
)


def by_key(db: Database, key: str) -> Assessment:
    require(db, "see patients")
    found = db.exec(select(Assessment).where(Assessment.key == key)).first()
    if found is None:
        raise NotFound("There is no such assessment.")
    return found


def scores(db: Database, patient: Patient) -> pd.DataFrame:
    """Every score of a patient that counts, oldest first, with the columns of `COLUMNS`. Scores without a
    total are rows too: their suicide answer counts."""
    return frame(rows(db, patient))


def rows(db: Database, patient: Patient) -> list[tuple]:
    """What `frame` makes a patient's scores of; equal rows make equal scores."""
    require(db, "see patients")
    return [(patient.key, *row) for row in db.exec(_SCORES, params={"patient": patient.id})]


def frame(rows: list[tuple]) -> pd.DataFrame:
    """Rows of (patient key, *FIELDS) as the scores frame; bands by each score's own definition version."""
    records = [
        (
            assessment,
            patient,
            episode,
            instrument,
            version,
            taken_at,
            date_only,
            total,
            prorated,
            missing,
            how.value,
            rater,
            timing.value if timing else None,
            _band(instrument, version, total),
            suicide,
            state,
        )
        for (
            patient,
            assessment,
            episode,
            instrument,
            version,
            taken_at,
            date_only,
            total,
            prorated,
            missing,
            how,
            rater,
            timing,
            suicide,
            state,
        ) in rows
    ]
    return typed.frame(records, COLUMNS)


def _band(instrument: str, version: str, total: float | None) -> str | None:
    return None if total is None else instruments.instrument(instrument, version).band(total)


def drafts(db: Database, patient: Patient | None = None) -> list[Row]:
    """Forms with an answer that nobody has finished, newest first, as (assessment, patient): one patient's, or
    this actor's own. A form that was only opened is no work left undone."""
    require(db, "record assessments")
    found = (
        db.exec(_DRAFTS_OF_PATIENT, params={"patient": patient.id})
        if patient is not None
        else db.exec(_DRAFTS.where(Assessment.author_id == db.actor.account_id))
    )
    return [row for row in found if row[0].answers]


def voided(db: Database, patient: Patient) -> list[Assessment]:
    """Scores taken out with a reason, for the struck-through part of the table; discarded drafts are not."""
    require(db, "see patients")
    return list(db.exec(_VOIDED, params={"patient": patient.id}))
