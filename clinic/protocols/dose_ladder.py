"""A dose on a published ladder: its step, and what is said where a course leaves it or climbs too soon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clinic.protocols.definition import Protocol
from clinic.protocols.dose_numbers import Amounts, difference_percent, known_of, since_last
from clinic.protocols.findings import Finding, ruled
from clinic.protocols.order import Order, same_way
from clinic.protocols.shapes import Ladder
from clinic.protocols.vitals import sentence
from clinic.refused import BadInput


def _ladder(protocol: Protocol, order: Order) -> Ladder | None:
    if order.ladder is None:
        return None
    known = {each.id: each for each in protocol.ladders}
    if order.ladder not in known:
        raise BadInput(f"There is no ladder “{order.ladder}” in {protocol.title}.")
    ladder = known[order.ladder]
    return ladder if (ladder.route, ladder.substance) == (order.route, order.substance) else None


def _step(protocol: Protocol, ladder: Ladder, mg_per_kg: Iterable[float]) -> int | None:
    """The step, from 0, that every statement of the dose is at, as near as mg and mg/kg have to agree."""
    stated = list(mg_per_kg)
    near = [limit for limit in protocol.limits if limit.measure == "mg_difference_percent"]
    for at, step in enumerate(ladder.steps):
        apart = [difference_percent(step, each) for each in stated]
        if stated and not any(limit.broken_by(each) for limit in near for each in apart):
            return at
    return None


def _place(
    protocol: Protocol, order: Order, amounts: Amounts, ladder: Ladder
) -> tuple[int | None, int | None]:
    """(step of the last dose, step of this one); −1 is the ground before the first dose, None is off the ladder."""
    last = same_way(order)
    before = -1 if last is None else _step(protocol, ladder, known_of(last.mg_per_kg))
    return before, _step(protocol, ladder, amounts.mg_per_kg)


def climbs(protocol: Protocol, order: Order, amounts: Amounts) -> bool:
    """Whether this dose is at most the next step of its ladder, which the limits on steps then leave alone."""
    ladder = _ladder(protocol, order)
    before, now = _place(protocol, order, amounts, ladder) if ladder else (None, None)
    return before is not None and now is not None and now <= before + 1


def ladder_findings(protocol: Protocol, order: Order, amounts: Amounts) -> Iterator[Finding]:
    ladder = _ladder(protocol, order)
    if ladder is None:
        return
    before, now = _place(protocol, order, amounts, ladder)
    if now is None or before is None:
        dose = f"{max(amounts.mg_per_kg):.4g} mg/kg" if amounts.mg_per_kg else "mg/kg not known"
        yield ruled(protocol, "ladder.left", f"{dose}, {ladder.title} ({ladder.says})")
        return
    for limit in protocol.limits:
        if limit.measure == "ladder_steps" and limit.broken_by(now - before):
            yield Finding(limit.id, limit.tier, sentence(limit, now - before), now - before)
    days = since_last(order).get("calendar_days_since_last")
    if days is not None and now > before and days < ladder.days_between:
        yield ruled(
            protocol,
            "ladder.sooner",
            f"{days} days since the last dose, {ladder.title} {ladder.days_between:g}",
        )
