"""Typing errors that an order's numbers give away, and a weight that is missing or on another basis."""

from __future__ import annotations

from collections.abc import Iterator

from clinic.instruments.rules import absent
from clinic.protocols.definition import Protocol
from clinic.protocols.dose_limits import limits_for_order
from clinic.protocols.dose_numbers import Amounts
from clinic.protocols.findings import Finding, ruled
from clinic.protocols.order import Order, same_way
from clinic.protocols.weight import kg_of, pounds_of, ratio_of, unit_slips


def slip_findings(protocol: Protocol, order: Order, amounts: Amounts) -> Iterator[Finding]:
    """The order's mg against each other number that says how much it should be. One finding for each slip."""
    last = same_way(order)
    told = {
        "mg/kg × weight make": amounts.by_weight,
        "mL × mg/mL make": amounts.by_volume,
        "the last dose was": last.mg if last else None,
    }
    for slip in protocol.slips:
        if slip.of != "dose":
            continue
        seen = {words: mg for words, mg in told.items() if slip.seen_in(ratio_of(order.mg, mg))}
        if seen:
            numbers = ", ".join(f"{words} {mg:.4g} mg" for words, mg in seen.items())
            yield Finding(slip.id, slip.tier, f"Ordered {order.mg:.4g} mg, {numbers}: {slip.says}", order.mg)


def weight_findings(protocol: Protocol, order: Order, amounts: Amounts) -> Iterator[Finding]:
    for slip in unit_slips(protocol, order.weight_kg, order.last_weight_kg):
        yield Finding(
            slip.id, slip.tier, f"{_weight_words(protocol, order, slip.low)}: {slip.says}", order.weight_kg
        )
    if amounts.kg is None and _by_weight(protocol, order):
        yield ruled(protocol, "weight.missing", f"{order.weight_basis or 'no'} weight not known")
    before = order.last.weight_basis if order.last else None
    if before and order.weight_basis and before != order.weight_basis and _by_weight(protocol, order):
        yield ruled(protocol, "basis.changed", f"{order.weight_basis} weight, last time {before} weight")


def _weight_words(protocol: Protocol, order: Order, low: float) -> str:
    """Both weights, and the new one in the unit that was perhaps meant."""
    entered, weighing = order.weight_kg, protocol.weighing
    meant = (
        f"{entered:.4g} lb are {kg_of(weighing, entered):.4g} kg"
        if low > 1
        else f"{entered:.4g} kg are {pounds_of(weighing, entered):.4g} lb"
    )
    return f"Weight {entered:.4g} kg, last {order.last_weight_kg:.4g} kg, {meant}"


def _by_weight(protocol: Protocol, order: Order) -> bool:
    """Whether the dose is one in mg/kg: it is stated so, or its limits are."""
    return not absent(order.mg_per_kg) or any(
        each.measure == "mg_per_kg" for each in limits_for_order(protocol, order)
    )
