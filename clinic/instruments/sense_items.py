"""Whether the form of a definition makes sense: items, what is asked when, and what the total is made of."""

from __future__ import annotations

from collections import Counter

from clinic.instruments.definition import Instrument
from clinic.instruments.items import Item, Level


def item_problems(instrument: Instrument) -> list[str]:
    return [
        *(f"items: “{item}” stands there twice." for item in twice(item.id for item in instrument.items)),
        *sum_problems(instrument),
        *missing_problems(instrument),
        *(problem for item in instrument.items for problem in one_item_problems(instrument, item)),
        *pair_problems(instrument),
        *domain_problems(instrument),
        *level_problems(instrument),
        *conversion_problems(instrument),
    ]


def sum_problems(instrument: Instrument) -> list[str]:
    """The range is what the items can add up to; a scale without a total has none."""
    if not instrument.has_total:
        if instrument.totals_only:
            return [f"scoring “{instrument.scoring}” has no total, and there are no items either."]
        if instrument.minimum or instrument.maximum:
            return [f"scoring “{instrument.scoring}” has no total; leave minimum and maximum out."]
        return []
    if instrument.totals_only:
        return [] if instrument.minimum < instrument.maximum else ["minimum should be below maximum."]
    lowest, highest = reach(instrument)
    return [
        f"{key} is {getattr(instrument, key)}, but the items add up to {sum_}."
        for key, sum_ in (("minimum", lowest), ("maximum", highest))
        if getattr(instrument, key) != sum_
    ]


def reach(instrument: Instrument) -> tuple[int, int]:
    items = {item.id: item for item in instrument.items}
    if instrument.scoring == "domains":
        groups = [[items[name] for name in each.items if name in items] for each in instrument.domains]
        groups = [group for group in groups if group]
        low = sum(max(item.least for item in group) for group in groups)
        return low, sum(max(item.most for item in group) for group in groups)
    scored = instrument.scored_items
    return sum(item.least for item in scored), sum(item.most for item in scored)


def missing_problems(instrument: Instrument) -> list[str]:
    """Only items of one size may stand in for each other."""
    items = instrument.scored_items
    last = max(len(items) - 1, 0)
    problems = [
        f"{key} should lie between 0 and {last}."
        for key in ("allow_missing", "allow_not_applicable")
        if not 0 <= getattr(instrument, key) <= last
    ]
    prorates = instrument.allow_missing or instrument.allow_not_applicable
    if prorates and len({(item.least, item.most) for item in items}) > 1:
        problems.append("allow_missing: items of different size cannot be prorated.")
    if prorates and instrument.scoring != "sum":
        problems.append(f"allow_missing: a scale of scoring “{instrument.scoring}” is never prorated.")
    if instrument.allow_not_applicable and not any(item.as_blank is not None for item in items):
        problems.append("allow_not_applicable: no item has an as_blank answer.")
    return problems


def one_item_problems(instrument: Instrument, item: Item) -> list[str]:
    problems = []
    extra = [code for code in (item.not_assessed, item.as_blank) if code is not None]
    values = [value for value, _ in item.options if value not in extra]
    if item.options and values != list(range(item.minimum, item.maximum + 1)):
        problems.append(f"answers of item {item.id} skip a number.")
    for key, code in (("not_assessed", item.not_assessed), ("as_blank", item.as_blank)):
        if code is not None and item.minimum <= code <= item.maximum:
            problems.append(f"items, {item.id}: {key} {code} is also an answer.")
    possible = set(range(item.minimum, item.maximum + 1))
    if item.weights and not item.is_date and set(dict(item.weights)) != possible:
        problems.append(f"points should give the points of each answer of item {item.id}.")
    if item.is_date and item.scored:
        problems.append(f"items, {item.id}: a date cannot be scored; say scored = false.")
    earlier = [each.id for each in instrument.items[: instrument.items.index(item)] if not each.is_date]
    if item.ask_if is not None and item.ask_if not in earlier:
        problems.append(f"items, {item.id}: ask_if “{item.ask_if}” is no item before it.")
    if item.ask_if is not None and item.scored and instrument.has_total:
        problems += sometimes_asked_problems(instrument, item)
    return problems


def sometimes_asked_problems(instrument: Instrument, item: Item) -> list[str]:
    """An item that is not asked counts 0 in a sum, so 0 must be its least, and nothing may stand in for it."""
    where = f"items, {item.id}: what is not always asked"
    if instrument.scoring != "sum":
        return [f"{where} can be in a sum only; say scored = false."]
    if item.least != 0:
        return [f"{where} counts 0 then, so its points should begin at 0; or say scored = false."]
    if instrument.allow_missing or instrument.allow_not_applicable:
        return [f"{where} cannot be prorated; leave allow_missing at 0, or say scored = false."]
    return []


def pair_problems(instrument: Instrument) -> list[str]:
    """Only the highest of a domain can do without one of its items; a sum cannot."""
    known = {item.id for item in instrument.items}
    named = [item for pair in instrument.one_of for item in pair]
    problems = [f"one_of: item “{item}” does not exist." for item in named if item not in known]
    problems += [f"one_of: item “{item}” stands there twice." for item in twice(named)]
    problems += [
        f"one_of: {first} and {second} should be in one domain."
        for first, second in instrument.one_of
        if not problems and not any({first, second} <= set(domain.items) for domain in instrument.domains)
    ]
    return problems


def domain_problems(instrument: Instrument) -> list[str]:
    """Each scored item in exactly one domain."""
    if (instrument.scoring == "domains") != bool(instrument.domains):
        return ["domains go with scoring “domains”, and only with that."]
    named = [item for domain in instrument.domains for item in domain.items]
    scored = [item.id for item in instrument.scored_items]
    problems = [f"domains: item “{item}” stands there twice." for item in twice(named)]
    problems += [f"domains: item “{item}” does not exist." for item in named if item not in scored]
    if instrument.domains:
        problems += [f"domains: item “{item}” is in none." for item in scored if item not in named]
    return problems


def level_problems(instrument: Instrument) -> list[str]:
    level = instrument.level
    if (instrument.scoring == "level") != (level is not None):
        return ["the table “level” goes with scoring “level”, and only with that."]
    if level is None:
        return []
    items = {item.id: item for item in instrument.items}
    named = [*level.items, level.behaviour, *([] if level.recent is None else [level.recent])]
    problems = [f"level: item “{name}” does not exist." for name in named if name not in items]
    if problems:
        return problems
    problems += [f"level: item “{name}” is not yes_no." for name in named if items[name].kind != "yes_no"]
    if level.recent and items[level.recent].ask_if != level.behaviour:
        problems.append(f"level: {level.recent} should be asked only if {level.behaviour} is answered yes.")
    if not 1 <= level.low_from < level.moderate_from < level.high_from <= len(level.items):
        problems.append(f"level: low, moderate and high should rise within 1 to {len(level.items)}.")
    for key in ("past_behaviour", "recent_behaviour"):
        if getattr(level, key) not in Level.TRIAGE[1:]:
            problems.append(f"level: {key} should be one of {', '.join(Level.TRIAGE[1:])}.")
    return problems


def conversion_problems(instrument: Instrument) -> list[str]:
    table = instrument.conversion
    if table is None:
        return []
    if not instrument.has_total:
        return ["conversion: there is no total to convert."]
    steps, wanted = len(table.values), instrument.maximum - instrument.minimum + 1
    problems = []
    if table.start != instrument.minimum or steps != wanted:
        problems.append(
            f"conversion: {steps} values from {table.start} do not fit the totals {instrument.minimum} to "
            f"{instrument.maximum}."
        )
    if list(table.values) != sorted(set(table.values)):
        problems.append("conversion: its values should rise.")
    return problems


def twice(names) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
