"""Alerts when a score goes to the right patient: the wrong one's lose what they saw in it, and the rules look at it
anew beside the right one's own scores. A suicide answer stands as a concern there, whatever was done about it here:
that was done about somebody else."""

from __future__ import annotations

import re

import pandas as pd
from sqlmodel import select

from clinic import alerts, assessments, episodes, flags, instruments, watching
from clinic.alerts.concern import ON, answer_of
from clinic.flags.facts import Facts
from clinic.moving import firings
from data_model import Alert, Assessment, Database, Episode, Firing, Move, Patient
from data_model.alerts import Urgency
from data_model.columns import COUNTED, now


def leave(db: Database, score: Assessment, move: Move) -> None:
    """Called before the score has gone. Nothing is lost: the firing stays where it fired and says that it moved."""
    found = firings.about(db, move.from_patient_id, [score.key])
    concerned = firings.alerts_of(db, move.from_patient_id, found, assessment_id=score.id)
    for each in found:
        each.subject = firings.retired(each.subject, move.key)
    db.flush()
    for alert in concerned:
        _lose(db, alert, score, move)
    db.flush()


def arrive(db: Database, score: Assessment) -> None:
    """As when it was recorded, in its new place."""
    if score.suicide_state in ("yes", "skipped"):
        alerts.suicide_concern(db, score, instruments.instrument(score.instrument, score.version))
    watching.score(db, score)


def look_again(db: Database, *people: Patient) -> None:
    """At what somebody has after a move: with other scores and doses, another score may be the baseline."""
    for patient in people:
        found = assessments.scores(db, patient)
        for course in episodes.of_patient(db, patient):
            for name in sorted({*found["instrument"]}):
                if alerts.watches(name):
                    _worse(db, course, name, found)
        watching.person(db, patient)


def _worse(db: Database, course: Episode, name: str, found: pd.DataFrame) -> None:
    """The latest score of the course beside its baseline, and each that was entered when that was there already."""
    query = select(Assessment).where(
        Assessment.episode_id == course.id, Assessment.instrument == name, Assessment.status.in_(COUNTED)
    )
    rows = list(db.exec(query.order_by(Assessment.taken_at, Assessment.id)))
    baseline = episodes.baseline(db, course, found, name)
    known = next((each.entered_at for each in rows if each.key == baseline.assessment), None)
    latest = episodes.latest_score(db, course, name)
    for each in rows:
        if each is latest or (known is not None and known <= each.entered_at):
            alerts.if_worse(db, each, instruments.instrument(each.instrument, each.version), baseline)


def _lose(db: Database, alert: Alert, score: Assessment, move: Move) -> None:
    seen = alerts.firings(db, alert)
    rest = [each for each in seen if firings.stands(each)]
    joined_unseen = alert.times > len({_bare(each.subject) for each in seen} | {f"assessment:{score.key}"})
    if alert.assessment_id == score.id:
        alert.assessment_id = None
    alert.action = _after(alert.action, f"{move.says} was moved to another record: {move.reason}")
    if rest:
        _retell(db, alert, rest)
    elif alert.closed_at is None and not joined_unseen:
        alert.closed_at, alert.closed_by, alert.closed_by_id = now(), move.author, move.author_id


def _retell(db: Database, alert: Alert, rest: list[Firing]) -> None:
    """What the alert says without the answer that went, and how urgent and how high that makes it."""
    alert.saw, alert.times = rest[-1].saw, len({each.subject for each in rest})
    by_subject = {f"assessment:{each.key}": each for each in _scores(db, rest)}
    last = by_subject.get(rest[-1].subject)
    alert.assessment_id = last.id if last else None
    if alert.rule == alerts.SUICIDE and by_subject:
        alert.level = max(float(each.suicide or 0) for each in by_subject.values())
        alert.urgency = Urgency(flags.most_urgent(_urgencies(db, by_subject.values())))


def _urgencies(db: Database, scores) -> list[str]:
    rules = [rule for rule in flags.rules().values() if rule.on == ON]
    answers = tuple(
        answer_of(db, each, instruments.instrument(each.instrument, each.version)) for each in scores
    )
    found = [each.urgency for each in flags.fired(rules, Facts(None, now(), suicide=answers))]
    return found or [flags.rules()[alerts.SUICIDE].urgency]


def _scores(db: Database, rest: list[Firing]) -> list[Assessment]:
    keys = [each.subject.removeprefix("assessment:") for each in rest]
    return list(db.exec(select(Assessment).where(Assessment.key.in_(keys))))


def _bare(subject: str) -> str:
    return re.sub(r" moved .*$", "", subject)


def _after(before: str | None, said: str) -> str:
    return f"{before}\n{said}" if before else said
