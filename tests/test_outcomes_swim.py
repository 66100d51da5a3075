"""Lanes: when a response began, how it was lost, and whether a course goes on."""

from __future__ import annotations

import pandas as pd
import pytest

from clinic.instruments import catalogue
from clinic.outcomes import swim
from clinic.outcomes.swim import Response
from tests.course_frames import at, courses, doses, score, scores
from tests.test_outcomes_flow import standing

GOING = {"e1": ("maintenance", None, 30)}


def lane(*totals: tuple[float, float], baseline=20, stands=None, at_once=None, days=(0,)):
    """PHQ-9 (day, total) of one person who was dosed on `days`."""
    given = scores(*(score(at(day), total) for day, total in totals))
    return swim.lanes(
        courses({"baseline": baseline}),
        given,
        doses(*days),
        standing(**(stands or GOING)),
        catalogue(),
        at(100),
        at_once=at_once,
        gap_days=60,
    )[0]


def test_a_response_needs_two_scores_and_holds_to_the_last():
    assert lane((10, 9), (20, 18)).responses == ()
    assert lane((10, 9), (20, 8), (30, 7)).responses == (Response(10, 30),)


def test_a_loss_lies_between_the_last_good_and_the_first_bad_look():
    assert lane((10, 9), (20, 8), (30, 18), (36, 17)).responses == (Response(10, 20, 30, "scores"),)


def test_a_response_may_come_back():
    found = lane((10, 9), (20, 8), (30, 18), (36, 17), (50, 6), (60, 5))
    assert found.responses == (Response(10, 20, 30, "scores"), Response(50, 60))


def test_an_event_ends_a_response_at_once():
    found = lane((10, 9), (20, 8), (30, 7), at_once={"e1": [(at(25), "suicide attempt")]})
    assert found.responses[0] == Response(10, 25, 25, "suicide attempt")


def test_a_score_within_three_days_of_a_dose_does_not_count():
    assert lane((10, 9), (20, 8), days=(0, 9, 18)).responses == ()


@pytest.mark.parametrize(
    ("baseline", "why"), [(float("nan"), "no valid baseline"), (6, "baseline too mild"), (20, "")]
)
def test_why_no_response_can_be_judged(baseline, why):
    found = lane((10, 2), (20, 2), baseline=baseline)
    assert found.unjudged == why
    assert bool(found.responses) == (why == "")


def test_a_course_goes_on_is_silent_or_has_ended():
    going = lane((45, 9))
    assert (going.how, going.seen, going.until) == ("goes on", 45, 100)
    assert lane((39, 9)).how == "silent"
    assert lane((40, 9)).how == "goes on"
    ended = lane((30, 9), (80, 3), stands={"e1": ("ended", "cost", None)})
    assert (ended.how, ended.until, ended.end_reason) == ("ended", 60, "cost")
    assert ended.scored == (30,)
    assert lane(stands={"e1": ("ended", None, None)}).end_reason == "reason not recorded"


def test_each_lane_has_its_own_courses_doses_and_no_score_of_the_course_before():
    rows = courses(
        {"patient": "p1", "baseline": 20},
        {"patient": "p1", "baseline": 18, "start": at(100), "course_number": 2},
    )
    dosed = pd.concat([doses(0, 7), doses(100).assign(episode="e2", treatment="t9")], ignore_index=True)
    given = scores(score(at(20), 5), score(at(30), 5), score(at(120), 17))
    stands = standing(e1=("ended", "done", None), e2=("induction", None, None))
    first, second = swim.lanes(rows, given, dosed, stands, catalogue(), at(130), gap_days=60)
    assert (first.doses, first.responses) == ((0, 7), (Response(20, 30),))
    assert (second.doses, second.scored, second.responses) == ((0,), (20,), ())


def test_pages_hold_every_course_once_in_order_of_their_start():
    rows = courses(*({"start": at(-n)} for n in range(65)))
    pages = [swim.page(rows, number) for number in (1, 2, 3)]
    assert [len(each) for each in pages] == [30, 30, 5]
    together = pd.concat(pages)
    assert together["start"].is_monotonic_increasing
    assert set(together["episode"]) == set(rows["episode"])
