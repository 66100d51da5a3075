"""Time to response, losing it, relapse: who is counted, on which day, and within which two looks."""

from __future__ import annotations

import pandas as pd
import pytest

from clinic.instruments import Condition, Rule
from clinic.outcomes import durability as d
from clinic.outcomes.survival import kaplan_meier
from tests.shared_data import ROOT

NAN = float("nan")


def rule(name: str, *conditions: Condition) -> Rule:
    return Rule(name, name, conditions, "this test", "ours")


FALL50 = rule("test.response.fall50", Condition("fall_percent", ">=", 50))
FALL28 = rule("test.response.fall28", Condition("fall_percent", ">=", 28))
FALL5 = rule("test.response.fall5", Condition("fall", ">=", 5))
LE12 = rule("test.remission.le12", Condition("total", "<=", 12))


def test_the_first_response_lies_between_two_looks():
    found = d.time_to_response(FALL50, 30, [7, 14, 21], [20, 16, 15], sustained=False)
    assert (found.event, found.day, found.after) == (True, 21, 14)


def test_a_response_at_the_first_look_lies_between_the_first_dose_and_that_look():
    found = d.time_to_response(FALL50, 30, [7, 14], [12, 25], sustained=False)
    assert (found.day, found.after, found.confirmed_day) == (7, 0, None)


def test_sustained_is_dated_by_the_first_of_the_two():
    found = d.time_to_response(FALL50, 30, [7, 14, 21, 28], [14, 20, 15, 10])
    assert (found.event, found.day, found.after, found.confirmed_day) == (True, 21, 14, 28)


def test_a_response_at_the_last_look_is_not_sustained():
    found = d.time_to_response(FALL50, 30, [7, 14], [20, 10])
    assert (found.event, found.day) == (False, 14)


def test_two_scores_of_one_day_do_not_sustain_each_other():
    assert d.time_to_response(FALL50, 30, [14, 14], [12, 12]).event is False
    found = d.time_to_response(FALL50, 30, [14, 14, 21], [12, 12, 11])
    assert (found.day, found.confirmed_day) == (14, 21)


def test_scores_are_taken_by_day_and_missing_ones_neither_confirm_nor_interrupt():
    found = d.time_to_response(FALL50, 30, [28, 7, 21, 14], [12, 20, NAN, 13])
    assert (found.day, found.confirmed_day) == (14, 28)


def test_everybody_stays_in_the_denominator_unless_there_is_no_baseline():
    unseen = d.time_to_response(FALL50, 30, [], [])
    assert (unseen.event, unseen.day) == (False, 0)
    assert d.time_to_response(FALL50, None, [7], [3]) is None
    assert d.time_to_response(FALL50, NAN, [], []) is None
    assert d.time_to_response(FALL50, 0, [7], [0]) is None
    assert d.time_to_response(FALL5, 0, [7], [0]).event is False  # points need no distance from the floor


def test_the_rule_is_the_scales_own():
    days, totals = [7, 14], [71, 70]
    assert d.time_to_response(FALL28, 100, days, totals).event is True
    assert d.time_to_response(FALL50, 100, days, totals).event is False


def test_lost_at_two_looks_five_days_apart_without_an_upper_limit():
    found = d.loss_of_response(FALL50, 30, [7, 14, 21, 90], [14, 12, 18, 20])
    assert (found.event, found.after, found.day, found.confirmed_day) == (True, 14, 21, 90)
    assert (found.since, found.duration, found.why) == (7, 14, "scores")
    assert d.loss_of_response(FALL50, 30, [7, 14, 18], [14, 16, 20]).event is False
    assert d.loss_of_response(FALL50, 30, [7, 14, 19], [14, 16, 20]).day == 14


def test_close_visits_do_not_hide_a_loss():
    """Every second day not met: no two neighbours lie 5 days apart, yet the response is gone."""
    found = d.loss_of_response(FALL50, 30, [7, 9, 11, 13, 15], [14, 20, 21, 22, 20])
    assert (found.day, found.confirmed_day) == (9, 15)


def test_one_good_look_between_two_bad_ones_is_no_loss():
    found = d.loss_of_response(FALL50, 30, [7, 14, 21, 28], [14, 20, 15, 20])
    assert (found.event, found.day) == (False, 28)


def test_what_was_never_there_cannot_be_lost():
    assert d.loss_of_response(FALL50, 30, [7, 14, 21], [20, 22, 24]) is None
    assert d.loss_of_response(FALL50, None, [7], [3]) is None
    once = [7, 14, 21, 28], [14, 20, 20, 20]
    assert d.loss_of_response(FALL50, 30, *once).event is True
    assert d.loss_of_response(FALL50, 30, *once, sustained=True) is None


def test_bad_looks_before_the_response_are_no_loss_of_it():
    found = d.loss_of_response(FALL50, 30, [7, 14, 21, 28], [25, 24, 12, 11])
    assert (found.event, found.since, found.day) == (False, 21, 28)


def test_an_admission_ends_a_response_on_its_day():
    scores = [7, 14, 21, 30], [14, 12, 18, 20]
    admitted = d.loss_of_response(FALL50, 30, *scores, at_once=[(17, "admission"), (16, "ECT")])
    assert (admitted.after, admitted.day, admitted.why) == (16, 16, "ECT")
    later = d.loss_of_response(FALL50, 30, *scores, at_once=[(25, "admission")])
    assert (later.day, later.why) == (21, "scores")
    before = d.loss_of_response(FALL50, 30, [7, 14], [14, 12], at_once=[(3, "admission")])
    assert before.event is False


def test_fading_is_the_first_bad_look():
    assert d.fading(FALL50, 30, [7, 14, 21], [14, 12, 18]) is True
    assert d.fading(FALL50, 30, [7, 14, 21], [14, 18, 12]) is False
    assert d.fading(FALL50, 30, [7, 14, 21], [14, 18, 19]) is False  # lost, no longer fading
    assert d.fading(FALL50, 30, [7, 14], [24, 18]) is None


@pytest.mark.parametrize(
    "second, event", [(18, False), (19, True), (29, True), (30, False)], ids=lambda each: str(each)
)
def test_relapse_asks_for_five_to_fifteen_days(second, event):
    assert d.relapse([0, 14, second], [10, 22, 22]).event is event


def test_relapse_begins_later_when_its_first_score_stands_too_far_off():
    found = d.relapse([0, 14, 40, 50], [10, 25, 24, 23])
    assert (found.day, found.confirmed_day, found.after) == (40, 50, 14)


def test_no_relapse_across_a_better_score():
    assert d.relapse([0, 14, 20, 26], [10, 25, 21, 25]).event is False
    assert d.relapse([0, 14], [10, 21]).day == 14


@pytest.mark.parametrize(
    "weeks, stable",
    [
        ([12, 12, 12, 13], True),
        ([9, 13, 13, 12], False),
        ([30, 12, 12, 13, 12], True),  # the last four only
        ([12, 12, 12, 12, 20, 20], False),
        ([12, None, 12, 12], True),
        ([12, None, 13, 12], None),
        ([13, None, 13, 12], False),
        ([12, 12], None),
        ([13, 13], False),
    ],
)
def test_stable_remission_is_three_of_the_last_four_weeks(weeks, stable):
    assert d.stable_remission(LE12, weeks) is stable


@pytest.mark.parametrize(
    "weeks, stable",
    [
        ([20, 20, 16, 16], True),
        ([16, 16, 16, 17], False),
        ([12, 12, 16, 12], False),  # that is stable remission
        ([20, 20, None, 16], None),
        ([20, 20, None, 17], False),
        ([16], None),
    ],
)
def test_stable_response_is_both_last_weeks_without_stable_remission(weeks, stable):
    assert d.stable_response(FALL50, LE12, 32, weeks) is stable


def long(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["person", "baseline", "day", "total"])


def test_each_person_once_also_the_unseen_and_those_without_a_baseline():
    scores = long(
        ("ada", 30, 7, 14), ("ada", 30, 14, 13), ("ben", 30, 7, 25), ("cy", 30, 7, NAN), ("di", NAN, 7, 10)
    )
    table = d.each_person(d.time_to_response, FALL50, scores)
    assert table.loc["ada"].tolist() == [True, 7, 0, 0]
    assert table["event"].tolist()[1:3] == [False, False]
    assert table["day"].tolist()[1:3] == [7, 0]
    assert table.loc["di", "event"] is pd.NA
    curve = kaplan_meier(table["day"], table["event"])
    assert (curve.n, curve.unknown) == (3, 1)


def test_events_at_once_belong_to_their_person():
    scores = long(("ada", 30, 7, 14), ("ada", 30, 21, 13), ("ben", 30, 7, 14), ("ben", 30, 21, 13))
    table = d.each_person(d.loss_of_response, FALL50, scores, at_once={"ben": [(12, "ECT")]})
    assert table["event"].tolist() == [False, True]
    assert table.loc["ben", "day"] == 12


@pytest.fixture(scope="module")
def riesby() -> pd.DataFrame:
    """Riesby 1977 (tests/data/riesby): HAM-D at weeks 0 to 5, those 53 with a first and a last week."""
    scores = pd.read_csv(ROOT / "tests/data/riesby/riesby_long.csv", na_values=".")
    wide = scores.pivot(index="id", columns="week", values="hamd")
    both = wide[wide[0].notna() & wide[5].notna()]
    rows = scores[scores["id"].isin(both.index) & (scores["week"] > 0)]
    return rows.assign(baseline=rows["id"].map(both[0])).rename(
        columns={"id": "person", "week": "day", "hamd": "total"}
    )


def test_of_53_people_34_respond_at_some_look_and_30_at_the_last(riesby):
    """expected.json there: 53 with both weeks, 30 responders at week 5; 34 is why nobody is "ever responded"."""
    last = riesby[riesby["day"] == 5]
    at_the_end = d.each_person(d.time_to_response, FALL50, last, sustained=False)
    assert (len(at_the_end), int(at_the_end["event"].sum())) == (53, 30)
    ever = d.each_person(d.time_to_response, FALL50, riesby, sustained=False)
    assert int(ever["event"].sum()) == 34


def test_half_of_the_riesby_patients_have_responded_by_week_5(riesby):
    table = d.each_person(d.time_to_response, FALL50, riesby, sustained=False)
    assert kaplan_meier(table["day"], table["event"]).median == 5
    sustained = d.each_person(d.time_to_response, FALL50, riesby)
    assert kaplan_meier(sustained["day"], sustained["event"]).median is None
