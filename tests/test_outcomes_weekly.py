"""Weekly means: the published ones of the Riesby data, and the same people kept apart from whoever came."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from scipy.stats import t as student

from clinic.outcomes import weekly
from clinic.refused import BadInput
from tests.course_frames import at, courses, score, scores

RIESBY = Path(__file__).parent / "data" / "riesby" / "riesby_long.csv"


@pytest.fixture(scope="module")
def riesby() -> pd.DataFrame:
    table = pd.read_csv(RIESBY, na_values=".")
    return table.rename(columns={"id": "patient", "hamd": "total"})[["patient", "week", "total"]]


def test_riesby_weekly_means_of_everyone(riesby):
    """66 inpatients, HAM-D in weeks 0 to 5 (Reisby 1977, the teaching file of Hedeker and Gibbons)."""
    means = weekly.everyone(riesby)
    assert means["mean"].round(2).tolist() == [23.44, 21.84, 18.31, 16.42, 13.62, 11.95]
    assert means["n"].tolist() == [61, 63, 65, 65, 63, 58]


def test_riesby_the_same_46_people_have_other_means(riesby):
    means = weekly.the_same(riesby)
    assert set(means["n"]) == {46}
    complete = riesby.groupby("patient").filter(lambda rows: rows["total"].notna().sum() == 6)
    expected = complete.groupby("week")["total"].mean()
    assert means["mean"].tolist() == pytest.approx(expected.tolist())
    assert weekly.definition(riesby) == "people with a score in every week from 0 to 5"


def test_those_with_both_ends_may_miss_a_week_between(riesby):
    means = weekly.the_same(riesby, "ends")
    assert means["n"].tolist() == [53, 50, 52, 52, 50, 53]
    assert weekly.definition(riesby, "ends") == "people with a score in week 0 and in week 5"


def test_the_interval_is_students(riesby):
    values = riesby.loc[(riesby["week"] == 5) & riesby["total"].notna(), "total"]
    low, high = student.interval(0.95, len(values) - 1, values.mean(), values.std() / np.sqrt(len(values)))
    last = weekly.everyone(riesby).iloc[-1]
    assert (last["low"], last["high"]) == pytest.approx((low, high))


def test_one_person_has_a_mean_and_no_interval():
    row = weekly.everyone(pd.DataFrame({"patient": ["p"], "week": [0], "total": [21.0]})).iloc[0]
    assert row["mean"] == 21
    assert np.isnan(row["low"])


def test_weeks_are_counted_from_the_first_dose_with_three_days_either_side():
    table = courses({"patient": "p1", "baseline": 21})
    rows = [score(at(day), day) for day in (-2, 3, 4, 10, 11, 17)]
    long = weekly.by_week(scores(*rows), table, weeks=2)
    assert long.set_index("week")["total"].to_dict() == {0: 21, 1: 10, 2: 17}


def test_prorated_scores_stay_out_and_nothing_is_carried_forward():
    rows = [score(at(7), 12), score(at(14), 9, prorated=True)]
    long = weekly.by_week(scores(*rows), courses({"patient": "p1", "baseline": 21}), weeks=3)
    assert long["week"].tolist() == [0, 1]


def test_means_across_scales_are_refused():
    table = courses({"patient": "p1"}, {"patient": "p2", "instrument": "gad7"})
    with pytest.raises(BadInput, match="never taken across scales"):
        weekly.by_week(scores(), table, weeks=4)


def test_nobody_measured():
    empty = pd.DataFrame({"patient": [], "week": [], "total": []})
    assert len(weekly.everyone(empty)) == 0
    assert len(weekly.the_same(empty)) == 0
    assert weekly.definition(empty) == "nobody has a score yet"


@pytest.mark.parametrize("n, place", [(5, 0), (6, 1), (9, 2), (20, 6), (61, 23), (100, 40)])
def test_the_interval_of_a_median_by_places_from_the_end(n, place):
    """The table of confidence limits for a median (Conover 1999; 20: 6th and 15th, 100: 40th and 61st)."""
    totals = np.arange(1, n + 1, dtype=float)
    row = weekly.everyone_median(pd.DataFrame({"patient": range(n), "week": 0, "total": totals})).iloc[0]
    assert row["median"] == (n + 1) / 2
    if place:
        assert (row["low"], row["high"]) == (place, n + 1 - place)
        assert binom.cdf(place - 1, n, 0.5) <= 0.025 < binom.cdf(place, n, 0.5)
    else:
        assert np.isnan(row["low"])


def test_riesby_weekly_medians(riesby):
    """expected.json there, weekly: the median of everyone."""
    expected = json.loads((RIESBY.parent / "expected.json").read_text())["weekly"]
    medians = weekly.everyone_median(riesby).set_index("week")["median"]
    assert medians.to_dict() == {int(week): each["median"] for week, each in expected.items()}
    same = weekly.the_same(riesby, "ends", weekly.everyone_median)
    assert same["n"].tolist() == [53, 50, 52, 52, 50, 53]


def test_who_could_have_had_a_score_by_then():
    table = courses({}, {"start": at(40)}, {"start": at(60)})
    found = weekly.could_have(table, 8, at(64))
    assert found["n"].tolist() == [3, 2, 2, 1, 1, 1, 1, 1, 1]  # day 24 itself is not over
