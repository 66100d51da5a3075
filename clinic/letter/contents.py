"""From the facts to the letter as plain data, in the order in which it is read; HTML and PDF are drawn from it."""

from __future__ import annotations

import re
from typing import Any

from clinic.charts.footers import as_of_words, date_range
from clinic.charts.letter import WIDTH, days_of, letter_figure
from clinic.charts.patient import alt
from clinic.instruments.definition import Instrument
from clinic.letter.definitions import definitions
from clinic.letter.gathering import Facts
from clinic.letter.logo import drawing
from clinic.letter.parts import MOST, columns, texts
from clinic.letter.scores import none_yet, table
from clinic.outcomes import sentence
from clinic.outcomes.wording import date_words, plural
from clinic.report import cells
from clinic.report.cells import printable
from clinic.report.export import Template
from clinic.report.svg import drawn
from data_model.columns import new_key

TEMPLATE = Template("letter", "1.0", "letter_1.typ")
UNCOMPARED = (
    "Observed, without a comparison group: people come at their worst, so some of a fall would have happened "
    "without treatment."
)


def contents(facts: Facts, share: float = 1.0, most: int = MOST) -> dict[str, Any]:
    """`number` is on the paper and is the key of the row that the letter leaves behind; `share` is the height of the
    figure's panels, 1 being the usual one, `most` the lines of a list."""
    number = new_key()
    return {
        "number": number,
        "title": "Letter",
        "name": facts.person.name,
        "line": facts.person.line,
        "clinic": printable(facts.clinic),
        "logo": {"svg": drawing(facts.logo)},
        "recipient": {"lines": [printable(line) for line in facts.chosen.recipient_lines]},
        "date": date_words(facts.read_at.astimezone(facts.zone)),
        "what": what(facts),
        "says": [says(facts, scale) for scale in facts.scales],
        "figure": figure(facts, share),
        "table": table(facts),
        "under": under(facts),
        "columns": columns(facts, most),
        "left_out": left_out(facts),
        "texts": texts(facts),
        "signed": printable(", ".join(part for part in (facts.by, facts.role, facts.clinic) if part)),
        "definitions": definitions(facts),
        "stamp": stamp(facts, number),
    }


def what(facts: Facts) -> str:
    chosen = facts.chosen
    since, until = date_words(chosen.since), date_words(chosen.until)
    return f"Course of care for {facts.course.indication.value}, {since} to {until}"


def says(facts: Facts, scale: Instrument) -> str:
    """The sentence of the page, from the rows between the days chosen. Without the answers about suicide where
    those were left out; the letter says then that they were."""
    said = sentence.header(
        scale,
        facts.scores,
        facts.given,
        facts.baselines.get(scale.id) or none_yet(scale),
        facts.read_at,
        starts=facts.starts,
        course=facts.course.key,
        zone=facts.zone.key,
    )
    if not facts.chosen.suicide:
        said = said.removesuffix(f"; {sentence.suicide_clause(scale, facts.of(scale))}.").rstrip(".") + "."
    return re.sub(r"item (\d+) = ", "item\u00a0\\1\u00a0=\u00a0", said)


def figure(facts: Facts, share: float) -> dict[str, Any]:
    zone = facts.zone.key
    spec = letter_figure(
        facts.scores,
        facts.given,
        facts.scales,
        facts.baselines,
        span(facts),
        dosed=facts.all_given,
        zone=zone,
        gap_days=facts.gap_days,
        share=share,
    )
    said = in_words(facts)
    return cells.figure(drawn(spec, WIDTH, said), said)


def in_words(facts: Facts) -> str:
    """The figure for those who do not see it; it shows no answers about suicide, so neither do its words."""
    shown = facts.scores.assign(suicide_state="not asked")
    words = alt(shown, facts.given, facts.scales, zone=facts.zone.key)
    return words.replace("; suicide item never asked", "")


def span(facts: Facts) -> tuple[float, float]:
    """From first to last row shown; the days chosen where there is none."""
    zone = facts.zone.key
    times = [*days_of(facts.scores["taken_at"], zone), *days_of(facts.given["started_at"], zone)]
    times = times or [*days_of([facts.chosen.since, facts.chosen.until], "UTC")]
    return float(min(times)), float(max(times))


def under(facts: Facts) -> str:
    """What the figure and the table are made of, and what lies outside the days chosen."""
    chosen = set(facts.chosen.scales)
    shown = facts.scores[facts.scores["instrument"].isin(chosen)]
    outside = int(facts.all_scores["instrument"].isin(chosen).sum()) - len(shown)
    beyond = len(facts.all_given) - len(facts.given)
    said = [
        f"{plural(len(shown), 'score')}, {plural(len(facts.given), 'treatment')}",
        date_range([*shown["taken_at"], *facts.given["started_at"]], facts.zone.key),
        as_of_words(facts.read_at, facts.zone.key),
    ]
    line = " · ".join(each for each in said if each)
    if outside or beyond:
        line += (
            f" · not shown, outside these dates: {plural(outside, 'score')}, {plural(beyond, 'treatment')}"
        )
    return f"{line}. {UNCOMPARED}"


def left_out(facts: Facts) -> str:
    parts = facts.chosen.left_out
    return f"Not part of this letter: {', '.join(parts)}." if parts else ""


def stamp(facts: Facts, number: str) -> dict[str, str]:
    """The footer of the page."""
    at = f"{facts.read_at.astimezone(facts.zone):%-d %b %Y %H:%M} {facts.zone.key}"
    return {
        "clinic": printable(facts.clinic),
        "by": printable(facts.by),
        "at": at,
        "template": TEMPLATE.name,
        "number": number,
    }
