"""What a prescriber typed of a dose, what of it cannot be, and the numbers that follow from it.

A dose is stated by mg, by mg/kg of a weight, by mL of a strength, or by whole devices; what is stated twice is
compared by the protocol's rules. Nothing here is filled in from the last treatment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date

from clinic.protocols.definition import Protocol
from clinic.protocols.dose_numbers import device_of
from clinic.protocols.order import Order
from clinic.protocols.weight import adjusted_kg, bmi, exact, ideal_kg, kg_of, mg_in, mg_of, ml_of, per_kg
from clinic.treatments import POSSIBLE

UNITS = ("kg", "lb")
LONGEST = 600  # minutes; no dose takes longer
TALLEST = (50, 250)  # cm


@dataclass(frozen=True, slots=True)
class DoseForm:
    """As it stands in the form; None is not entered. `weight` is in `unit`, `devices` counts nasal devices."""

    substance: str | None = None
    route: str | None = None
    mg: float | None = None
    mg_per_kg: float | None = None
    volume_ml: float | None = None
    concentration_mg_per_ml: float | None = None
    diluted: bool | None = None
    weight: float | None = None
    unit: str = "kg"
    weight_basis: str = "actual"
    weighed_on: date | None = None
    height_cm: float | None = None
    minutes: float | None = None
    devices: int | None = None
    ladder: str | None = None
    emergency: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Amounts:
    """The same dose in every unit, and the weights it may be reckoned on; None where it cannot be calculated."""

    mg: float | None
    mg_per_kg: float | None
    volume_ml: float | None
    devices: float | None
    weight_kg: float | None
    dosing_kg: float | None
    ideal_kg: float | None
    adjusted_kg: float | None
    bmi: float | None


def weight_kg(protocol: Protocol, form: DoseForm) -> float | None:
    """In kilograms, whichever unit it was typed in; to the gram, as no scale is finer."""
    if form.weight is None or form.unit == "kg":
        return form.weight
    return round(kg_of(protocol.weighing, form.weight), 3)


def resolved(protocol: Protocol, order: Order, kg: float | None) -> Order:
    """The order with its mg, if they are not stated but follow from mg/kg, from mL or from devices."""
    if order.mg is not None:
        return order
    device = device_of(protocol, order)
    told = (
        order.devices * device.device_mg if device and order.devices else None,
        mg_of(order.mg_per_kg, kg),
        mg_in(order.volume_ml, order.concentration),
    )
    return replace(order, mg=next((mg for mg in told if mg is not None), None))


def amounts(protocol: Protocol, order: Order, kg: float | None) -> Amounts:
    device = device_of(protocol, order)
    ideal = ideal_kg(protocol.weighing, order.height_cm, order.sex)
    adjusted = adjusted_kg(protocol.weighing, order.weight_kg, ideal)
    by_weight = None if device else per_kg(order.mg, kg)
    devices = exact(order.mg / device.device_mg) if device and order.mg is not None else None
    volume = order.volume_ml if order.volume_ml is not None else ml_of(order.mg, order.concentration)
    mass = bmi(order.weight_kg, order.height_cm)
    return Amounts(order.mg, by_weight, volume, devices, order.weight_kg, kg, ideal, adjusted, mass)


def problems(protocol: Protocol, form: DoseForm, today: date) -> list[str]:
    """One sentence for each thing that is missing for an order, or cannot be."""
    return [*_missing(form), *_impossible(protocol, form), *_days(form, today)]


def _missing(form: DoseForm) -> Iterator[str]:
    if not form.substance or not form.route:
        yield "Choose the substance and the route."
    by_volume = form.volume_ml is not None and form.concentration_mg_per_ml is not None
    if form.mg is None and form.mg_per_kg is None and form.devices is None and not by_volume:
        yield "Enter the dose: in mg, in mg/kg, or in mL with the strength."
    if form.mg_per_kg is not None and form.weight is None:
        yield "A dose in mg/kg needs the weight."


def _impossible(protocol: Protocol, form: DoseForm) -> Iterator[str]:
    names = {
        "mg": "dose in mg",
        "mg_per_kg": "dose in mg/kg",
        "volume_ml": "volume",
        "concentration_mg_per_ml": "strength",
        "minutes": "duration",
        "devices": "number of devices",
    }
    for name, words in names.items():
        value = getattr(form, name)
        if value is not None and value <= 0:
            yield f"The {words}, {value:g}, must be more than 0."
    kg, (low, high) = weight_kg(protocol, form), POSSIBLE["weight_kg"]
    if kg is not None and not low <= kg <= high:
        yield f"A weight of {form.weight:g} {form.unit} is not possible (expected {low} to {high} kg)."
    if form.mg is not None and form.mg > POSSIBLE["ordered_mg"][1]:
        yield f"{form.mg:g} mg is not possible (expected at most {POSSIBLE['ordered_mg'][1]})."
    if form.minutes is not None and form.minutes > LONGEST:
        yield f"{form.minutes:g} minutes is too long (expected at most {LONGEST})."
    if form.height_cm is not None and not TALLEST[0] <= form.height_cm <= TALLEST[1]:
        yield f"A height of {form.height_cm:g} cm is not possible (expected {TALLEST[0]} to {TALLEST[1]})."
    if form.devices is not None and form.devices != int(form.devices):
        yield "Devices are counted whole."


def _days(form: DoseForm, today: date) -> Iterator[str]:
    if form.weight is not None and form.weighed_on is None:
        yield "Say on which day the weight was taken."
    if form.weighed_on is not None and form.weighed_on > today:
        yield f"The day of the weight, {form.weighed_on:%-d %b %Y}, lies in the future."


def from_mapping(values: dict) -> DoseForm:
    """Of the entries that a form has; what it does not know is left out."""
    known = {each.name for each in fields(DoseForm)}
    return DoseForm(**{name: value for name, value in values.items() if name in known})
