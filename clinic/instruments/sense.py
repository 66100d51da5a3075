"""Whether a definition makes sense: one band per total, thresholds that can be reached, ids that exist."""

from __future__ import annotations

import re
from collections import Counter

from clinic.instruments.about import FAMILIES, RELIABILITIES
from clinic.instruments.definition import EVIDENCE, SCORINGS, Instrument
from clinic.instruments.sense_items import item_problems
from clinic.instruments.sense_rules import cited_rules, rule_section_problems

WORDS = {
    "rater": ("self", "clinician"),
    "higher_is": ("worse", "better", "neither"),
    "text": ("items", "labels", "total"),
    "scoring": SCORINGS,
    "family": FAMILIES,
}


def sense_problems(instrument: Instrument) -> list[str]:
    """One sentence for each contradiction, naming the key."""
    words = word_problems(instrument)
    if instrument.scoring not in SCORINGS:
        return words
    return [
        *words,
        *item_problems(instrument),
        *rule_section_problems(instrument),
        *default_problems(instrument),
        *identity_problems(instrument),
        *evidence_problems(instrument),
        *about_problems(instrument),
    ]


def word_problems(instrument: Instrument) -> list[str]:
    problems = [
        f"key “{key}” should be one of {', '.join(allowed)}, not “{getattr(instrument, key)}”."
        for key, allowed in WORDS.items()
        if getattr(instrument, key) not in allowed
    ]
    if not re.fullmatch(r"[a-z][a-z0-9_]*", instrument.id):
        problems.append(f"id “{instrument.id}” should be small letters, digits and underscores.")
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)*", instrument.version):
        problems.append(f"version “{instrument.version}” should be numbers with dots, such as 1.0.")
    if instrument.recall_days < 0:
        problems.append("recall_days should be at least 0, which means at the moment.")
    if (instrument.text == "total") != instrument.totals_only:
        problems.append("text “total” goes with an empty list of items, and only with that.")
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
    ids = [each.id for each in cited_rules(instrument)]
    groups = (*instrument.flags, *instrument.algorithms, *instrument.subscales, *instrument.domains)
    names = [each.name for each in groups]
    return (
        [f"id “{rule}” should begin with “{instrument.id}.”." for rule in ids if not own(instrument, rule)]
        + [f"id “{rule}” stands there twice." for rule in twice(ids)]
        + [f"name “{name}” stands there twice." for name in twice(names)]
    )


def own(instrument: Instrument, rule: str) -> bool:
    return re.fullmatch(rf"{re.escape(instrument.id)}\.[a-z0-9_]+(\.[a-z0-9_]+)*", rule) is not None


def evidence_problems(instrument: Instrument) -> list[str]:
    named = (*instrument.flags, *instrument.subscales, *instrument.algorithms)
    tables = {"level": instrument.level, "conversion": instrument.conversion, "loinc": instrument.loinc}
    cited = (
        *((each.id, each) for each in cited_rules(instrument)),
        *((each.name, each) for each in named),
        *((f"reliability {at}", each) for at, each in enumerate(instrument.reliability, 1)),
        *((name, each) for name, each in tables.items() if each),
    )
    return [
        f"{name}: evidence should be one of {', '.join(EVIDENCE)}, not “{each.evidence}”."
        for name, each in cited
        if each.evidence not in EVIDENCE
    ]


def about_problems(instrument: Instrument) -> list[str]:
    """What is said about the scale must fit the scale it is said of."""
    problems = []
    change = {each.id: each for each in instrument.change}
    for at, each in enumerate(instrument.reliability, 1):
        where = f"reliability {at}"
        if each.kind not in RELIABILITIES:
            problems.append(f"{where}: kind should be one of {', '.join(RELIABILITIES)}, not “{each.kind}”.")
        if not 0 < each.value < 1 or (each.sd is not None and each.sd <= 0):
            problems.append(f"{where}: value should lie between 0 and 1, and sd above 0.")
        elif each.supports is not None and each.supports not in change:
            problems.append(f"{where}: supports “{each.supports}”, which is no change of this scale.")
        elif (
            each.supports and each.rc95 and (points := change[each.supports].points or 0) < each.rc95 - 0.005
        ):
            problems.append(
                f"{where}: its RC95 is {each.rc95:.2f}, more than the {points:g} of {each.supports}."
            )
    letters = {re.sub(r"[0-9]", "", item.id) for item in instrument.items}
    if instrument.columns and set(instrument.columns) != letters:
        problems.append(f"columns should name {', '.join(sorted(letters))}, the letters of the items.")
    codes = instrument.loinc.items if instrument.loinc else ()
    if codes and len(codes) != len(instrument.items):
        problems.append(f"loinc has {len(codes)} codes for {len(instrument.items)} items.")
    written = [code for code in (*codes, *loinc_codes(instrument)) if code != "" and not loinc_number(code)]
    return problems + [f"loinc: “{code}” is no LOINC number, its check digit is wrong." for code in written]


def loinc_codes(instrument: Instrument) -> list[str]:
    return (
        [code for code in (instrument.loinc.panel, instrument.loinc.total) if code]
        if instrument.loinc
        else []
    )


def loinc_number(code: object) -> bool:
    """`44249-1`: the last digit is the Mod-10 check digit of the ones before (Luhn)."""
    if not isinstance(code, str) or not re.fullmatch(r"[0-9]{1,6}-[0-9]", code):
        return False
    digits = [int(digit) for digit in code.replace("-", "")][::-1]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def twice(names) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
