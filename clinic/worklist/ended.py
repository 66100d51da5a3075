"""Responses that an event has ended at once (docs/clinical.md D.3) are lost, and fade no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
from sqlmodel import select

from clinic.watching.of_events import endings
from data_model import Database, Episode, Patient
from data_model.columns import Status


def without_ended(db: Database, courses: pd.DataFrame) -> pd.DataFrame:
    """The courses of `judged.judged`; only the few that fade are looked at, one by one."""
    fading = courses[courses["fading"]]
    if not len(fading):
        return courses
    ids = fading["patient"].unique().tolist()
    people = {row.id: row for row in db.exec(select(Patient).where(Patient.id.in_(ids)))}
    opened = _opened(db, ids)
    over = [
        one.course for one in fading.itertuples() if _ended(db, people[one.patient], one, opened[one.patient])
    ]
    return courses.assign(fading=courses["fading"] & ~courses["course"].isin(over))


def _ended(db: Database, patient: Patient, course, opened: list[tuple[int, datetime]]) -> bool:
    """From the day of the response until the next course is opened."""
    since = datetime.fromtimestamp(course.start, UTC) + timedelta(days=course.response_day)
    until = next((at for id, at in opened if id > course.course), None)
    return any(since <= each.at and (until is None or each.at < until) for each in endings(db, patient))


def _opened(db: Database, patients: list[int]) -> dict[int, list[tuple[int, datetime]]]:
    query = select(Episode.patient_id, Episode.id, Episode.opened_at).where(
        Episode.patient_id.in_(patients), Episode.status != Status.VOID
    )
    found: dict[int, list[tuple[int, datetime]]] = {id: [] for id in patients}
    for patient, id, at in db.exec(query.order_by(Episode.id)):
        found[patient].append((id, at))
    return found
