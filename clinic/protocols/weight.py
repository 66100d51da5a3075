"""The weight that a dose is reckoned on, and the arithmetic between milligrams, mg/kg and millilitres.

What cannot be calculated is None, never a guess. Kilograms, centimetres, milligrams and millilitres throughout.
"""

from __future__ import annotations

from clinic.instruments.rules import absent
from clinic.protocols.definition import Protocol
from clinic.protocols.shapes import Slip, Weighing

BASES = ("actual", "ideal", "adjusted")
CM_PER_M = 100
PRECISION = 9  # decimals; 0.55 − 0.30 is 0.25 and not a little more


def ideal_kg(weighing: Weighing, height_cm: float | None, sex: str | None) -> float | None:
    """Devine's formula; None under its shortest height, and where height or sex ("male", "female") is missing."""
    base = {"male": weighing.ideal_male_kg, "female": weighing.ideal_female_kg}.get(sex or "")
    if base is None or absent(height_cm):
        return None
    over = exact(height_cm / weighing.cm_per_inch - weighing.ideal_from_inches)
    return None if over < 0 else base + weighing.ideal_kg_per_inch * over


def adjusted_kg(weighing: Weighing, weight_kg: float | None, ideal: float | None) -> float | None:
    """Ideal weight and a share of what lies between it and the actual one."""
    if absent(weight_kg) or absent(ideal):
        return None
    return ideal + weighing.adjusted_share * (weight_kg - ideal)


def dosing_kg(
    weighing: Weighing,
    basis: str | None,
    weight_kg: float | None,
    height_cm: float | None = None,
    sex: str | None = None,
) -> float | None:
    """The weight on the basis chosen; None if that basis cannot be calculated: another is never put in its place."""
    if basis not in BASES or absent(weight_kg) or weight_kg <= 0:
        return None
    ideal = ideal_kg(weighing, height_cm, sex)
    return {"actual": weight_kg, "ideal": ideal, "adjusted": adjusted_kg(weighing, weight_kg, ideal)}[basis]


def bmi(weight_kg: float | None, height_cm: float | None) -> float | None:
    if absent(weight_kg) or not positive(height_cm):
        return None
    return exact(weight_kg / (height_cm / CM_PER_M) ** 2)


def per_kg(mg: float | None, kg: float | None) -> float | None:
    """mg/kg."""
    return None if absent(mg) or not positive(kg) else exact(mg / kg)


def mg_of(mg_per_kg: float | None, kg: float | None) -> float | None:
    return None if absent(mg_per_kg) or absent(kg) else exact(mg_per_kg * kg)


def ml_of(mg: float | None, mg_per_ml: float | None) -> float | None:
    """What to draw up."""
    return None if absent(mg) or not positive(mg_per_ml) else exact(mg / mg_per_ml)


def mg_in(ml: float | None, mg_per_ml: float | None) -> float | None:
    """What is in the syringe."""
    return None if absent(ml) or absent(mg_per_ml) else exact(ml * mg_per_ml)


def kg_of(weighing: Weighing, pounds: float) -> float:
    return pounds * weighing.kg_per_lb


def pounds_of(weighing: Weighing, kg: float) -> float:
    return kg / weighing.kg_per_lb


def unit_slips(protocol: Protocol, weight_kg: float | None, last_kg: float | None) -> tuple[Slip, ...]:
    """Which mix-ups of pounds and kilograms the step from the last weight to this one gives away."""
    ratio = ratio_of(weight_kg, last_kg)
    return tuple(slip for slip in protocol.slips if slip.of == "weight" and slip.seen_in(ratio))


def ratio_of(one: float | None, other: float | None) -> float | None:
    return None if absent(one) or not positive(other) else exact(one / other)


def positive(value: float | None) -> bool:
    return not absent(value) and value > 0


def exact(value: float) -> float:
    """Without what binary fractions add to a decimal one."""
    return round(value, PRECISION)
