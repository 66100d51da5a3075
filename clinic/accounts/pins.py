"""A PIN of six digits: it opens again what its person's own password opened, and confirms beside the tablet.

It never begins an access session and never signs a record. A million possibilities are few, so whoever checks
one counts the failures: as failed sign-ins (`second`), or on the locked access session (`locking`).
"""

from __future__ import annotations

import re

from sqlalchemy import update

from clinic import trail
from clinic.access import require
from clinic.accounts import passwords, signing_in
from clinic.refused import BadInput
from data_model import Account, Database

DIGITS = 6
_PIN = re.compile(rf"[0-9]{{{DIGITS}}}")
_RUNS = ("01234567890", "09876543210")


def problem(pin: str) -> str | None:
    """What is wrong with a new PIN, or None: the few that everybody tries first are refused."""
    if not looks_like(pin):
        return f"A PIN has {DIGITS} digits."
    if len(set(pin)) == 1 or pin[:2] * 3 == pin or pin[:3] * 2 == pin or any(pin in run for run in _RUNS):
        return "This PIN is too easy to guess: no repeated digits and no run such as 123456."
    return None


def looks_like(secret: str) -> bool:
    """Whether this was meant as a PIN. No password is so short."""
    return _PIN.fullmatch(secret) is not None


def kept_for(account: Account, secret: str) -> str:
    """The hash that this secret is compared with: the PIN's for six digits where there is a PIN."""
    return account.pin_hash if account.pin_hash and looks_like(secret) else account.password_hash


def set_pin(db: Database, password: str, pin: str) -> None:
    """Gives the actor's account a PIN, after their own password. Raises BadInput for a PIN that will not do, and
    Refused for a wrong password, which counts as a failed sign-in."""
    account = _own(db)
    if wrong := problem(pin):
        raise BadInput(wrong)
    _check(account, password)
    _keep(db, account, passwords.hashed(pin), "set own PIN")


def remove_pin(db: Database, password: str) -> None:
    """Takes the actor's PIN away, after their own password; from then on only the password unlocks."""
    account = _own(db)
    _check(account, password)
    _keep(db, account, None, "removed own PIN")


def has_pin(db: Database) -> bool:
    return _own(db).pin_hash is not None


def _own(db: Database) -> Account:
    require(db, "change own password")
    return db.get(Account, db.actor.account_id)


def _check(account: Account, password: str) -> None:
    signing_in.checked(
        account, account.password_hash, password, wrong="The password is wrong. Nothing was changed."
    )


def _keep(db: Database, account: Account, pin_hash: str | None, verb: str) -> None:
    db.exec(update(Account).where(Account.id == account.id).values(pin_hash=pin_hash))
    trail.note(db, verb, table="account", record_id=account.id, after={"account": account.username})
