"""Whether what is stored of protocols still stands: every version, every name under one, every version named."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import func, select

from clinic.access import require
from clinic.editions.reading import protocol, rebuilt
from clinic.refused import Refused
from data_model import Database, DoseOrder, GateVerdict, ProtocolApproval, ProtocolEdition, Treatment

_NAMING = {Treatment: "treatment", DoseOrder: "order", GateVerdict: "verdict of the gate"}


def problems(db: Database) -> Iterator[str]:
    """One sentence for each thing that is not as it should be; names no patient."""
    require(db, "see protocols")
    for row in db.exec(select(ProtocolEdition).order_by(ProtocolEdition.id)):
        if problem := _problem(lambda row=row: rebuilt(row)):
            yield problem
    for row in db.exec(select(ProtocolApproval).order_by(ProtocolApproval.id)):
        yield from _approval(db, row)
    for table, word in _NAMING.items():
        yield from _named(db, table, word)


def _problem(read) -> str | None:
    try:
        read()
    except Refused as fault:
        return str(fault)
    return None


def _approval(db: Database, row: ProtocolApproval) -> Iterator[str]:
    what = f"{row.name} approved version {row.version} of protocol {row.protocol}"
    try:
        chosen = protocol(db, row.protocol, row.version)
    except Refused as fault:
        yield f"{what}, which cannot be read: {fault}"
        return
    if chosen.fingerprint != row.fingerprint:
        yield f"{what}, and what stands there now is something else."


def _named(db: Database, table, word: str) -> Iterator[str]:
    """Every version that judged something must still be there to be read."""
    query = select(table.protocol, table.protocol_version, func.count()).where(table.protocol.is_not(None))
    for id, version, count in db.exec(query.group_by(table.protocol, table.protocol_version)).all():
        if fault := _problem(lambda id=id, version=version: protocol(db, id, version)):
            yield f"{count} × {word} judged by {id} {version}, which cannot be read: {fault}"
