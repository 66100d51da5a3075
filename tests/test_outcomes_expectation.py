"""The fixed rules for small clinics, and the band of a clinic's own data once it has thirty people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clinic.instruments import instrument
from clinic.outcomes import band, counting, expectation
from clinic.outcomes.baseline import Baseline, choose
from clinic.outcomes.expectation import CLEAR, OPEN, PAST, SIGNAL
from clinic.outcomes.following import follow
from tests.course_frames import DOSE_ONE, ZONE, at, doses, score, scores

DOSES = doses(0, 3, 7)
PHQ9 = instrument("phq9")


def followed(*rows, name="phq9", baseline: Baseline | None = None):
    frame = scores(*rows)
    starts = counting.starts_of(DOSES)
    chosen = {name: baseline or choose(frame[frame["instrument"] == name], DOSE_ONE, zone=ZONE)}
    return follow({name: instrument(name)}, frame, DOSES, starts, "e1", chosen, zone=ZONE)[0]


def start(total=20, **more):
    return score(at(-1), total, **more)


@pytest.mark.parametrize(("total", "state"), [(17, SIGNAL), (16, CLEAR), (22, SIGNAL)])
def test_less_than_a_fifth_better_at_two_weeks_asks_for_a_review(total, state):
    signal = expectation.early(followed(start(), score(at(15), total)), 20)
    assert signal.state == state
    assert signal.named == "expect.early20 v1"


def test_the_signal_says_what_it_saw():
    assert expectation.early(followed(start(), score(at(15), 17)), 20).says == (
        "15 % improvement by day 15, below 20 %: review"
    )
    assert expectation.early(followed(start(), score(at(15), 22)), 20).says == "10 % worse by day 15: review"
    almost = followed(start(27), score(at(15), 21.7))
    assert expectation.early(almost, 20).says == "19 % improvement by day 15, below 20 %: review"


@pytest.mark.parametrize(("day", "judged"), [(10, False), (11, True), (17, True), (18, False)])
def test_the_second_week_is_days_11_to_17(day, judged):
    found = expectation.early(followed(start(), score(at(day, 6), 18)), 30)
    assert (found.state == SIGNAL) is judged
    if not judged:
        assert found.says == "no score that counts between day 11 and day 17"


def test_a_later_score_that_is_better_leaves_the_signal_behind():
    found = expectation.early(followed(start(), score(at(15), 18), score(at(40), 10)), 50)
    assert found.state == PAST
    assert found.says == "10 % improvement by day 15, below 20 %; since then 50 % improvement on day 40"


@pytest.mark.parametrize(
    ("it", "night", "why"),
    [
        (
            lambda: followed(start(), score(at(9), 19)),
            9,
            "judged from the scores of days 11 to 17; this is day 9",
        ),
        (lambda: followed(start(9), score(at(15), 9)), 20, "baseline 9 is too mild for a verdict"),
        (lambda: followed(score(at(15), 18)), 20, "no valid baseline"),
    ],
)
def test_why_it_is_not_judged(it, night, why):
    found = expectation.early(it(), night)
    assert found.state == OPEN
    assert found.says.startswith(why)


def test_a_scale_judged_in_points_has_no_percentage():
    version = instrument("pcl5_week").version
    it = followed(
        start(50, instrument="pcl5_week", version=version),
        score(at(15), 49, instrument="pcl5_week", version=version),
        name="pcl5_week",
    )
    assert expectation.early(it, 20).state == OPEN
    assert "not judged in per cent" in expectation.early(it, 20).says


def test_reliably_worse_at_any_time_even_the_day_after_a_dose():
    soon = expectation.worse(followed(start(), score(at(1), 26)))
    assert soon.state == SIGNAL
    assert soon.worse
    assert soon.named == "expect.worse v1 by phq9.change.nhs6 v1.0"
    assert soon.says == "PHQ-9 26 on day 1, 6 points worse than baseline, beyond measurement error: review"
    assert expectation.worse(followed(start(), score(at(1), 25))).state == CLEAR
    assert expectation.worse(followed(start(), score(at(1), 26), score(at(20), 15))).state == PAST
    assert expectation.worse(followed(start())).state == OPEN


# ---- the clinic's own band ---------------------------------------------------------------------------------


def clinic_of(n: int, baseline=20.0, week=2, first=0):
    """`n` people whose improvement in one week is 0, 1, 2 … per cent of a baseline of a hundred points."""
    courses = pd.DataFrame(
        {"course": [f"c{first + k}" for k in range(n)], "start": [DOSE_ONE] * n, "baseline": baseline}
    )
    rows = pd.DataFrame(
        {
            "course": courses["course"],
            "taken_at": [at(7 * week)] * n,
            "total": [baseline * (1 - k / 100) for k in range(n)],
            "prorated": False,
        }
    )
    return rows, courses


def test_quantiles_are_those_of_the_people_of_that_week():
    rows, courses = clinic_of(41)
    found = band.expected(band.improvement(rows, courses, PHQ9, zone=ZONE), "severe")
    assert found.people == 41
    week = found.weeks.iloc[0]
    assert (week["week"], week["n"]) == (2, 41)
    # 0, 1 … 40 per cent: the tenth, quarter, half and so on of 40 by hand.
    assert week[["q10", "q25", "q50", "q75", "q90"]].tolist() == pytest.approx([4, 10, 20, 30, 36])


@pytest.mark.parametrize(("n", "enough"), [(29, False), (30, True)])
def test_thirty_people_or_no_band(n, enough):
    rows, courses = clinic_of(n)
    found = band.expected(band.improvement(rows, courses, PHQ9, zone=ZONE), "severe")
    assert found.enough is enough
    said = band.in_words(found, "PHQ-9")
    assert ("not a target" in said) is enough
    assert f"{n} of the 30" in said or enough


def test_a_week_of_fewer_than_thirty_is_left_out():
    rows, courses = clinic_of(40)
    few, _ = clinic_of(12, week=6)
    found = band.expected(band.improvement(pd.concat([rows, few]), courses, PHQ9, zone=ZONE), "severe")
    assert found.weeks["week"].tolist() == [2]


def test_only_a_like_beginning_counts_and_each_course_once_a_week():
    severe, courses = clinic_of(35)
    moderate, others = clinic_of(35, baseline=12.0, first=100)
    twice = severe.assign(taken_at=at(15), total=0.0)
    long = band.improvement(
        pd.concat([severe, twice, moderate]), pd.concat([courses, others]), PHQ9, zone=ZONE
    )
    found = band.expected(long, "severe")
    assert found.people == found.weeks["n"].iloc[0] == 35
    assert found.weeks["q50"].iloc[0] == 100, "the last score of the week"


def test_no_baseline_a_mild_one_and_prorated_scores_are_in_no_band():
    rows, courses = clinic_of(35)
    for baseline in (np.nan, 9.0):
        assert not len(band.improvement(rows, courses.assign(baseline=baseline), PHQ9, zone=ZONE))
    assert not len(band.improvement(rows.assign(prorated=True), courses, PHQ9, zone=ZONE))
