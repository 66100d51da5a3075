"""Whether somebody may leave: each criterion met, not met or not assessed, and ready only if all are met.

The rule of blood pressure is docs/clinical.md E.3. What is not met is for the prescriber to decide, by name; the
software never turns it into met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clinic.instruments.rules import absent
from clinic.protocols.definition import Protocol
from clinic.protocols.limit import Limit, differs
from clinic.protocols.shapes import Criterion
from clinic.protocols.vitals import Reading, difference, measured, sentence, with_unit

MET, NOT_MET, NOT_ASSESSED = "met", "not met", "not assessed"


@dataclass(frozen=True, slots=True)
class Rating:
    """A total on a scale, by the scale's id (cadss, cadss6, aldrete and so on)."""

    scale: str
    value: float | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """What is known of a treatment when somebody wants to leave. `before` is the reading before the dose,
    `readings` those since; `dissociation` is rated on the clinic's own scale, `ticks` are criterion id -> yes or no
    (None: not assessed)."""

    route: str | None
    substance: str | None
    started: datetime | None
    stopped: datetime | None
    now: datetime
    before: Reading | None = None
    readings: tuple[Reading, ...] = ()
    dissociation_before: Rating | None = None
    dissociation: Rating | None = None
    scores: tuple[Rating, ...] = ()
    ticks: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion as it stands, with the reason."""

    id: str
    title: str
    state: str
    says: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """All criteria, judged by this version of the protocol."""

    protocol: str
    criteria: tuple[Judged, ...]

    @property
    def ready(self) -> bool:
        """Only if every criterion is met; one that nobody has assessed is not."""
        return bool(self.criteria) and all(each.state == MET for each in self.criteria)

    @property
    def open(self) -> tuple[Judged, ...]:
        """What stands in the way."""
        return tuple(each for each in self.criteria if each.state != MET)


State = tuple[str, str]


def readiness(protocol: Protocol, session: Session) -> Readiness:
    asked = [each for each in protocol.leaving if not differs(each.substance, session.substance)]
    judged = (Judged(each.id, each.title, *METHODS[each.method](protocol, each, session)) for each in asked)
    return Readiness(protocol.name, tuple(judged))


def by_minutes(protocol: Protocol, criterion: Criterion, session: Session) -> State:
    """The minimum observation of the substance and route."""
    minimum = protocol.minimum_minutes(session.route, session.substance)
    if minimum is None:
        return NOT_ASSESSED, "The protocol names no minimum observation for this substance and route."
    since = {"minutes_since_start": session.started, "minutes_since_stop": session.stopped}[minimum.measure]
    if since is None:
        return NOT_ASSESSED, f"Not known: {with_unit(minimum.measure, minimum.value)} are needed."
    elapsed = (session.now - since) / timedelta(minutes=1)
    if minimum.broken_by(elapsed):
        return NOT_MET, sentence(minimum, int(elapsed))
    return MET, f"{with_unit(minimum.measure, int(elapsed))}; {minimum.value:g} are the minimum."


def by_tick(protocol: Protocol, criterion: Criterion, session: Session) -> State:
    ticked = session.ticks.get(criterion.id)
    if ticked is None:
        return NOT_ASSESSED, "Not assessed."
    return (MET, "Yes.") if ticked else (NOT_MET, "No.")


def by_score(protocol: Protocol, criterion: Criterion, session: Session) -> State:
    """A total on the scale that the limit is about."""
    limit = protocol.limit(criterion.limits[0])
    value = next((each.value for each in session.scores if each.scale == limit.measure), None)
    if absent(value):
        return NOT_ASSESSED, "Not recorded."
    return (
        (NOT_MET, sentence(limit, value))
        if limit.broken_by(value)
        else (MET, with_unit(limit.measure, value))
    )


def by_blood_pressure(protocol: Protocol, criterion: Criterion, session: Session) -> State:
    """Below the absolute limits and falling, without symptoms, and either usual or near the own pre-dose value."""
    pairs = recent(protocol, session, "systolic_mmhg", "diastolic_mmhg")
    if not pairs:
        return NOT_ASSESSED, "No recent blood pressure."
    last = pairs[-1]
    broken = broken_limits(protocol, criterion, measured(last, session.before))
    if hard := [each for each in broken if each.tier == "hold" and each.measure not in CHANGES]:
        return NOT_MET, told(hard, last, session)
    for judge in (symptom_state, falling_state):
        if state := judge(session, last):
            return state
    usual = [each for each in broken if each.tier == "amber"]
    return near_own(protocol, criterion, session, last, usual) if usual else (MET, pressure(last))


CHANGES = ("systolic_change_percent", "diastolic_change_percent")


def symptom_state(session: Session, last: Reading) -> State | None:
    """None if somebody asked at this reading or after it, and the last answer was that there are none."""
    asked = [each for each in since_start(session) if each.at >= last.at and each.symptoms is not None]
    if not asked:
        return NOT_ASSESSED, f"{pressure(last)}; symptoms not recorded."
    return (NOT_MET, f"{pressure(last)}; symptoms are recorded.") if asked[-1].symptoms else None


def falling_state(session: Session, last: Reading) -> State | None:
    """None if neither value is above that of the reading before, or if both are back to the own pre-dose value."""
    own = session.before or Reading()
    if not_above(last, own) is True:
        return None
    taken = [each for each in since_start(session) if has(each, "systolic_mmhg", "diastolic_mmhg")]
    earlier = taken[: taken.index(last)]
    if not earlier:
        return NOT_ASSESSED, f"{pressure(last)}; one reading does not show whether it is falling."
    if not_above(last, earlier[-1]):
        return None
    return NOT_MET, f"{pressure(last)}, after {pressure(earlier[-1])}: rising."


def not_above(one: Reading, other: Reading) -> bool | None:
    """Whether neither value is higher; None if one is missing."""
    rises = [
        difference(getattr(one, name), getattr(other, name)) for name in ("systolic_mmhg", "diastolic_mmhg")
    ]
    return None if None in rises else all(rise <= 0 for rise in rises)


def near_own(
    protocol: Protocol, criterion: Criterion, session: Session, last: Reading, usual: list[Limit]
) -> State:
    """What is above the usual limits must be near the own pre-dose value."""
    values = measured(last, session.before)
    if any(name not in values for name in CHANGES):
        return NOT_ASSESSED, f"{told(usual, last, session)} There is no pre-dose value to compare with."
    far = [each for each in broken_limits(protocol, criterion, values) if each.measure in CHANGES]
    return (
        (NOT_MET, told(far, last, session)) if far else (MET, f"{pressure(last)}, near the pre-dose value.")
    )


def by_oxygen(protocol: Protocol, criterion: Criterion, session: Session) -> State:
    """On air, as before the dose."""
    last = next(reversed(recent(protocol, session, "spo2_percent")), None)
    if last is None:
        return NOT_ASSESSED, "No recent oxygen saturation."
    values = measured(last, session.before)
    if broken := broken_limits(protocol, criterion, values):
        return NOT_MET, told(broken, last, session)
    if last.on_oxygen is None or "spo2_fall_percent" not in values:
        missing = "whether it was on air" if last.on_oxygen is None else "the value before the dose"
        return NOT_ASSESSED, f"{with_unit('spo2_percent', last.spo2_percent)}; not recorded: {missing}."
    says = with_unit("spo2_percent", last.spo2_percent)
    return (NOT_MET, f"{says}, on oxygen.") if last.on_oxygen else (MET, f"{says}, on air.")


def by_sedation(protocol: Protocol, criterion: Criterion, session: Session) -> State:
    """Fully awake, or as awake as before the dose."""
    last = next(reversed(recent(protocol, session, "moaas")), None)
    if last is None:
        return NOT_ASSESSED, "No recent MOAA/S."
    return against_own(protocol, criterion, measured(last, session.before), "moaas", "moaas_fall")


def by_dissociation(protocol: Protocol, criterion: Criterion, session: Session) -> State:
    """None at all, or not above the own value before the dose on the same scale; a limit of one scale (CADSS of 23
    items) holds for that scale only."""
    rating, before = session.dissociation, session.dissociation_before
    if rating is None or absent(rating.value) or not fresh(protocol, session, rating.at):
        return NOT_ASSESSED, "No recent rating."
    comparable = before is not None and before.scale == rating.scale
    values = {
        rating.scale: rating.value,
        "dissociation": rating.value,
        "dissociation_rise": difference(rating.value, before.value) if comparable else None,
    }
    return against_own(protocol, criterion, values, "dissociation", "dissociation_rise")


def against_own(
    protocol: Protocol, criterion: Criterion, values: Mapping[str, float | None], name: str, change: str
) -> State:
    """Without trace of the drug; else as before the dose, which then has to be known."""
    broken = broken_limits(protocol, criterion, values)
    if hard := [each for each in broken if each.tier == "hold"]:
        return NOT_MET, " ".join(sentence(each, values[each.measure]) for each in hard)
    says = with_unit(name, values[name])
    if broken and absent(values.get(change)):
        return NOT_ASSESSED, f"{says}; there is no value before the dose to compare with."
    return MET, f"{says}, as before the dose." if broken else f"{says}."


def broken_limits(
    protocol: Protocol, criterion: Criterion, values: Mapping[str, float | None]
) -> list[Limit]:
    limits = map(protocol.limit, criterion.limits)
    return [each for each in limits if each.broken_by(values.get(each.measure))]


def recent(protocol: Protocol, session: Session, *names: str) -> list[Reading]:
    """Readings with these values since the start that are not too old to speak of now, oldest first."""
    found = [each for each in since_start(session) if has(each, *names)]
    return [each for each in found if fresh(protocol, session, each.at)]


def fresh(protocol: Protocol, session: Session, at: datetime | None) -> bool:
    """A measurement without a time speaks of no time, and one from before the start not of the dose."""
    if at is None or session.started is None or at < session.started or at > session.now:
        return False
    return not protocol.limit(protocol.windows.leaving).broken_by((session.now - at) / timedelta(minutes=1))


def since_start(session: Session) -> list[Reading]:
    """Readings of a known time between the start and now, oldest first."""
    if session.started is None:
        return []
    timed = [each for each in session.readings if each.at and session.started <= each.at <= session.now]
    return sorted(timed, key=lambda each: each.at)


def has(reading: Reading, *names: str) -> bool:
    return not any(absent(getattr(reading, name)) for name in names)


def told(limits: Iterable[Limit], reading: Reading, session: Session) -> str:
    values = measured(reading, session.before)
    return " ".join(sentence(each, values[each.measure]) for each in limits)


def pressure(reading: Reading) -> str:
    return f"{reading.systolic_mmhg:g}/{reading.diastolic_mmhg:g}"


METHODS: dict[str, Callable[[Protocol, Criterion, Session], State]] = {
    "minutes": by_minutes,
    "ticked": by_tick,
    "score": by_score,
    "blood_pressure": by_blood_pressure,
    "oxygen": by_oxygen,
    "sedation": by_sedation,
    "dissociation": by_dissociation,
}
