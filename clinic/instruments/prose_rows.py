"""A definition in rows: rules, bands, reliability, and what stands beside the result."""

from __future__ import annotations

import re
from collections.abc import Callable

from clinic.instruments.definition import Instrument
from clinic.instruments.items import Algorithm, Subscale
from clinic.instruments.rules import Change, Rule
from clinic.instruments.wording import EVIDENCE_WORDS, capital, items_of, joined, numbers_of, signed

RULE_HEADINGS = ("what for", "rule", "rule id", "default", "evidence", "source")


def rules(scale: Instrument) -> list[tuple[str, ...]]:
    """Every rule with a threshold: response, partial response, remission, checks, and changes."""
    sections = (
        ("response", scale.responses),
        ("partial response", scale.partials),
        ("remission", scale.remissions),
        ("cut", scale.checks),
        ("reliable change", scale.change),
        ("change that matters", scale.meaningful),
    )
    return [_rule(what, rule) for what, rules_ in sections for rule in rules_]


def _rule(what: str, rule: Rule | Change) -> tuple[str, ...]:
    return (
        what,
        rule.says + _for_whom(rule),
        rule.id,
        "yes" if rule.default else "",
        EVIDENCE_WORDS[rule.evidence],
        rule.source,
    )


def _for_whom(rule: Rule | Change) -> str:
    who = {"female": "women", "male": "men"}.get(getattr(rule, "sex", None))
    return f" ({who})" if who and not re.search(rf"\b{who}\b", rule.says) else ""


BAND_HEADINGS = ("bands", "ranges", "default", "evidence", "source")


def bands(scale: Instrument) -> list[tuple[str, ...]]:
    return [
        (
            chosen.id,
            "; ".join(f"{signed(b.low)}–{signed(b.high)} {b.name}" for b in chosen.bands),
            "yes" if chosen.default else "",
            EVIDENCE_WORDS[chosen.evidence],
            chosen.source,
        )
        for chosen in scale.band_sets
    ]


RELIABILITY_HEADINGS = ("figure", "value", "SD", "RC95", "sample", "stands behind", "evidence", "source")


def reliability(scale: Instrument) -> list[tuple[str, ...]]:
    """Figures of reliability; RC95 = 1.96 · SD · √2 · √(1 − r) where an SD of the same sample is known."""
    return [
        (
            each.kind,
            f"{each.value:g}",
            "" if each.sd is None else f"{each.sd:g}",
            "" if each.rc95 is None else f"{each.rc95:.2f}",
            each.sample,
            each.supports or "",
            EVIDENCE_WORDS[each.evidence],
            each.source,
        )
        for each in scale.reliability
    ]


SUBSCALE_HEADINGS = ("beside the total", "how", "evidence", "source")


def beside(scale: Instrument) -> list[tuple[str, ...]]:
    """Subscales, verdicts and the other metric."""
    found = [
        (each.title, subscale_words(scale, each), each.evidence, each.source) for each in scale.subscales
    ]
    for each in scale.algorithms:
        title = capital(each.name.replace("_", " "))
        found.append((title, VERDICTS[each.method](scale, each), each.evidence, each.source))
    if table := scale.conversion:
        ends = f"from {table.values[0]:g} at {table.start} to {table.values[-1]:g} at {scale.maximum}"
        found.append((table.title, f"By table, {ends}", table.evidence, table.source))
    return [(title, how, EVIDENCE_WORDS[evidence], source) for title, how, evidence, source in found]


def subscale_words(scale: Instrument, each: Subscale) -> str:
    items = items_of(scale, each.items)
    if each.method == "count":
        numbers = {item.id: item.number for item in scale.items}
        other = "".join(f", item {numbers[name]} from {value}" for name, value in each.except_from)
        return f"How many of {items} are {each.at_least} or more{other}"
    how = f"The answer to {items}" if len(each.items) == 1 else f"Sum of {items}"
    if not each.weights:
        return how
    return f"{how}, where {joined([f'{signed(answer)} counts {worth}' for answer, worth in each.weights])}"


# ---- verdicts in words, by method ------------------------------------------------------------------------------


def depressive_syndrome(scale: Instrument, each: Algorithm) -> str:
    core = joined(numbers_of(scale, each.core).replace(" and ", ", ").split(", "), "or")
    return (
        f"Depressive syndrome: major from {each.major_from} symptoms, other from {each.other_from}, "
        f"with item {core}"
    )


def every_cluster(scale: Instrument, each: Algorithm) -> str:
    """`1 B, 1 C, 2 D and 2 E symptoms`, by what stands in brackets in the titles of the counts."""
    titles = {count.name: count.title for count in scale.subscales}
    letters = {name: re.search(r"\((.+)\)", titles[name]) for name, _ in each.needs}
    if all(letters.values()):
        return joined([f"{needed} {letters[name][1]}" for name, needed in each.needs]) + " symptoms"
    return capital(joined([f"at least {needed} in “{titles[name]}”" for name, needed in each.needs]))


def points_only_from(scale: Instrument, each: Algorithm) -> str:
    return f"All points from {items_of(scale, each.only)}"


def all_equal(scale: Instrument, each: Algorithm) -> str:
    if scale.scoring == "profile" and set(each.items) == {item.id for item in scale.scored_items}:
        return f"Every dimension is {signed(each.value)}"
    return f"Every one of {items_of(scale, each.items)} is {signed(each.value)}"


VERDICTS: dict[str, Callable[[Instrument, Algorithm], str]] = {
    "depressive_syndrome": depressive_syndrome,
    "every_cluster": every_cluster,
    "points_only_from": points_only_from,
    "all_equal": all_equal,
}
