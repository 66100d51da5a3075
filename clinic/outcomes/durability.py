"""How soon a response came and how long it lasted. Days count from the first dose, one person at a time.

Scores are looks at single days: an event lies between the last look before it and the look that shows it. Which
scores may count (not within 72 hours of a dose, never prorated) is `counting`'s to say, before these functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
import pandas as pd

from clinic.instruments import Rule
from clinic.outcomes.change import met

FIRST_RULE = "response_time.first"
SUSTAINED_RULE = "response_time.sustained_twice"
ON_A_LATER_DAY = 1

# docs/clinical.md D.3: no upper limit, or a clinic with rare visits would never lose a response.
LOSS_RULE = "durability.lost_twice_5d"
LOSS_APART = 5

SUSTAIN1_RULE = "relapse.sustain1_ge22_5_15d"
SUSTAIN1_FROM = 22
SUSTAIN1_APART = (5, 15)
SUSTAIN1_SOURCE = "SUSTAIN-1, NCT02493868: MADRS ≥ 22 at two consecutive assessments 5 to 15 days apart"

STABLE_REMISSION_RULE = "stable_remission.sustain1_3of4"
STABLE_RESPONSE_RULE = "stable_response.sustain1_last2"


@dataclass(frozen=True, slots=True)
class TimeTo:
    """An event by `day`, not before `after` (equal when the very day is known); or censored at `day`, the last score.

    `since` is the day from which time counts, `confirmed_day` that of the second score, `why` "scores" or the words
    of the event that decided at once.
    """

    event: bool
    day: float
    after: float | None = None
    confirmed_day: float | None = None
    since: float = 0.0
    why: str = ""

    @property
    def duration(self) -> float:
        return self.day - self.since


def time_to_response(
    rule: Rule, baseline: float | None, days, totals, *, sustained: bool = True
) -> TimeTo | None:
    """The first score that meets the rule; `sustained`: that the next one, on a later day, meets too.

    None where the rule cannot be judged for want of a baseline; censored on day 0 without any later score, so that
    everybody who started stays in the denominator.
    """
    days, holds = _judged(rule, baseline, days, totals)
    if holds is None:
        return None
    first, second = _first(days, holds == 1, sustained)
    if first is None:
        return TimeTo(False, float(days[-1]) if len(days) else 0.0)
    after = float(days[first - 1]) if first else 0.0
    return TimeTo(
        True, float(days[first]), after, None if second is None else float(days[second]), 0.0, "scores"
    )


def loss_of_response(
    rule: Rule,
    baseline: float | None,
    days,
    totals,
    *,
    at_once: Iterable[tuple[float, str]] = (),
    apart: float = LOSS_APART,
    sustained: bool = False,
) -> TimeTo | None:
    """Since the response (`sustained` as in `time_to_response`): the rule not met at two scores `apart` days or more
    apart, and at none between.

    `at_once` are events that end a response without a score (admission for the condition, suicide attempt, death,
    ECT, a new antidepressant, an unplanned rescue dose) as (day, words). None without a baseline or a response.
    """
    days, holds = _judged(rule, baseline, days, totals)
    if holds is None:
        return None
    start, _ = _first(days, holds == 1, sustained)
    if start is None:
        return None
    since = float(days[start])
    lost = first_run(days, holds == 0, apart, begin=start)
    bad = float(days[lost[0]]) if lost else inf
    event = min((each for each in at_once if since <= each[0] <= bad), default=None)
    if event:
        return TimeTo(True, float(event[0]), float(event[0]), None, since, event[1])
    if not lost:
        return TimeTo(False, float(days[-1]), since=since)
    return TimeTo(True, bad, float(days[lost[0] - 1]), float(days[lost[1]]), since, "scores")


def fading(rule: Rule, baseline: float | None, days, totals, **options) -> bool | None:
    """The last score no longer meets the rule, not confirmed so far; options and None as in `loss_of_response`."""
    lost = loss_of_response(rule, baseline, days, totals, **options)
    if lost is None:
        return None
    _, holds = _judged(rule, baseline, days, totals)
    return not lost.event and bool(holds[-1] == 0)


def relapse(
    days,
    totals,
    *,
    worse_from: float = SUSTAIN1_FROM,
    at_least: float = SUSTAIN1_APART[0],
    at_most: float = SUSTAIN1_APART[1],
) -> TimeTo:
    """The score half of SUSTAIN-1's relapse, for MADRS; admissions and judged relapses are its other half.

    `day` is the onset; the trial dates the relapse at `confirmed_day`. A score between the two must be as bad.
    """
    days, totals = _in_order(days, totals)
    found = first_run(days, totals >= worse_from, at_least, at_most)
    if not found:
        return TimeTo(False, float(days[-1]) if len(days) else 0.0)
    onset, second = found
    after = float(days[onset - 1]) if onset else None
    return TimeTo(True, float(days[onset]), after, float(days[second]), 0.0, "scores")


def stable_remission(
    rule: Rule, weeks: Sequence[float | None], *, of: int = 4, at_least: int = 3
) -> bool | None:
    """Remission in at least 3 of the last 4 weekly scores (SUSTAIN-1); a missing week may go either way."""
    verdicts = [rule.met(total) for total in weeks[-of:]]
    yes, unknown = verdicts.count(True), verdicts.count(None) + of - len(verdicts)
    if yes >= at_least:
        return True
    return None if yes + unknown >= at_least else False


def stable_response(
    response: Rule, remission: Rule, baseline: float | None, weeks: Sequence[float | None]
) -> bool | None:
    """Response in each of the last two weekly scores without stable remission (SUSTAIN-1)."""
    if len(weeks) < 2:
        return None
    verdicts = [response.met(total, baseline) for total in weeks[-2:]]
    stable = stable_remission(remission, weeks)
    if False in verdicts or stable is True:
        return False
    return None if None in verdicts or stable is None else True


def each_person(
    judge: Callable[..., TimeTo | None],
    rule: Rule,
    scores: pd.DataFrame,
    at_once: Mapping[object, Iterable[tuple[float, str]]] | None = None,
    **options,
) -> pd.DataFrame:
    """`judge` (`time_to_response` or `loss_of_response`) for everybody: a long frame person, baseline, day, total
    in; event (nullable), day, after, since by person out, unknown where the judge has no verdict.

    A person without a later score is a row whose total is missing, not an absent row. `at_once` by person.
    """
    found = {}
    for person, rows in scores.groupby("person", sort=False):
        more = options if at_once is None else options | {"at_once": at_once.get(person, ())}
        one = judge(rule, rows["baseline"].iloc[0], rows["day"], rows["total"], **more)
        found[person] = (one.event, one.day, one.after, one.since) if one else (pd.NA, np.nan, np.nan, np.nan)
    table = pd.DataFrame.from_dict(found, orient="index", columns=["event", "day", "after", "since"])
    return table.astype({"event": "boolean", "day": float, "after": float, "since": float})


def first_run(
    days: np.ndarray, holds: np.ndarray, at_least: float, at_most: float = inf, begin: int = 0
) -> tuple[int, int] | None:
    """Places of the first score at which something holds and of the one that confirms it: between `at_least` and
    `at_most` days later and holding at every score between, so that close visits do not hide a lasting change."""
    for first in begin + np.flatnonzero(holds[begin:]):
        for later in range(first + 1, len(days)):
            gap = days[later] - days[first]
            if not holds[later] or gap > at_most:
                break
            if gap >= at_least:
                return int(first), later
    return None


def _first(days: np.ndarray, holds: np.ndarray, sustained: bool) -> tuple[int | None, int | None]:
    if sustained:
        return first_run(days, holds, ON_A_LATER_DAY) or (None, None)
    return (int(np.flatnonzero(holds)[0]), None) if holds.any() else (None, None)


def _judged(rule: Rule, baseline: float | None, days, totals) -> tuple[np.ndarray, np.ndarray | None]:
    """Days in order and the rule's verdict at each (1.0 or 0.0); None for the verdicts where it has none."""
    days, totals = _in_order(days, totals)
    baseline = np.nan if baseline is None else float(baseline)
    holds = met(rule, totals, np.full(len(totals), baseline))
    return days, None if rule.met(rule.floor, baseline) is None else holds


def _in_order(days, totals) -> tuple[np.ndarray, np.ndarray]:
    """By day, without those that have no total: a missing score neither confirms nor interrupts."""
    days, totals = np.asarray(days, float), np.asarray(totals, float)
    known = ~np.isnan(totals)
    order = np.argsort(days[known], kind="stable")
    return days[known][order], totals[known][order]
