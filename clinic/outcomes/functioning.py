"""How a person lives, beside the symptoms: WSAS, their own word on the change, and their goal (docs/clinical.md A).

Arithmetic and the scale's own names only. Whether a fall counts as a response is judged elsewhere, by B.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.clock import day
from clinic.outcomes.wording import age_in_words, date_words, number, signed

EVERY_DAYS = 28  # WSAS is asked every four weeks
LIVING, CHANGE = "wsas", "pgi_c"


@dataclass(frozen=True, slots=True)
class Line:
    """`what` in two or three words and what is known of it; `rules` are ids with versions. `known` is False where
    nothing was asked or written, which `says` then says."""

    what: str
    says: str
    known: bool
    rules: tuple[str, ...] = ()


def functioning(
    scores: pd.DataFrame,
    baselines: Mapping[str, Baseline],
    catalogue: Mapping[str, Instrument],
    as_of,
    zone: str = "UTC",
    *,
    goal: str | None = None,
    goal_since: date | None = None,
    asking: bool = True,
) -> list[Line]:
    """One line each, always in the same order. `scores` are those of the course, oldest first; `goal_since` is the
    day from which the goal is known to hold, the opening of the course; `asking` is False for a course that has ended,
    where nothing is due any more."""
    found = []
    if LIVING in catalogue:
        found.append(
            _living(catalogue[LIVING], _of(scores, LIVING), baselines.get(LIVING), as_of, zone, asking)
        )
    if CHANGE in catalogue:
        found.append(_change(catalogue[CHANGE], _of(scores, CHANGE), as_of, zone, asking))
    return [*found, _goal(goal, goal_since)]


def _of(scores: pd.DataFrame, instrument: str) -> pd.DataFrame:
    return scores[(scores["instrument"] == instrument) & scores["total"].notna()]


def _living(
    scale: Instrument, mine: pd.DataFrame, baseline: Baseline | None, as_of, zone: str, asking: bool
) -> Line:
    before = baseline.total if baseline is not None else None
    since = mine[mine["assessment"] != baseline.assessment] if before is not None else mine
    if before is not None and baseline.taken_at is not None:
        since = since[since["taken_at"] >= baseline.taken_at]
    if not len(since):
        return _not_since(scale, baseline, as_of, zone, asking)
    last = since.iloc[-1]
    total, aged = float(last["total"]), _age(last["taken_at"], as_of, zone, asking)
    if last["prorated"]:
        said = f"{number(total)} (prorated: compared with nothing), {aged}"
        return Line(scale.title, said, known=True)
    if before is None:
        said = f"{number(total)} ({scale.band(total)}), no valid baseline, {aged}"
        return Line(scale.title, said, True, _bands(scale))
    verdict, rules = _fall(scale, before, total)
    said = f"{number(before)} to {number(total)} ({', '.join([signed(total - before), *verdict])}), {aged}"
    return Line(scale.title, said, True, (*rules, *_bands(scale)))


def _not_since(scale: Instrument, baseline: Baseline | None, as_of, zone: str, asking: bool) -> Line:
    if baseline is None or baseline.total is None:
        return Line(scale.title, "not asked in this course", known=False)
    aged = f", {_age(baseline.taken_at, as_of, zone, asking)}" if baseline.taken_at is not None else ""
    return Line(scale.title, f"{number(baseline.total)} at baseline{aged}; not asked since", known=False)


def _fall(scale: Instrument, before: float, total: float) -> tuple[list[str], tuple[str, ...]]:
    """What the scale's own response rule sees in two totals, and its name for the last one."""
    rule = scale.default_response
    if scale.too_mild_below is not None and scale.too_mild_below.met(before) is False:
        return [f"too mild at baseline for a verdict, now {scale.band(total)}"], (
            _named(scale, scale.too_mild_below),
        )
    met = rule.met(total, before)
    points = number(rule.conditions[0].value)
    return [
        f"a fall of {points} or more" if met else f"not a fall of {points}",
        f"now {scale.band(total)}",
    ], (_named(scale, rule),)


def _change(scale: Instrument, mine: pd.DataFrame, as_of, zone: str, asking: bool) -> Line:
    """The rating is a change already: it is read by its word, never compared."""
    if not len(mine):
        return Line(scale.title, "not asked in this course", known=False)
    last = mine.iloc[-1]
    words = dict(scale.items[0].options).get(int(last["total"])) if scale.items else None
    said = f"{number(last['total'])}, “{words}”" if words else number(last["total"])
    return Line(scale.title, f"{said}, {_age(last['taken_at'], as_of, zone, asking)}", True)


def _goal(goal: str | None, since: date | None) -> Line:
    what = "Goal, in their own words"
    if not goal:
        return Line(what, "none written down", known=False)
    return Line(what, f"“{goal}”" + (f" (course of {date_words(since)})" if since else ""), known=True)


def _age(taken_at: Any, as_of: Any, zone: str, asking: bool) -> str:
    """By the clinic's calendar; older than the four weeks within which it is asked again is said."""
    days = int(day([as_of], zone)[0] - day([taken_at], zone)[0])
    return age_in_words(days) + (", due again" if asking and days > EVERY_DAYS else "")


def _named(scale: Instrument, rule: Any) -> str:
    return f"{rule.id} {scale.version}"


def _bands(scale: Instrument) -> tuple[str, ...]:
    default = next((bands for bands in scale.band_sets if bands.default), None)
    return (_named(scale, default),) if default else ()
