"""Of everyone who started: seven states that sum to all of them, judged once at day 28 ± 7 of the first course.

Anchored to the calendar and not to the sixth treatment, so that those who left stay in the denominator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.outcomes import change, counting
from clinic.outcomes.baseline import choose_each
from clinic.outcomes.clock import day
from clinic.outcomes.proportion import percent, wilson
from clinic.refused import BadInput

RULE = "states.day28"
ANCHOR_DAY = 28
EITHER_SIDE = 7
EARLIEST_ANCHOR = 14

TOO_EARLY = "too early"
TOO_MILD = "baseline too mild"
NO_BASELINE = "no valid baseline"
NO_SCORE = "no score in window"
WORSE = "worse"
RESPONDED = "responded"
NOT_RESPONDED = "not responded"

# In order of precedence. `partly` and `not` are degrees within "not responded".
STATES = (TOO_EARLY, TOO_MILD, NO_BASELINE, NO_SCORE, WORSE, RESPONDED, NOT_RESPONDED)
UNKNOWN = (NO_BASELINE, NO_SCORE)
SCORED = (WORSE, RESPONDED, NOT_RESPONDED)
DEGREES = ("partly", "not")
_READ = ["assessment", "patient", "instrument", "taken_at", "date_only", "timing", "total"]


@dataclass(frozen=True, slots=True)
class Window:
    """The days after the first dose at which outcome is read: `day` ± `either_side`, both ends included."""

    day: int = ANCHOR_DAY
    either_side: int = EITHER_SIDE

    def __post_init__(self):
        if self.day < EARLIEST_ANCHOR:
            raise BadInput(f"An endpoint lies at day {EARLIEST_ANCHOR} or later, not at day {self.day}.")

    @property
    def says(self) -> str:
        return f"day {self.day} ± {self.either_side} from the first dose"


@dataclass(frozen=True, slots=True)
class Headline:
    """Responded of all whose window has passed, with its interval; what the missing could change; who is known."""

    responded: int
    of: int
    interval: tuple[float, float] | None
    missing: int
    if_all_missing_responded: int
    scored: int
    too_early: int
    started: int


def first_courses(courses: pd.DataFrame, since=None, until=None) -> pd.DataFrame:
    """Each person once, by the first course begun in the period (`until` excluded)."""
    inside = courses
    if since is not None:
        inside = inside[inside["start"] >= since]
    if until is not None:
        inside = inside[inside["start"] < until]
    return inside.sort_values("start", kind="stable").drop_duplicates("patient", keep="first")


def on_one_scale(
    courses: pd.DataFrame, scores: pd.DataFrame, instrument: str, zone: str = "UTC"
) -> pd.DataFrame:
    """The same courses as if this scale led all of them, each with its baseline by the rule; where it leads anyway
    the baseline stays what it was, chosen ones too."""
    asked = courses.assign(instrument=instrument)
    own = scores[scores["instrument"] == instrument]
    found = choose_each(own, asked, zone=zone)
    leads = courses["instrument"] == instrument
    return asked.assign(
        baseline=courses["baseline"].where(leads, found["baseline"]).astype(float),
        baseline_why=courses["baseline_why"].where(leads, found["baseline_why"]),
    )


def people(
    courses: pd.DataFrame,
    scores: pd.DataFrame,
    treatments: pd.DataFrame,
    instruments: Mapping[str, Instrument],
    now,
    *,
    window: Window | None = None,
    zone: str = "UTC",
) -> pd.DataFrame:
    """One row per course given (take `first_courses` first): its columns plus state, degree ("partly", "not", ""),
    score, score_day, assessment, improvement (per cent), rule (response rule id), worse_rule ("" = the scale has
    no agreed threshold), rose (score above baseline; without a worse_rule that is all that can be said), remitted
    (by remission_rule; of people with a verdict only, so never of a baseline that was too mild).

    The score is the last one in the window that counts (`counting.py`). Nobody has a state other than "too early"
    before the window has closed, or those who are measured early would weigh more.
    """
    window = window or Window()
    table = courses.reset_index(drop=True)
    table = table.join(_scores_in_window(table, scores, treatments, window, zone))
    table = table.join(_verdicts(table, instruments))
    passed = day([now], zone)[0] - day(table["start"], zone) > window.day + window.either_side
    baseline_unknown = table["baseline"].isna() | (table["rule"] == "")
    table["state"] = np.select(
        [
            ~passed,
            table["too_mild"],
            baseline_unknown,
            table["score"].isna(),
            table["worse"],
            table["met"] == 1,
        ],
        [TOO_EARLY, TOO_MILD, NO_BASELINE, NO_SCORE, WORSE, RESPONDED],
        default=NOT_RESPONDED,
    )
    table["rose"] = table["score"] > table["baseline"]
    table["remitted"] = table["state"].isin(SCORED) & (table["at_remission"] == 1)
    table["degree"] = np.where(table["state"] == NOT_RESPONDED, np.where(table["partly"], *DEGREES), "")
    return table.drop(columns=["too_mild", "worse", "met", "partly", "at_remission"])


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """state, n, of, share, low, high: one row per state, in order of precedence; the n sum to everyone."""
    counts = table["state"].value_counts()
    of = len(table)
    rows = []
    for state in STATES:
        n = int(counts.get(state, 0))
        low, high = wilson(n, of) or (np.nan, np.nan)
        rows.append((state, n, of, n / of if of else np.nan, low, high))
    return pd.DataFrame(rows, columns=["state", "n", "of", "share", "low", "high"])


def by_group(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """n per state, one row per value of `column`, the largest group first; together they are everyone."""
    counts = table.groupby([column, "state"]).size().unstack(fill_value=0)
    return counts.reindex(index=table[column].value_counts().index, columns=list(STATES), fill_value=0)


def headline(table: pd.DataFrame) -> Headline:
    """The one rate: its denominator keeps those with no score, no baseline or a mild one."""
    counts = table["state"].value_counts().reindex(STATES, fill_value=0)
    responded, of = int(counts[RESPONDED]), int(len(table) - counts[TOO_EARLY])
    missing = int(counts[list(UNKNOWN)].sum())
    return Headline(
        responded=responded,
        of=of,
        interval=wilson(responded, of),
        missing=missing,
        if_all_missing_responded=responded + missing,
        scored=int(counts[list(SCORED)].sum()),
        too_early=int(counts[TOO_EARLY]),
        started=len(table),
    )


def headline_in_words(result: Headline) -> str:
    """The headline as a sentence that cannot be quoted without its denominator."""
    if not result.of:
        return f"No window has closed yet: {result.too_early} of {result.started} people are too early."
    low, high = (percent(bound, result.of) for bound in result.interval)
    share = percent(result.responded / result.of, result.of)
    text = (
        f"{result.responded} of {result.of} people whose window has passed responded on their own primary scale "
        f"({share} %, 95 % interval {low}–{high} %)"
    )
    if result.missing:
        most = percent(result.if_all_missing_responded / result.of, result.of)
        text += f"; {result.missing} unknown, {most} % if all of them had responded"
    return f"{text}; {result.responded} of {result.scored} with a score."


def too_mild(scale: Instrument, baseline: np.ndarray) -> np.ndarray:
    """docs/clinical.md B.5: below the scale's own cut for being a case, or at its floor where it has none."""
    return baseline < (scale.minimum + 1 if scale.caseness is None else scale.caseness)


def _scores_in_window(table, scores, treatments, window, zone) -> pd.DataFrame:
    """score, score_day, assessment per course: the last counting score of its own scale inside the window.

    The days are looked at before the doses: of a year's scores few lie in a window.
    """
    whole = scores["total"].notna() & ~scores["prorated"].astype(bool)
    asked = scores[whole & scores["instrument"].isin(table["instrument"].unique())]
    pairs = asked[_READ].merge(
        table.reset_index(names="course")[["course", "patient", "instrument", "start"]],
        on=["patient", "instrument"],
    )
    days = day(pairs["taken_at"], zone) - day(pairs["start"], zone)
    inside = np.abs(days - window.day) <= window.either_side
    pairs = pairs[inside].assign(score_day=days[inside])
    hours = counting.hours_since(pairs, treatments["patient"], treatments["started_at"], zone)
    last = (
        pairs[~(hours < counting.HOURS_AFTER_DOSE)]
        .sort_values("taken_at", kind="stable")
        .drop_duplicates("course", keep="last")
        .set_index("course")[["total", "score_day", "assessment"]]
    )
    return last.reindex(table.index).rename(columns={"total": "score"})


def _verdicts(table: pd.DataFrame, instruments: Mapping[str, Instrument]) -> pd.DataFrame:
    """Each scale judged by its own rules, all its people at once."""
    found = pd.DataFrame(
        {
            "rule": "",
            "worse_rule": "",
            "remission_rule": "",
            "too_mild": False,
            "worse": False,
            "partly": False,
        },
        index=table.index,
    )
    found[["met", "at_remission", "improvement"]] = np.nan
    for name, rows in table.groupby("instrument", sort=False).groups.items():
        scale = instruments[name]
        baseline, total = (
            table.loc[rows, "baseline"].to_numpy(float),
            table.loc[rows, "score"].to_numpy(float),
        )
        found.loc[rows, "too_mild"] = too_mild(scale, baseline)
        found.loc[rows, "worse"] = change.worsened(scale, total, baseline) == 1
        found.loc[rows, "worse_rule"] = scale.default_change.id if scale.default_change else ""
        if scale.default_remission:
            found.loc[rows, "remission_rule"] = scale.default_remission.id
            found.loc[rows, "at_remission"] = change.met(scale.default_remission, total, baseline)
        rule = scale.default_response
        if rule is None:
            continue
        better = change.improvements(baseline, total, rule.floor)
        found.loc[rows, "rule"] = rule.id
        found.loc[rows, "improvement"] = better
        found.loc[rows, "met"] = change.met(rule, total, baseline)
        if change.partly_from(rule) is not None:
            found.loc[rows, "partly"] = better >= change.partly_from(rule)
    return found
