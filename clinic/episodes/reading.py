"""A person's courses, and when each of them began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import bindparam, case
from sqlmodel import func, select

from clinic import typed
from clinic.access import require
from clinic.refused import NotFound
from data_model import Database, Episode, Patient, Treatment
from data_model.columns import COUNTED, Status
from data_model.episodes import Stage

STARTS = {"patient": object, "episode": object, "start": typed.TIME}
# Built once: the Patient page asks these on each run, and building costs as much as asking.
# An open course is the current one whenever it was entered: records that were merged may bring an ended one later.
IN_ORDER = (case((Episode.stage == Stage.ENDED, 0), else_=1), Episode.id)
_OF_PATIENT = (
    select(Episode)
    .where(Episode.patient_id == bindparam("patient"), Episode.status != Status.VOID)
    .order_by(*IN_ORDER)
)
_FIRST_DOSE = select(func.min(Treatment.started_at)).where(
    Treatment.episode_id == bindparam("episode"), Treatment.status.in_(COUNTED)
)


def of_patient(db: Database, patient: Patient) -> list[Episode]:
    """Oldest first, those that have ended before any that has not; the last one is the current course."""
    return list(db.exec(_OF_PATIENT, params={"patient": patient.id}))


def open_at(courses: Sequence[Episode], moment: datetime) -> Episode | None:
    """The course to which a score of this moment belongs: the last one open then; where none was, the last one begun
    before it, which it follows up; before all of them the first."""
    begun_then = [it for it in courses if it.opened_at <= moment]
    open_then = [it for it in begun_then if it.ended_at is None or moment <= it.ended_at]
    found = open_then or begun_then
    return (
        max(found, key=lambda it: it.opened_at)
        if found
        else min(courses, key=lambda it: it.opened_at, default=None)
    )


def by_key(db: Database, key: str) -> Episode:
    require(db, "see patients")
    episode = db.exec(select(Episode).where(Episode.key == key)).first()
    if episode is None:
        raise NotFound("There is no such course.")
    return episode


def first_dose(db: Database, episode: Episode) -> datetime | None:
    """When the first dose of the course was given; for an imported course, its imported start."""
    return db.exec(_FIRST_DOSE, params={"episode": episode.id}).one() or episode.imported_start


def starts(db: Database, patient: Patient, courses: list[Episode]) -> pd.DataFrame:
    """patient, episode, start of each course that had a first dose, oldest first."""
    return starts_frame(begun(db, patient, courses))


def begun(db: Database, patient: Patient, courses: list[Episode]) -> list[tuple[str, str, datetime]]:
    """What `starts_frame` makes the starts of."""
    found = [(patient.key, course.key, first_dose(db, course)) for course in courses]
    return [row for row in found if row[2]]


def starts_frame(rows: list[tuple[str, str, datetime]]) -> pd.DataFrame:
    return typed.frame(rows, STARTS)
