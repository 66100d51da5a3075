"""Every number that an order gives a limit, as far as it is known; what is missing is an empty tuple."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from clinic.instruments.rules import absent
from clinic.protocols.definition import Protocol
from clinic.protocols.order import LastTreatment, Order, same_way
from clinic.protocols.shapes import Product
from clinic.protocols.weight import bmi, dosing_kg, exact, mg_in, mg_of, per_kg, positive

NOT_TOLERATED = ("moderate", "severe")
TOLERATED = ("none", "mild")


@dataclass(frozen=True, slots=True)
class Amounts:
    """The same dose by every way in which the order states it."""

    kg: float | None
    mg: tuple[float, ...]
    mg_per_kg: tuple[float, ...]
    by_weight: float | None
    by_volume: float | None


def amounts_of(protocol: Protocol, order: Order) -> Amounts:
    kg = dosing_kg(protocol.weighing, order.weight_basis, order.weight_kg, order.height_cm, order.sex)
    by_weight, by_volume = mg_of(order.mg_per_kg, kg), mg_in(order.volume_ml, order.concentration)
    device = device_of(protocol, order)
    by_devices = order.devices * device.device_mg if device and order.devices is not None else None
    mg = known_of(order.mg, by_weight, by_volume, by_devices)
    return Amounts(
        kg, mg, known_of(order.mg_per_kg, *(per_kg(each, kg) for each in mg)), by_weight, by_volume
    )


def known_of(*values: float | None) -> tuple[float, ...]:
    return tuple(value for value in values if not absent(value))


def values_of(protocol: Protocol, order: Order, amounts: Amounts) -> dict[str, tuple[float, ...]]:
    """measure -> every value that the order gives it; one that breaks a limit breaks it for the order."""
    minutes = order.minutes if positive(order.minutes) else None
    weighed = None if order.weighed_on is None else (order.now.date() - order.weighed_on).days
    plain = {
        "minutes": order.minutes,
        "devices": devices_of(protocol, order),
        "minutes_between_devices": order.minutes_between_devices,
        "mg_difference_percent": difference_percent(order.mg, amounts.by_weight),
        "volume_difference_percent": difference_percent(order.mg, amounts.by_volume),
        "weight_kg": order.weight_kg,
        "weight_age_days": weighed,
        "weight_change_percent": difference_percent(order.last_weight_kg, order.weight_kg),
        "bmi": bmi(order.weight_kg, order.height_cm),
        "age_years": order.age_years,
        **_counts(order),
        **since_last(order),
    }
    rates = tuple(exact(each / minutes) for each in amounts.mg_per_kg) if minutes else ()
    several = {"mg": amounts.mg, "mg_per_kg": amounts.mg_per_kg, "mg_per_kg_per_min": rates}
    return several | rise(order, amounts) | {name: known_of(value) for name, value in plain.items()}


def difference_percent(whole: float | None, other: float | None) -> float | None:
    """In % of the first, either way."""
    if not positive(whole) or absent(other):
        return None
    return exact(100 * abs(whole - other) / whole)


def _counts(order: Order) -> dict[str, int | None]:
    names = ("sessions_in_7_days", "sessions_in_30_days")
    return {name: None if (n := getattr(order, name)) is None else n + 1 for name in names}


def since_last(order: Order) -> dict[str, float | None]:
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


def rise(order: Order, amounts: Amounts) -> dict[str, tuple[float, ...]]:
    """What the escalation limits are about; nothing where the dose does not rise. Lowering it is free."""
    last = same_way(order)
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
        "tolerated_sessions": known_of(_tolerated(order, last)),
        "hours_since_event": known_of(_hours_since_event(order, last)),
    }


def _tolerated(order: Order, last: LastTreatment) -> int | None:
    if order.tolerated is not None:
        return order.tolerated
    return 0 if last.worst_event in NOT_TOLERATED else 1 if last.worst_event in TOLERATED else None


def _hours_since_event(order: Order, last: LastTreatment) -> float | None:
    return hours(order.now, last.event_at or last.at) if last.worst_event in NOT_TOLERATED else None


def device_of(protocol: Protocol, order: Order) -> Product | None:
    """The product that is given by whole devices, where this substance by this route is."""
    return next((each for each in protocol.products_of(order.substance, order.route) if each.device_mg), None)


def devices_of(protocol: Protocol, order: Order) -> float | None:
    device = device_of(protocol, order)
    if device is None or order.devices is not None or absent(order.mg):
        return order.devices if device else None
    return order.mg / device.device_mg
