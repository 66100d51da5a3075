"""Recovery and reliable change by the rules of NHS Talking Therapies: first and last score of two scales at once.

A ketamine clinic's patients start more severe than those of the programme; its averages are no comparison.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

VERSION = "1"  # of this file; which edition of the manual it matches is unverified


@dataclass(frozen=True, slots=True)
class Measure:
    """A case from `caseness` points on; a change of `reliable` points or more is reliable, in either direction."""

    instrument: str
    caseness: float
    reliable: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One rule in words, with the `field` of the verdict that it decides."""

    id: str
    field: str
    says: str
    evidence: str


DEPRESSION = Measure("phq9", caseness=10, reliable=6, evidence="published")
GAD7 = Measure("gad7", caseness=8, reliable=4, evidence="published")
# The measure of the problem stands in for the GAD-7; thresholds not checked against the current manual.
ANXIETY = {
    each.instrument: each
    for each in (
        GAD7,
        Measure("pcl5", caseness=32, reliable=10, evidence="unverified"),
        Measure("oci", caseness=40, reliable=32, evidence="unverified"),
        Measure("spin", caseness=19, reliable=10, evidence="unverified"),
        Measure("pdss", caseness=8, reliable=5, evidence="unverified"),
        Measure("hai", caseness=18, reliable=4, evidence="unverified"),
        Measure("mi", caseness=2.3, reliable=0.73, evidence="unverified"),
    )
}
RULES = (
    Statement("nhs_tt.caseness", "caseness", "a case on either scale at the first score", "published"),
    Statement(
        "nhs_tt.recovery", "recovered", "a case at the first score, on neither scale at the last", "published"
    ),
    Statement(
        "nhs_tt.reliable_improvement",
        "reliable_improvement",
        "a reliable fall on one scale and no reliable rise on the other",
        "published",
    ),
    Statement(
        "nhs_tt.reliable_deterioration",
        "reliable_deterioration",
        "a reliable rise on one scale and no reliable fall on the other",
        "published",
    ),
    Statement(
        "nhs_tt.no_reliable_change",
        "no_reliable_change",
        "neither reliable improvement nor reliable deterioration",
        "published",
    ),
    Statement(
        "nhs_tt.mixed",
        "mixed",
        "a reliable fall on one scale and a reliable rise on the other counts as no reliable change",
        "unverified",
    ),
    Statement(
        "nhs_tt.reliable_recovery", "reliable_recovery", "recovery and reliable improvement", "open code"
    ),
)
OF_CASES = ("recovered", "reliable_recovery")


@dataclass(frozen=True, slots=True)
class Verdict:
    """True, False, or None where it cannot be known. Who was no case at the first score has no recovery (None) and
    leaves its denominator; `mixed` is the unverified case inside `no_reliable_change`."""

    caseness: bool | None
    recovered: bool | None
    reliable_improvement: bool | None
    reliable_deterioration: bool | None
    no_reliable_change: bool | None
    mixed: bool | None
    reliable_recovery: bool | None


def judge(depression: tuple, anxiety: tuple, measure: Measure = GAD7) -> Verdict:
    """One person, each scale as (first, last)."""
    row = judge_each([[each] for each in depression], [[each] for each in anxiety], measure).iloc[0]
    return Verdict(
        **{each.name: None if row[each.name] is pd.NA else bool(row[each.name]) for each in fields(Verdict)}
    )


def judge_each(depression, anxiety, measure: Measure = GAD7) -> pd.DataFrame:
    """Columns of `Verdict` as nullable booleans, each scale as two columns (first, last).

    A missing score leaves open only what hangs on it: a last PHQ-9 of 14 is no recovery whatever the GAD-7 was.
    """
    (phq_first, phq_last), (anx_first, anx_last) = depression, anxiety
    caseness = _reaches(phq_first, DEPRESSION.caseness) | _reaches(anx_first, measure.caseness)
    case_at_end = _reaches(phq_last, DEPRESSION.caseness) | _reaches(anx_last, measure.caseness)
    phq_fall, phq_rise = _moves(phq_first, phq_last, DEPRESSION.reliable)
    anx_fall, anx_rise = _moves(anx_first, anx_last, measure.reliable)
    fell, rose = phq_fall | anx_fall, phq_rise | anx_rise
    improved, deteriorated = fell & ~rose, rose & ~fell
    return pd.DataFrame(
        {
            "caseness": caseness,
            "recovered": _of_cases(~case_at_end, caseness),
            "reliable_improvement": improved,
            "reliable_deterioration": deteriorated,
            "no_reliable_change": ~improved & ~deteriorated,
            "mixed": fell & rose,
            "reliable_recovery": _of_cases(~case_at_end & improved, caseness),
        }
    )


def rates(verdicts: pd.DataFrame) -> pd.DataFrame:
    """rate, n, of, unknown: recovery among the cases at the first score, reliable change among all.

    The programme counts those who finished a course (two treatment contacts or more): choose them first.
    """
    rows = []
    for name in (each.field for each in RULES if each.field not in ("caseness", "mixed")):
        column = verdicts[name]
        of = int(column.notna().sum())
        leave = int((~verdicts["caseness"]).sum()) if name in OF_CASES else 0
        rows.append((name, int(column.sum()), of, len(column) - leave - of))
    return pd.DataFrame(rows, columns=["rate", "n", "of", "unknown"])


def _reaches(scores, threshold: float):
    return _nullable(np.asarray(scores, float), lambda known: known >= threshold)


def _moves(first, last, points: float):
    """Whether a scale fell and whether it rose by `points` or more."""
    fall = np.asarray(first, float) - np.asarray(last, float)
    # MI totals are means with decimals; their differences are not exact in binary.
    return (
        _nullable(fall, lambda known: known >= points - 1e-9),
        _nullable(fall, lambda known: known <= -points + 1e-9),
    )


def _nullable(numbers: np.ndarray, test):
    return pd.arrays.BooleanArray(test(numbers), np.isnan(numbers))


def _of_cases(verdict, caseness):
    """The verdict for the cases, unknown for everybody else, also where it would be a known False."""
    verdict = verdict.copy()
    verdict[~caseness.fillna(False).astype(bool)] = pd.NA
    return verdict
