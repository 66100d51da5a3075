"""Whether a dose may start: the answers, the measurements, the other drugs, and what they come to together.

The verdict is what the protocol says about what was answered. It is never empty, and nothing that is missing,
unknown or too old counts as a good answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from clinic.instruments.rules import absent
from clinic.protocols.definition import Protocol
from clinic.protocols.limit import differs
from clinic.protocols.measures import DRUG_TIERS
from clinic.protocols.shapes import Concomitant, GateItem
from clinic.protocols.vitals import VITALS, Breach, Reading, judge_vitals, opening, sentence, words_of

ANSWERS = ("yes", "no", "unknown", "not assessed")
# The first of these that any reason asks for is the verdict.
VERDICTS = ("do not start", "not complete", "prescriber decides", "go")
DO_NOT_START, NOT_COMPLETE, PRESCRIBER, GO = VERDICTS
BY_TIER = {"critical": DO_NOT_START, "red": DO_NOT_START, "no_start": DO_NOT_START, "hold": PRESCRIBER}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a gate item. `reviewed`: the prescriber has seen this answer and let the dose go ahead; that
    settles what is for the prescriber to decide, and nothing else, for as long as the answer lasts."""

    value: str
    at: datetime | None
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """What one rule asks for. "go" is a remark that holds nothing up."""

    id: str
    verdict: str
    says: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate comes to, by which version of the protocol, with every reason, the gravest first."""

    protocol: str
    verdict: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known at the gate. `now` is in the clinic's own zone, whose calendar day counts. `readings` are all
    since arrival, `measures` other numbers by their measure (labs, suicide items, minutes since food), `drugs` class
    id -> when last taken (None: not known)."""

    now: datetime
    answers: Mapping[str, Answer] = field(default_factory=dict)
    readings: Sequence[Reading] = ()
    measures: Mapping[str, float | None] = field(default_factory=dict)
    drugs: Mapping[str, datetime | None] = field(default_factory=dict)
    route: str | None = None
    substance: str | None = None
    sex: str | None = None
    stage: str | None = None


def decide(protocol: Protocol, visit: Visit) -> Verdict:
    reasons = [
        *answer_reasons(protocol, visit),
        *reading_reasons(protocol, visit),
        *measure_reasons(protocol, visit),
        *drug_reasons(protocol, visit),
    ]
    reasons.sort(key=lambda reason: VERDICTS.index(reason.verdict))
    return Verdict(protocol.name, reasons[0].verdict if reasons else GO, tuple(reasons))


# ---- answers ---------------------------------------------------------------------------------------------------


def asked(protocol: Protocol, visit: Visit) -> list[GateItem]:
    """The items for this route, substance and sex; where one of these is not known, its items are asked too."""
    return [
        item
        for item in protocol.gate
        if not any(
            differs(getattr(item, name), getattr(visit, name)) for name in ("route", "substance", "sex")
        )
    ]


def answer_reasons(protocol: Protocol, visit: Visit) -> Iterator[Reason]:
    for item in asked(protocol, visit):
        answer = visit.answers.get(item.id)
        verdict, why = GO, ""
        if answer is None or answer.value not in ANSWERS or answer.value == "not assessed":
            verdict, why = NOT_COMPLETE, "not assessed"
        elif expired(protocol, item, answer, visit.now):
            verdict, why = NOT_COMPLETE, f"answered {answer.value}, too long ago"
        elif answer.value != item.go_if:
            verdict, why = other_answer(item, answer), f"answered {answer.value}"
        if why:
            yield Reason(item.id, verdict, f"{item.title}: {why}.")


def other_answer(item: GateItem, answer: Answer) -> str:
    """Unknown is the item's own verdict where a "yes" is needed to start, because nothing was confirmed; where a
    "no" is needed it is for the prescriber."""
    verdict = PRESCRIBER if answer.value == "unknown" and item.go_if == "no" else item.else_
    return GO if verdict == PRESCRIBER and answer.reviewed else verdict


def expired(protocol: Protocol, item: GateItem, answer: Answer, now: datetime) -> bool:
    """An answer without a time, or from the future, is as good as expired."""
    if answer.at is None or answer.at > now:
        return True
    if item.lasts == "course":
        return False
    if item.lasts == "visit":
        return not same_day(answer.at, now)
    return bool(protocol.limit(item.lasts).broken_by(age_minutes(answer.at, now)))


def same_day(at: datetime, now: datetime) -> bool:
    """By the calendar of the clinic's zone, which is that of `now`."""
    return (at.astimezone(now.tzinfo) if now.tzinfo else at).date() == now.date()


def age_minutes(at: datetime, now: datetime) -> float:
    return (now - at) / timedelta(minutes=1)


# ---- measurements ----------------------------------------------------------------------------------------------


def reading_reasons(protocol: Protocol, visit: Visit) -> Iterator[Reason]:
    """The newest value of each vital sign, if it is not too old; a raised blood pressure is measured twice."""
    recent = recent_readings(protocol, visit)
    newest = replace(together(recent), symptoms=all_symptoms(visit.readings))
    for name in protocol.pre_dose:
        if absent(getattr(newest, name)):
            says = f"{opening(words_of(name))}: not recorded, or too long ago."
            yield Reason(protocol.windows.pre, NOT_COMPLETE, says)
    breaches = judge_vitals(protocol, newest, phase="pre")
    yield from (Reason(each.id, BY_TIER.get(each.tier, GO), each.says) for each in breaches)
    once = sum(not absent(each.systolic_mmhg) for each in recent) == 1
    if once and (high := raised(protocol, breaches)):
        yield Reason(high.id, NOT_COMPLETE, "Blood pressure: to be repeated after a rest; both are kept.")


def recent_readings(protocol: Protocol, visit: Visit) -> list[Reading]:
    oldest = protocol.limit(protocol.windows.pre)
    timed = [each for each in visit.readings if each.at is not None and each.at <= visit.now]
    fresh = [each for each in timed if not oldest.broken_by(age_minutes(each.at, visit.now))]
    return sorted(fresh, key=lambda each: each.at)


def together(readings: Iterable[Reading]) -> Reading:
    """The newest recorded value of each kind: a repeated blood pressure need not repeat the rest. Its two halves
    come from one reading, so a half that was not repeated is missing."""
    newest = Reading()
    for reading in readings:
        newest = replace(newest, **recorded(reading))
    return newest


def recorded(reading: Reading) -> dict[str, object]:
    said = {each.name: getattr(reading, each.name) for each in fields(reading)}
    with_pressure = not all(absent(said[name]) for name in PRESSURE)
    return {
        name: value
        for name, value in said.items()
        if not absent(value) or (name in PRESSURE and with_pressure)
    }


PRESSURE = ("systolic_mmhg", "diastolic_mmhg")


def all_symptoms(readings: Iterable[Reading]) -> tuple[str, ...] | None:
    """Every symptom since arrival, whatever a later reading says; who assessed it, and as what, is for a person."""
    asked = [reading.symptoms for reading in readings if reading.symptoms is not None]
    return tuple(dict.fromkeys(each for symptoms in asked for each in symptoms)) if asked else None


def raised(protocol: Protocol, breaches: Iterable[Breach]) -> Breach | None:
    """The blood pressure that asks to be measured again: high enough for a tint, or for more."""
    high = {limit.id for limit in protocol.group("bp") if limit.comparison.startswith(">")}
    return next((each for each in breaches if each.id in high), None)


def measure_reasons(protocol: Protocol, visit: Visit) -> Iterator[Reason]:
    """Numbers beside the vital signs. A check that is due counts as overdue when nobody knows of one; the other
    numbers may be absent, and a gate item asks for them."""
    for limit in protocol.limits_for("pre", visit.route, visit.substance):
        if limit.measure in VITALS or not limit.when.applies(stage=visit.stage):
            continue
        value = visit.measures.get(limit.measure)
        if limit.broken_by(value):
            yield Reason(limit.id, BY_TIER.get(limit.tier, GO), sentence(limit, value))
        elif absent(value) and limit.group == "check":
            says = f"{opening(words_of(limit.measure))}: not recorded."
            yield Reason(limit.id, BY_TIER.get(limit.tier, GO), says)


# ---- other drugs -----------------------------------------------------------------------------------------------


def drug_reasons(protocol: Protocol, visit: Visit) -> Iterator[Reason]:
    """A class at its tier; red is for the prescriber, the rest is said and holds nothing up."""
    for each in protocol.concomitant:
        if each.id in visit.drugs and (tier := drug_tier(each, visit)) != "none":
            verdict = PRESCRIBER if tier == "red" else GO
            yield Reason(each.id, verdict, f"{each.title} ({tier}): {each.says}{unknown_time(each, visit)}.")


def drug_tier(drug: Concomitant, visit: Visit) -> str:
    """The worst that applies. When the last dose was is not known, it may have been today."""
    tiers = [drug.tier, dict(drug.by_route).get(visit.route)]
    if drug.same_day and taken_today(drug.id, visit):
        tiers.append(drug.same_day)
    if any(taken_today(other, visit) for other in drug.with_same_day):
        tiers.append(drug.with_tier)
    return max((tier for tier in tiers if tier), key=DRUG_TIERS.index)


def taken_today(id: str, visit: Visit) -> bool:
    if id not in visit.drugs:
        return False
    at = visit.drugs[id]
    return at is None or same_day(at, visit.now)


def unknown_time(drug: Concomitant, visit: Visit) -> str:
    return "; time of the last dose not known" if drug.same_day and visit.drugs[drug.id] is None else ""
