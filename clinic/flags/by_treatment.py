"""Rules about one treatment: its observations, its dose, the gate before it, what happened, and leaving."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from clinic.flags.facts import Facts, Leaving, Observation, Verdict
from clinic.flags.rule import Fired, Rule
from clinic.instruments.rules import absent
from clinic.protocols.measures import DOSE_TIERS, VITAL_TIERS
from clinic.protocols.vitals import Reading, sentence


def listens(rule: Rule, id: str) -> bool:
    """Whether the rule names this limit, or the words that its id begins with."""
    return any(id == each or id.startswith(f"{each}.") for each in rule.limits)


def hit(rule: Rule, fact, saw: str, urgency: str | None = None) -> Fired:
    return Fired(rule, fact.subject, fact.at, saw, urgency or rule.urgency)


# ---- observations ----------------------------------------------------------------------------------------------


def vital_signs(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """The worst tier that an observation reaches among the limits the rule listens to must be one of the rule's:
    what is critical belongs to the rule for critical alone."""
    for each in facts.observations:
        heard = [breach for breach in each.breaches if listens(rule, breach.id)]
        worst = max((breach.tier for breach in heard), key=VITAL_TIERS.index, default=None)
        if worst in rule.tiers:
            says = " ".join(breach.says for breach in heard if breach.tier == worst)
            yield hit(rule, each, f"{place(each)}: {says}")


def place(each: Observation) -> str:
    """The blood pressure with when it was taken, and what it was before the dose."""
    when = "before the dose" if each.minute is None or each.minute <= 0 else f"at {each.minute:g} min"
    seen, own = pressure(each.reading), pressure(each.before)
    started = f"{seen} {when}" if seen else when[:1].upper() + when[1:]
    compared = own and seen and each.minute is not None and each.minute > 0
    return f"{started} (before the dose {own})" if compared else started


def pressure(reading: Reading | None) -> str:
    if reading is None or absent(reading.systolic_mmhg) or absent(reading.diastolic_mmhg):
        return ""
    return f"{reading.systolic_mmhg:g}/{reading.diastolic_mmhg:g}"


def still_symptomatic(rule: Rule, facts: Facts) -> Iterator[Fired]:
    for each in facts.observations:
        said = [*dissociated(rule, each), *sedated(rule, each)]
        if said and each.minute is not None and each.minute >= rule.minutes:
            yield hit(rule, each, f"{'; '.join(said)} at {each.minute:g} min.")


def dissociated(rule: Rule, each: Observation) -> Iterator[str]:
    """A number is a limit on the CADSS of 23 items only; any other rating is compared with the person's own before the
    dose, and with none at all where that is not known (docs/clinical.md E.3)."""
    limit = rule.cadss_above if each.scale == "cadss" else (each.dissociation_before or 0)
    if not absent(each.dissociation) and each.dissociation > limit:
        yield f"Dissociation {each.dissociation:g} ({each.scale or 'scale not named'})"


def sedated(rule: Rule, each: Observation) -> Iterator[str]:
    own = None if each.before is None else each.before.moaas
    limit = rule.moaas_below if absent(own) else min(rule.moaas_below, own)
    if not absent(each.reading.moaas) and each.reading.moaas < limit:
        yield f"MOAA/S {each.reading.moaas:g}"


def missed_observation(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """While the treatment runs at once, for somebody can still look; afterwards on the same day."""
    for each in facts.missed:
        saw = f"Nothing recorded for {each.name}."
        yield hit(rule, each, saw, rule.urgency if each.running else rule.afterwards)


# ---- the dose --------------------------------------------------------------------------------------------------


def dose(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """What the rules of the protocol saw, at the tiers that this rule is about."""
    for each in facts.doses:
        found = [one for one in each.findings if one.tier in rule.tiers and listens(rule, one.id)]
        if each.of in rule.of and found and not (each.allowed and not blocked(found)):
            worst = max(found, key=lambda one: DOSE_TIERS.index(one.tier)).tier
            says = " ".join(one.says for one in found if one.tier == worst)
            yield hit(rule, each, f"{each.says}: {says}")


def blocked(found) -> bool:
    """No second clinician can allow what blocks an order."""
    return any(one.tier == "block" for one in found)


def given_not_as_ordered(rule: Rule, facts: Facts) -> Iterator[Fired]:
    for each in facts.given:
        apart = 100 * abs(each.mg - each.ordered_mg) / each.ordered_mg
        if each.stopped_early and each.mg < each.ordered_mg:
            continue
        if facts.protocol.limit(rule.limit).broken_by(round(apart, 6)):
            yield hit(rule, each, f"Given {each.mg:g} mg, ordered {each.ordered_mg:g} mg.")


def unlikely_entry(rule: Rule, facts: Facts) -> Iterator[Fired]:
    for each in facts.doubts:
        yield hit(rule, each, each.says)


# ---- the gate --------------------------------------------------------------------------------------------------


def gate_reason(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """What the gate named when somebody asked to start; graver if the dose was started all the same."""
    for each in facts.verdicts:
        said = [says for item, says in each.reasons if item in rule.items]
        if said:
            also = " The dose was started." if each.started else ""
            yield hit(rule, each, " ".join(said) + also, rule.started if each.started else None)


def gate_answer(rule: Rule, facts: Facts) -> Iterator[Fired]:
    for each in facts.answers:
        if each.item in rule.items and each.value in rule.values:
            yield hit(rule, each, f"{each.title}: answered {each.value}.")


def gate_overridden(rule: Rule, facts: Facts) -> Iterator[Fired]:
    for each in facts.verdicts:
        if each.started and each.verdict != "go":
            yield hit(rule, each, overridden(each))


def overridden(each: Verdict) -> str:
    why = f" (“{each.override_reason}”)" if each.override_reason else ""
    reasons = " ".join(says for _, says in each.reasons)
    return f"Started although the gate said “{each.verdict}”{why}. {reasons}"


# ---- what happened, and leaving --------------------------------------------------------------------------------


def event(rule: Rule, facts: Facts) -> Iterator[Fired]:
    terms = {term.casefold() for term in rule.terms}
    for each in facts.events:
        if each.term.casefold() in terms:
            yield hit(rule, each, f"{each.term} recorded ({each.severity}).")


def serious_event(rule: Rule, facts: Facts) -> Iterator[Fired]:
    for each in facts.events:
        if each.serious:
            yield hit(rule, each, f"Serious adverse event recorded: {each.term}.")


def left_early(rule: Rule, facts: Facts) -> Iterator[Fired]:
    for each in facts.leaving:
        if each.minimum is not None and each.minimum.broken_by(each.elapsed):
            yield hit(rule, each, f"{sentence(each.minimum, int(each.elapsed))}{decided(each)}")


def left_not_ready(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """With a reason instead of every criterion met; what a prescriber decided by name is no alert."""
    for each in facts.leaving:
        if each.reason and not each.decided_by and not each.ready:
            yield hit(rule, each, f"Left with a criterion of leaving not met (“{each.reason}”).")


def decided(each: Leaving) -> str:
    if each.decided_by:
        return f" Decided by {each.decided_by}."
    return f" Reason: {each.reason}." if each.reason else " No reason recorded."


def duty(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """From so many days before the last one on; done later than that it was due too."""
    for each in facts.duties:
        due = each.since + timedelta(days=each.days)
        warns = due - timedelta(days=rule.days)
        if (each.done_at or facts.now) > warns:
            saw = f"{each.title} for the treatment of {each.since:%-d %b %Y}: due by {due:%-d %b %Y}."
            yield Fired(rule, each.subject, warns, saw, rule.urgency)
