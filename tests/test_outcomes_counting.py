"""Which scores count towards response: 72 hours after the last dose, 7 days after the first."""

from __future__ import annotations

import pytest

from clinic.instruments import catalogue
from clinic.outcomes import counting
from tests.course_frames import DOSE_ONE, ZONE, at, courses, doses, score, scores, treatment, treatments


def judged(rows, treatments, starts=None):
    return counting.judge(scores(*rows), treatments, starts, instruments=catalogue(), zone=ZONE)


@pytest.mark.parametrize(
    "when, counts, why",
    [
        (at(-3), False, "before the first dose"),
        (at(0), False, "before the first dose"),
        (at(0, 4), False, "early signal: 14-day recall, 4 h after a dose"),
        (at(1), False, "early signal: 14-day recall, 1 day after a dose"),
        (at(6), False, "early signal: 14-day recall, day 6 of treatment, counts from day 7"),
        (at(7), True, ""),
        (at(16, 23), False, "early signal: 14-day recall, 2 days after a dose"),
        (at(17), True, ""),
    ],
)
def test_around_doses_on_day_0_and_day_14(when, counts, why):
    row = judged([score(when, 12)], doses(0, 14)).iloc[0]
    assert (row["counts"], row["why_not"]) == (counts, why)


def test_early_marks_are_for_early_scores_only():
    table = judged([score(at(-3), 20), score(at(1), 12), score(at(10), 9)], doses(0))
    assert table["early"].tolist() == [False, True, False]
    assert table["hours_since_dose"].isna().tolist() == [True, False, False]


def test_prorated_and_untotalled_never_count():
    rows = [score(at(10), 9, prorated=True, missing=1), score(at(11), missing=4)]
    table = judged(rows, doses(0))
    assert not table["counts"].any()
    assert table["why_not"].tolist() == ["prorated: 1 answer missing", "no total: 4 answers missing"]


def test_a_date_only_score_takes_the_shortest_possible_time():
    """A dose at 10:00 on day 0, a date on day 3: at midnight only 62 hours had passed, so it does not count."""
    midnight = at(3).normalize()
    third, fourth = judged(
        [score(midnight, 9, date_only=True), score(at(4).normalize(), 9, date_only=True)], doses(-10, 0)
    ).to_dict("records")
    assert third["hours_since_dose"] == 62
    assert (third["counts"], fourth["counts"]) == (False, True)


def test_a_date_of_a_dose_day_lies_after_the_dose_unless_marked_pre_dose():
    rows = [
        score(at(14).normalize(), 9, date_only=True),
        score(at(14).normalize(), 9, date_only=True, timing="pre-dose"),
    ]
    table = judged(rows, doses(0, 14))
    assert table["hours_since_dose"].tolist() == [0, 14 * 24 - 10]
    assert table["counts"].tolist() == [False, True]


def test_a_course_without_treatments_counts_from_its_imported_start():
    starts = courses({"patient": "p1", "start": DOSE_ONE})[["patient", "start"]]
    table = judged([score(at(3), 15), score(at(8), 12)], doses(), starts)
    assert table["counts"].tolist() == [False, True]
    assert table["hours_since_dose"].isna().all()


def test_each_person_has_their_own_doses():
    rows = [score(at(9), 12, patient="p1"), score(at(9), 12, patient="p2"), score(at(9), 12, patient="p3")]
    theirs = treatments(treatment(at(0)), treatment(at(0), patient="p2"), treatment(at(8), patient="p2"))
    table = judged(rows, theirs)
    assert table["counts"].tolist() == [True, False, False]
    assert table["why_not"].tolist() == [
        "",
        "early signal: 14-day recall, 1 day after a dose",
        "before the first dose",
    ]


def test_empty_frames_are_no_accident():
    assert len(judged([], doses(0))) == 0
    assert judged([score(at(1), 9)], doses())["why_not"].tolist() == ["before the first dose"]
