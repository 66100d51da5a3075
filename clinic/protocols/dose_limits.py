"""The limits that count for an order, and those that its numbers break."""

from __future__ import annotations

from collections.abc import Iterator

from clinic.protocols.definition import Protocol
from clinic.protocols.dose_ladder import climbs
from clinic.protocols.dose_numbers import Amounts, rise, values_of
from clinic.protocols.findings import Finding
from clinic.protocols.limit import Limit
from clinic.protocols.measures import DOSE_TIERS, worse
from clinic.protocols.order import Order, same_way
from clinic.protocols.vitals import sentence

STEPS = ("step_mg_per_kg", "step_percent", "step_mg")


def limits_for_order(protocol: Protocol, order: Order) -> list[Limit]:
    """Those that count for this order. The emergency indication is whichever one a limit excepts."""
    first = _first_on_route(order)
    return [
        limit
        for limit in protocol.limits_for("order", order.route, order.substance)
        if limit.when.applies(
            first_on_route=first,
            stage=order.stage,
            week=order.week,
            indication=limit.when.not_indication if order.emergency else None,
        )
    ]


def _first_on_route(order: Order) -> bool | None:
    """None where nobody knows; that then counts as the first."""
    if same_way(order) is not None:
        return False
    return None if order.previous_on_route is None else order.previous_on_route == 0


def limit_findings(protocol: Protocol, order: Order, amounts: Amounts) -> Iterator[Finding]:
    values, climbing = values_of(protocol, order, amounts), climbs(protocol, order, amounts)
    first = _first_on_route(order)
    for limit in limits_for_order(protocol, order):
        broken = [value for value in values.get(limit.measure, ()) if limit.broken_by(value)]
        if not broken or (climbing and _allowed_by_ladder(limit)):
            continue
        stricter = limit.stricter_first and first is not False
        tier = worse(DOSE_TIERS, limit.tier, 1) if stricter else limit.tier
        value = max(broken) if ">" in limit.comparison else min(broken)
        yield Finding(limit.id, tier, sentence(limit, value, _first_words(first) if stricter else ""), value)


def untold_findings(protocol: Protocol, order: Order, amounts: Amounts) -> Iterator[Finding]:
    """A dose that rises although nobody recorded how the last one was tolerated: unknown is not tolerated."""
    if rise(order, amounts).get("tolerated_sessions") != ():
        return
    for limit in limits_for_order(protocol, order):
        if limit.measure == "tolerated_sessions":
            said = f"How the last dose was tolerated is not recorded: {limit.says}."
            yield Finding(limit.id, limit.tier, said)


def _first_words(first: bool | None) -> str:
    return (
        "the first dose by this route"
        if first
        else "whether it is the first dose by this route is not recorded"
    )


def _allowed_by_ladder(limit: Limit) -> bool:
    return limit.measure in STEPS or (limit.measure == "mg_per_kg" and limit.tier == "warn")
