"""An order against the limits, against itself and against the last dose: what each rule saw, with its numbers.

An order is stopped or not by its findings; what was given is recorded whatever they say. Every threshold is the
protocol's. A number that is missing breaks no limit; `not_judged` names it, and where a rule needs it to be safe the
rule speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from clinic.instruments.rules import absent
from clinic.protocols.definition import DOSE_TIERS, Ladder, Limit, Product, Protocol, worse
from clinic.protocols.vitals import opening, sentence, words_of
from clinic.protocols.weight import (
    bmi,
    dosing_kg,
    exact,
    kg_of,
    mg_in,
    mg_of,
    per_kg,
    positive,
    pounds_of,
    ratio_of,
    unit_slips,
)
from clinic.refused import BadInput

# Without one of these an order is not wholly judged.
NEEDED = (
    "mg",
    "mg_per_kg",
    "mg_per_kg_per_min",
    "minutes",
    "devices",
    "weight_kg",
    "weight_age_days",
    "age_years",
)
STEPS = ("step_mg_per_kg", "step_percent", "step_mg")
NOT_TOLERATED = ("moderate", "severe")
TOLERATED = ("none", "mild")


@dataclass(frozen=True, slots=True)
class LastTreatment:
    """The last dose by any route. `worst_event` is none, mild, moderate or severe; None is not known."""

    at: datetime
    substance: str
    route: str
    mg: float | None = None
    mg_per_kg: float | None = None
    weight_basis: str | None = None
    worst_event: str | None = None
    event_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is about to be given. None is not known, never fine.

    `weight_kg` is the person's weight, of which `weight_basis` makes the dosing weight. `concentration` is mg/mL of
    the product as it comes and `volume_ml` what is drawn from it. `previous_on_route` and the sessions in 7 and 30
    days do not count this one. `tolerated` are the sessions tolerated at the current dose; if None, the last
    treatment's worst event says. `ladder` is the id of the one that the course follows. `now` is in the clinic's
    zone, whose calendar day counts.
    """

    substance: str
    route: str
    now: datetime
    mg: float | None = None
    mg_per_kg: float | None = None
    weight_kg: float | None = None
    weight_basis: str | None = "actual"
    weighed_on: date | None = None
    last_weight_kg: float | None = None
    height_cm: float | None = None
    sex: str | None = None
    age_years: float | None = None
    concentration: float | None = None
    volume_ml: float | None = None
    diluted: bool | None = None
    minutes: float | None = None
    devices: int | None = None
    minutes_between_devices: float | None = None
    last: LastTreatment | None = None
    previous_on_route: int | None = None
    sessions_in_7_days: int | None = None
    sessions_in_30_days: int | None = None
    tolerated: int | None = None
    emergency: bool = False
    stage: str | None = None
    week: int | None = None
    ladder: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule saw; `id` is the rule's. Without a value where the rule is not about a number."""

    id: str
    tier: str
    says: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class _Amounts:
    """The same dose by every way in which the order states it."""

    kg: float | None
    mg: tuple[float, ...]
    mg_per_kg: tuple[float, ...]
    by_weight: float | None
    by_volume: float | None


def check_dose(protocol: Protocol, order: Order) -> list[Finding]:
    """Everything that a rule saw, the worst first."""
    amounts = _amounts(protocol, order)
    found = [
        *_limit_findings(protocol, order, amounts),
        *_untold_findings(protocol, order, amounts),
        *_slip_findings(protocol, order, amounts),
        *_weight_findings(protocol, order, amounts),
        *_product_findings(protocol, order),
        *_device_findings(protocol, order),
        *_ladder_findings(protocol, order, amounts),
    ]
    return sorted(found, key=severity, reverse=True)


def worst(findings: Iterable[Finding]) -> Finding | None:
    """The one of the highest tier, the first of several; None if no rule saw anything."""
    return max(findings, key=severity, default=None)


def severity(finding: Finding) -> int:
    return DOSE_TIERS.index(finding.tier)


def not_judged(protocol: Protocol, order: Order) -> tuple[str, ...]:
    """What the limits of this route would be judged by and the order does not say, in words."""
    known = _values(protocol, order, _amounts(protocol, order))
    asked = dict.fromkeys(limit.measure for limit in _limits(protocol, order) if limit.measure in NEEDED)
    return tuple(words_of(measure) for measure in asked if not known.get(measure))


# ---- the dose in numbers -----------------------------------------------------------------------------------


def _amounts(protocol: Protocol, order: Order) -> _Amounts:
    kg = dosing_kg(protocol.weighing, order.weight_basis, order.weight_kg, order.height_cm, order.sex)
    by_weight, by_volume = mg_of(order.mg_per_kg, kg), mg_in(order.volume_ml, order.concentration)
    device = _device(protocol, order)
    by_devices = order.devices * device.device_mg if device and order.devices is not None else None
    mg = _known(order.mg, by_weight, by_volume, by_devices)
    return _Amounts(kg, mg, _known(order.mg_per_kg, *(per_kg(each, kg) for each in mg)), by_weight, by_volume)


def _known(*values: float | None) -> tuple[float, ...]:
    return tuple(value for value in values if not absent(value))


def _values(protocol: Protocol, order: Order, amounts: _Amounts) -> dict[str, tuple[float, ...]]:
    """measure -> every value that the order gives it; one that breaks a limit breaks it for the order."""
    minutes = order.minutes if positive(order.minutes) else None
    weighed = None if order.weighed_on is None else (order.now.date() - order.weighed_on).days
    plain = {
        "minutes": order.minutes,
        "devices": _devices(protocol, order),
        "minutes_between_devices": order.minutes_between_devices,
        "mg_difference_percent": _difference(order.mg, amounts.by_weight),
        "volume_difference_percent": _difference(order.mg, amounts.by_volume),
        "weight_kg": order.weight_kg,
        "weight_age_days": weighed,
        "weight_change_percent": _difference(order.last_weight_kg, order.weight_kg),
        "bmi": bmi(order.weight_kg, order.height_cm),
        "age_years": order.age_years,
        **_counts(order),
        **_since_last(order),
    }
    rates = tuple(exact(each / minutes) for each in amounts.mg_per_kg) if minutes else ()
    several = {"mg": amounts.mg, "mg_per_kg": amounts.mg_per_kg, "mg_per_kg_per_min": rates}
    return several | _rise(order, amounts) | {name: _known(value) for name, value in plain.items()}


def _difference(whole: float | None, other: float | None) -> float | None:
    """In % of the first, either way."""
    if not positive(whole) or absent(other):
        return None
    return exact(100 * abs(whole - other) / whole)


def _counts(order: Order) -> dict[str, int | None]:
    names = ("sessions_in_7_days", "sessions_in_30_days")
    return {name: None if (n := getattr(order, name)) is None else n + 1 for name in names}


def _since_last(order: Order) -> dict[str, float | None]:
    if order.last is None:
        return {}
    at = order.last.at.astimezone(order.now.tzinfo) if order.now.tzinfo else order.last.at
    return {
        "calendar_days_since_last": (order.now.date() - at.date()).days,
        "hours_since_last": hours(order.now, at),
    }


def hours(later: datetime, earlier: datetime) -> float:
    """Hours that passed, in the nights too in which the clocks change."""
    if later.tzinfo:
        later, earlier = later.astimezone(UTC), earlier.astimezone(UTC)
    return (later - earlier).total_seconds() / 3600


def _same_way(order: Order) -> LastTreatment | None:
    """The last treatment if it was of this substance by this route; doses of others are not compared."""
    last = order.last
    return last if last and (last.substance, last.route) == (order.substance, order.route) else None


def _rise(order: Order, amounts: _Amounts) -> dict[str, tuple[float, ...]]:
    """What the escalation limits are about; nothing where the dose does not rise. Lowering it is free."""
    last = _same_way(order)
    if last is None:
        return {}
    by_kg = [exact(each - last.mg_per_kg) for each in amounts.mg_per_kg if not absent(last.mg_per_kg)]
    by_mg = [exact(each - last.mg) for each in amounts.mg if not absent(last.mg)]
    percents = [exact(100 * step / last.mg_per_kg) for step in by_kg if positive(last.mg_per_kg)]
    if not percents:
        percents = [exact(100 * step / last.mg) for step in by_mg if positive(last.mg)]
    if max(by_kg or by_mg, default=0) <= 0:
        return {}
    return {
        "step_mg_per_kg": tuple(by_kg),
        "step_mg": tuple(by_mg),
        "step_percent": tuple(percents),
        "tolerated_sessions": _known(_tolerated(order, last)),
        "hours_since_event": _known(_hours_since_event(order, last)),
    }


def _tolerated(order: Order, last: LastTreatment) -> int | None:
    if order.tolerated is not None:
        return order.tolerated
    return 0 if last.worst_event in NOT_TOLERATED else 1 if last.worst_event in TOLERATED else None


def _hours_since_event(order: Order, last: LastTreatment) -> float | None:
    return hours(order.now, last.event_at or last.at) if last.worst_event in NOT_TOLERATED else None


# ---- limits ------------------------------------------------------------------------------------------------


def _limits(protocol: Protocol, order: Order) -> list[Limit]:
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
    if _same_way(order) is not None:
        return False
    return None if order.previous_on_route is None else order.previous_on_route == 0


def _limit_findings(protocol: Protocol, order: Order, amounts: _Amounts) -> Iterator[Finding]:
    values, climbing = _values(protocol, order, amounts), _climbs(protocol, order, amounts)
    first = _first_on_route(order)
    for limit in _limits(protocol, order):
        broken = [value for value in values.get(limit.measure, ()) if limit.broken_by(value)]
        if not broken or (climbing and _allowed_by_ladder(limit)):
            continue
        stricter = limit.stricter_first and first is not False
        tier = worse(DOSE_TIERS, limit.tier, 1) if stricter else limit.tier
        value = max(broken) if ">" in limit.comparison else min(broken)
        yield Finding(limit.id, tier, sentence(limit, value, _first_words(first) if stricter else ""), value)


def _untold_findings(protocol: Protocol, order: Order, amounts: _Amounts) -> Iterator[Finding]:
    """A dose that rises although nobody recorded how the last one was tolerated: unknown is not tolerated."""
    if _rise(order, amounts).get("tolerated_sessions") != ():
        return
    for limit in _limits(protocol, order):
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


# ---- slips, weight, products, devices ----------------------------------------------------------------------


def _slip_findings(protocol: Protocol, order: Order, amounts: _Amounts) -> Iterator[Finding]:
    """The order's mg against each other number that says how much it should be. One finding for each slip."""
    last = _same_way(order)
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


def _weight_findings(protocol: Protocol, order: Order, amounts: _Amounts) -> Iterator[Finding]:
    for slip in unit_slips(protocol, order.weight_kg, order.last_weight_kg):
        yield Finding(
            slip.id, slip.tier, f"{_weight_words(protocol, order, slip.low)}: {slip.says}", order.weight_kg
        )
    if amounts.kg is None and _by_weight(protocol, order):
        yield _ruled(protocol, "weight.missing", f"{order.weight_basis or 'no'} weight not known")
    before = order.last.weight_basis if order.last else None
    if before and order.weight_basis and before != order.weight_basis and _by_weight(protocol, order):
        yield _ruled(protocol, "basis.changed", f"{order.weight_basis} weight, last time {before} weight")


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
        each.measure == "mg_per_kg" for each in _limits(protocol, order)
    )


def _ruled(protocol: Protocol, id: str, saw: str) -> Finding:
    rule = protocol.rule(id)
    return Finding(rule.id, rule.tier, f"{opening(saw)}: {rule.says}.")


def _product_findings(protocol: Protocol, order: Order) -> Iterator[Finding]:
    own = [
        limit for limit in _limits(protocol, order) if limit.route and limit.measure in ("mg", "mg_per_kg")
    ]
    if not own:
        yield _ruled(protocol, "route.no_limits", f"{order.substance} {order.route}")
    if absent(order.concentration):
        return
    products = _strengths(protocol, order)
    if not products:
        yield _ruled(
            protocol, "product.unknown", f"{order.substance} {order.concentration:g} mg/mL {order.route}"
        )
    if any(order.route in each.dilute_for for each in products) and order.diluted is not True:
        how = "dilution not recorded" if order.diluted is None else "not diluted"
        yield _ruled(protocol, "product.undiluted", f"{order.concentration:g} mg/mL {order.route}, {how}")


def _strengths(protocol: Protocol, order: Order) -> list[Product]:
    products = protocol.products_of(order.substance, order.route)
    return [
        each
        for each in products
        if not absent(each.mg_per_ml) and exact(each.mg_per_ml) == exact(order.concentration)
    ]


def _device(protocol: Protocol, order: Order) -> Product | None:
    """The product that is given by whole devices, where this substance by this route is."""
    return next((each for each in protocol.products_of(order.substance, order.route) if each.device_mg), None)


def _devices(protocol: Protocol, order: Order) -> float | None:
    device = _device(protocol, order)
    if device is None or order.devices is not None or absent(order.mg):
        return order.devices if device else None
    return order.mg / device.device_mg


def _device_findings(protocol: Protocol, order: Order) -> Iterator[Finding]:
    device = _device(protocol, order)
    if device is None or absent(order.mg):
        return
    whole = exact(order.mg % device.device_mg) in (0, exact(device.device_mg))
    agrees = order.devices is None or exact(order.devices * device.device_mg) == exact(order.mg)
    counted = "" if order.devices is None else f" with {order.devices} of them"
    if not whole or not agrees or order.mg <= 0:
        yield _ruled(protocol, "esketamine.not_devices", f"{order.mg:g} mg{counted}")
    most = [limit for limit in _limits(protocol, order) if limit.measure == "devices"]
    if not whole or any(limit.broken_by(order.mg / device.device_mg) for limit in most):
        yield _ruled(protocol, "esketamine.other_amount", f"{order.mg:g} mg")


# ---- the ladder --------------------------------------------------------------------------------------------


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
        apart = [_difference(step, each) for each in stated]
        if stated and not any(limit.broken_by(each) for limit in near for each in apart):
            return at
    return None


def _place(
    protocol: Protocol, order: Order, amounts: _Amounts, ladder: Ladder
) -> tuple[int | None, int | None]:
    """(step of the last dose, step of this one); −1 is the ground before the first dose, None is off the ladder."""
    last = _same_way(order)
    before = -1 if last is None else _step(protocol, ladder, _known(last.mg_per_kg))
    return before, _step(protocol, ladder, amounts.mg_per_kg)


def _climbs(protocol: Protocol, order: Order, amounts: _Amounts) -> bool:
    """Whether this dose is at most the next step of its ladder, which the limits on steps then leave alone."""
    ladder = _ladder(protocol, order)
    before, now = _place(protocol, order, amounts, ladder) if ladder else (None, None)
    return before is not None and now is not None and now <= before + 1


def _ladder_findings(protocol: Protocol, order: Order, amounts: _Amounts) -> Iterator[Finding]:
    ladder = _ladder(protocol, order)
    if ladder is None:
        return
    before, now = _place(protocol, order, amounts, ladder)
    if now is None or before is None:
        dose = f"{max(amounts.mg_per_kg):.4g} mg/kg" if amounts.mg_per_kg else "mg/kg not known"
        yield _ruled(protocol, "ladder.left", f"{dose}, {ladder.title} ({ladder.says})")
        return
    for limit in protocol.limits:
        if limit.measure == "ladder_steps" and limit.broken_by(now - before):
            yield Finding(limit.id, limit.tier, sentence(limit, now - before), now - before)
    days = _since_last(order).get("calendar_days_since_last")
    if days is not None and now > before and days < ladder.days_between:
        yield _ruled(
            protocol,
            "ladder.sooner",
            f"{days} days since the last dose, {ladder.title} {ladder.days_between:g}",
        )
