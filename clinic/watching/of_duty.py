"""What the protocol wants done within so many days of a treatment."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from clinic import protocols
from clinic.flags.facts import Duty
from clinic.protocols.definition import Protocol
from clinic.protocols.limit import differs
from data_model import Database, DutyDone, Treatment
from data_model.columns import Status, now

LOOKED_BACK = timedelta(days=60)  # a form of longer ago is not coming any more


def duties(db: Database, protocol: Protocol, record: Treatment) -> tuple[Duty, ...]:
    asked = [
        each for each in protocol.duties if each.days and not differs(each.substance, _substance(record))
    ]
    if not asked or record.started_at is None:
        return ()
    query = select(DutyDone).where(DutyDone.treatment_id == record.id, DutyDone.status != Status.VOID)
    done = {row.duty: row.done_at for row in db.exec(query.order_by(DutyDone.done_at.desc()))}
    return tuple(
        Duty(f"treatment:{record.key}:{each.id}", each.title, record.started_at, each.days, done.get(each.id))
        for each in asked
    )


def waiting(db: Database) -> list[Treatment]:
    """Treatments of the last weeks whose protocol has a duty that nobody has noted as done."""
    with_duties = [each.id for each in protocols.catalogue().values() if any(d.days for d in each.duties)]
    done = select(DutyDone.treatment_id).where(DutyDone.status != Status.VOID)
    query = select(Treatment).where(
        Treatment.protocol.in_(with_duties),
        Treatment.started_at > now() - LOOKED_BACK,
        Treatment.status != Status.VOID,
        Treatment.id.not_in(done),
    )
    return list(db.exec(query.order_by(Treatment.started_at)))


def _substance(record: Treatment) -> str | None:
    return str(record.substance) if record.substance else None
