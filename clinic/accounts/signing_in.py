"""Signing in with a user name and a password, and changing one's own.

A failure is counted before the password is looked at, and the account locks with the fifth: a hundred
guesses sent at once are still five.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, case, or_, update
from sqlmodel import select

from clinic import access, trail
from clinic.access import FRONT_DOOR, require
from clinic.accounts import passwords, sessions
from clinic.refused import BadInput, Refused
from data_model import AccessSession, Account, Database, database
from data_model.columns import now

FAILURES = 5
LOCKED_FOR = timedelta(minutes=5)
WRONG = "Wrong user name or password."
LOCKED = "Too many failed attempts. The account is locked for 5 minutes."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` is the cookie's secret."""

    token: str
    must_change_password: bool


def sign_in(
    username: str, password: str, *, address: str | None = None, browser: str | None = None
) -> SignedIn:
    """Begins an access session. Raises Refused in the same words, after the same work, whether the name is
    unknown, the password wrong or the account no longer active; and when the account is locked."""
    account = _account(username)
    if account is not None:
        _count_an_attempt(account)
    if not passwords.matches(account and account.password_hash, password):
        _note_failure(account, address)
        raise Refused(WRONG)
    with database(access.actor(account)) as db:
        _forgive(db, account, password)
        token = sessions.begin(db, account, address, browser)
    return SignedIn(token, account.must_change_password)


def change_own_password(db: Database, old: str, new: str) -> None:
    """Sets a new password and ends the account's other access sessions. Raises Refused for a wrong old
    password, which counts as a failed sign-in, and BadInput for a new one that will not do."""
    require(db, "change own password")
    account = db.get(Account, db.actor.account_id)
    if problem := _problem(account, old, new):
        raise BadInput(problem)
    _count_an_attempt(account)
    if not passwords.matches(account.password_hash, old):
        raise Refused("The current password is wrong.")
    set_password(db, account, new, must_change=False, verb="changed own password")
    others = AccessSession.id.is_distinct_from(db.actor.access_session_id)
    sessions.end(db, AccessSession.account_id == account.id, others, why="password changed")


def confirm(account: Account, password: str) -> None:
    """That it is really they who sign: their password once more. Raises Refused; a wrong one counts as a failed
    sign-in and locks the account like one."""
    checked(account, account.password_hash, password, wrong="The password is wrong. Nothing was signed.")


def checked(account: Account | None, kept: str | None, secret: str, *, wrong: str) -> None:
    """Compares a password or a PIN with the hash that is kept of it. Raises Refused with `wrong`, after the same
    work when there is no such account; each failure counts as a failed sign-in and is in the trail.

    It writes in transactions of its own, so that a refusal does not take the count back: the caller asks before
    it has written anything, or SQLite's one writer waits for itself.
    """
    if account is not None:
        _count_an_attempt(account)
    if not passwords.matches(kept, secret):
        _note_failure(account, None)
        raise Refused(wrong)
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        _forgive(db, account, secret if kept == account.password_hash else None)


def set_password(db: Database, account: Account, password: str, *, must_change: bool, verb: str) -> None:
    """Keeps a new password, unlocks the account, and says so in the trail without the password. Where somebody
    else made it (`must_change`), the PIN that stood on the old one goes with it."""
    values = {
        "password_hash": passwords.hashed(password),
        "must_change_password": must_change,
        "failures": 0,
        "locked_until": None,
    }
    if must_change:
        values["pin_hash"] = None
    db.exec(update(Account).where(Account.id == account.id).values(**values))
    trail.note(db, verb, table="account", record_id=account.id, after={"account": account.username})


def login_name(username: str) -> str:
    return username.strip().casefold()


def _account(username: str) -> Account | None:
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        return db.exec(
            select(Account).where(Account.username == login_name(username), Account.active)
        ).first()


def _count_an_attempt(account: Account) -> None:
    """In a transaction of its own, because the refusal that may follow rolls back the caller's."""
    at = now()
    expired = and_(Account.locked_until.is_not(None), Account.locked_until <= at)
    failures = case((expired, 1), else_=Account.failures + 1)
    counting = (
        update(Account)
        .where(Account.id == account.id, or_(Account.locked_until.is_(None), expired))
        .values(failures=failures, locked_until=case((failures >= FAILURES, at + LOCKED_FOR), else_=None))
    )
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        if not db.exec(counting).rowcount:
            raise Refused(LOCKED)


def _note_failure(account: Account | None, address: str | None) -> None:
    """An unknown user name is not kept: people type passwords into the wrong field."""
    after = {"account": account.username if account else "unknown", "address": address}
    with database(FRONT_DOOR) as db:
        require(db, "check passwords")
        trail.note(db, "failed sign-in", table="account", record_id=account and account.id, after=after)
        locked = account and db.exec(select(Account.locked_until).where(Account.id == account.id)).one()
        if locked:
            trail.note(db, "locked", table="account", record_id=account.id, after=after)


def _forgive(db: Database, account: Account, password: str | None) -> None:
    """Forgets the failures; a password that was just found right is hashed anew where today's hash is stronger."""
    values = {"failures": 0, "locked_until": None}
    if password is not None and passwords.outdated(account.password_hash):
        values["password_hash"] = passwords.hashed(password)
    db.exec(update(Account).where(Account.id == account.id).values(**values))


def _problem(account: Account, old: str, new: str) -> str | None:
    if new == old:
        return "The new password is the old one."
    return passwords.problem(new, account.username)
