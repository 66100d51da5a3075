"""Courses of care: which scale leads, where the course stands, and which score is its baseline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pandas as pd
from sqlalchemy import bindparam
from sqlmodel import func, select

from clinic import alerts, instruments, patients, settings, typed
from clinic.access import require
from clinic.instruments import Instrument
from clinic.outcomes.baseline import Baseline, choose
from clinic.refused import BadInput, NotFound
from data_model import Assessment, Consent, Database, Episode, Patient, Treatment
from data_model.columns import COUNTED, Status, now
from data_model.episodes import Indication, Stage

# docs/clinical.md A: what leads for which indication, in order; the first one the library holds is proposed.
LEADING: dict[Indication, tuple[str, ...]] = {
    Indication.GENERALISED_ANXIETY: ("gad7", "hama"),
    Indication.SOCIAL_ANXIETY: ("lsas_sr", "spin", "lsas_ca"),
    Indication.PANIC: ("pdss_sr", "oasis"),
    Indication.OBSESSIVE_COMPULSIVE: ("ybocs", "oasis"),
    Indication.POST_TRAUMATIC_STRESS: ("pcl5_week", "oasis"),
    Indication.ANY_ANXIETY: ("oasis", "gad7"),
    Indication.DEPRESSION: ("phq9", "madrs", "hamd17"),
}

STARTS = {"patient": object, "episode": object, "start": typed.TIME}
# Built once: the Patient page asks these on each run, and building costs as much as asking.
_OF_PATIENT = (
    select(Episode)
    .where(Episode.patient_id == bindparam("patient"), Episode.status != Status.VOID)
    .order_by(Episode.id)
)
_FIRST_DOSE = select(func.min(Treatment.started_at)).where(
    Treatment.episode_id == bindparam("episode"), Treatment.status.in_(COUNTED)
)
_CHOSEN = select(Assessment).where(
    Assessment.episode_id == bindparam("episode"), Assessment.baseline_reason.is_not(None)
)


def leading(indication: Indication) -> Instrument:
    known = instruments.catalogue()
    return next(known[name] for name in LEADING[Indication(indication)] if name in known)


def start(
    db: Database,
    patient_key: str,
    *,
    indication: Indication,
    primary_instrument: str | None = None,
    consent_to: str | None = None,
    consent_on: date | None = None,
    goal: str | None = None,
) -> Episode:
    """Opens a course in the stage of assessment. Consent may be noted with it, dated today or earlier."""
    require(db, "edit patients")
    patient = patients.get(db, patient_key)
    if consent_on and consent_on > now().date():
        raise BadInput("The date of consent lies in the future.")
    indication = Indication(indication)
    episode = Episode(
        patient_id=patient.id,
        indication=indication,
        primary_instrument=instruments.instrument(primary_instrument or leading(indication).id).id,
        opened_at=now(),
        stage_since=now(),
        goal=goal,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(episode)
    db.flush()
    if consent_on:
        db.add(
            Consent(
                patient_id=patient.id,
                episode_id=episode.id,
                to_what=consent_to or "treatment",
                given_on=consent_on,
                author=db.actor.name,
                author_id=db.actor.account_id,
            )
        )
    return episode


def of_patient(db: Database, patient: Patient) -> list[Episode]:
    """Oldest first; the last one is the current course."""
    return list(db.exec(_OF_PATIENT, params={"patient": patient.id}))


def by_key(db: Database, key: str) -> Episode:
    require(db, "see patients")
    episode = db.exec(select(Episode).where(Episode.key == key)).first()
    if episode is None:
        raise NotFound("There is no such course.")
    return episode


def move_to(db: Database, key: str, stage: Stage, reason: str | None = None) -> Episode:
    """A new stage from now on. Ending a course wants a reason."""
    require(db, "edit patients")
    episode, stage = by_key(db, key), Stage(stage)
    if stage is Stage.ENDED and not (reason or "").strip():
        raise BadInput("Say why the course ended.")
    episode.stage, episode.stage_since = stage, now()
    episode.ended_at = now() if stage is Stage.ENDED else None
    episode.end_reason = reason if stage is Stage.ENDED else None
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


def baseline(db: Database, episode: Episode, scores: pd.DataFrame, instrument: str) -> Baseline:
    """The course's baseline on one instrument; see `baselines`."""
    return baselines(db, episode, scores, [instrument])[instrument]


def baselines(
    db: Database, episode: Episode, scores: pd.DataFrame, wanted: Iterable[str]
) -> dict[str, Baseline]:
    """The course's baseline on each of these instruments: the one somebody chose with a reason, else by
    docs/clinical.md B.1. `scores` is the patient's frame of `assessments.scores`."""
    zone = settings.current(db)["time_zone"]
    by_rule = baselines_by_rule(scores, wanted, first_dose(db, episode), zone=zone)
    return by_rule | {name: one for name, one in chosen_baselines(db, episode).items() if name in by_rule}


def baselines_by_rule(
    scores: pd.DataFrame, wanted: Iterable[str], start: datetime | None, *, zone: str
) -> dict[str, Baseline]:
    """`start` is the first dose of the course, if it had one."""
    return {name: choose(scores[scores["instrument"] == name], start, zone=zone) for name in wanted}


def chosen_baselines(db: Database, episode: Episode) -> dict[str, Baseline]:
    """Those that somebody chose with a reason, by instrument."""
    return {
        score.instrument: Baseline(
            score.key,
            score.total,
            pd.Timestamp(score.taken_at),
            "chosen",
            f"chosen: {score.baseline_reason}",
        )
        for score in db.exec(_CHOSEN, params={"episode": episode.id})
    }


def choose_baseline(db: Database, assessment_key: str, reason: str) -> None:
    """Makes one complete score at or before the first dose the baseline of its course, with a reason."""
    require(db, "choose baselines")
    score = db.exec(select(Assessment).where(Assessment.key == assessment_key)).first()
    if score is None or score.episode_id is None:
        raise NotFound("There is no such score in a course.")
    episode = db.get(Episode, score.episode_id)
    start_of_course = first_dose(db, episode)
    problems = []
    if not reason.strip():
        problems.append("Say why this score is the baseline.")
    if score.prorated or score.total is None or score.status not in COUNTED:
        problems.append("A baseline is a complete score; this one is not.")
    if start_of_course and score.taken_at > start_of_course:
        problems.append("A score taken after the first dose cannot be the baseline.")
    if problems:
        raise BadInput(*problems)
    with db.because(reason):
        for other in db.exec(_CHOSEN, params={"episode": episode.id}):
            other.baseline_reason = None
        db.flush()
        score.baseline_reason = reason.strip()
    db.flush()
    latest = latest_score(db, episode, score.instrument)
    if latest is not None and alerts.watches(score.instrument):
        chosen = chosen_baselines(db, episode)[score.instrument]
        alerts.if_worse(db, latest, instruments.instrument(score.instrument, latest.version), chosen)


def latest_score(db: Database, episode: Episode, instrument: str) -> Assessment | None:
    """The last score with a total on one scale in a course."""
    query = select(Assessment).where(
        Assessment.episode_id == episode.id,
        Assessment.instrument == instrument,
        Assessment.status.in_(COUNTED),
        Assessment.total.is_not(None),
    )
    return db.exec(query.order_by(Assessment.taken_at.desc(), Assessment.id.desc()).limit(1)).first()
