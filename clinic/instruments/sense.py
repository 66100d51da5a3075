"""Whether a definition makes sense: one band per total, thresholds that can be reached, ids that exist."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from clinic.instruments.definition import EVIDENCE, Algorithm, BandSet, Flag, Instrument, Rule, Subscale
from clinic.instruments.scoring import METHODS

WORDS = {
    "rater": ("self", "clinician"),
    "higher_is": ("worse", "better"),
    "text": ("items", "labels"),
}


def sense_problems(instrument: Instrument) -> list[str]:
    """One sentence for each contradiction, naming the key."""
    return [
        *word_problems(instrument),
        *item_problems(instrument),
        *(problem for chosen in instrument.band_sets for problem in band_problems(instrument, chosen)),
        *(problem for rule in instrument.rules for problem in rule_problems(instrument, rule)),
        *change_problems(instrument),
        *(problem for flag in instrument.flags for problem in flag_problems(instrument, flag)),
        *(problem for scale in instrument.subscales for problem in subscale_problems(instrument, scale)),
        *(problem for each in instrument.algorithms for problem in algorithm_problems(instrument, each)),
        *default_problems(instrument),
        *identity_problems(instrument),
        *evidence_problems(instrument),
        *too_mild_problems(instrument),
    ]


def word_problems(instrument: Instrument) -> list[str]:
    problems = [
        f"key “{key}” should be one of {', '.join(allowed)}, not “{getattr(instrument, key)}”."
        for key, allowed in WORDS.items()
        if getattr(instrument, key) not in allowed
    ]
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)*", instrument.version):
        problems.append(f"version “{instrument.version}” should be numbers with dots, such as 1.0.")
    if instrument.recall_days < 1:
        problems.append("recall_days should be at least 1.")
    if not all(isinstance(sentence, str) for sentence in instrument.unverified):
        problems.append("unverified should be a list of sentences.")
    return problems


def item_problems(instrument: Instrument) -> list[str]:
    items = instrument.items
    problems = [f"items: “{item}” stands there twice." for item in twice(item.id for item in items)]
    for key, sum_ in (
        ("minimum", sum(item.minimum for item in items)),
        ("maximum", sum(item.maximum for item in items)),
    ):
        if getattr(instrument, key) != sum_:
            problems.append(f"{key} is {getattr(instrument, key)}, but the items add up to {sum_}.")
    if not 0 <= instrument.allow_missing < len(items):
        problems.append(f"allow_missing should lie between 0 and {len(items) - 1}.")
    for item in items:
        values = [value for value, _ in item.options if value != item.not_assessed]
        if values != list(range(item.minimum, item.maximum + 1)):
            problems.append(f"answers of item {item.id} skip a number.")
        if item.not_assessed is not None and item.minimum <= item.not_assessed <= item.maximum:
            problems.append(f"items, {item.id}: not_assessed {item.not_assessed} is also an answer.")
    return problems


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


def rule_problems(instrument: Instrument, rule: Rule) -> list[str]:
    if not rule.conditions:
        return [f"rule {rule.id} has no condition."]
    span = instrument.maximum - instrument.minimum
    limits = {
        "total": (instrument.minimum, instrument.maximum),
        "fall": (1, span),
        "fall_percent": (1, 100),
    }
    problems = [
        f"rule {rule.id}: {condition.value} is outside {limits[condition.measure]}."
        for condition in rule.conditions
        if not limits[condition.measure][0] <= condition.value <= limits[condition.measure][1]
    ]
    if rule.needs_baseline and instrument.higher_is == "better":
        problems.append(f"rule {rule.id}: a fall is no improvement where higher is better.")
    return problems


def change_problems(instrument: Instrument) -> list[str]:
    span = instrument.maximum - instrument.minimum
    problems = []
    for change in instrument.change + instrument.meaningful:
        if (change.points is None) == (change.percent is None):
            problems.append(f"change {change.id} should have either points or percent.")
        elif change.points is not None and not 0 < change.points <= span:
            problems.append(f"change {change.id}: {change.points} points are outside 0 to {span}.")
        elif change.percent is not None and not 0 < change.percent <= 100:
            problems.append(f"change {change.id}: {change.percent} % is outside 0 to 100.")
    return problems


def flag_problems(instrument: Instrument, flag: Flag) -> list[str]:
    item = {item.id: item for item in instrument.items}.get(flag.item)
    if item is None:
        return [f"flag {flag.name} is on item “{flag.item}”, which does not exist."]
    if not item.minimum < flag.review_from <= flag.urgent_from <= item.maximum:
        levels, room = f"{flag.review_from} and {flag.urgent_from}", f"{item.minimum + 1} to {item.maximum}"
        return [f"flag {flag.name}: {levels} should rise within {room} of item {item.id}."]
    return []


def subscale_problems(instrument: Instrument, scale: Subscale) -> list[str]:
    known = {item.id: item for item in instrument.items}
    where = f"subscale {scale.name}"
    mentioned = [*scale.items, *(item for item, _ in scale.except_from)]
    problems = [f"{where}: item “{item}” does not exist." for item in mentioned if item not in known]
    problems += [f"{where}: item “{item}” stands there twice." for item in twice(scale.items)]
    if scale.method not in ("sum", "count"):
        problems.append(f"{where}: method should be sum or count, not “{scale.method}”.")
    if (scale.method == "count") != (scale.at_least is not None):
        problems.append(f"{where}: at_least belongs to the method count, and only there.")
    if problems or scale.at_least is None:
        return problems
    thresholds = [(item, scale.at_least) for item in scale.items] + list(scale.except_from)
    return [
        f"{where}: item {item} cannot reach {value!r}."
        for item, value in thresholds
        if type(value) is not int or not known[item].minimum < value <= known[item].maximum
    ]


def algorithm_problems(instrument: Instrument, algorithm: Algorithm) -> list[str]:
    where = f"algorithm {algorithm.name}"
    if algorithm.method not in METHODS:
        return [f"{where}: there is no method “{algorithm.method}”; known: {', '.join(METHODS)}."]
    counts = {scale.name: scale for scale in instrument.subscales if scale.method == "count"}
    if algorithm.counts not in counts:
        return [f"{where}: “{algorithm.counts}” is no counting subscale."]
    items = counts[algorithm.counts].items
    problems = [
        f"{where}: core item “{item}” is not counted." for item in algorithm.core if item not in items
    ]
    if not 1 <= algorithm.other_from < algorithm.major_from <= len(items):
        problems.append(f"{where}: other_from and major_from should rise within 1 to {len(items)}.")
    return problems


def default_problems(instrument: Instrument) -> list[str]:
    """A choice between several must be made in the file; the first one is not a choice."""
    problems = []
    for section, rules in (
        ("bands", instrument.band_sets),
        ("response", instrument.responses),
        ("partial", instrument.partials),
        ("remission", instrument.remissions),
        ("change", instrument.change),
    ):
        if rules and sum(rule.default for rule in rules) != 1:
            problems.append(f"{section}: exactly one should be marked default.")
    return problems


def identity_problems(instrument: Instrument) -> list[str]:
    cited = (*instrument.band_sets, *instrument.rules, *instrument.change, *instrument.meaningful)
    ids = [each.id for each in cited]
    names = [each.name for each in (*instrument.flags, *instrument.algorithms, *instrument.subscales)]
    return (
        [f"id “{rule}” should begin with “{instrument.id}.”." for rule in ids if not own(instrument, rule)]
        + [f"id “{rule}” stands there twice." for rule in twice(ids)]
        + [f"name “{name}” stands there twice." for name in twice(names)]
    )


def own(instrument: Instrument, rule: str) -> bool:
    return re.fullmatch(rf"{re.escape(instrument.id)}\.[a-z0-9_]+(\.[a-z0-9_]+)*", rule) is not None


def evidence_problems(instrument: Instrument) -> list[str]:
    cited = (
        *((each.id, each) for each in (*instrument.band_sets, *instrument.rules)),
        *((each.id, each) for each in (*instrument.change, *instrument.meaningful)),
        *((each.name, each) for each in (*instrument.flags, *instrument.subscales, *instrument.algorithms)),
    )
    return [
        f"{name}: evidence should be one of {', '.join(EVIDENCE)}, not “{each.evidence}”."
        for name, each in cited
        if each.evidence not in EVIDENCE
    ]


def too_mild_problems(instrument: Instrument) -> list[str]:
    named = instrument.too_mild_below
    if isinstance(named, str):
        return [f"too_mild_below: “{named}” is none of the checks."]
    if named is not None and (named.conditions[0].measure, named.conditions[0].comparison) != ("total", ">="):
        return [f"too_mild_below: {named.id} should be a check with total_at_least."]
    if instrument.responses and named is None:
        return ["too_mild_below is missing: a scale with a response rule says which baseline is too mild."]
    return []


def twice(names) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
