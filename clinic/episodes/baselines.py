"""Which score is the baseline of a course: by the rule, or chosen by a person who says why (docs/clinical.md B.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import bindparam
from sqlmodel import select

from clinic import alerts, instruments, settings, typed
from clinic.access import require
from clinic.episodes.reading import first_dose
from clinic.outcomes.baseline import Baseline, choose
from clinic.refused import BadInput, NotFound
from data_model import Assessment, AuditRow, Database, Episode
from data_model.assessments import Timing
from data_model.columns import COUNTED

_CHOSEN = select(Assessment).where(
    Assessment.episode_id == bindparam("episode"),
    Assessment.baseline_reason.is_not(None),
)

AFTER_A_DOSE = (Timing.HOURS_4, Timing.HOURS_24, Timing.DAYS_7)
_FRAME = {
    "assessment": object,
    "taken_at": typed.TIME,
    "date_only": bool,
    "total": float,
    "prorated": bool,
    "timing": object,
}


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


def candidates(db: Database, episode: Episode, instrument: str) -> list[Assessment]:
    """The scores of a course among which a person may choose its baseline, newest first."""
    require(db, "see patients")
    query = select(Assessment).where(
        Assessment.episode_id == episode.id,
        Assessment.instrument == instrument,
        Assessment.status.in_(COUNTED),
        Assessment.total.is_not(None),
        Assessment.prorated.is_(False),
    )
    start, zone = first_dose(db, episode), settings.zone(db)
    rows = db.exec(query.order_by(Assessment.taken_at.desc(), Assessment.id.desc()))
    return [score for score in rows if not _came_after(score, start, zone)]


def choose_baseline(db: Database, assessment_key: str, reason: str) -> None:
    """Makes one complete score at or before the first dose the baseline of its course on its scale, with a
    reason."""
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
    if _came_after(score, start_of_course, settings.zone(db)):
        problems.append("A score taken after the first dose cannot be the baseline.")
    if problems:
        raise BadInput(*problems)
    with db.because(reason.strip()):
        for other in _chosen(db, episode, score.instrument):
            other.baseline_reason = None
        db.flush()
        score.baseline_reason = reason.strip()
        db.flush()
    _look_again(db, episode, score.instrument)


def take_back_baseline(db: Database, episode: Episode, instrument: str, reason: str) -> None:
    """Back to the rule, with a reason. Raises NotFound where nobody had chosen."""
    require(db, "choose baselines")
    if not reason.strip():
        raise BadInput("Say why the choice is taken back.")
    chosen = _chosen(db, episode, instrument)
    if not chosen:
        raise NotFound("Nobody chose a baseline for this scale.")
    with db.because(reason.strip()):
        for score in chosen:
            score.baseline_reason = None
        db.flush()
    _look_again(db, episode, instrument)


def chosen_by(db: Database, episode: Episode) -> dict[str, tuple[str, datetime]]:
    """instrument -> (who, when) of each chosen baseline, as the audit trail says; a score that came in with the
    choice on it was chosen by whoever entered it."""
    require(db, "see patients")
    found = {}
    for score in db.exec(_CHOSEN, params={"episode": episode.id}):
        rows = db.exec(
            select(AuditRow)
            .where(AuditRow.record_table == "assessment", AuditRow.record_id == score.id)
            .order_by(AuditRow.id.desc())
        )
        row = next((row for row in rows if (row.after or {}).get("baseline_reason")), None)
        changed = row is not None and row.verb == "changed"
        found[score.instrument] = (row.actor, row.at) if changed else (score.author, score.entered_at)
    return found


def latest_score(db: Database, episode: Episode, instrument: str) -> Assessment | None:
    """The last score with a total on one scale in a course."""
    query = select(Assessment).where(
        Assessment.episode_id == episode.id,
        Assessment.instrument == instrument,
        Assessment.status.in_(COUNTED),
        Assessment.total.is_not(None),
    )
    return db.exec(query.order_by(Assessment.taken_at.desc(), Assessment.id.desc()).limit(1)).first()


def _came_after(score: Assessment, first: datetime | None, zone: ZoneInfo) -> bool:
    """Of a score whose hour nobody knows, a later day is known to be after the first dose, and so is that day itself
    where the score says of itself that it came after a dose."""
    if first is None or score.taken_at is None:
        return False
    if score.date_only:
        nights = (score.taken_at.astimezone(zone).date() - first.astimezone(zone).date()).days
        return nights > 0 or (nights == 0 and score.timing in AFTER_A_DOSE)
    return score.taken_at > first


def _chosen(db: Database, episode: Episode, instrument: str) -> list[Assessment]:
    found = db.exec(_CHOSEN, params={"episode": episode.id})
    return [score for score in found if score.instrument == instrument]


def _look_again(db: Database, episode: Episode, instrument: str) -> None:
    """Another baseline may make the last score worse than it."""
    latest = latest_score(db, episode, instrument)
    if latest is not None and alerts.watches(instrument):
        found = chosen_baselines(db, episode).get(instrument) or _by_rule(db, episode, instrument)
        alerts.if_worse(db, latest, instruments.instrument(instrument, latest.version), found)


def _by_rule(db: Database, episode: Episode, instrument: str) -> Baseline:
    query = select(
        Assessment.key,
        Assessment.taken_at,
        Assessment.date_only,
        Assessment.total,
        Assessment.prorated,
        Assessment.timing,
    ).where(
        Assessment.patient_id == episode.patient_id,
        Assessment.instrument == instrument,
        Assessment.status.in_(COUNTED),
    )
    rows = db.exec(query.order_by(Assessment.taken_at, Assessment.id))
    scores = typed.frame([(*row[:-1], row[-1].value if row[-1] else None) for row in rows], _FRAME)
    return choose(scores, first_dose(db, episode), zone=settings.current(db)["time_zone"])
