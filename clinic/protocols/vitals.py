"""One observation against the limits: what was measured is judged, what was not is said to be missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clinic.instruments.rules import absent
from clinic.protocols.definition import Protocol
from clinic.protocols.limit import Limit
from clinic.protocols.measures import MEASURES, VITAL_TIERS
from clinic.refused import BadInput

VITALS = (
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate_bpm",
    "spo2_percent",
    "respiratory_rate",
    "moaas",
)
JUDGED_PHASES = ("pre", "during")


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation. None is not recorded, never normal; `symptoms` () means asked and none, None not asked.
    `symptoms` are ids of the protocol, such as "symptom.chest_pain"."""

    systolic_mmhg: float | None = None
    diastolic_mmhg: float | None = None
    heart_rate_bpm: float | None = None
    spo2_percent: float | None = None
    respiratory_rate: float | None = None
    moaas: float | None = None
    on_oxygen: bool | None = None
    symptoms: tuple[str, ...] | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """What a limit or an emergency symptom (then without a value) saw; `id` is the rule's."""

    id: str
    tier: str
    says: str
    value: float | None = None


def judge_vitals(
    protocol: Protocol, reading: Reading, *, phase: str, baseline: Reading | None = None
) -> list[Breach]:
    """Every breach, the worst first. `phase` is "pre" or "during", which goes on until the person has left;
    `baseline` is the person's own reading before the dose. Without it no rise or fall is judged."""
    if phase not in JUDGED_PHASES:
        raise ValueError(f"vital signs are judged in {' and '.join(JUDGED_PHASES)}, not in {phase!r}")
    values = measured(reading, baseline)
    found = [
        breach_of(limit, values[limit.measure], reading)
        for limit in protocol.limits_for(phase)
        if limit.broken_by(values.get(limit.measure)) and counts(limit, reading)
    ]
    return sorted(found + emergencies(protocol, reading), key=severity, reverse=True)


def worst(breaches: Iterable[Breach]) -> Breach | None:
    """The one of the highest tier, the first of several; None if there is no breach."""
    return max(breaches, key=severity, default=None)


def severity(breach: Breach) -> int:
    return VITAL_TIERS.index(breach.tier)


def not_recorded(reading: Reading) -> tuple[str, ...]:
    """The vital signs that this observation lacks, in the words of MEASURES."""
    return tuple(words_of(name) for name in VITALS if absent(getattr(reading, name)))


def measured(reading: Reading, baseline: Reading | None = None) -> dict[str, float]:
    """measure -> value, of what was recorded and what follows from it."""
    plain = {name: getattr(reading, name) for name in VITALS}
    return {name: value for name, value in (plain | changes(reading, baseline)).items() if not absent(value)}


def changes(reading: Reading, baseline: Reading | None) -> dict[str, float | None]:
    """Differences from the own reading before the dose; None where one of the two is missing."""
    before = baseline or Reading()
    systolic = difference(reading.systolic_mmhg, before.systolic_mmhg)
    diastolic = difference(reading.diastolic_mmhg, before.diastolic_mmhg)
    return {
        "systolic_rise_mmhg": systolic,
        "diastolic_rise_mmhg": diastolic,
        "systolic_fall_percent": percent(
            difference(before.systolic_mmhg, reading.systolic_mmhg), before.systolic_mmhg
        ),
        "systolic_change_percent": percent(systolic, before.systolic_mmhg, either_way=True),
        "diastolic_change_percent": percent(diastolic, before.diastolic_mmhg, either_way=True),
        "spo2_fall_percent": difference(before.spo2_percent, reading.spo2_percent),
        "moaas_fall": difference(before.moaas, reading.moaas),
    }


def difference(one: float | None, other: float | None) -> float | None:
    return None if absent(one) or absent(other) else one - other


def percent(part: float | None, whole: float | None, *, either_way: bool = False) -> float | None:
    """Multiplied first, so that exactly a fifth of the whole is exactly 20."""
    if absent(part) or not whole:
        return None
    return 100 * (abs(part) if either_way else part) / whole


def counts(limit: Limit, reading: Reading) -> bool:
    symptoms = None if reading.symptoms is None else bool(reading.symptoms)
    return limit.when.applies(symptoms=symptoms)


def breach_of(limit: Limit, value: float, reading: Reading) -> Breach:
    unasked = limit.when.symptoms and reading.symptoms is None
    return Breach(
        limit.id, limit.tier, sentence(limit, value, "symptoms not recorded" if unasked else ""), value
    )


def sentence(limit: Limit, value: float, besides: str = "") -> str:
    """The number that was seen, then what the limit says."""
    says = "; ".join(part for part in (limit.says, besides) if part)
    return f"{with_unit(limit.measure, value)}: {says}."


def emergencies(protocol: Protocol, reading: Reading) -> list[Breach]:
    """A symptom is critical at any blood pressure; one that the protocol does not know is refused, not dropped."""
    known = {each.id: each for each in protocol.symptoms}
    seen = reading.symptoms or ()
    if unknown := [each for each in seen if each not in known]:
        raise BadInput(*(f"There is no symptom “{each}” in {protocol.title}." for each in unknown))
    return [Breach(known[each].id, known[each].tier, f"{opening(known[each].says)}.") for each in seen]


def words_of(measure: str) -> str:
    return MEASURES[measure].rpartition(", ")[0] or MEASURES[measure]


def with_unit(measure: str, value: float) -> str:
    words = words_of(measure)
    unit = MEASURES[measure][len(words) :].removeprefix(", ")
    return f"{opening(words)} {value:.4g} {unit}".rstrip()


def opening(words: str) -> str:
    """As the beginning of a sentence; the other capitals stay, unlike with capitalize()."""
    return words[:1].upper() + words[1:]
