"""A clinic's own numbers: from some of them to a new version, which holds nothing until it is approved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from clinic import protocols
from clinic.access import require
from clinic.editions.reading import edition_rows, parts, protocol
from clinic.protocols.definition import Protocol
from clinic.refused import BadInput, Conflict
from data_model import Database, ProtocolEdition


def edit(
    db: Database, id: str, values: Mapping[str, Any], reason: str, *, on: str | None = None
) -> ProtocolEdition:
    """A new version in which these limits (id -> number) have these values and the others stay as they were in
    version `on`, by default the newest. It stands on the newest shipped version, and what the clinic changed on an
    older one goes along. Raises BadInput with a sentence for everything that may not be."""
    require(db, "edit protocols")
    shipped = protocols.protocol(id)
    before = protocol(db, id, on or newest(db, id))
    changed = _changed(before, values)
    own = _carried(db, before, shipped) | changed
    version = next_version(db, id)
    made, problems = _made(shipped, own, version)
    problems += _problems(before, shipped, own, changed, reason)
    if problems:
        raise BadInput(*dict.fromkeys(problems))
    row = ProtocolEdition(
        protocol=id,
        base_version=shipped.version,
        version=version,
        values=own,
        reason=reason.strip(),
        fingerprint=made.fingerprint,
        made_by=db.actor.name,
        made_by_id=db.actor.account_id,
    )
    return _stored(db, row)


def newest(db: Database, id: str) -> str:
    """The last version made on the newest shipped one, approved or not, or that shipped one."""
    shipped = protocols.protocol(id).version
    made = (row.version for row in edition_rows(db, id) if row.base_version == shipped)
    return next(made, shipped)


def next_version(db: Database, id: str) -> str:
    """Counted on for each protocol, whatever the base: no two of its versions end in the same number."""
    last = max((parts(row.version)[1] for row in edition_rows(db, id)), default=0)
    return f"{protocols.protocol(id).version}+{last + 1}"


def _changed(before: Protocol, values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what stays as it is; what is no limit stays in, to be refused."""
    now = {limit.id: limit.value for limit in before.limits}
    return {id: value for id, value in values.items() if value != now.get(id)}


def _carried(db: Database, before: Protocol, shipped: Protocol) -> dict[str, Any]:
    """All that the clinic set so far and that the newest shipped version still lets it set."""
    row = next((row for row in edition_rows(db, before.id) if row.version == before.version), None)
    free = {limit.id for limit in shipped.limits if not limit.locked}
    return {id: value for id, value in (row.values if row else {}).items() if id in free}


def _made(shipped: Protocol, own: dict[str, Any], version: str) -> tuple[Protocol | None, list[str]]:
    if not own:
        return None, []
    try:
        return protocols.edited(shipped, own, version=version), []
    except protocols.BadDefinition as refusal:
        return None, list(refusal.problems)


def _problems(
    before: Protocol, shipped: Protocol, own: dict[str, Any], changed: dict[str, Any], reason: str
) -> Iterator[str]:
    moved = before.version.partition("+")[0] != shipped.version and own
    if not changed and not moved:
        yield f"Nothing differs from version {before.version}."
    if not reason.strip():
        yield "Say why the limits are changed: it stays with the version."


def _stored(db: Database, row: ProtocolEdition) -> ProtocolEdition:
    try:
        with db.because(row.reason):
            db.add(row)
    except IntegrityError as taken:
        raise Conflict(
            f"Somebody else made version {row.version} at this moment. Look at it, then make yours."
        ) from taken
    return row
