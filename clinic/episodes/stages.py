"""Where a course stands, since when, and where it stood before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import bindparam
from sqlmodel import select

from clinic import settings
from clinic.access import require
from clinic.episodes.reading import by_key
from clinic.refused import BadInput
from data_model import Database, Episode, StageChange
from data_model.columns import Status, now
from data_model.episodes import Stage

_CHANGES = (
    select(StageChange)
    .where(StageChange.episode_id == bindparam("episode"), StageChange.status != Status.VOID)
    .order_by(StageChange.id)
)
_NEWER = select(Episode.id).where(
    Episode.patient_id == bindparam("patient"),
    Episode.id > bindparam("episode"),
    Episode.status != Status.VOID,
)


@dataclass(frozen=True, slots=True)
class Stood:
    """One entry of a course's history. `goes_on`: the stage stayed as it was, because somebody decided to go on
    with this course after a gap (`gap.go_on`); `since` is then the day of that decision."""

    stage: Stage
    since: datetime
    reason: str | None
    author: str
    entered_at: datetime
    goes_on: bool = False


def stages(db: Database, episode: Episode) -> list[Stood]:
    """In the order in which they were entered. A course that came without its history (an import, an older
    release) has one entry, its present stage."""
    require(db, "see patients")
    rows = list(db.exec(_CHANGES, params={"episode": episode.id}))
    if not rows:
        return [
            Stood(episode.stage, episode.stage_since, episode.end_reason, episode.author, episode.entered_at)
        ]
    before = [None, *(row.stage for row in rows)]
    return [
        Stood(row.stage, row.since, row.reason, row.author, row.entered_at, goes_on=row.stage == earlier)
        for row, earlier in zip(rows, before, strict=False)
    ]


def move_to(
    db: Database, key: str, stage: Stage, reason: str | None = None, since: date | datetime | None = None
) -> Episode:
    """Another stage from now on, or since an earlier day: not before the present stage began. Ending a course
    wants a reason; one that has a later course stays ended. Raises BadInput."""
    require(db, "edit patients")
    episode, stage, reason = by_key(db, key), Stage(stage), (reason or "").strip() or None
    at = _moment(db, episode, since)
    if problems := _problems(db, episode, stage, reason, at):
        raise BadInput(*problems)
    with db.because(reason):
        came_to(db, episode, stage, at, reason)
    return episode


def came_to(db: Database, episode: Episode, stage: Stage, since: datetime, reason: str | None = None) -> None:
    """Writes the change and keeps the course in step with it; what a course without history was before is
    written first, under the name of whoever entered the course."""
    if episode.stage != stage and db.exec(_CHANGES, params={"episode": episode.id}).first() is None:
        _add(db, episode, episode.stage, episode.stage_since, None, episode.author, episode.author_id)
    _add(db, episode, stage, since, reason, db.actor.name, db.actor.account_id)
    ended = stage is Stage.ENDED
    episode.stage, episode.stage_since = stage, since
    episode.ended_at, episode.end_reason = (since, reason) if ended else (None, None)


def add_same(db: Database, episode: Episode, reason: str) -> None:
    """That the course goes on in the stage where it stands; the date of that stage stays."""
    if db.exec(_CHANGES, params={"episode": episode.id}).first() is None:
        _add(db, episode, episode.stage, episode.stage_since, None, episode.author, episode.author_id)
    _add(db, episode, episode.stage, now(), reason, db.actor.name, db.actor.account_id)


def _add(
    db: Database,
    episode: Episode,
    stage: Stage,
    since: datetime,
    reason: str | None,
    author: str,
    author_id: int | None,
) -> None:
    db.add(
        StageChange(
            patient_id=episode.patient_id,
            episode_id=episode.id,
            stage=stage,
            since=since,
            reason=reason,
            author=author,
            author_id=author_id,
        )
    )
    db.flush()


def _moment(db: Database, episode: Episode, since: date | datetime | None) -> datetime:
    """A day of the clinic's calendar as a moment of it: noon, but now for today, and on the day of the change
    before not earlier than that."""
    if since is None:
        return now()
    if isinstance(since, datetime):
        return since
    zone = settings.zone(db)
    if since == now().astimezone(zone).date():
        return now()
    if since == episode.stage_since.astimezone(zone).date():
        return episode.stage_since
    return datetime.combine(since, time(12), tzinfo=zone)


def _problems(db: Database, episode: Episode, stage: Stage, reason: str | None, at: datetime) -> list[str]:
    found = []
    if stage == episode.stage:
        found.append(f"The course is in this stage already: {stage.value}.")
    if stage is Stage.ENDED and not reason:
        found.append("Say why the course ended.")
    if episode.stage is Stage.ENDED and _has_later_course(db, episode):
        found.append("A later course was started: this one stays ended.")
    if at > now():
        found.append("A change of stage cannot lie in the future.")
    if at < episode.stage_since:
        began = episode.stage_since.astimezone(settings.zone(db))
        found.append(
            f"{episode.stage.value.capitalize()} began on {began:%-d %b %Y}; what follows cannot be earlier."
        )
    return found


def _has_later_course(db: Database, episode: Episode) -> bool:
    asked = {"patient": episode.patient_id, "episode": episode.id}
    return db.exec(_NEWER, params=asked).first() is not None
