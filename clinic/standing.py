"""Where each course of a cohort stands, and whose it is: what the flow and the swimmer plot know beyond doses and
scores."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import pandas as pd
from sqlmodel import func, select

from clinic.access import require
from clinic.background import at_once
from clinic.patients.person import person
from data_model import Database, Episode, Patient, StageChange
from data_model.columns import Status
from data_model.episodes import Stage

COLUMNS = ["episode", "stage", "ended_at", "end_reason", "maintenance_at"]


def of(db: Database, episodes: Collection[str]) -> pd.DataFrame:
    """One row per course: its stage, when and why it ended, when it first came to maintenance (NaT: never written
    down). A course that came without its history has only its present stage."""
    require(db, "see outcomes")
    first = (
        select(StageChange.episode_id, func.min(StageChange.since).label("since"))
        .where(StageChange.status != Status.VOID, StageChange.stage == Stage.MAINTENANCE)
        .group_by(StageChange.episode_id)
        .subquery()
    )
    query = (
        select(
            Episode.key,
            Episode.stage,
            Episode.ended_at,
            Episode.end_reason,
            first.c.since,
            Episode.stage_since,
        )
        .join(first, first.c.episode_id == Episode.id, isouter=True)
        .where(Episode.status != Status.VOID)
    )
    wanted = set(episodes)
    rows = [
        (key, stage.value, ended, reason, since or (stage_since if stage is Stage.MAINTENANCE else None))
        for key, stage, ended, reason, since, stage_since in db.exec(query)
        if key in wanted
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    for column in ("ended_at", "maintenance_at"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame


def names(db: Database, episodes: Collection[str]) -> dict[str, str]:
    """How the person of each course is called for this reader (`patients.person`); for a page of courses."""
    require(db, "see outcomes")
    return {key: person(db, patient).name for key, patient in _people(db, episodes)}


def deciding(db: Database, episodes: Collection[str]) -> dict[str, list[tuple[datetime, str]]]:
    """What ends a response without a score (docs/clinical.md D.3), by course; for a page of courses."""
    require(db, "see outcomes")
    return {key: at_once(db, patient) for key, patient in _people(db, episodes)}


def _people(db: Database, episodes: Collection[str]) -> list[tuple[str, Patient]]:
    query = (
        select(Episode.key, Patient)
        .join(Patient, Patient.id == Episode.patient_id)
        .where(Episode.key.in_(list(episodes)))
    )
    return db.exec(query).all()
