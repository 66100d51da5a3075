"""Sedation and dissociation of one treatment: whether somebody saw or rated any, from when, until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clinic.report.gathering import Record
from clinic.report.picture import observed
from data_model import AdverseEvent, VitalSigns

AWAKE = 5  # MOAA/S


@dataclass(frozen=True, slots=True)
class Seen:
    """`was` is None where nobody rated it. Minutes are from the start of the dose."""

    was: bool | None
    onset: int | None = None
    end: int | None = None


def sedated(record: Record) -> Seen:
    return looked_for(record, "sedation", "moaas", lambda value: value < AWAKE)


def dissociated(record: Record) -> Seen:
    return looked_for(record, "dissociation", "dissociation", lambda value: value > 0)


def looked_for(record: Record, term: str, measure: str, present: Callable[[float], bool]) -> Seen:
    """An event of this name goes before the ratings; with neither nothing is known. Ratings from after the start
    count, and it is over at the first one without it that no other with it follows."""
    events = [row for row in record.rows(AdverseEvent) if row.term.casefold() == term]
    rated = [
        (record.minute_of(row), present(getattr(row, measure)))
        for row in observed(record)
        if counts(record, row) and getattr(row, measure) is not None
    ]
    with_it = [minute for minute, there in rated if there]
    if events:
        starts = [record.minute_of(row) for row in events if record.minute_of(row) is not None]
        ends = [row.resolved_minute for row in events]
        return Seen(True, min(starts, default=None), None if None in ends else max(ends))
    if not with_it:
        return Seen(False if rated else None)
    return Seen(True, with_it[0], next((minute for minute, there in rated if minute > with_it[-1]), None))


def counts(record: Record, row: VitalSigns) -> bool:
    return record.minute_of(row) is not None and not record.is_before(row)
