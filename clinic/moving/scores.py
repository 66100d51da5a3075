"""One score to the right patient."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from clinic import assessments, instruments, settings
from clinic.access import require
from clinic.moving import finding, records, score_alerts
from clinic.outcomes.wording import date_words, number
from clinic.refused import BadInput
from data_model import Assessment, Database, Episode, Move, Patient, Treatment
from data_model.assessments import Timing
from data_model.columns import COUNTED


def move_score(
    db: Database,
    key: str,
    to: str,
    *,
    reason: str,
    birth_date: date | None,
    course: str | None = None,
) -> Move:
    """To the patient with the key `to`, whose birth date is confirmed with `birth_date`, into one of their courses (the
    one open at the score's time unless its key is given). Its alerts follow, a chosen baseline does not. The mark of
    its import stays with it, so that the same file does not bring it back. Raises BadInput."""
    require(db, finding.RIGHT)
    score = assessments.by_key(db, key)
    if score.status not in COUNTED:
        raise BadInput(
            "Only a finished score can be moved. Discard the form and open one in the right record."
        )
    wrong, reason = db.get(Patient, score.patient_id), reason.strip()
    right = finding.target(db, wrong, to, reason, birth_date)
    into = finding.course(db, right, score.taken_at, course)
    move = records.announce(db, "assessment", score.key, wrong, right, says(db, score), reason)
    score_alerts.leave(db, score, move)
    _take(db, score, right, into, reason)
    score_alerts.arrive(db, score)
    score_alerts.look_again(db, wrong, right)
    return move


def says(db: Database, score: Assessment) -> str:
    """PHQ-9 of 3 Mar 2026, 14."""
    title = instruments.instrument(score.instrument, score.version).title
    when = date_words(score.taken_at.astimezone(settings.zone(db)))
    return f"{title} of {when}" + ("" if score.total is None else f", {number(score.total)}")


def _take(db: Database, score: Assessment, right: Patient, into: Episode | None, reason: str) -> None:
    with db.because(reason):
        score.patient_id, score.episode_id = right.id, into.id if into else None
        score.baseline_reason = None
        if score.timing in (
            Timing.BASELINE,
            Timing.BETWEEN,
        ):  # what was found from the doses, not said by anybody
            score.timing = _timing(db, right, score)


def _timing(db: Database, right: Patient, score: Assessment) -> Timing:
    before = select(Treatment.id).where(
        Treatment.patient_id == right.id,
        Treatment.started_at <= score.taken_at,
        Treatment.status.in_(COUNTED),
    )
    return Timing.BETWEEN if db.exec(before.limit(1)).first() is not None else Timing.BASELINE
