"""Whether what a definition says of its totals makes sense: bands, rules, changes, flags, subscales, verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise

from clinic.instruments.definition import Instrument
from clinic.instruments.items import LEVEL, Algorithm, Flag, Level, Subscale
from clinic.instruments.judging import METHODS
from clinic.instruments.rules import BandSet, Change, Rule
from clinic.instruments.sense_items import twice


def cited_rules(instrument: Instrument) -> tuple:
    """Everything that has a rule id."""
    return (*instrument.band_sets, *instrument.rules, *instrument.change, *instrument.meaningful)


def rule_section_problems(instrument: Instrument) -> list[str]:
    pairs = (
        (band_problems, instrument.band_sets),
        (rule_problems, instrument.rules),
        (change_problems, instrument.change + instrument.meaningful),
        (flag_problems, instrument.flags),
        (subscale_problems, instrument.subscales),
        (algorithm_problems, instrument.algorithms),
    )
    found = chain.from_iterable(look(instrument, each) for look, rows in pairs for each in rows)
    return [*found, *too_mild_problems(instrument)]


def band_problems(instrument: Instrument, chosen: BandSet) -> list[str]:
    bands, where = chosen.bands, f"bands {chosen.id}"
    if not bands:
        return [f"{where} has no ranges."]
    problems = [f"{where}, “{band.name}” ends before it begins." for band in bands if band.low > band.high]
    problems += [f"{where}: “{name}” stands there twice." for name in twice(band.name for band in bands)]
    if bands[0].low != instrument.minimum:
        problems.append(f"{where} should begin at {instrument.minimum}, not {bands[0].low}.")
    if bands[-1].high != instrument.maximum:
        problems.append(f"{where} should end at {instrument.maximum}, not {bands[-1].high}.")
    for lower, upper in pairwise(bands):
        if upper.low <= lower.high:
            problems.append(f"{where}: “{lower.name}” and “{upper.name}” overlap at {upper.low}.")
        if upper.low > lower.high + 1:
            gap = lower.high + 1
            problems.append(f"{where}: no band for {gap}, between “{lower.name}” and “{upper.name}”.")
    return problems


def rule_problems(instrument: Instrument, rule: Rule) -> Iterator[str]:
    if not rule.conditions:
        yield f"rule {rule.id} has no condition."
    if not instrument.has_total:
        yield f"rule {rule.id}: the scale has no total to judge."
        return
    span = instrument.maximum - instrument.minimum
    limits = {
        "total": (instrument.minimum, instrument.maximum),
        "fall": (1, span),
        "rise": (1, span),
        "fall_percent": (1, 100),
    }
    for condition in rule.conditions:
        low, high = limits[condition.measure]
        if not low <= condition.value <= high:
            yield f"rule {rule.id}: {condition.value} is outside {low, high}."
    if instrument.higher_is == "better" and any("fall" in each.measure for each in rule.conditions):
        yield f"rule {rule.id}: a fall is no improvement where higher is better."
    if rule.sex not in (None, "female", "male"):
        yield f"rule {rule.id}: sex should be female or male, not “{rule.sex}”."


def change_problems(instrument: Instrument, change: Change) -> Iterator[str]:
    span = instrument.maximum - instrument.minimum
    if (change.points is None) == (change.percent is None):
        yield f"change {change.id} should have either points or percent."
    elif change.points is not None and not 0 < change.points <= span:
        yield f"change {change.id}: {change.points} points are outside 0 to {span}."
    elif change.percent is not None and not 0 < change.percent <= 100:
        yield f"change {change.id}: {change.percent} % is outside 0 to 100."


def flag_problems(instrument: Instrument, flag: Flag) -> Iterator[str]:
    levels = f"{flag.review_from} and {flag.urgent_from}"
    if flag.item == LEVEL:
        if instrument.level is None:
            yield f"flag {flag.name} is on the level, which this scale does not have."
        elif flag.review_from != 1 or not 1 <= flag.urgent_from <= Level.BEHAVIOUR:
            yield f"flag {flag.name}: {levels} should be 1, because any item counts, and at most {Level.BEHAVIOUR}."
        return
    item = {item.id: item for item in instrument.items}.get(flag.item)
    if item is None:
        yield f"flag {flag.name} is on item “{flag.item}”, which does not exist."
    elif not item.minimum < flag.review_from <= flag.urgent_from <= item.maximum:
        room = f"{item.minimum + 1} to {item.maximum}"
        yield f"flag {flag.name}: {levels} should rise within {room} of item {item.id}."
    elif item.weights or item.not_assessed is not None:
        yield f"flag {flag.name}: item {item.id} should count as it is answered, without points or not_assessed."
    elif flag.name == "suicide" and item.minimum != 0:
        yield f"flag {flag.name}: item {item.id} should begin at 0, because any answer above 0 is a yes."


def subscale_problems(instrument: Instrument, scale: Subscale) -> list[str]:
    known = {item.id: item for item in instrument.items if not item.is_date}
    where = f"subscale {scale.name}"
    mentioned = [*scale.items, *(item for item, _ in scale.except_from)]
    problems = [f"{where}: item “{item}” does not exist." for item in mentioned if item not in known]
    problems += [f"{where}: item “{item}” stands there twice." for item in twice(scale.items)]
    if scale.method not in ("sum", "count"):
        problems.append(f"{where}: method should be sum or count, not “{scale.method}”.")
    if (scale.method == "count") != (scale.at_least is not None):
        problems.append(f"{where}: at_least belongs to the method count, and only there.")
    if problems:
        return problems
    answers = {value for item in scale.items for value, _ in known[item].options}
    if scale.weights and set(dict(scale.weights)) != answers:
        problems.append(f"{where}: points should give the points of each answer.")
    if scale.at_least is None:
        return problems
    thresholds = [(item, scale.at_least) for item in scale.items] + list(scale.except_from)
    return problems + [
        f"{where}: item {item} cannot reach {value!r}."
        for item, value in thresholds
        if type(value) is not int or not known[item].minimum < value <= known[item].maximum
    ]


def algorithm_problems(instrument: Instrument, algorithm: Algorithm) -> list[str]:
    where = f"algorithm {algorithm.name}"
    if algorithm.method not in METHODS:
        return [f"{where}: there is no method “{algorithm.method}”; known: {', '.join(METHODS)}."]
    rated = {item.id for item in instrument.items if not item.is_date}
    scored = {item.id for item in instrument.scored_items}
    problems = [f"{where}: item “{item}” does not exist." for item in algorithm.items if item not in rated]
    problems += [
        f"{where}: item “{item}” is not in the total." for item in algorithm.only if item not in scored
    ]
    counts = {scale.name: scale for scale in instrument.subscales if scale.method == "count"}
    syndrome = algorithm.method == "depressive_syndrome"
    used = [name for name, _ in algorithm.needs] + ([algorithm.counts] if syndrome else [])
    problems += [f"{where}: “{name}” is no counting subscale." for name in used if name not in counts]
    if algorithm.method == "every_cluster" and not algorithm.needs:
        problems.append(f"{where}: needs is empty, so it would always be met.")
    if problems:
        return problems
    problems += [
        f"{where}: “{name}” cannot reach {needed!r}."
        for name, needed in algorithm.needs
        if type(needed) is not int or not 1 <= needed <= len(counts[name].items)
    ]
    return problems + (syndrome_problems(where, algorithm, counts) if syndrome else [])


def syndrome_problems(where: str, algorithm: Algorithm, counts: dict[str, Subscale]) -> list[str]:
    items = counts[algorithm.counts].items
    problems = [
        f"{where}: core item “{item}” is not counted." for item in algorithm.core if item not in items
    ]
    if not 1 <= algorithm.other_from < algorithm.major_from <= len(items):
        problems.append(f"{where}: other_from and major_from should rise within 1 to {len(items)}.")
    return problems


def too_mild_problems(instrument: Instrument) -> list[str]:
    named = instrument.too_mild_below
    if isinstance(named, str):
        return [f"too_mild_below: “{named}” is none of the checks."]
    if named is not None and [(each.measure, each.comparison) for each in named.conditions] != [
        ("total", ">=")
    ]:
        return [f"too_mild_below: {named.id} should be a check with total_at_least."]
    if named is None and any(rule.needs_baseline for rule in instrument.responses):
        return ["too_mild_below is missing: a scale with a response rule says which baseline is too mild."]
    return []
