"""What can be measured and tapped at the chair, in the words of the tablet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clinic.treatments.judging import POSSIBLE

MOAAS = (
    (5, "5 awake"),
    (4, "4 drowsy, answers to the name"),
    (3, "3 answers to a loud name"),
    (2, "2 answers to shaking"),
    (1, "1 answers to pain"),
    (0, "0 no answer"),
)
# A rating of our own, from the reference §2.4: one global number instead of a scale of many items.
GLOBAL = ((0, "0 none"), (1, "1 mild"), (2, "2 moderate"), (3, "3 marked"), (4, "4 extreme"))
TAPS = ("Nausea", "Dissociation", "Anxiety")
MORE_TAPS = (
    "Vomiting",
    "Dizziness",
    "Headache",
    "Sedation",
    "Blood pressure increased",
    "Vision blurred",
    "Palpitations",
    "Panic attack",
    "Dysphoria",
    "Fall",
)


@dataclass(frozen=True, slots=True)
class Field:
    """One value of an observation, with what it can be at all."""

    name: str
    label: str
    unit: str
    low: float
    high: float
    whole: bool = True
    choices: tuple[tuple[int, str], ...] | None = None

    def told(self) -> dict[str, Any]:
        choices = self.choices and [list(choice) for choice in self.choices]
        return {
            "name": self.name,
            "label": self.label,
            "unit": self.unit,
            "low": self.low,
            "high": self.high,
            "choices": choices,
        }


def fields(dissociation_scale: str) -> tuple[Field, ...]:
    """In the order in which they are entered; dissociation on the scale of the clinic."""
    return (
        _possible("systolic_mmhg", "Systolic", "mmHg"),
        _possible("diastolic_mmhg", "Diastolic", "mmHg"),
        _possible("heart_rate_bpm", "Pulse", "/min"),
        _possible("spo2_percent", "SpO₂", "%"),
        _possible("respiratory_rate", "Breaths", "/min"),
        Field("moaas", "MOAA/S", "", *POSSIBLE["moaas"], choices=MOAAS),
        _dissociation(dissociation_scale),
        Field("aldrete", "Aldrete", "", 0, 10),
    )


def _possible(name: str, label: str, unit: str) -> Field:
    return Field(name, label, unit, *POSSIBLE[name])


def _dissociation(scale: str) -> Field:
    if scale == "cadss6":
        return Field("dissociation", "Dissociation (CADSS-6)", "", 0, 24)
    return Field("dissociation", "Dissociation (0 to 4)", "", 0, 4, choices=GLOBAL)
