"""The limits of a protocol in the order in which somebody at the chair would look for them."""

from __future__ import annotations

from collections.abc import Sequence

from clinic.protocols.definition import Protocol
from clinic.protocols.limit import Limit
from clinic.protocols.measures import MEASURES, ROUTES

BEFORE, DURING, LEAVING = "Vital signs before", "Vital signs during", "Leaving"
TIMES, GATE, ANY_ROUTE = "Times", "Gate", "Any route"
_TIMED = ("observation", "window")
_GATE = ("gate", "suicide", "liver", "check")


def part_of(limit: Limit) -> str:
    """Where it stands: an order's limits under its route, the others by what they are about."""
    if limit.phase == "order":
        return limit.route or ANY_ROUTE
    if limit.group in _TIMED:
        return TIMES
    if limit.group in _GATE:
        return GATE
    return {"pre": BEFORE, "during": DURING, "leaving": LEAVING}[limit.phase]


def heading(part: str) -> str:
    """A part of the orders is a route, which alone is no heading."""
    if part == ANY_ROUTE:
        return "Orders by any route"
    return f"Orders, {part}" if part in ROUTES else part


def parts(protocol: Protocol) -> dict[str, list[Limit]]:
    """Part -> its limits in the order of the file; the vital signs first, then leaving, times, gate and orders."""
    found: dict[str, list[Limit]] = {
        name: [] for name in (BEFORE, DURING, LEAVING, TIMES, GATE, ANY_ROUTE, *ROUTES)
    }
    for limit in protocol.limits:
        found[part_of(limit)].append(limit)
    return found


def together(limits: Sequence[Limit]) -> dict[str, list[Limit]]:
    """The limits under what they measure, in the order in which each heading first appears."""
    found: dict[str, list[Limit]] = {}
    for limit in limits:
        found.setdefault(about(limit), []).append(limit)
    return found


def about(limit: Limit) -> str:
    """What it measures, in which unit and for which substance and route: the heading of limits that belong
    together."""
    where = " ".join(part for part in (limit.substance, limit.route) if part)
    words = MEASURES[limit.measure]
    return f"{words[:1].upper()}{words[1:]}" + (f": {where}" if where else "")


def room(limit: Limit) -> tuple[float, float] | None:
    """The lowest and the highest value that a clinic may give a shipped limit; None for a locked one."""
    if limit.locked or limit.outer is None:
        return None
    low, high = limit.outer
    if limit.tighter_only:
        return (low, min(high, limit.value)) if limit.comparison[0] == ">" else (max(low, limit.value), high)
    return low, high
