"""Everyone who started: the one query behind every count, rate and figure about the clinic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlmodel import func, select

from clinic import assessments, settings
from clinic.access import can, require
from clinic.outcomes.baseline import choose_each
from clinic.patients import pseudonym
from data_model import Account, Assessment, Database, Episode, Patient, Treatment
from data_model.columns import COUNTED, Status

COLUMNS = [
    "episode",
    "patient",
    "indication",
    "instrument",
    "start",
    "route",
    "substance",
    "site",
    "clinician",
    "course_number",
]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Frames about the same people: `courses` has one row per course that started, with its baseline;
    `scores` and `treatments` hold everything of theirs that counts. Drafts are in none."""

    courses: pd.DataFrame
    scores: pd.DataFrame
    treatments: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Choice:
    """Which courses: first dose in [since, until), and any route, indication or substance where None."""

    since: datetime | None = None
    until: datetime | None = None
    route: str | None = None
    indication: str | None = None


def cohort(db: Database, choice: Choice | None = None) -> Cohort:
    """People carry their random key only; who may see no names gets the pseudonym in its place."""
    require(db, "see outcomes")
    zone = settings.current(db)["time_zone"]
    courses = _chosen(_started(db), choice or Choice())
    patients = set(courses["patient"])
    scores = _scores(db, patients)
    treatments = _treatments(db, patients)
    courses = courses.join(choose_each(scores, courses, zone=zone)[["baseline", "baseline_why"]])
    courses = _with_chosen_baselines(db, courses)
    if not can(db.actor, "see names"):
        courses, scores, treatments = (
            frame.assign(patient=[pseudonym(key) for key in frame["patient"]])
            for frame in (courses, scores, treatments)
        )
    return Cohort(courses, scores, treatments)


def routes_and_indications(db: Database) -> tuple[list[str], list[str]]:
    """What there is to filter by."""
    require(db, "see outcomes")
    started = _started(db)
    return sorted(started["route"].dropna().unique()), sorted(started["indication"].unique())


def _started(db: Database) -> pd.DataFrame:
    first = (
        select(
            Treatment.episode_id,
            Treatment.started_at,
            Treatment.route,
            Treatment.substance,
            func.row_number()
            .over(partition_by=Treatment.episode_id, order_by=(Treatment.started_at, Treatment.id))
            .label("nth"),
        )
        .where(Treatment.status.in_(COUNTED))
        .subquery()
    )
    start = func.coalesce(first.c.started_at, Episode.imported_start)
    query = (
        select(
            Episode.key,
            Patient.key,
            Episode.indication,
            Episode.primary_instrument,
            start,
            first.c.route,
            first.c.substance,
            Patient.site,
            Account.name,
        )
        .join(Patient, Patient.id == Episode.patient_id)
        .join(first, (first.c.episode_id == Episode.id) & (first.c.nth == 1), isouter=True)
        .join(Account, Account.id == Patient.clinician_id, isouter=True)
        .where(Episode.status != Status.VOID, Patient.status != Status.VOID, start.is_not(None))
        .order_by(start, Episode.id)
    )
    frame = pd.DataFrame([_words(row) for row in db.exec(query)], columns=COLUMNS[:-1])
    frame["start"] = pd.to_datetime(frame["start"], utc=True)
    frame["course_number"] = frame.groupby("patient").cumcount() + 1
    return frame


def _words(row: tuple) -> list:
    return [getattr(value, "value", value) for value in row]


def _chosen(courses: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    kept = pd.Series(True, index=courses.index)
    if choice.since is not None:
        kept &= courses["start"] >= choice.since
    if choice.until is not None:
        kept &= courses["start"] < choice.until
    for column in ("route", "indication"):
        if (wanted := getattr(choice, column)) is not None:
            kept &= courses[column] == wanted
    return courses[kept].reset_index(drop=True)


def _scores(db: Database, patients: set[str]) -> pd.DataFrame:
    query = (
        select(Patient.key, *assessments.FIELDS)
        .join(Patient, Patient.id == Assessment.patient_id)
        .join(Episode, Episode.id == Assessment.episode_id, isouter=True)
        .where(Assessment.status.in_(COUNTED))
        .order_by(Assessment.patient_id, Assessment.taken_at, Assessment.id)
    )
    return assessments.frame([row for row in db.exec(query) if row[0] in patients])


def _treatments(db: Database, patients: set[str]) -> pd.DataFrame:
    query = (
        select(Patient.key, Episode.key, Treatment.key, Treatment.started_at, Treatment.route)
        .join(Patient, Patient.id == Treatment.patient_id)
        .join(Episode, Episode.id == Treatment.episode_id)
        .where(Treatment.status.in_(COUNTED))
        .order_by(Treatment.patient_id, Treatment.started_at)
    )
    rows = [_words(row) for row in db.exec(query) if row[0] in patients]
    frame = pd.DataFrame(rows, columns=["patient", "episode", "treatment", "started_at", "route"])
    frame["started_at"] = pd.to_datetime(frame["started_at"], utc=True)
    return frame


def _with_chosen_baselines(db: Database, courses: pd.DataFrame) -> pd.DataFrame:
    """A baseline that somebody chose with a reason wins over the rule, and is counted as such."""
    query = (
        select(Episode.key, Assessment.total)
        .join(Episode, Episode.id == Assessment.episode_id)
        .where(Assessment.baseline_reason.is_not(None), Assessment.instrument == Episode.primary_instrument)
    )
    chosen = dict(db.exec(query).all())
    edited = courses["episode"].isin(chosen.keys())
    totals = courses["episode"].map(chosen)
    return courses.assign(
        baseline=courses["baseline"].where(~edited, totals).astype(float),
        baseline_why=courses["baseline_why"].where(~edited, "chosen"),
    )
