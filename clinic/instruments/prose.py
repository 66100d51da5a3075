"""A definition in sentences, for the catalogue page and the pages of docs/: one source for both. What stands in
tables there is in `prose_rows`."""

from __future__ import annotations

from collections.abc import Iterator

from clinic.instruments.definition import Instrument
from clinic.instruments.items import Item
from clinic.instruments.wording import (
    EVIDENCE_WORDS,
    capital,
    count,
    items_of,
    numbers_of,
    points_by_label,
    signed,
)

RATERS = {"self": "the person themselves", "clinician": "a clinician"}
SHOWN = {
    "items": "Item text is shown.",
    "labels": "Numbers and short labels of our own; the wording is the holder's.",
    "total": "Totals only.",
}


def heading(scale: Instrument) -> str:
    """`rated by a clinician · past week · version 1.0`."""
    return f"rated by {RATERS[scale.rater]} · {scale.recall} · version {scale.version}"


def scoring(scale: Instrument) -> list[str]:
    """How answers become the result, sentence by sentence."""
    sentences = (
        _result(scale),
        _range(scale),
        *_sizes(scale),
        *_exceptions(scale),
        *_blanks(scale),
        _worsening(scale),
    )
    return [sentence for sentence in sentences if sentence]


def _result(scale: Instrument) -> str:
    items = len(scale.scored_items)
    if scale.totals_only:
        return "Only totals are entered here; the items stay on the holder's own form."
    if scale.scoring == "sum":
        return "The one rating is the score." if items == 1 else f"The sum of {items} items."
    if scale.scoring == "domains":
        return _domains(scale)
    if scale.scoring == "level":
        return (
            f"Never a sum: the level is the highest of questions 1 to {len(scale.level.items)} answered yes, "
            "and behaviour stands beside it with its date."
        )
    if scale.scoring == "events":
        return "A list of events; there is no total."
    return f"{capital(count(items))} digits, one for each dimension; they are never added up."


def _domains(scale: Instrument) -> str:
    groups = [numbers_of(scale, domain.items) for domain in scale.domains if len(domain.items) > 1]
    added = f"{capital(count(len(scale.domains)))} domains are added"
    if not groups:
        return f"{added}."
    return f"{added}: of items {_groups(groups)} only the highest counts."


def _groups(groups: list[str]) -> str:
    """`1 to 4, of 6 to 9, and of 15 and 16`: a comma before “and”, since the groups have one of their own."""
    *before, last = groups
    return f"{', of '.join(before)}, and of {last}" if before else last


def _range(scale: Instrument) -> str:
    return (
        f"{signed(scale.minimum)} to {signed(scale.maximum)}. {_direction(scale)}" if scale.has_total else ""
    )


def _direction(scale: Instrument) -> str:
    if scale.higher_is != "neither":
        return f"Higher is {scale.higher_is}."
    if scale.minimum < 0 and len(scale.items) == 1:
        return f"0 is {dict(scale.items[0].options)[0]}; both ends are far from it."
    if scale.family == "dosing session":
        return "A higher score is neither better nor worse: it is an expected effect of the drug."
    return "Neither end is the better one."


def _sizes(scale: Instrument) -> Iterator[str]:
    """Points that are not the answer itself, and items of different size."""
    if scale.items and scale.items[0].weights:
        yield points_by_label(scale.items[0])
    sizes = {(item.minimum, item.maximum) for item in scale.scored_items}
    for low, high in sorted(sizes) if len(sizes) > 1 else ():
        ids = [item.id for item in scale.scored_items if (item.minimum, item.maximum) == (low, high)]
        runs = "runs" if len(ids) == 1 else "run"
        yield capital(f"{items_of(scale, ids)} {runs} from {signed(low)} to {signed(high)}.")


def _exceptions(scale: Instrument) -> Iterator[str]:
    """Items that are not in the result, or not always, and codes that are no rating."""
    if left := [item.id for item in scale.items if not item.scored and not item.is_date]:
        yield f"Not in the result: {items_of(scale, left)}."
    if scale.scoring == "sum":
        for before in dict.fromkeys(item.ask_if for item in scale.scored_items if item.ask_if):
            ids = [item.id for item in scale.scored_items if item.ask_if == before]
            are, count_ = ("is", "counts") if len(ids) == 1 else ("are", "count")
            yield capital(
                f"{items_of(scale, ids)} {are} asked only if {items_of(scale, [before])} is 1 or more, and "
                f"{count_} 0 otherwise."
            )
    for item in scale.items:
        labels = dict(item.options)
        for code, comes_to in ((item.not_assessed, "scores 0"), (item.as_blank, "counts as a blank")):
            if code is not None:
                yield f"Item {item.number}: {code} means “{labels[code]}” and {comes_to}."


MEAN = "the mean of the others stands in and the score is marked prorated"


def _blanks(scale: Instrument) -> list[str]:
    if scale.totals_only or scale.scoring == "events":
        return []
    if scale.scoring == "level":
        return ["Every question that is asked wants an answer; one that is left open is never a no."]
    if scale.scoring == "profile":
        return ["With a dimension blank there is no profile."]
    if scale.scoring == "domains":
        return _blank_in_domain(scale)
    if len(scale.scored_items) == 1:
        return ["Without the rating there is no score."]
    if scale.allow_missing:
        up_to = count(scale.allow_missing)
        may = "One answer may" if scale.allow_missing == 1 else f"Up to {up_to} answers may"
        return [f"{may} be blank: {MEAN}. With more there is no total."]
    if scale.allow_not_applicable:
        items = "item does" if scale.allow_not_applicable == 1 else "items do"
        where = f"Where {count(scale.allow_not_applicable)} {items} not apply"
        return [f"{where} {MEAN}; with any blank there is no total."]
    return ["With any blank there is no total."]


def _blank_in_domain(scale: Instrument) -> list[str]:
    unless = "blank leaves no total, unless its domain already has its highest answer."
    if not scale.one_of:
        return [f"A {unless}"]
    pairs = [numbers_of(scale, pair) for pair in scale.one_of]
    comma = "," if len(pairs) > 1 else ""
    by_design = f"Of items {_groups(pairs)}{comma} one is answered and the other blank by design."
    return [by_design, f"Any other {unless}"]


def _worsening(scale: Instrument) -> str:
    """A rating that is itself a change since the baseline needs no rule to say that it is for the worse."""
    if scale.change or not any(rule.needs_baseline for rule in scale.responses):
        return ""
    return "No reliable change is agreed: worsening cannot be judged on this scale."


def suicide(scale: Instrument) -> str:
    """What the scale knows about suicidal thoughts; silence is said."""
    if scale.hides_suicide_item:
        return "The form has a suicide item that a total cannot show: no suicide item is recorded."
    flag = scale.suicide_flag
    if flag is None:
        return "It does not ask about suicide: no score on it says that somebody is safe."
    if scale.level:
        urgent = f"level {flag.urgent_from} and above, and recent behaviour, are urgent"
        return f"The whole form asks about suicide. Any item endorsed opens a concern; {urgent}."
    return (
        f"{scale.asks} asks about suicide. Any answer above 0, or a skipped one, opens a concern; "
        f"{flag.urgent_from} or more is urgent."
    )


def answers(item: Item) -> str:
    """What may be answered: `0 Not at all, 1 Several days`, `0 to 4`, a line between two anchors, a date."""
    if item.is_date:
        return "a date"
    if item.kind == "analogue":
        return f"{item.minimum} {item.anchors[0]} … {item.maximum} {item.anchors[1]}"
    labels = [(signed(value), "" if label == str(value) else label) for value, label in item.options]
    bare = [value for value, label in item.options if label == str(value)]
    if len(bare) > 2 and bare == list(range(bare[0], bare[-1] + 1)):
        run = f"{signed(bare[0])} to {signed(bare[-1])}"
        return ", ".join([run, *(f"{value} {label}" for value, label in labels if label)])
    if any("," in label or any(sign.isdigit() for sign in label) for _, label in labels):
        return "; ".join(f"{value} = {label}" if label else value for value, label in labels)
    return ", ".join(f"{value} {label}".rstrip() for value, label in labels)


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
