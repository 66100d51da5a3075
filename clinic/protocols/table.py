"""A protocol as rows of text, for pages and for the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from clinic.protocols.definition import Protocol
from clinic.protocols.limit import Limit, When
from clinic.protocols.measures import MEASURES
from clinic.protocols.shapes import Concomitant, Schedule, Stretch

HEADINGS = ("id", "measure", "for", "breach", "tier", "says", "may be set to", "source", "evidence")
GROUPS = {
    "bp": "Blood pressure",
    "spo2": "Oxygen saturation",
    "hr": "Heart rate",
    "rr": "Breathing",
    "moaas": "Sedation",
    "window": "How far an observation may lie from its time",
    "observation": "Minimum observation",
    "dose": "Doses",
    "consistency": "The order against itself",
    "weight": "Weight",
    "age": "Age",
    "escalation": "From dose to dose",
    "interval": "Between doses",
    "gate": "Before the dose",
    "suicide": "Suicide items before the dose",
    "liver": "Liver tests",
    "check": "Checks that are due",
    "leaving": "Leaving",
}


def rows(protocol: Protocol) -> list[tuple[str, ...]]:
    """Every limit in the order of the file."""
    return [row(limit) for limit in protocol.limits]


def sections(protocol: Protocol) -> dict[str, list[tuple[str, ...]]]:
    """The limits under a title for each group; a group without a title stands under its own name."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for limit in protocol.limits:
        found.setdefault(GROUPS.get(limit.group, limit.group), []).append(row(limit))
    return found


def row(limit: Limit) -> tuple[str, ...]:
    return (
        limit.id,
        MEASURES[limit.measure],
        " ".join(part for part in (limit.substance, limit.route) if part) or "all",
        f"{limit.comparison} {limit.value:g}",
        limit.tier,
        "; ".join(part for part in (limit.says, circumstances(limit.when), stricter(limit)) if part),
        bounds(limit),
        limit.source,
        limit.evidence,
    )


def stricter(limit: Limit) -> str:
    return "one tier worse at the first session by this route" if limit.stricter_first else ""


def circumstances(when: When) -> str:
    said = (
        ("only with symptoms", when.symptoms),
        ("only at the first session by this route", when.first_on_route),
        (f"only during {when.stage}", when.stage),
        (f"up to week {when.week_to}", when.week_to is not None),
        (f"from week {when.week_from}", when.week_from is not None),
        (f"except for {when.not_indication}", when.not_indication),
    )
    return "; ".join(words for words, holds in said if holds)


def bounds(limit: Limit) -> str:
    if limit.locked:
        return "locked"
    span = f"{limit.outer[0]:g} to {limit.outer[1]:g}" if limit.outer else "any"
    return f"{span}, only tighter" if limit.tighter_only else span


SCHEDULE_HEADINGS = ("id", "for", "observations", "minimum", "source", "evidence")


def schedule_rows(protocol: Protocol) -> list[tuple[str, ...]]:
    return [schedule_row(protocol, each) for each in protocol.schedules]


def schedule_row(protocol: Protocol, schedule: Schedule) -> tuple[str, ...]:
    minimum = protocol.limit(schedule.minimum)
    held = f"{minimum.value:g} min {'from the start' if 'start' in minimum.measure else 'from the end'}"
    where = " ".join(part for part in (schedule.substance, schedule.route) if part)
    locked = ", locked" if minimum.locked else ""
    looks = ["before", *map(stretch_words, schedule.stretches), "before leaving"]
    return schedule.id, where, "; ".join(looks), held + locked, schedule.source, schedule.evidence


def stretch_words(stretch: Stretch) -> str:
    """Such as: every 10 min until the end of the dose."""
    if stretch.every is None:
        return f"at {', '.join(map(str, stretch.at))} min"
    since = " from its end" if stretch.after == "stop" else ""
    until = {"stop": "the end of the dose", "leaving": "leaving"}.get(
        stretch.until, f"minute {stretch.until}"
    )
    return f"every {stretch.every} min{since} until {until}"


GATE_HEADINGS = ("id", "asks", "go if", "otherwise", "lasts", "source", "evidence")


def gate_rows(protocol: Protocol) -> list[tuple[str, ...]]:
    return [
        (each.id, each.asks, each.go_if, each.else_, each.lasts, each.source, each.evidence)
        for each in protocol.gate
    ]


LEAVING_HEADINGS = ("id", "criterion", "judged by", "limits", "source", "evidence")


def leaving_rows(protocol: Protocol) -> list[tuple[str, ...]]:
    return [
        (
            each.id,
            each.title,
            each.method.replace("_", " "),
            ", ".join(each.limits),
            each.source,
            each.evidence,
        )
        for each in protocol.leaving
    ]


DRUG_HEADINGS = ("id", "class", "tier", "taken today", "says", "source", "evidence")


def drug_rows(protocol: Protocol) -> list[tuple[str, ...]]:
    return [
        (each.id, each.title, each.tier, today(each), each.says, each.source, each.evidence)
        for each in protocol.concomitant
    ]


def today(drug: Concomitant) -> str:
    """What makes the class matter more."""
    said = [drug.same_day or ""]
    if drug.with_same_day:
        others = " or ".join(id.removeprefix("drug.") for id in drug.with_same_day)
        said.append(f"{drug.with_tier} with {others} today")
    said += [f"{tier} when given {route}" for route, tier in drug.by_route]
    return "; ".join(part for part in said if part)


def plain_rows(each_of: Sequence, *names: str) -> list[tuple[str, ...]]:
    """Any rows of a protocol by the names of their fields; lists are joined, what is absent is empty."""
    return [tuple(text(getattr(each, name)) for name in names) for each in each_of]


def text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(text, value))
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
