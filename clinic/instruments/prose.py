"""A definition in sentences and rows, for the catalogue page and the pages of docs/: one source for both."""

from __future__ import annotations

from clinic.instruments.definition import Instrument
from clinic.instruments.items import Item
from clinic.instruments.rules import Change, Rule

EVIDENCE_WORDS = {
    "published": "seen in a publication or label",
    "open code": "seen in open scoring code",
    "unverified": "not verified",
    "ours": "our decision",
}
RATERS = {"self": "the person themselves", "clinician": "a clinician"}
DIRECTION = {
    "worse": "Higher is worse.",
    "better": "Higher is better.",
    "neither": "Neither end is the better one.",
}


def signed(value: float) -> str:
    """With a real minus sign."""
    return f"{value:g}".replace("-", "−")


def heading(scale: Instrument) -> str:
    """`rated by a clinician · past week · version 1.0`."""
    return f"rated by {RATERS[scale.rater]} · {scale.recall} · version {scale.version}"


def scoring(scale: Instrument) -> list[str]:
    """How answers become the result, sentence by sentence."""
    return [
        sentence for sentence in (_result(scale), _range(scale), *_items(scale), _blanks(scale)) if sentence
    ]


def _result(scale: Instrument) -> str:
    items = len(scale.scored_items)
    if scale.totals_only:
        return "Only totals are entered here; the items stay on the holder's own form."
    if scale.scoring == "sum":
        return "The one rating is the score." if items == 1 else f"The sum of {items} items."
    if scale.scoring == "domains":
        groups = [f"the highest of {_numbers(scale, d.items)}" for d in scale.domains if len(d.items) > 1]
        return f"The sum of {len(scale.domains)} domains, not of {items} items; {'; '.join(groups)}."
    if scale.scoring == "level":
        return (
            f"Never a sum: the level is the highest of questions 1 to {len(scale.level.items)} answered yes, "
            "and behaviour stands beside it with its date."
        )
    if scale.scoring == "events":
        return "A list of events; there is no total."
    return "A profile of digits, one for each item, which are never added up."


def _range(scale: Instrument) -> str:
    if not scale.has_total:
        return ""
    return f"{signed(scale.minimum)} to {signed(scale.maximum)}. {DIRECTION[scale.higher_is]}"


def _items(scale: Instrument) -> list[str]:
    found = []
    weights = dict(scale.items[0].weights) if scale.items else {}
    if weights:
        found.append(
            "Points: " + ", ".join(f"{answer} counts {worth}" for answer, worth in weights.items()) + "."
        )
    own = {(item.minimum, item.maximum) for item in scale.scored_items}
    if len(own) > 1:
        found += [
            f"{_numbers(scale, [i.id for i in scale.scored_items if (i.minimum, i.maximum) == each])} run from "
            f"{each[0]} to {each[1]}."
            for each in sorted(own)
        ]
    if left := [item.id for item in scale.items if not item.scored and not item.is_date]:
        found.append(f"Not in the result: {_numbers(scale, left)}.")
    for item in scale.items:
        labels = dict(item.options)
        if item.not_assessed is not None:
            found.append(
                f"Item {item.number}: {item.not_assessed} means “{labels[item.not_assessed]}” and scores 0."
            )
        if item.as_blank is not None:
            found.append(
                f"Item {item.number}: {item.as_blank} means “{labels[item.as_blank]}” and counts as a blank."
            )
    return found


def _blanks(scale: Instrument) -> str:
    if scale.totals_only or scale.scoring == "events":
        return ""
    if scale.scoring == "level":
        return "Every question that is asked wants an answer; one that is left open is never a no."
    if scale.one_of:
        pairs = " and of ".join(_numbers(scale, pair) for pair in scale.one_of)
        return (
            f"Of {pairs} one is answered and the other blank by design; any other blank may leave no total."
        )
    if scale.allow_missing:
        return (
            f"Up to {scale.allow_missing} blank: the mean of the others stands in, and the score is marked prorated. "
            "More: no total."
        )
    if scale.allow_not_applicable:
        return (
            f"With {scale.allow_not_applicable} item that does not apply the mean of the others stands in, and the "
            "score is marked prorated. With a blank: no total."
        )
    return "With any blank there is no total."


def _numbers(scale: Instrument, ids) -> str:
    numbers = {item.id: item.number for item in scale.items}
    found = [str(numbers[name]) for name in ids]
    if len(found) == 1:
        return f"item {found[0]}"
    return f"items {', '.join(found[:-1])} and {found[-1]}"


def suicide(scale: Instrument) -> str:
    """What the scale knows about suicidal thoughts; silence is said."""
    if scale.hides_suicide_item:
        return "The form has a suicide item that a total cannot show: no suicide item is recorded."
    flag = scale.suicide_flag
    if flag is None:
        return "It does not ask about suicide and never makes anybody look safe."
    if scale.level:
        urgent = f"level {flag.urgent_from} and above, and recent behaviour, are urgent"
        return f"The whole form asks about suicide. Any item endorsed opens a concern; {urgent}."
    return (
        f"{scale.asks} asks about suicide. Any answer above 0 and a skipped one open a concern; "
        f"{flag.urgent_from} and above is urgent."
    )


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
    sex = getattr(rule, "sex", None)
    who = f" ({'women' if sex == 'female' else 'men'})" if sex else ""
    return (
        what,
        rule.says + who,
        rule.id,
        "yes" if rule.default else "",
        EVIDENCE_WORDS[rule.evidence],
        rule.source,
    )


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
    found = []
    for each in scale.subscales:
        how = "sum" if each.method == "sum" else f"how many of them reach {each.at_least}"
        except_ = "".join(f", item {name} from {value}" for name, value in each.except_from)
        how = f"{how} of {_numbers(scale, each.items)}{except_}"
        found.append((each.title, how, EVIDENCE_WORDS[each.evidence], each.source))
    for each in scale.algorithms:
        title = each.name.replace("_", " ")
        found.append((title, each.method.replace("_", " "), EVIDENCE_WORDS[each.evidence], each.source))
    if table := scale.conversion:
        ends = f"from {table.values[0]:g} at {table.start} to {table.values[-1]:g} at {scale.maximum}"
        found.append((table.title, f"by table, {ends}", EVIDENCE_WORDS[table.evidence], table.source))
    return found


def answers(item: Item) -> str:
    """What may be answered: `0 Not at all, 1 Several days`, `0 to 4`, a line between two anchors, a date."""
    if item.is_date:
        return "a date"
    if item.kind == "analogue":
        return f"{item.minimum} {item.anchors[0]} … {item.maximum} {item.anchors[1]}"
    if all(label == str(value) for value, label in item.options):
        return f"{signed(item.minimum)} to {signed(item.maximum)}"
    return ", ".join(
        signed(value) + (f" {label}" if label != str(value) else "") for value, label in item.options
    )


def review(scale: Instrument) -> str:
    by = (
        f"Checked by {scale.checked_by}" + (f" on {scale.checked_on:%-d %b %Y}" if scale.checked_on else "")
        if scale.checked_by
        else "Not yet checked by a clinician"
    )
    return f"{by}. Next review {scale.next_review:%-d %b %Y}."


def codes(scale: Instrument) -> str:
    if scale.loinc is None:
        return "No verified LOINC code."
    parts = [
        f"{what} {code}"
        for what, code in (("panel", scale.loinc.panel), ("total", scale.loinc.total))
        if code
    ]
    if scale.loinc.items:
        parts.append("items " + ", ".join(code or "none" for code in scale.loinc.items))
    return f"LOINC: {'; '.join(parts)} ({EVIDENCE_WORDS[scale.loinc.evidence]}: {scale.loinc.source})."


SHOWN = {
    "items": "Item text is shown.",
    "labels": "Numbers and short labels of our own; the wording is the holder's.",
    "total": "Totals only.",
}
