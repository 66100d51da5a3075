"""A second person's word at the same tablet: their own password or PIN, while the first one stays signed in."""

from __future__ import annotations

from sqlmodel import select

from clinic import access, trail
from clinic.access import require
from clinic.accounts import pins, signing_in
from clinic.refused import NotAllowed, Refused
from data_model import Account, Database

YOURSELF = "A second person has to confirm: not you."
WRONG = "Wrong user name, password or PIN. Nothing was confirmed."
# Anybody signed in may ask a colleague; what the colleague may is asked of their account.
_ANYBODY = "change own password"


def confirm_other(db: Database, username: str, secret: str, *, right: str | None = None) -> Account:
    """The account of another person who has just confirmed with their password or PIN, and has this right.

    To be asked before anything is written in this transaction, because failures are counted in transactions of
    their own. Raises Refused for a wrong secret (which counts as that person's failed sign-in), for an account
    that is locked by failures or still has a temporary password, and for oneself; NotAllowed without the right.
    """
    require(db, _ANYBODY)
    account = _active(db, username)
    if account is not None:
        _refuse_unfit(db, account, right)
    kept = account and pins.kept_for(account, secret)
    signing_in.checked(account, kept, secret, wrong=WRONG)
    return _noted(db, account, right)


def confirm_own(db: Database, secret: str) -> Account:
    """The actor's own account, after their password or PIN once more: that the tablet was not just left lying.
    Asked before anything is written. Raises Refused; a wrong one counts as a failed sign-in."""
    require(db, _ANYBODY)
    account = db.get(Account, db.actor.account_id) if db.actor.account_id else None
    if account is None:
        raise NotAllowed("Only somebody signed in can confirm.")
    signing_in.checked(account, pins.kept_for(account, secret), secret, wrong=WRONG)
    return account


def who_may(db: Database, right: str | None, *, without: int | None = None) -> list[tuple[str, str, str]]:
    """(user name, name, role) of the active accounts that have a right, by name, for a choice of whom to ask.
    `without` is the id of an account to leave out, as a giver who cannot be their own witness."""
    require(db, _ANYBODY)
    found = db.exec(select(Account).where(Account.active).order_by(Account.name, Account.username))
    return [
        (each.username, each.name, str(each.role))
        for each in found
        if each.id != without and _may(each, right)
    ]


def _refuse_unfit(db: Database, account: Account, right: str | None) -> None:
    if account.id == db.actor.account_id:
        raise Refused(YOURSELF)
    if not _may(account, right):
        raise NotAllowed(f"{account.name} may not {right}.")
    if account.must_change_password:
        raise Refused(f"{account.name} has a temporary password and has to choose one of their own first.")


def _may(account: Account, right: str | None) -> bool:
    return right is None or right in access.rights(account.role, account.may_prescribe, account.sees_names)


def _active(db: Database, username: str) -> Account | None:
    wanted = signing_in.login_name(username)
    return db.exec(select(Account).where(Account.username == wanted, Account.active)).first()


def _noted(db: Database, account: Account, right: str | None) -> Account:
    after = {"account": account.username, "confirmed for": db.actor.name, "right": right}
    trail.note(db, "confirmed as second", table="account", record_id=account.id, after=after)
    return account
