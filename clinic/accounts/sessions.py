"""Access sessions: who is signed in right now. The secret lies in the browser's cookie; here only its hash.

An access session opens nothing any more when it was ended, when its account is no longer active, or while it is
locked, which it is as soon as nothing was done in it for the clinic's idle time (`locking` has the way back).
Heartbeats are written as statements, past the audit trail: being there is not an event.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, update
from sqlmodel import select

from clinic import access, settings, trail
from clinic.access import FRONT_DOOR, require
from data_model import AccessSession, Account, Actor, Database, Setting, database
from data_model.columns import now

_LIVE = (
    select(AccessSession.id, AccessSession.key, AccessSession.last_seen_at, AccessSession.locked_at, Account)
    .join(Account, Account.id == AccessSession.account_id)
    .where(AccessSession.ended_at.is_(None), Account.active)
)
# Built once: each message of each browser asks one of them, and building costs as much as asking.
BY_TOKEN = _LIVE.where(AccessSession.token_hash == bindparam("held"))
BY_KEY = _LIVE.where(AccessSession.key == bindparam("held"))
# One alone, because every message of every browser asks: `settings.current` would read the logo too.
_CHOSEN = (
    select(Setting.value)
    .where(Setting.name == bindparam("name"), Setting.effective_from <= bindparam("now"))
    .order_by(Setting.version.desc())
    .limit(1)
)
# A heartbeat is written again only after this part of the idle time: fifteen seconds of fifteen minutes.
_HEARTBEAT = 1 / 60


@dataclass(frozen=True, slots=True)
class Access:
    """An open access session. `key` names it to the pages; it opens nothing from outside."""

    key: str
    account_id: int
    must_change_password: bool
    idle_left_seconds: float


def access_of(token: str | None) -> Access | None:
    """Who holds this cookie, or None: unknown, ended, locked, or no longer active."""
    if not token:
        return None
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        found = opened(db, BY_TOKEN, digest(token))
        return found and Access(
            found.row.key, found.account.id, found.account.must_change_password, found.left
        )


def actor_of(access_key: str | None) -> Actor | None:
    """The actor of a page. Asked again on each run of it, so that a revoked account is out at its next
    action and a changed role counts at once."""
    if not access_key:
        return None
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        found = opened(db, BY_KEY, access_key)
        return found and access.actor(found.account, found.row.id)


def touch(token: str | None) -> bool:
    """Notes that the person did something; False when the access session is over or locked."""
    if not token:
        return False
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        found = opened(db, BY_TOKEN, digest(token))
        if found is None:
            return False
        if found.idle > found.limit * _HEARTBEAT:
            db.exec(update(AccessSession).where(AccessSession.id == found.row.id).values(last_seen_at=now()))
        return True


def sign_out(token: str | None, why: str = "signed out") -> None:
    """Ends the access session at once, in every tab. Unknown and ended ones are left as they are."""
    if not token:
        return
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        end(db, AccessSession.token_hash == digest(token), why=why)


def why_ended(token: str | None) -> str | None:
    """Why this cookie opens nothing any more, in the words given when it was ended; None when it never did."""
    if not token:
        return None
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        query = select(AccessSession.ended_why).where(AccessSession.token_hash == digest(token))
        return db.exec(query).first()


def begin(db: Database, account: Account, address: str | None, browser: str | None) -> str:
    """Begins an access session and returns its secret, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    values = AccessSession(
        token_hash=digest(token), account_id=account.id, address=address, browser=browser and browser[:200]
    ).model_dump(exclude={"id"})
    made = db.exec(insert(AccessSession).values(**values))
    note(db, "signed in", made.inserted_primary_key[0], {"address": address, "browser": values["browser"]})
    return token


def end(db: Database, *which: Any, why: str) -> None:
    """Ends the access sessions that are still open among those asked for, each with its row in the trail."""
    query = select(AccessSession.id).where(AccessSession.ended_at.is_(None), *which)
    for session_id in db.exec(query).all():
        ending = (
            update(AccessSession)
            .where(AccessSession.id == session_id, AccessSession.ended_at.is_(None))
            .values(ended_at=now(), ended_why=why)
        )
        if db.exec(ending).rowcount:
            note(db, "signed out", session_id, reason=why)


def idle_seconds(db: Database) -> float:
    """How long somebody may do nothing. CLINIC_IDLE_SECONDS overrides the setting, for tests only."""
    if override := os.environ.get("CLINIC_IDLE_SECONDS"):
        return float(override)
    return _chosen(db, "idle_minutes") * 60.0


def locked_for(db: Database) -> timedelta:
    """How long a locked access session waits for its person before it ends."""
    return timedelta(hours=_chosen(db, "locked_hours"))


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Live(NamedTuple):
    """An access session that has not ended, open or locked."""

    row: Any  # id, key, last_seen_at, locked_at
    account: Account
    idle: float  # seconds since the last action
    limit: float  # seconds until it is too long

    @property
    def left(self) -> float:
        return self.limit - self.idle

    @property
    def locked_at(self) -> datetime | None:
        """When it was locked, or became idle for so long that it is."""
        out = self.row.last_seen_at + timedelta(seconds=self.limit) if self.left <= 0 else None
        return self.row.locked_at or out


def opened(db: Database, query: Any, held: str) -> Live | None:
    """The access session, if it is open."""
    found = live(db, query, held)
    return found if found and found.locked_at is None else None


def live(db: Database, query: Any, held: str) -> Live | None:
    """The access session, open or locked. One that was idle for too long is locked on the way, and one that was
    locked for too long is ended."""
    row = db.exec(query, params={"held": held}).first()
    if row is None:
        return None
    found = Live(row, row.Account, (now() - row.last_seen_at).total_seconds(), idle_seconds(db))
    if found.locked_at is None:
        return found
    if row.locked_at is None:
        _lock(db, found)
    if now() - found.locked_at >= locked_for(db):
        end(db, AccessSession.id == row.id, why="idle")
        return None
    return found


def note(
    db: Database, verb: str, session_id: int, after: dict | None = None, reason: str | None = None
) -> None:
    """A row of the trail about an access session."""
    account = db.exec(
        select(Account.username).join(AccessSession).where(AccessSession.id == session_id)
    ).one()
    after = {"account": account} | (after or {})
    trail.note(db, verb, table="access_session", record_id=session_id, after=after, reason=reason)


def _lock(db: Database, found: Live) -> None:
    """By the time at which the idle time ran out: it may be asked about much later. Somebody who did something at
    this very moment keeps it open."""
    locking = (
        update(AccessSession)
        .where(
            AccessSession.id == found.row.id,
            AccessSession.locked_at.is_(None),
            AccessSession.last_seen_at == found.row.last_seen_at,
        )
        .values(locked_at=found.locked_at)
    )
    if db.exec(locking).rowcount:
        note(db, "locked", found.row.id, reason="idle")


def _chosen(db: Database, name: str) -> Any:
    chosen = db.exec(_CHOSEN, params={"name": name, "now": now()}).first()
    return chosen["is"] if chosen else settings.DEFAULTS[name]
