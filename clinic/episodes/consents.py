"""What a person agreed to, and took back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import or_, select

from clinic import settings
from clinic.access import require
from clinic.episodes.reading import by_key
from clinic.refused import BadInput, NotFound
from data_model import Consent, Database, Episode
from data_model.columns import Status, now


@dataclass(frozen=True, slots=True)
class Consented:
    key: str
    to_what: str
    given_on: date
    withdrawn_on: date | None
    form_version: str | None
    author: str


def consents(db: Database, episode: Episode) -> list[Consented]:
    """Of this course, and those that belong to none; oldest first. None means that nothing was recorded."""
    require(db, "see patients")
    query = select(Consent).where(
        Consent.patient_id == episode.patient_id,
        or_(Consent.episode_id == episode.id, Consent.episode_id.is_(None)),
        Consent.status != Status.VOID,
    )
    return [
        Consented(row.key, row.to_what, row.given_on, row.withdrawn_on, row.form_version, row.author)
        for row in db.exec(query.order_by(Consent.given_on, Consent.id))
    ]


def add_consent(
    db: Database, key: str, to_what: str, given_on: date | None, form_version: str = ""
) -> Consent:
    """To a course, by its key; dated today or earlier."""
    require(db, "edit patients")
    episode = by_key(db, key)
    problems = [] if to_what.strip() else ["Say what the consent is to."]
    if given_on is None:
        problems.append("When was the consent given?")
    elif given_on > _today(db):
        problems.append("The date of consent lies in the future.")
    if problems:
        raise BadInput(*problems)
    row = Consent(
        patient_id=episode.patient_id,
        episode_id=episode.id,
        to_what=to_what.strip(),
        form_version=form_version.strip() or None,
        given_on=given_on,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(row)
    db.flush()
    return row


def withdraw_consent(db: Database, key: str, on: date | None) -> None:
    """On the day itself or later than it was given, not in the future."""
    require(db, "edit patients")
    row = _by_key(db, key)
    if on is None:
        raise BadInput("When was the consent withdrawn?")
    problems = []
    if row.withdrawn_on is not None:
        problems.append(f"It was withdrawn on {row.withdrawn_on:%-d %b %Y}.")
    if on > _today(db):
        problems.append("The date lies in the future.")
    if on < row.given_on:
        problems.append(f"It was given on {row.given_on:%-d %b %Y}, and cannot be withdrawn before.")
    if problems:
        raise BadInput(*problems)
    row.withdrawn_on = on
    db.flush()


def void_consent(db: Database, key: str, reason: str) -> None:
    """For one entered by mistake; it stays in the store with the reason."""
    require(db, "edit patients")
    row = _by_key(db, key)
    if not reason.strip():
        raise BadInput("Say why this consent is taken out.")
    with db.because(reason.strip()):
        row.status, row.void_reason = Status.VOID, reason.strip()
        db.flush()


def _by_key(db: Database, key: str) -> Consent:
    row = db.exec(select(Consent).where(Consent.key == key, Consent.status != Status.VOID)).first()
    if row is None:
        raise NotFound("There is no such consent.")
    return row


def _today(db: Database) -> date:
    return now().astimezone(settings.zone(db)).date()
