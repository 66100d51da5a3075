"""Who takes a decision at the chair: whoever is signed in, or somebody beside the tablet by password or PIN."""

from __future__ import annotations

from clinic.access import require
from clinic.accounts import second, signing_in
from clinic.refused import NotAllowed
from data_model import Account, Database

# A user name and that person's password or PIN.
Secret = tuple[str, str]


def by_whom(db: Database, right: str, beside: Secret | None = None) -> tuple[str, int | None]:
    """(name, account id) of the one who decides and has this right. With `beside` it is that person, who may be the
    actor once more. To be asked before anything is written: failures are counted in transactions of their own.
    Raises NotAllowed, and Refused for a wrong secret."""
    if beside is None:
        require(db, right)
        return db.actor.name, db.actor.account_id
    account = confirmed(db, right, beside)
    return account.name, account.id


def own_name(db: Database) -> str:
    """The actor's own user name; raises NotAllowed for whoever has no account."""
    own = db.get(Account, db.actor.account_id) if db.actor.account_id else None
    if own is None:
        raise NotAllowed("Only somebody signed in can confirm.")
    return own.username


def confirmed(db: Database, right: str, beside: Secret) -> Account:
    """The account of whoever typed their user name and password or PIN, be it the actor's own."""
    username, secret = beside
    own = db.get(Account, db.actor.account_id) if db.actor.account_id else None
    if own is None or own.username != signing_in.login_name(username):
        return second.confirm_other(db, username, secret, right=right)
    if right not in db.actor.rights:
        raise NotAllowed(f"{own.name} may not {right}.")
    return second.confirm_own(db, secret)
