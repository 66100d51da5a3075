"""The most concerning answer of 28 days: never clean when nobody asked."""

from __future__ import annotations

import pytest

from clinic.instruments import catalogue
from clinic.outcomes.suicidality import recent
from tests.course_frames import ZONE, at, score, scores

NOW = at(30)


def found(*rows, now=NOW):
    return recent(scores(*rows), catalogue(), now, zone=ZONE)


def test_the_most_concerning_answer_and_not_the_latest():
    state = found(score(at(10), 15, suicide=2), score(at(28), 9, suicide=0))
    assert (state.level, state.value, state.days_since_asked, state.asked) == ("urgent", 2, 2, 2)
    assert state.says == (
        "PHQ-9 item 9 = 2 on 12 Mar 2026, the most concerning answer of the last 28 days; last asked 2 days ago."
    )


def test_answers_of_different_scales_are_ordered_by_their_own_levels():
    """MADRS 3 of 6 is for review, PHQ-9 2 of 3 is urgent: the higher digit does not win."""
    rows = [score(at(20), 30, instrument="madrs", suicide=3), score(at(21), 12, suicide=2)]
    assert found(*rows).instrument == "phq9"
    assert (
        found(score(at(20), 12, suicide=1), score(at(21), 30, instrument="madrs", suicide=3)).instrument
        == "madrs"
    )


def test_a_skipped_item_outranks_a_zero_and_asks_for_a_person():
    state = found(score(at(20), 12, suicide=0), score(at(10), 12, suicide_state="skipped"))
    assert state.level == "skipped"
    assert "ask before the person leaves" in state.says


def test_an_endorsed_answer_outranks_a_skipped_one():
    assert found(score(at(20), 12, suicide=1), score(at(25), 12, suicide_state="skipped")).level == "review"


def test_a_partial_form_without_a_total_still_speaks():
    assert found(score(at(20), missing=5, suicide=3)).level == "urgent"


def test_28_days_are_inside_and_29_are_not():
    assert found(score(at(2), 12, suicide=1)).level == "review"
    state = found(score(at(1), 12, suicide=1))
    assert state.level == "not asked"
    assert state.says == "Suicidal thoughts not asked about in the last 28 days; last asked 29 days ago."


def test_scales_that_do_not_ask_never_make_it_look_clean():
    assert found(score(at(29), 4, instrument="gad7"), score(at(29), 3, how="paper")).level == "not asked"
    assert found().says == "Suicidal thoughts were never asked about."


def test_nothing_endorsed_is_said_with_its_number_and_age():
    state = found(score(at(10), 9, suicide=0), score(at(29), 4, suicide=0))
    assert state.level == "none"
    assert state.says == "No suicide item endorsed in 2 answers of the last 28 days; last asked yesterday."


@pytest.mark.parametrize("value, level", [(0, "none"), (1, "review"), (3, "review"), (4, "urgent")])
def test_madrs_levels(value, level):
    assert found(score(at(20), 20, instrument="madrs", suicide=value)).level == level
