"""The facts of one treatment, planned, running or finished, from its rows alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import select

from clinic import editions
from clinic.flags.facts import Answer, Doubt, Event, Facts, Leaving, Missed, Verdict
from clinic.protocols.definition import Protocol
from clinic.protocols.schedule import due
from clinic.refused import NotFound
from clinic.treatments.judging import LIKELY, outside, sentence
from clinic.watching.of_dose import doses, given
from clinic.watching.of_duty import duties
from clinic.watching.of_vitals import moment, observations
from data_model import AdverseEvent, Database, GateAnswer, GateVerdict, Treatment, VitalSigns
from data_model.columns import COUNTED, Status, now

# A treatment that nobody ended is not missed for ever.
WATCHED = timedelta(hours=12)


def facts(db: Database, record: Treatment) -> Facts:
    """By the version of the protocol that judges this treatment."""
    protocol = editions.of(db, record)
    rows = children(db, VitalSigns, record)
    return Facts(
        protocol,
        now(),
        observations=observations(protocol, record, rows),
        missed=missed(protocol, record, rows),
        doses=doses(db, protocol, record),
        given=given(db, record),
        verdicts=verdicts(db, record),
        answers=answers(db, protocol, record),
        events=tuple(event(record, row) for row in children(db, AdverseEvent, record)),
        leaving=leaving(protocol, record),
        doubts=doubts(record),
        duties=duties(db, protocol, record),
    )


def children(db: Database, table: type, record: Treatment) -> list:
    query = select(table).where(table.treatment_id == record.id, table.status != Status.VOID)
    return list(db.exec(query.order_by(table.id)))


def missed(protocol: Protocol, record: Treatment, rows: list[VitalSigns]) -> tuple[Missed, ...]:
    """Of a treatment watched live; a record written up afterwards is a summary, and its gaps are not known."""
    if record.started_at is None or not watched_live(record):
        return ()
    until = min(now(), record.started_at + WATCHED)
    done = [at for row in rows if (at := moment(record, row)) is not None]
    try:
        found = due(
            protocol,
            str(record.route) if record.route else None,
            str(record.substance) if record.substance else None,
            record.started_at,
            record.stopped_at,
            done,
            until,
            left=record.left_at,
        )
    except NotFound:  # no schedule: the page of the treatment says so
        return ()
    running = record.left_at is None and record.status == Status.DRAFT
    return tuple(
        Missed(f"treatment:{record.key}:due {each.minute:g} {each.name}", each.name, each.closes, running)
        for each in found
        if each.state == "missed"
    )


def watched_live(record: Treatment) -> bool:
    """Somebody started it at the chair. What is still running with a plan is taken to be; a finished record may have
    its planned time from another system."""
    return record.planned_for is not None and (record.started_by is not None or record.status == Status.DRAFT)


def verdicts(db: Database, record: Treatment) -> tuple[Verdict, ...]:
    """With the reasons that hold something up; remarks are left out."""
    query = select(GateVerdict).where(GateVerdict.treatment_id == record.id).order_by(GateVerdict.id)
    return tuple(
        Verdict(
            f"gate_verdict:{row.key}",
            row.decided_at,
            row.verdict,
            tuple((each["id"], each["says"]) for each in row.reasons if each["verdict"] != "go"),
            row.started,
            row.override_reason,
        )
        for row in db.exec(query)
    )


def answers(db: Database, protocol: Protocol, record: Treatment) -> tuple[Answer, ...]:
    titles = {item.id: item.title for item in protocol.gate}
    return tuple(
        Answer(f"gate_answer:{row.key}", row.answered_at, row.item, titles.get(row.item, row.item), row.value)
        for row in children(db, GateAnswer, record)
    )


def event(record: Treatment, row: AdverseEvent) -> Event:
    at = row.happened_at or record.started_at or row.entered_at
    if row.happened_at is None and record.started_at and row.onset_minute is not None:
        at = record.started_at + timedelta(minutes=row.onset_minute)
    return Event(f"adverse_event:{row.key}", at, row.term, str(row.severity), row.serious)


def leaving(protocol: Protocol, record: Treatment) -> tuple[Leaving, ...]:
    if record.left_at is None or record.started_at is None:
        return ()
    minimum = protocol.minimum_minutes(
        str(record.route) if record.route else None, str(record.substance) if record.substance else None
    )
    return (
        Leaving(
            f"treatment:{record.key}:left",
            record.left_at,
            elapsed(record, minimum.measure if minimum else None),
            minimum,
            record.left_early_reason,
            record.leaving_decided_by,
            record.ready_at is not None and record.ready_at <= record.left_at,
        ),
    )


def elapsed(record: Treatment, measure: str | None) -> float | None:
    """Minutes of observation, from where the protocol counts them; None where that moment is not recorded."""
    since: datetime | None = record.stopped_at if measure == "minutes_since_stop" else record.started_at
    return None if since is None else (record.left_at - since) / timedelta(minutes=1)


def doubts(record: Treatment) -> tuple[Doubt, ...]:
    """Only of what counts: a draft may still be put right."""
    said = outside(record, LIKELY, "outside what is usual") if record.status in COUNTED else []
    if not said:
        return ()
    saw = " ".join(sentence(each) for each in said)
    return (Doubt(f"treatment:{record.key}:unlikely", record.started_at, saw),)
