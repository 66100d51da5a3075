"""A rate that keeps the missing: of all, with its interval; with a score alone; and what the missing could change.

The missing count as not responded in the rate itself, which is its lower bound; the upper one is if all of them had.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from clinic.outcomes.proportion import percent, wilson
from clinic.outcomes.states import RESPONDED, SCORED, TOO_EARLY, UNKNOWN, WORSE

RESPONSE, REMISSION, WORSENING = "response", "remission", "worse"
OUTCOMES = (RESPONSE, REMISSION, WORSENING)
# Which column names the rule that decided; "" there means that the scale has no such rule.
RULE_COLUMNS = {RESPONSE: "rule", REMISSION: "remission_rule", WORSENING: "worse_rule"}
COLUMNS = ["label", "n", "of", "missing", "scored", "without_verdict", "too_early", "started"]


def by(
    people: pd.DataFrame, column: str, outcome: str = RESPONSE, everyone: str = "everyone"
) -> pd.DataFrame:
    """`rate` of everybody and then of each value of `column`, the largest group first."""
    order = people[column].value_counts().index
    rows = [row(everyone, people, outcome)]
    rows += [row(str(value), people[people[column] == value], outcome) for value in order]
    return with_intervals(rows)


def all_outcomes(people: pd.DataFrame) -> pd.DataFrame:
    """Response, remission and worsening of the same people; each of those whose scale has a rule for it."""
    return with_intervals([row(outcome, people, outcome) for outcome in OUTCOMES])


def row(label: str, people: pd.DataFrame, outcome: str = RESPONSE) -> tuple:
    """One row of `COLUMNS`: n of `of` whose window has passed; `missing` have no baseline or no score, `scored`
    have a verdict, `without_verdict` (baseline too mild) stay in `of` and not among the rest. People on a scale without
    a rule for this outcome are left out, or a scale that cannot tell would look like one that found nobody."""
    judged = people if outcome == RESPONSE else people[people[RULE_COLUMNS[outcome]] != ""]
    state = judged["state"]
    early = int((state == TOO_EARLY).sum())
    missing, scored = int(state.isin(UNKNOWN).sum()), int(state.isin(SCORED).sum())
    hit = {RESPONSE: state == RESPONDED, REMISSION: judged["remitted"], WORSENING: state == WORSE}[outcome]
    of = len(judged) - early
    return label, int(hit.sum()), of, missing, scored, of - missing - scored, early, len(judged)


def with_intervals(rows: Iterable[tuple]) -> pd.DataFrame:
    """`COLUMNS` plus share, low, high (Wilson, of all), most (if all the missing had), observed, observed_low,
    observed_high (of those with a score); fractions, NaN where nobody stands below the line."""
    found = pd.DataFrame(list(rows), columns=COLUMNS)
    of, scored = found["of"].replace(0, np.nan), found["scored"].replace(0, np.nan)
    found["share"], found["most"] = found["n"] / of, (found["n"] + found["missing"]) / of
    found["observed"] = found["n"] / scored
    for low, high, below in (("low", "high", "of"), ("observed_low", "observed_high", "scored")):
        bounds = [
            wilson(n, total) or (np.nan, np.nan) for n, total in zip(found["n"], found[below], strict=True)
        ]
        found[low], found[high] = [each[0] for each in bounds], [each[1] for each in bounds]
    return found


def in_words(rates: pd.DataFrame, called: str = "Of") -> pd.DataFrame:
    """As a person reads them: one line per row, each share with its numbers."""
    return pd.DataFrame(
        {
            called: rates["label"],
            "Started": rates["started"],
            "Too early": rates["too_early"],
            "Of all, 95 % interval": [
                with_share(each.n, each.of, each.low, each.high) for each in rates.itertuples()
            ],
            "Unknown": rates["missing"],
            "If all the unknown had": [
                with_share(each.n + each.missing, each.of) for each in rates.itertuples()
            ],
            "Too mild": rates["without_verdict"],
            "With a score only, 95 % interval": [
                with_share(each.n, each.scored, each.observed_low, each.observed_high)
                for each in rates.itertuples()
            ],
        }
    )


def with_share(n: int, of: int, low: float | None = None, high: float | None = None) -> str:
    """`22 of 60 · 37 % (26–49)`; the numbers alone where nobody is below the line."""
    if not of:
        return f"{n} of {of}"
    bounds = "" if low is None else f" ({percent(low, of)}–{percent(high, of)})"
    return f"{n} of {of} · {percent(n / of, of)} %{bounds}"
