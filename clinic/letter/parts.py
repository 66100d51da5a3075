"""The parts of a letter that are chosen one by one: treatments, side effects, medication, suicidal thoughts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from clinic.letter.gathering import Facts
from clinic.outcomes import suicidality
from clinic.outcomes.wording import date_words, number, plural
from clinic.report.cells import printable
from data_model import Medication
from data_model.treatments import Severity

MOST = 8  # lines of one part; the rest is counted, so that one page holds a letter
COLUMNS = (
    (("treatments", "Treatments"), ("suicide", "Suicidal thoughts")),
    (("side_effects", "Side effects in these treatments"), ("medication", "Medication in these dates")),
)
TEXTS = ("Plan", "Remark")
HALF_LINE, SHORT_LINES = (
    60,
    5,
)  # letters in a line of one column, and the lines up to which a text stands in one
GRAVITY = [severity.value for severity in Severity]


def columns(facts: Facts, most: int = MOST) -> list[list[dict[str, Any]]]:
    """Title and lines of each part chosen, in the columns in which they stand beside each other; none is empty.
    A short text that somebody typed stands there too."""
    found = [
        [part(facts, *each, most) for each in column if getattr(facts.chosen, each[0])] for column in COLUMNS
    ]
    for column, title, lines in zip(found, TEXTS, typed(facts), strict=True):
        if lines and is_short(lines):
            column.append({"title": title, "lines": lines})
    return [column for column in found if column]


def texts(facts: Facts) -> list[dict[str, Any]]:
    """The longer ones of what somebody typed, to be set over the whole width."""
    pairs = zip(TEXTS, typed(facts), strict=True)
    return [{"title": title, "lines": lines} for title, lines in pairs if lines and not is_short(lines)]


def typed(facts: Facts) -> list[list[str]]:
    """The lines of plan and remark, as they were typed."""
    both = (facts.chosen.plan.strip(), facts.chosen.remark.strip())
    return [printable(text).split("\n") if text else [] for text in both]


def is_short(lines: list[str]) -> bool:
    return sum(len(line) // HALF_LINE + 1 for line in lines) <= SHORT_LINES


def part(facts: Facts, name: str, title: str, most: int = MOST) -> dict[str, Any]:
    return {"title": title, "lines": [printable(line) for line in at_most(list(LINES[name](facts)), most)]}


def at_most(lines: list[str], most: int) -> list[str]:
    """The first ones, and how many more there are."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], f"and {len(lines) - most + 1} more, not listed here"]


# ---- treatments ------------------------------------------------------------------------------------------------


def treatments(facts: Facts) -> Iterator[str]:
    """One line for each substance and route: doses of two routes share no range."""
    if not len(facts.given):
        yield "No treatment in these dates."
    for (substance, route), rows in facts.given.groupby(["substance", "route"], sort=False):
        yield f"{plural(len(rows), 'treatment')} with {substance} {route}{_doses(rows)}; {_when(rows, facts)}"


def _doses(rows: pd.DataFrame) -> str:
    """`, 0.5 to 0.75 mg/kg (35 to 52 mg)`; what is not known is left out, and said if nothing is."""
    per_kg = _range(rows["mg_per_kg"], "mg/kg", 2) if rows["substance"].iloc[0] != "esketamine" else ""
    mg = _range(rows["given_mg"], "mg", 1)
    if not per_kg and not mg:
        return ", dose not recorded"
    return f", {per_kg} ({mg})" if per_kg and mg else f", {per_kg or mg}"


def _range(values: pd.Series, unit: str, places: int) -> str:
    known = [f"{round(value, places):g}" for value in (values.min(), values.max()) if value == value]
    if not known:
        return ""
    return f"{known[0]} {unit}" if known[0] == known[-1] else f"{known[0]} to {known[-1]} {unit}"


def _when(rows: pd.DataFrame, facts: Facts) -> str:
    first, last = (date_words(at.astimezone(facts.zone)) for at in rows["started_at"].iloc[[0, -1]])
    stopped = int(rows["stopped_early"].sum())
    early = f"; {stopped} stopped early" if stopped else ""
    return f"on {first}{early}" if len(rows) == 1 else f"first {first}, last {last}{early}"


# ---- side effects ----------------------------------------------------------------------------------------------


def side_effects(facts: Facts) -> Iterator[str]:
    """Each term with its treatments and its gravest severity, the gravest and most frequent first."""
    if not facts.events:
        yield (
            "None recorded, which does not say that there was none." if len(facts.given) else "No treatment."
        )
    seen: dict[str, tuple[set[str], int, bool]] = {}
    for treatment, term, severity, serious in facts.events:
        where, worst, grave = seen.get(term.casefold(), (set(), 0, False))
        seen[term.casefold()] = where | {treatment}, max(worst, GRAVITY.index(severity)), grave or serious
    for term, (where, worst, serious) in sorted(seen.items(), key=_gravest):
        of = f"in {len(where)} of {plural(len(facts.given), 'treatment')}"
        grave = ", serious" if serious else ""
        yield f"{term[:1].upper()}{term[1:]}: {of}, at most {GRAVITY[worst]}{grave}"


def _gravest(entry: tuple[str, tuple[set[str], int, bool]]) -> tuple:
    term, (where, worst, serious) = entry
    return not serious, -worst, -len(where), term


# ---- medication and suicidal thoughts --------------------------------------------------------------------------


def medication(facts: Facts) -> Iterator[str]:
    """What is still taken comes first."""
    if not facts.drugs:
        yield "None recorded."
    for drug in sorted(facts.drugs, key=lambda each: each.stopped is not None):
        yield _drug(drug)


def _drug(drug: Medication) -> str:
    dose = drug.dose or (f"{number(drug.mg_per_day)} mg/day" if drug.mg_per_day is not None else "")
    name = f"{drug.drug} {dose}".strip()
    if drug.stopped is None:
        return f"{name}, since {date_words(drug.started)}"
    return f"{name}, {date_words(drug.started)} to {date_words(drug.stopped)}"


def suicide(facts: Facts) -> Iterator[str]:
    """From all scales and all dates: the days chosen must not make it look clean."""
    yield suicidality.recent(facts.all_scores, facts.catalogue, facts.read_at, zone=facts.zone.key).says


LINES = {
    "treatments": treatments,
    "side_effects": side_effects,
    "medication": medication,
    "suicide": suicide,
}
