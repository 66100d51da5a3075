"""Which score is the baseline, day by day around the first dose."""

from __future__ import annotations

import pandas as pd
import pytest

from clinic.outcomes import baseline
from tests.course_frames import DOSE_ONE, ZONE, at, courses, score, scores


def chosen(*rows):
    return baseline.choose(scores(*rows), DOSE_ONE, zone=ZONE)


def test_the_last_complete_score_before_the_first_dose():
    found = chosen(score(at(-9), 18), score(at(-2), 21), score(at(3), 12))
    assert (found.assessment, found.total, found.source) == ("a1", 21, "rule")
    assert found.why == "last complete score, 2 days before the first dose"


def test_a_prorated_score_is_passed_over_for_an_older_complete_one():
    assert chosen(score(at(-5), 20), score(at(-1), 22.5, prorated=True, missing=1)).assessment == "a0"


def test_a_form_without_a_total_is_passed_over():
    assert chosen(score(at(-5), 20), score(at(-1), missing=4)).assessment == "a0"


def test_timed_before_the_dose_on_its_day_counts_and_at_its_very_minute_too():
    assert chosen(score(at(0, -1), 21)).assessment == "a0"
    assert chosen(score(at(0), 21)).assessment == "a0"


def test_timed_after_the_dose_does_not_count():
    found = chosen(score(at(0, 4), 9))
    assert found.assessment is None
    assert found.why == "no valid baseline: every score was taken after the first dose"


def test_a_date_of_the_dose_day_counts_only_if_marked_pre_dose():
    midnight = DOSE_ONE.normalize()
    unmarked = chosen(score(midnight, 21, date_only=True))
    assert unmarked.assessment is None
    assert "without a time and not marked pre-dose" in unmarked.why
    assert chosen(score(midnight, 21, date_only=True, timing="pre-dose")).assessment == "a0"
    assert chosen(score(midnight, 21, date_only=True, timing="baseline")).assessment == "a0"


def test_marked_pre_dose_but_timed_after_it_is_said_and_not_used():
    found = chosen(score(at(0, 1), 21, timing="pre-dose"))
    assert found.assessment is None
    assert "correct one of the two" in found.why


def test_fourteen_days_are_inside_and_fifteen_are_not():
    assert chosen(score(at(-14), 21)).assessment == "a0"
    found = chosen(score(at(-15), 21))
    assert found.assessment is None
    assert found.why == (
        "no valid baseline: the score of 21 of 15 Feb 2026 was taken more than 14 days before the first dose"
    )


def test_no_score_and_no_dose_yet_say_so():
    assert baseline.choose(scores(), DOSE_ONE).why == "no valid baseline: no score of this scale"
    waiting = baseline.choose(scores(score(at(-1), 21)), None)
    assert waiting.source == "none"
    assert "before the first dose will be the baseline" in waiting.why


def test_of_two_scores_in_one_minute_the_one_entered_last():
    assert chosen(score(at(-1), 21), score(at(-1), 19)).assessment == "a1"


def test_days_are_the_clinics_days():
    """23:30 UTC on 15 June is 16 June in London, the day of the dose; with a date only it does not count."""
    dose = pd.Timestamp("2026-06-16 09:00", tz="UTC")
    row = score(pd.Timestamp("2026-06-15 23:00", tz="UTC"), 20, date_only=True)
    assert baseline.choose(scores(row), dose, zone="Europe/London").assessment is None
    assert baseline.choose(scores(row), dose, zone="UTC").assessment == "a0"


def test_all_courses_at_once_choose_as_one_by_one():
    rows = [
        score(at(-9), 18),
        score(at(-2), 21),
        score(at(-1), 15, prorated=True),
        score(at(-3), 14, instrument="gad7"),
        score(at(2), 9, patient="p2"),
        score(at(95), 19),
    ]
    table = courses(
        {"patient": "p1"},
        {"patient": "p1", "instrument": "gad7"},
        {"patient": "p2"},
        {"patient": "p1", "start": at(100), "course_number": 2},
    )
    found = baseline.choose_each(scores(*rows), table, zone=ZONE)
    assert found["assessment"].fillna("none").tolist() == ["a1", "a3", "none", "a5"]
    assert found["baseline_why"].tolist() == ["rule", "rule", "none", "rule"]
    for place, course in table.iterrows():
        mine = scores(*rows)
        mine = mine[(mine["patient"] == course["patient"]) & (mine["instrument"] == course["instrument"])]
        single = baseline.choose(mine, course["start"], zone=ZONE)
        expected = float("nan") if single.total is None else single.total
        assert found["baseline"][place] == pytest.approx(expected, nan_ok=True)


def test_no_scores_at_all_leave_every_course_without_one():
    assert baseline.choose_each(scores(), courses({}, {}))["baseline_why"].tolist() == ["none", "none"]
