"""What ended a response at once, and from when a dose was planned maintenance: for everyone of a cohort at once."""

from __future__ import annotations

import pandas as pd
from sqlmodel import func, select

from clinic import medicines, settings
from clinic.access import require
from data_model import Database, Episode, EventNote, Medication, Patient, StageChange, Treatment
from data_model.columns import COUNTED, Status
from data_model.episodes import Stage


def at_once(db: Database, courses: pd.DataFrame) -> pd.DataFrame:
    """docs/clinical.md D.3: patient (as `courses` call them), at (noon of its day), why, as
    `clinic.watching.of_events.endings` says them of one person."""
    require(db, "see outcomes")
    zone, called = settings.zone(db).key, _called(db, courses)
    decided = (
        select(Patient.key, EventNote.happened_on, EventNote.decides)
        .join(Patient, Patient.id == EventNote.patient_id)
        .where(EventNote.decides.is_not(None), EventNote.status != Status.VOID)
    )
    rows = [(who, on, decides.value) for who, on, decides in db.exec(decided)]
    rows += _new_antidepressants(db, zone)
    found = pd.DataFrame(
        [(called[who], on, why) for who, on, why in rows if who in called], columns=["patient", "at", "why"]
    )
    noon = pd.to_datetime(found["at"]) + pd.Timedelta(hours=12)
    found["at"] = noon.dt.tz_localize(zone).dt.tz_convert("UTC")
    return found.sort_values(["at", "why"], ignore_index=True)


def maintenance(db: Database) -> pd.DataFrame:
    """episode, since: when a course went into maintenance, for the first time if more than once."""
    require(db, "see outcomes")
    query = (
        select(Episode.key, func.min(StageChange.since))
        .join(Episode, Episode.id == StageChange.episode_id)
        .where(StageChange.stage == Stage.MAINTENANCE, StageChange.status != Status.VOID)
        .group_by(Episode.key)
    )
    found = pd.DataFrame(db.exec(query).all(), columns=["episode", "since"])
    return found.assign(since=pd.to_datetime(found["since"], utc=True))


def _new_antidepressants(db: Database, zone: str) -> list[tuple]:
    """A drug is new by its name alone: another dose of it is none, nor is one begun before the first dose."""
    taken = (
        select(Patient.key, Medication.drug, Medication.started)
        .join(Patient, Patient.id == Medication.patient_id)
        .where(Medication.status != Status.VOID)
        .order_by(Medication.started, Medication.id)
    )
    first: dict[tuple[str, str], tuple] = {}
    for who, drug, started in db.exec(taken):
        if medicines.is_antidepressant(drug):
            first.setdefault(
                (who, medicines.first_word(drug)), (who, started, f"a new antidepressant, {drug}")
            )
    begun = _first_doses(db, zone)
    return [row for row in first.values() if row[0] in begun and row[1] > begun[row[0]]]


def _first_doses(db: Database, zone: str) -> dict:
    """Patient key to the local day of the first dose of all, imported ones too."""
    given = (
        select(Patient.key, func.min(Treatment.started_at))
        .join(Patient, Patient.id == Treatment.patient_id)
        .where(Treatment.status.in_(COUNTED))
        .group_by(Patient.key)
    )
    imported = (
        select(Patient.key, func.min(Episode.imported_start))
        .join(Patient, Patient.id == Episode.patient_id)
        .where(Episode.status != Status.VOID, Episode.imported_start.is_not(None))
        .group_by(Patient.key)
    )
    rows = [*db.exec(given).all(), *db.exec(imported).all()]
    found = pd.DataFrame(rows, columns=["patient", "at"])
    days = pd.to_datetime(found["at"], utc=True).dt.tz_convert(zone).dt.date
    return days.groupby(found["patient"]).min().to_dict()


def _called(db: Database, courses: pd.DataFrame) -> dict[str, str]:
    """Key of a patient -> what these courses call them, which may be a pseudonym; by way of the courses' own keys."""
    names = dict(zip(courses["episode"], courses["patient"], strict=True))
    query = select(Episode.key, Patient.key).join(Patient, Patient.id == Episode.patient_id)
    return {who: names[episode] for episode, who in db.exec(query) if episode in names}
