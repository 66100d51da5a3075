"""Context in words: kinds and their letters, what decides, and the part of a figure's text twin."""

from __future__ import annotations

from datetime import date

from clinic.charts.context import Bar, Context, Happened, Step
from clinic.outcomes.wording import date_words, number

KINDS = {"medication change": "M", "life event": "L", "clinical event": "C", "therapy": "T"}
SHORT = {
    "admission for the condition": "admission",
    "electroconvulsive therapy": "ECT",
    "unplanned rescue dose": "rescue dose",
}
MEDICATION = "medication"
SAID = 8  # of each sort; a listener finds the rest in the table


def letter(kind: str) -> str:
    return KINDS.get(kind, kind[:1].upper())


def short(decides: str) -> str:
    return SHORT.get(decides, decides)


def lasting(start: date, end: date | None) -> str:
    """`3 Jan – 4 May 2026`, or `since 3 Jan 2026`."""
    if end is None:
        return f"since {date_words(start)}"
    return f"{date_words(start)} – {date_words(end)}"


def amount(step: Step) -> str:
    return "amount unknown" if step.mg_per_day is None else f"{number(step.mg_per_day)} mg/day"


def said(context: Context) -> list[str]:
    """Clauses for the text twin, none for what is not there."""
    sorts = {"medication": _medicines(context), "therapy": _others(context)}
    sorts["events"] = [_event(each) for each in context.events]
    return [f"{name}: {_listed(words)}" for name, words in sorts.items() if words]


def _medicines(context: Context) -> list[str]:
    drugs: dict[str, list[Step]] = {}
    for step in context.steps:
        drugs.setdefault(step.drug, []).append(step)
    doses = [
        f"{drug} {', '.join(f'{amount(s)} {lasting(s.start, s.end)}' for s in steps)}"
        for drug, steps in drugs.items()
    ]
    dosed = {drug.casefold() for drug in drugs}
    bars = [b for b in context.bars if b.kind == MEDICATION and b.label.casefold() not in dosed]
    return [_bar(each) for each in bars] + doses


def _others(context: Context) -> list[str]:
    return [_bar(each) for each in context.bars if each.kind != MEDICATION]


def _bar(bar: Bar) -> str:
    return f"{bar.label} {lasting(bar.start, bar.end)}"


def _event(event: Happened) -> str:
    what = f"{short(event.decides)}, {event.words}" if event.decides else event.words
    return f"{what} on {date_words(event.on)}"


def _listed(words: list[str]) -> str:
    rest = len(words) - SAID
    return ", ".join(words[:SAID]) + (f" and {rest} more in the table" if rest > 0 else "")
