"""A long time without a treatment: a new course with a baseline of its own is proposed, and a person decides.

The number of days is a clinic's setting, `course_gap_days`. The 120 that ship are ours: no source names a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import select

from clinic import settings
from clinic.access import require
from clinic.episodes import stages
from clinic.episodes.reading import by_key
from clinic.episodes.starting import start
from clinic.refused import BadInput
from data_model import Database, Episode, Patient, Treatment
from data_model.columns import COUNTED, Status, now
from data_model.episodes import Stage

RULE = "course.gap"


@dataclass(frozen=True, slots=True)
class Proposal:
    """`days` without a treatment from `last` to `until`, which is today or the day a treatment is planned for;
    `limit` is the clinic's setting."""

    days: int
    last: date
    until: date
    planned: bool
    limit: int


def gap(last_dose: date | None, today: date, days: int) -> int | None:
    """How many days lie between the last dose and today, if they are more than `days`; else None."""
    if last_dose is None:
        return None
    between = (today - last_dose).days
    return between if between > days else None


def proposal(
    db: Database, episode: Episode, last_dose: datetime | None, planned: datetime | None = None
) -> Proposal | None:
    """What there is to decide about an open course: too long since the last dose, or too long from it to the next
    planned treatment. Nothing once somebody went on with the course, until the same time has passed again."""
    require(db, "see patients")
    if last_dose is None or episode.stage == Stage.ENDED:
        return None
    zone, limit = settings.zone(db), settings.current(db)["course_gap_days"]
    last, today = last_dose.astimezone(zone).date(), now().astimezone(zone).date()
    until, ahead = today, planned.astimezone(zone).date() if planned else today
    if (days := gap(last, today, limit)) is None:
        until = max(today, ahead)
        days = gap(last, until, limit)
    if days is None:
        return None
    went_on = [one.since for one in stages.stages(db, episode) if one.goes_on and one.since > last_dose]
    if went_on and gap(max(went_on).astimezone(zone).date(), today, limit) is None:
        return None
    return Proposal(days, last, until, until > today, limit)


def go_on(db: Database, key: str, reason: str = "") -> None:
    """Remembers that a person decided to go on with the course after a gap: a `StageChange` to the stage it is in,
    with the decision as its reason. The gap is counted from there on."""
    require(db, "edit patients")
    episode = by_key(db, key)
    if episode.stage == Stage.ENDED:
        raise BadInput("This course has ended.")
    said = "; ".join(part for part in ("gone on with after a gap", reason.strip()) if part)
    with db.because(said):
        stages.add_same(db, episode, said)


def start_anew(db: Database, key: str) -> Episode:
    """Ends the course for the gap and opens another for the same indication with the same leading scale. Treatments
    that are planned, running or unfinished come along. Raises BadInput where there is no gap."""
    require(db, "edit patients")
    before = by_key(db, key)
    open_ones = list(
        db.exec(select(Treatment).where(Treatment.episode_id == before.id, Treatment.status == Status.DRAFT))
    )
    found = proposal(
        db,
        before,
        last_dose(db, before),
        max((one.planned_for for one in open_ones if one.planned_for), default=None),
    )
    if found is None:
        raise BadInput("There is no gap in this course any more. Open the patient again to see why.")
    reason = f"{found.days} days without a treatment; another course was started"
    stages.move_to(db, key, Stage.ENDED, reason)
    made = start(
        db,
        db.get(Patient, before.patient_id).key,
        indication=before.indication,
        primary_instrument=before.primary_instrument,
    )
    with db.because(reason):
        for treatment in open_ones:
            treatment.episode_id = made.id
    return made


def last_dose(db: Database, episode: Episode) -> datetime | None:
    query = select(Treatment.started_at).where(
        Treatment.episode_id == episode.id, Treatment.status.in_(COUNTED), Treatment.started_at.is_not(None)
    )
    return db.exec(query.order_by(Treatment.started_at.desc()).limit(1)).first()
