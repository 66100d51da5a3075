"""The header sentence: what one scale did since baseline, over how much treatment, and how old the news is."""

from __future__ import annotations

import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.instruments.rules import percent_improvement
from clinic.outcomes import change, counting
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.clock import day
from clinic.outcomes.wording import age_in_words, date_words, number, plural, signed

__all__ = ["age_in_words", "header"]


def header(
    scale: Instrument,
    scores: pd.DataFrame,
    treatments: pd.DataFrame,
    baseline: Baseline,
    now,
    *,
    starts: pd.DataFrame | None = None,
    course: str | None = None,
    zone: str = "UTC",
) -> str:
    """One sentence of clauses about one person's course; nothing in it is a verdict.

    `scores` and `treatments` are the person's (other scales are ignored); `starts` as in `counting.judge`. Of the
    treatments those of the `course` are counted, which may have none yet; without it those since the latest start.
    """
    given = _of_this_course(treatments, starts, course)
    forms = scores[scores["instrument"] == scale.id]
    totals = forms[forms["total"].notna()]
    since = _after(totals, baseline)
    clauses = [
        _movement(scale, totals, since, given, baseline),
        _age(totals, baseline, since, now, zone),
        _caveat(scale, since, treatments, starts, zone),
        _untotalled(forms, zone),
        suicide_clause(scale, forms),
    ]
    return "; ".join(clause for clause in clauses if clause) + "."


def suicide_clause(scale: Instrument, forms: pd.DataFrame) -> str:
    """The suicide item of the last form; a scale that does not ask says so and never looks clean."""
    if scale.suicide_item is None:
        return f"{scale.title} does not ask about suicide"
    label = scale.asks.removeprefix(f"{scale.title} ")
    if not len(forms):
        return f"{label} not asked"
    last = forms.iloc[-1]
    if last["suicide_state"] in ("yes", "no") and last["suicide"] == last["suicide"]:
        return f"{label} = {number(last['suicide'])}"
    return (
        f"{label} skipped: ask" if last["suicide_state"] == "skipped" else f"{label} not asked (total only)"
    )


def _of_this_course(
    treatments: pd.DataFrame, starts: pd.DataFrame | None, course: str | None
) -> pd.DataFrame:
    if course is not None:
        return treatments[treatments["episode"] == course]
    if starts is None or not len(starts):
        return treatments
    return treatments[treatments["started_at"] >= starts["start"].max()]


def _after(totals: pd.DataFrame, baseline: Baseline) -> pd.DataFrame:
    """Scores later than the baseline; an imported baseline without a date lies before them all."""
    if baseline.total is None or baseline.taken_at is None:
        return totals
    return totals[(totals["taken_at"] >= baseline.taken_at) & (totals["assessment"] != baseline.assessment)]


def _movement(scale, totals, since, treatments, baseline) -> str:
    if not len(totals) and baseline.total is None:
        return f"No {scale.title} score yet, {_given(treatments)}"
    if baseline.total is None:
        last = totals.iloc[-1]
        return f"{scale.title} is {number(last['total'])}, {_given(treatments, last['taken_at'])}; {baseline.why}"
    if not len(since):
        return f"{scale.title} was {number(baseline.total)} at baseline, no score since, {_given(treatments)}"
    last = since.iloc[-1]
    moved = _moved(scale, baseline.total, float(last["total"]))
    given = _treatments(treatments, last["taken_at"])
    return f"{moved} with no treatment recorded" if given.startswith("0 ") else f"{moved} over {given}"


def _moved(scale: Instrument, baseline: float, total: float) -> str:
    """`PHQ-9 fell from 21 to 9 (−57 %, beyond measurement error)`; "fell" and "rose" are kept for what is beyond
    measurement error or has no such threshold."""
    if total == baseline:
        return f"{scale.title} is {number(total)}, as at baseline,"
    verdict = change.reliable_change(scale, baseline, total)
    how = {
        None: "no threshold for measurement error agreed",
        "unchanged": "within measurement error",
    }.get(verdict, "beyond measurement error")
    bracket = f"({_percent(scale, baseline, total)}, {how})"
    if verdict == "unchanged":
        return f"{scale.title} is {number(total)}, {number(baseline)} at baseline {bracket},"
    verb = "fell" if total < baseline else "rose"
    return f"{scale.title} {verb} from {number(baseline)} to {number(total)} {bracket}"


def _percent(scale: Instrument, baseline: float, total: float) -> str:
    percent = percent_improvement(baseline, total, scale.minimum)
    if percent is None:
        return f"{signed(total - baseline)} points"
    rounded = round(-percent)
    return f"{signed(rounded)} %" if rounded else f"{signed(total - baseline)} points"


def _age(totals, baseline, since, now, zone) -> str:
    if not len(totals):
        return ""
    days = day([now], zone)[0] - day(totals["taken_at"].iloc[-1:], zone)[0]
    only = "baseline" if baseline.total is not None and not len(since) else "last score"
    words = age_in_words(days)
    return f"{only} {'of ' if words in ('today', 'yesterday') else ''}{words}"


def _caveat(scale, since, treatments, starts, zone) -> str:
    """Why the last score does not count towards response, if it does not."""
    if not len(since):
        return ""
    judged = counting.judge(since, treatments, starts, instruments={scale.id: scale}, zone=zone)
    why = judged["why_not"].iloc[-1]
    if not why or why == "before the first dose":
        return ""
    if judged["early"].iloc[-1] and not judged.loc[:, "counts"].any():
        return f"{why}, nothing counts towards response yet"
    return why


def _untotalled(forms: pd.DataFrame, zone: str) -> str:
    """The last form, if it came to no total."""
    if not len(forms) or pd.notna(forms["total"].iloc[-1]):
        return ""
    last = forms.iloc[-1]
    when = date_words(pd.Timestamp(last["taken_at"]).tz_convert(zone))
    return f"the form of {when} has no total ({plural(int(last['missing']), 'answer')} missing)"


def _given(treatments: pd.DataFrame, until=None) -> str:
    text = _treatments(treatments, until)
    return "no treatment yet" if text.startswith("0 ") else f"{text} so far"


def _treatments(treatments: pd.DataFrame, until=None) -> str:
    """Treatments begun before the score, so that one given since is not credited with it."""
    begun = treatments["started_at"]
    return plural(int(len(begun) if until is None else (begun < until).sum()), "treatment")
