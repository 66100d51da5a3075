"""What a control chart says over its points: by what it was made, and whether anything changed."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

import pandas as pd

from clinic.outcomes import run_chart
from clinic.outcomes.by_month import month_words
from clinic.outcomes.control import FIRM, LEAST, RULES, RUN, SHARES, XMR, Chart
from clinic.outcomes.proportion import percent, wilson
from clinic.outcomes.wording import number, plural

WIDE, NARROW = 130, 50  # letters in a line
SAID_FROM = 1.5  # times the spread of chance; up to it the months are not called over-dispersed, ours


@dataclass(frozen=True, slots=True)
class Measure:
    """`title` says what by which month; `counted` and `of` name the rows of numbers, `among` joins both in words."""

    title: str
    counted: str
    of: str
    among: str

    def says(self, rows: pd.DataFrame) -> str:
        """The sums over all months, so that the figure can be checked against everyone who started."""
        said = f"{self.title}: {rows['count'].sum()} {self.among.format(rows['of'].sum())}"
        if "unknown" in rows:
            said += f", {rows['unknown'].sum()} unknown"
        if "too_early" in rows:
            said += f"; {rows['too_early'].sum()} too early"
        return f"{said}."


RESPONDED = Measure(
    "Responded, by month of the first dose", "responded", "of people", "of {} people whose window has passed"
)
UNKNOWN = Measure(
    "Unknown (no score in the window, or no valid baseline), by month of the first dose",
    "unknown",
    "of people",
    "of {} people whose window has passed",
)
EVENTS = Measure(
    "Adverse events recorded, by month of the treatment", "events", "treatments", "in {} treatments"
)


def sentences(chart: Chart, measure: Measure) -> list[str]:
    """What was drawn, and what it found; each could stand alone."""
    said = [measure.says(chart.rows), f"{_made(chart)} {_found(chart)}"]
    if chart.kind == SHARES and chart.spread is not None and chart.spread > SAID_FROM:
        limits = (
            "these limits allow for it" if chart.widened else "limits by chance alone flag too many months"
        )
        said.append(f"The months vary {chart.spread:.1f} times as much as chance gives: {limits}.")
    if chart.rough:
        said.append("Some months have so few people that the limits are rough.")
    return said


def head_lines(chart: Chart, measure: Measure, narrow: bool) -> list[str]:
    """The sentences in lines of the figure, and what its marks mean."""
    rows = chart.rows
    marks = []
    if (~rows["whole"] & rows["value"].notna()).any():
        marks.append("○ month still growing, in no rule")
    if "unknown" in rows and rows["unknown"].any():
        marks.append(f"┬ if all unknown had {measure.counted}")
    if chart.kind != RUN:
        marks.append("dashed: limits of 3 sigma")
    lines = [line for said in sentences(chart, measure) for line in wrap(said, NARROW if narrow else WIDE)]
    return lines + wrap(" · ".join(marks), NARROW if narrow else WIDE)


def _made(chart: Chart) -> str:
    months = plural(chart.based_on, "month")
    if chart.kind == RUN:
        if not chart.based_on:
            return "No month is whole yet."
        return f"Run chart of {months}, median {_value(chart, chart.centre)}; limits need {LEAST} months."
    base = "fixed by the first" if chart.firm else f"provisional until {FIRM} months, from"
    if chart.kind == XMR:
        return (
            f"XmR chart, mean of the months {number(chart.centre)} per {chart.per}; limits {base} {months}."
        )
    used = chart.rows[chart.rows["used"]].head(chart.based_on)
    count, of = int(used["count"].sum()), int(used["of"].sum())
    low, high = (percent(bound, of) for bound in wilson(count, of))
    share = f"{percent(chart.centre, of)} % ({count} of {of}, 95 % interval {low}–{high} %)"
    return f"p-chart, mean {share}; limits {base} {months}."


def _found(chart: Chart) -> str:
    if chart.kind == RUN:
        return run_chart.in_words(chart.runs)
    found = chart.found
    said = [
        f"({at}) {words}: {_months(found[rule])}"
        for at, (rule, words) in enumerate(RULES.items(), start=1)
        if rule in found
    ]
    if chart.kind == XMR and chart.rows["range_signal"].any():
        said.append(f"a jump beyond the limit of the ranges: {_months(chart.jumps)}")
    if not said:
        return "No signal by the four rules: the months vary as by chance."
    return f"Signals: {'; '.join(said)}."


def _months(months: list) -> str:
    """The first and the last of a run, or the few there are."""
    if len(months) > 3:
        return f"{len(months)} months, {month_words(months[0])} to {month_words(months[-1])}"
    return ", ".join(month_words(month) for month in months)


def _value(chart: Chart, value: float) -> str:
    return f"{100 * value:.0f} %" if chart.per == 1 else f"{number(value)} per {chart.per}"
