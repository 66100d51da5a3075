"""A locked access session: nothing was done for a while, so it opens nothing until its own person is back.

What it was begun with, or a PIN of that person, opens it again. Guesses are counted on the access session, not on
the account: five wrong ones end it, and then the password is asked for as at any sign-in. So a PIN can be tried
five times for each time that the password was right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import func, select

from clinic.access import FRONT_DOOR, require
from clinic.accounts import passwords, pins, sessions, signing_in
from clinic.refused import Refused
from data_model import AccessSession, Account, AuditRow, Database, database
from data_model.columns import now

TRIES = 5
TRIED = "tried to unlock"
TOO_MANY = "too many wrong PINs"
OVER = "This page is signed out by now."


@dataclass(frozen=True, slots=True)
class Locked:
    """`name` is the member of staff whose page it is; `has_pin` whether a PIN will do."""

    name: str
    has_pin: bool
    since: datetime


def locked_of(token: str | None) -> Locked | None:
    """Whose locked access session this cookie belongs to, or None: open, ended, or unknown."""
    if not token:
        return None
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        found = _found(db, token)
        return found and Locked(found.account.name, found.account.pin_hash is not None, found.locked_at)


def unlock(token: str | None, secret: str) -> None:
    """Opens a locked access session again for the PIN or password of its own person. Raises Refused for a wrong
    one, which ends the access session at the fifth, and when there is nothing to unlock any more."""
    session_id, account, tries = _counted(token)
    try:
        _check(account, secret)
    except Refused as wrong:
        if tries >= TRIES:
            _end(session_id)
        raise Refused(str(wrong)) from None
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        opening = _locked(session_id).values(locked_at=None, last_seen_at=now())
        if not db.exec(opening).rowcount:
            raise Refused(OVER)
        sessions.note(db, "unlocked", session_id)


def _counted(token: str | None) -> tuple[int, Account, int]:
    """Which access session, whose, and which try since it was locked this is: written down before the secret is
    looked at, so that guesses sent at once are still five."""
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        found = _found(db, token) if token else None
        # Writing to the row holds it, so that two who try at once count one after the other.
        if found is None or not db.exec(_locked(found.row.id).values(locked_at=found.locked_at)).rowcount:
            raise Refused(OVER)
        sessions.note(db, TRIED, found.row.id)
        tries = _tries(db, found)
    if tries > TRIES:
        _end(found.row.id)
        raise Refused(OVER)
    return found.row.id, found.account, tries


def _check(account: Account, secret: str) -> None:
    """A wrong PIN counts on the access session alone; a password is guarded as at the sign-in as well."""
    kept = pins.kept_for(account, secret)
    if kept == account.password_hash:
        signing_in.checked(account, kept, secret, wrong="The password is wrong.")
    elif not passwords.matches(kept, secret):
        raise Refused("The PIN is wrong.")


def _tries(db: Database, found: sessions.Live) -> int:
    mine = (AuditRow.record_table == "access_session", AuditRow.record_id == found.row.id)
    query = select(func.count()).where(*mine, AuditRow.verb == TRIED, AuditRow.at >= found.locked_at)
    return db.exec(query).one()


def _found(db: Database, token: str) -> sessions.Live | None:
    found = sessions.live(db, sessions.BY_TOKEN, sessions.digest(token))
    return found if found and found.locked_at is not None else None


def _locked(session_id: int):
    return update(AccessSession).where(
        AccessSession.id == session_id, AccessSession.ended_at.is_(None), AccessSession.locked_at.is_not(None)
    )


def _end(session_id: int) -> None:
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        sessions.end(db, AccessSession.id == session_id, why=TOO_MANY)
