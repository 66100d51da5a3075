"""Each observation of a record against the limits of its protocol, for the column beside it."""

from __future__ import annotations

from clinic.protocols.vitals import Breach
from clinic.report.gathering import Record

# What is only counted is not printed beside an observation.
UNSAID = "info"
GRAVE = ("hold", "no_start", "red", "critical")


def breaches(record: Record) -> dict[int, list[Breach]]:
    """row id -> the gravest that each of its values reached, the worst first; nothing without a protocol."""
    watched = record.watched
    if watched is None:
        return {}
    return {
        row.id: gravest_each(record, [each for each in seen.breaches if each.tier != UNSAID])
        for row, seen in zip(watched.vitals, watched.seen, strict=True)
    }


def gravest_each(record: Record, seen: list[Breach]) -> list[Breach]:
    """One for each measure: what is critical is red and amber too, and says so once."""
    measures = {limit.id: limit.measure for limit in record.protocol.limits}
    first: dict[str, Breach] = {}
    for each in seen:
        first.setdefault(measures.get(each.id, each.id), each)
    return list(first.values())


def mark(seen: list[Breach]) -> str:
    """How a row is set off: by nothing, by a tint, or by a tint and a rule at its side."""
    if not seen:
        return ""
    return "grave" if seen[0].tier in GRAVE else "amber"
