"""Keeping the accounts: who may work here, and as what."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from sqlmodel import func, select

from clinic.access import require
from clinic.accounts import passwords, sessions
from clinic.accounts.signing_in import login_name, set_password
from clinic.refused import BadInput, NotFound, Refused
from data_model import AccessSession, Account, Database
from data_model.accounts import Role
from data_model.columns import now

CHANGEABLE = ("name", "role", "may_prescribe", "sees_names", "site", "active")
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def create(
    db: Database,
    *,
    username: str,
    name: str,
    role: Role | str,
    password: str | None = None,
    may_prescribe: bool = False,
    sees_names: bool = False,
    site: str | None = None,
    must_change_password: bool = True,
) -> tuple[Account, str | None]:
    """The new account, and the temporary password made for it when none was given. Raises BadInput."""
    require(db, "manage accounts")
    username = login_name(username)
    temporary = passwords.temporary() if password is None else None
    problems = [
        _username_problem(db, username),
        *_problems({"name": name, "role": role, "may_prescribe": may_prescribe, "sees_names": sees_names}),
        password is not None and passwords.problem(password, username),
    ]
    _refuse(problems)
    account = Account(
        username=username,
        name=name.strip(),
        role=Role(role),
        may_prescribe=may_prescribe,
        sees_names=sees_names,
        site=(site or "").strip() or None,
        password_hash=passwords.hashed(temporary or password),
        must_change_password=must_change_password,
    )
    db.add(account)
    db.flush()
    return account, temporary


def change(db: Database, key: str, **fields: Any) -> Account:
    """Changes some of CHANGEABLE. Who is deactivated is signed out everywhere at once. Raises BadInput, and
    Refused when no active administrator would be left."""
    require(db, "manage accounts")
    account = _found(db, key)
    if unknown := sorted(set(fields) - set(CHANGEABLE)):
        raise BadInput(*(f"“{field}” of an account cannot be changed here." for field in unknown))
    kept = {field: getattr(account, field) for field in CHANGEABLE}
    _refuse(_problems(kept | fields))
    administrator_before = account.id in _locked_administrators(db)
    for field, value in fields.items():
        setattr(account, field, Role(value) if field == "role" else value)
    db.flush()
    if administrator_before and not _locked_administrators(db):
        raise Refused("This is the last active administrator: make somebody else one first.")
    if not account.active:
        sessions.end(db, AccessSession.account_id == account.id, why="account deactivated")
    return account


def reset_password(db: Database, key: str) -> str:
    """A temporary password that must be changed at the next sign-in. Unlocks the account and signs it out
    everywhere."""
    require(db, "manage accounts")
    account = _found(db, key)
    temporary = passwords.temporary()
    set_password(db, account, temporary, must_change=True, verb="reset password")
    sessions.end(db, AccessSession.account_id == account.id, why="password reset")
    return temporary


def listing(db: Database) -> pd.DataFrame:
    """One row per account by user name: key, username, name, role, may_prescribe, sees_names, site, active,
    must_change_password, locked, last_sign_in (UTC, NaT = never), created_at (UTC)."""
    require(db, "manage accounts")
    last = func.max(AccessSession.started_at)
    query = (
        select(Account, last)
        .join(AccessSession, AccessSession.account_id == Account.id, isouter=True)
        .group_by(Account.id)
        .order_by(Account.username)
    )
    columns = ["key", "username", "name", "role", "may_prescribe", "sees_names", "site", "active"]
    columns += ["must_change_password", "locked", "last_sign_in", "created_at"]
    frame = pd.DataFrame([_line(*row) for row in db.exec(query)], columns=columns)
    times = {"last_sign_in": "datetime64[us, UTC]", "created_at": "datetime64[us, UTC]"}
    return frame.astype(times)


def set_preference(db: Database, name: str, value: str | None) -> None:
    """A person's own choice, such as the first page; None takes it back."""
    require(db, "change own password")
    account = db.get(Account, db.actor.account_id)
    others = {kept: v for kept, v in (account.preferences or {}).items() if kept != name}
    account.preferences = others if value is None else others | {name: value}
    db.flush()


def _found(db: Database, key: str) -> Account:
    account = db.exec(select(Account).where(Account.key == key)).first()
    if account is None:
        raise NotFound("There is no such account.")
    return account


def _line(account: Account, last_sign_in: Any) -> tuple:
    locked = account.locked_until is not None and account.locked_until > now()
    return (
        account.key,
        account.username,
        account.name,
        str(account.role),
        account.may_prescribe,
        account.sees_names,
        account.site,
        account.active,
        account.must_change_password,
        locked,
        last_sign_in,
        account.created_at,
    )


def _username_problem(db: Database, username: str) -> str | None:
    if not _USERNAME.fullmatch(username):
        return "A user name has 2 to 40 letters a–z, digits, dots, dashes or underscores."
    if db.exec(select(Account.id).where(Account.username == username)).first() is not None:
        return f"There is already an account with the user name {username}."
    return None


def _problems(fields: dict[str, Any]) -> list[str | None]:
    role = fields["role"]
    return [
        None if str(fields["name"]).strip() else "An account needs the person's name.",
        None if role in list(Role) else f"There is no role called “{role}”.",
        "Only a clinician may be given the right to prescribe."
        if fields["may_prescribe"] and role != Role.CLINICIAN
        else None,
        "Only a lead needs to be given names." if fields["sees_names"] and role != Role.LEAD else None,
    ]


def _refuse(problems: list[str | bool | None]) -> None:
    if found := [problem for problem in problems if problem]:
        raise BadInput(*found)


def _locked_administrators(db: Database) -> list[int]:
    """The active administrators, read so that two who demote each other at the same moment are not both gone:
    PostgreSQL holds the rows; SQLite's one writer counts after its own change."""
    query = select(Account.id).where(Account.role == Role.ADMINISTRATOR, Account.active).order_by(Account.id)
    return list(db.exec(query.with_for_update()))
