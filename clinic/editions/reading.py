"""Versions of protocols as they stand: the one in force, the one that judged a treatment, and all there are.

Any actor may ask for them, as for a setting: none says anything about a patient.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam
from sqlmodel import select

from clinic import protocols, settings
from clinic.access import require
from clinic.editions.names import Approval, approval_of, both
from clinic.instruments.library import order
from clinic.protocols.definition import Protocol
from clinic.refused import BadInput, NotFound, Refused
from data_model import Database, ProtocolApproval, ProtocolEdition, Treatment
from data_model.columns import Status

KEPT = "version of a protocol in force, read in this transaction"
# Built once: every page of a treatment asks these, and building costs as much as asking.
_EDITIONS = (
    select(ProtocolEdition)
    .where(ProtocolEdition.protocol == bindparam("protocol"))
    .order_by(ProtocolEdition.id.desc())
)
_EDITION = _EDITIONS.where(ProtocolEdition.version == bindparam("version"))
_APPROVALS = (
    select(ProtocolApproval)
    .where(ProtocolApproval.protocol == bindparam("protocol"))
    .order_by(ProtocolApproval.id)
)


class Altered(Refused):
    """A stored version does not give the protocol that it was made as; nothing may be judged by it."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version for a list. A shipped one has no base, reason or maker: they are None."""

    protocol: str
    version: str
    base_version: str | None
    reason: str | None
    made_by: str | None
    made_at: datetime | None
    approval: Approval
    in_force: bool

    @property
    def shipped(self) -> bool:
        return self.base_version is None


def in_force(db: Database) -> Protocol:
    """Of the protocol that the settings name, the clinic's newest approved version, or else the shipped one, which
    may be used unapproved. Raises Altered."""
    id = settings.current(db)["protocol"]
    return protocol(db, id, version_in_force(db, id))


def version_in_force(db: Database, id: str) -> str:
    """The clinic's newest approved version on the newest shipped one, or that shipped one. Read once in each
    transaction. What waits for an approval is never it."""
    kept = db.info.setdefault(KEPT, {})
    if id not in kept:
        shipped, approvals = protocols.protocol(id).version, _approvals(db, id)
        approved = (
            row.version
            for row in edition_rows(db, id)
            if row.base_version == shipped and both(_under(approvals, row.version, row.fingerprint))
        )
        kept[id] = next(approved, shipped)
    return kept[id]


def of(db: Database, treatment: Treatment) -> Protocol:
    """The one by which this treatment is judged: the version kept with it, or while it has none the one in force."""
    if treatment.protocol_version is None:
        return in_force(db)
    return protocol(db, treatment.protocol, treatment.protocol_version)


def keep(db: Database, treatment: Treatment) -> None:
    """Writes down by which version this treatment is judged. What is not started yet takes the version now in
    force, though it was ordered under an older one; from the start on the first one kept stays."""
    require(db, "record treatments")
    waiting = treatment.status == Status.DRAFT and treatment.started_at is None
    if treatment.protocol_version is None or waiting:
        treatment.protocol = settings.current(db)["protocol"]
        treatment.protocol_version = version_in_force(db, treatment.protocol)


def protocol(db: Database, id: str, version: str) -> Protocol:
    """A shipped version, or a clinic's own made anew from its base; raises NotFound, and Altered when what comes
    of it is not what was approved."""
    if "+" not in version:
        return protocols.protocol(id, version)
    row = db.exec(_EDITION, params={"protocol": id, "version": version}).first()
    if row is None:
        raise NotFound(f"There is no version {version} of {protocols.protocol(id).title}.")
    return rebuilt(row)


def approval(db: Database, chosen: Protocol) -> Approval:
    """Who signed exactly this content of this version."""
    rows = _under(_approvals(db, chosen.id), chosen.version, chosen.fingerprint)
    return approval_of(rows, settings.zone(db))


def versions(db: Database, id: str) -> list[Version]:
    """Every version, the newest first: under each shipped version what the clinic made of it."""
    require(db, "see protocols")
    now, approvals, zone = version_in_force(db, id), _approvals(db, id), settings.zone(db)
    made = edition_rows(db, id)
    found = []
    for shipped in reversed(protocols.versions(id)):
        base = protocols.protocol(id, shipped)
        lines = [
            (row.version, shipped, row.reason, row.made_by, row.made_at, row.fingerprint)
            for row in made
            if row.base_version == shipped
        ]
        for version, *about, fingerprint in [*lines, (shipped, None, None, None, None, base.fingerprint)]:
            names = approval_of(_under(approvals, version, fingerprint), zone)
            found.append(Version(id, version, *about, names, version == now))
    return found


def edition_rows(db: Database, id: str) -> Sequence[ProtocolEdition]:
    """The newest first."""
    return db.exec(_EDITIONS, params={"protocol": id}).all()


def rebuilt(row: ProtocolEdition) -> Protocol:
    """The protocol that a stored version stands for; raises Altered."""
    values = json.dumps(row.values, sort_keys=True)
    return _rebuilt(row.protocol, row.base_version, row.version, values, row.fingerprint)


@lru_cache(maxsize=256)
def _rebuilt(id: str, base: str, version: str, values: str, fingerprint: str) -> Protocol:
    try:
        made = protocols.edited(protocols.protocol(id, base), json.loads(values), version=version)
    except (BadInput, NotFound, AttributeError) as fault:  # the last where the values are no table
        raise Altered(f"The stored version {version} of protocol {id} cannot be read: {fault}") from fault
    if made.fingerprint != fingerprint:
        raise Altered(
            f"The stored version {version} of protocol {id} is not what it was made as: its fingerprint differs. "
            "Nothing is judged by it."
        )
    return made


def parts(version: str) -> tuple[tuple[int, ...], int]:
    """Of "1.0+2": (1, 0) and 2; a shipped version counts as 0."""
    base, _, number = version.partition("+")
    return order(base), int(number or 0)


def _approvals(db: Database, id: str) -> Sequence[ProtocolApproval]:
    return db.exec(_APPROVALS, params={"protocol": id}).all()


def _under(rows: Sequence[ProtocolApproval], version: str, fingerprint: str) -> list[ProtocolApproval]:
    """A name under another content of a version counts for nothing."""
    return [row for row in rows if (row.version, row.fingerprint) == (version, fingerprint)]
