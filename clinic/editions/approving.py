"""Two names under a version: the medical lead and a second clinician, each after their own password."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from clinic import protocols
from clinic.access import can, require
from clinic.accounts import signing_in
from clinic.editions.names import CAPACITIES
from clinic.editions.reading import KEPT, approval, parts, protocol, version_in_force
from clinic.protocols.definition import Protocol
from clinic.refused import BadInput, Conflict, NotAllowed
from data_model import Account, Actor, Database, ProtocolApproval

__all__ = ["CAPACITIES", "approve", "capacities", "in_the_way"]


def capacities(actor: Actor) -> list[str]:
    """As what this actor may sign."""
    if not can(actor, "approve protocols"):
        return []
    return [name for name, roles in CAPACITIES.items() if actor.role in roles]


def in_the_way(db: Database, id: str, version: str) -> str | None:
    """Why signing this version would be of no use to anybody, or None."""
    shipped = protocols.protocol(id).version
    if version.partition("+")[0] != shipped:
        return f"Version {version} stands on an older shipped version; {shipped} is there now."
    now = version_in_force(db, id)
    if parts(now) > parts(version):
        return f"Version {now} is in force, and it was made after {version}: make a new version instead."
    return None


def approve(db: Database, id: str, version: str, capacity: str, password: str) -> ProtocolApproval:
    """The actor's name under this version, after their own password; with the second name it is approved, and a
    version that came after the one in force takes its place. Who made it may be one of the two. Raises Refused for
    a wrong password (which counts as a failed sign-in), NotAllowed for a capacity that is not theirs, BadInput."""
    require(db, "approve protocols")
    chosen = protocol(db, id, version)
    if capacity not in CAPACITIES:
        raise BadInput(f"A protocol is approved as {' or as '.join(CAPACITIES)}, not as “{capacity}”.")
    account = db.get(Account, db.actor.account_id) if db.actor.account_id else None
    if account is None or account.role not in CAPACITIES[capacity]:
        raise NotAllowed(f"Your account ({db.actor.role or db.actor.kind}) may not approve as {capacity}.")
    if problems := list(_problems(db, chosen, account, capacity)):
        raise BadInput(*problems)
    signing_in.confirm(account, password)
    made = ProtocolApproval(
        protocol=id,
        version=version,
        fingerprint=chosen.fingerprint,
        account_id=account.id,
        name=account.name,
        role=account.role,
        capacity=capacity,
    )
    return _stored(db, made)


def _problems(db: Database, chosen: Protocol, account: Account, capacity: str) -> Iterator[str]:
    if problem := in_the_way(db, chosen.id, chosen.version):
        yield problem
    for name, _, signed_as, _ in approval(db, chosen).by:
        if signed_as == capacity:
            yield f"{name} has approved version {chosen.version} as {capacity} already."
    if _signed_before(db, chosen, account):
        yield f"You have approved version {chosen.version} already; the other name must be somebody else's."


def _signed_before(db: Database, chosen: Protocol, account: Account) -> bool:
    query = select(ProtocolApproval.id).where(
        ProtocolApproval.protocol == chosen.id,
        ProtocolApproval.version == chosen.version,
        ProtocolApproval.account_id == account.id,
    )
    return db.exec(query).first() is not None


def _stored(db: Database, made: ProtocolApproval) -> ProtocolApproval:
    try:
        db.add(made)
        db.flush()
    except IntegrityError as taken:
        raise Conflict(f"You have approved version {made.version} already.") from taken
    db.info.pop(KEPT, None)
    return made
