"""Days of benefit after the first, second, … treatment of a course, over everyone: `benefit` in passes over arrays.

`benefit` judges one person and is the plain statement of the rule; a test holds both together.
"""

from __future__ import annotations

from math import inf

import numpy as np
import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.outcomes.benefit import BEFORE_AT_MOST, FEWEST_INTERVALS, FEWEST_SCORES
from clinic.outcomes.clock import DAY, latest_before, same_person_keys, seconds

TOO_FEW, NOTHING_BEFORE, NO_GAIN = "not enough scores", "no score in the week before", "nothing gained"
WHY_NONE = (TOO_FEW, NOTHING_BEFORE, NO_GAIN)


def intervals(
    courses: pd.DataFrame, scores: pd.DataFrame, treatments: pd.DataFrame, scale: Instrument
) -> pd.DataFrame:
    """One row per treatment of these courses: patient, number (in its course), scores, after, by, why.

    Half of the gain was lost after `after` and by `by` days, `by` infinite where it still held at the last score;
    both NaN, with one of `WHY_NONE`, where the interval cannot say. The last one goes on to the person's last score.
    """
    doses = treatments[treatments["patient"].isin(courses["patient"].unique())]
    doses = doses.sort_values(["patient", "started_at"], kind="stable").reset_index(drop=True)
    own = scores[(scores["instrument"] == scale.id) & (scores["version"] == scale.version)]
    own = own[own["total"].notna() & ~own["prorated"].astype(bool)]
    who, whose = same_person_keys(own["patient"], doses["patient"])
    taken, given = seconds(own["taken_at"]), seconds(doses["started_at"])
    severity = own["total"].to_numpy(float) * (-1 if scale.higher_is == "better" else 1)
    before = _before(whose, given, who, taken, severity)
    after, by, n, gain = _lost(
        latest_before(who, taken, whose, given, including=False), taken, given, severity, before
    )
    number = doses.groupby("episode", sort=False).cumcount() + 1
    why = np.select([n < FEWEST_SCORES, np.isnan(before), ~(gain > 0)], WHY_NONE, default="")
    can = why == ""
    found = pd.DataFrame(
        {
            "patient": doses["patient"],
            "number": number,
            "scores": n,
            "after": np.where(can, after, np.nan),
            "by": np.where(can, by, np.nan),
            "why": why,
        }
    )
    return found[doses["episode"].isin(courses["episode"]).to_numpy()].reset_index(drop=True)


def by_number(found: pd.DataFrame, up_to: int = 12) -> pd.DataFrame:
    """number, treatments, judged, held (still at the last score), low, high: the median lies between `low` and `high`
    days, both NaN below three intervals that can say; `high` is infinite where it is not reached."""
    rows = []
    for number, each in found[found["number"] <= up_to].groupby("number"):
        can = each[each["why"] == ""]
        low = high = np.nan
        if len(can) >= FEWEST_INTERVALS:
            low, high = float(np.median(can["after"])), float(np.median(can["by"]))
        held = int(np.isinf(can["by"]).sum())
        rows.append((int(number), len(each), len(can), held, low, high))
    return pd.DataFrame(rows, columns=["number", "treatments", "judged", "held", "low", "high"])


def says(low: float, high: float) -> str:
    """`9–14 d`, `≥ 9 d`, or `–` where too few can say."""
    if np.isnan(low):
        return "–"
    if high == inf:
        return f"≥ {low:.0f} d"
    return f"{low:.0f} d" if round(low) == round(high) else f"{low:.0f}–{high:.0f} d"


def _before(whose, given, who, taken, severity) -> np.ndarray:
    """The severity at each dose by the last score of the week before it, NaN where there is none."""
    place = latest_before(whose, given, who, taken, including=True)
    if not len(taken):
        return np.full(len(given), np.nan)
    known = (place >= 0) & (given - taken[place] <= BEFORE_AT_MOST)
    return np.where(known, severity[place], np.nan)


def _lost(dose, taken, given, severity, before) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """By dose: days until after which and by which half was lost, number of scores, and the gain. In one pass over
    the scores, sorted by dose and time."""
    doses = len(given)
    order = np.lexsort((taken, dose))
    order = order[dose[order] >= 0]
    dose, days, severity = dose[order], (taken[order] - given[dose[order]]) / DAY, severity[order]
    n = np.bincount(dose, minlength=doses)
    after, by, gain = np.full(doses, np.nan), np.full(doses, inf), np.full(doses, np.nan)
    if not len(dose):
        return after, by, n, gain
    begins = np.flatnonzero(np.r_[True, dose[1:] != dose[:-1]])
    has, ends = dose[begins], np.r_[begins[1:], len(dose)] - 1
    best = np.full(doses, inf)
    best[has] = np.minimum.reduceat(severity, begins)
    gain = before - best
    gain[n == 0] = np.nan
    place = np.arange(len(dose))
    at_best = np.full(doses, len(dose))
    np.minimum.at(at_best, dose, np.where(severity == best[dose], place, len(dose)))
    lost = (place > at_best[dose]) & (severity >= (best + gain / 2)[dose])
    first = np.full(doses, len(dose))
    np.minimum.at(first, dose[lost], place[lost])
    there = first < len(dose)
    after[has] = days[ends]
    after[there], by[there] = days[first[there] - 1], days[first[there]]
    return after, by, n, gain
