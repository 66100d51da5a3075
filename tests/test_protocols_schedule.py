"""When the next look is due, to the minute, and that none is lost or counted twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from clinic.protocols import due, edited, protocol
from clinic.protocols.schedule import STATES
from clinic.refused import NotFound

ADULT = protocol("adult")
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def rows(route="IV", substance="racemic ketamine", stopped=None, done=(), now=0, **more):
    stop = None if stopped is None else at(stopped)
    return due(ADULT, route, substance, START, stop, [at(each) for each in done], at(now), **more)


def minutes(found) -> list[float]:
    return [each.minute for each in found]


def states(found) -> dict[float, str]:
    return {each.minute: each.state for each in found}


# ketamine reference 2.5, by hand. The first is the observation before the dose.
@pytest.mark.parametrize(
    "route, substance, stopped, expected",
    [
        ("IV", "racemic ketamine", 40, [0, 10, 20, 30, 40, 55, 70, 85, 100]),
        ("IV", "racemic ketamine", 42, [0, 10, 20, 30, 40, 57, 72, 87, 102]),
        ("IM", "racemic ketamine", 0, [0, 10, 20, 30, 40, 55, 70, 85, 120]),
        ("SC", "racemic ketamine", None, [0, 10, 20, 30, 40, 55, 70, 85, 120]),
        ("IN", "esketamine", None, [0, 20, 40, 60, 90, 120]),
        ("IN", "racemic ketamine", None, [0, 20, 40, 60, 90, 120]),
        ("SL", "racemic ketamine", None, [0, 20, 40, 60, 90, 120]),
        ("oral", "racemic ketamine", None, [0, 20, 40, 60, 90, 120, 150]),
        ("oral", "esketamine", None, [0, 20, 40, 60, 90, 120, 150]),
        ("IV", "esketamine", 40, [0, 10, 20, 30, 40, 55, 70, 85, 100, 115, 120]),
        ("IM", "esketamine", None, [0, 20, 40, 60, 90, 120]),
    ],
)
def test_the_observations_of_each_route(route, substance, stopped, expected):
    assert minutes(rows(route, substance, stopped)) == expected


def test_the_last_one_is_before_leaving_and_falls_on_the_minimum_observation():
    assert [each.name for each in rows(stopped=40)][-2:] == ["85 min", "before leaving"]
    assert rows("IN", "esketamine")[-1].at == at(120)
    assert rows()[0].name == "before the dose"


def test_a_running_infusion_shows_the_next_observation_and_none_after_an_end_that_nobody_knows():
    assert minutes(rows(now=0)) == [0, 10]
    assert minutes(rows(now=39)) == [0, 10, 20, 30, 40]
    assert minutes(rows(now=61)) == [0, 10, 20, 30, 40, 50, 60, 70]


# windows of 5 minutes during and 10 after; each state on both sides of its edge
@pytest.mark.parametrize(
    "now, state",
    [(14.9, "due in"), (15, "due"), (20, "due"), (20.1, "overdue"), (25, "overdue"), (25.1, "missed")],
)
def test_the_states_of_an_observation_during_the_infusion(now, state):
    assert states(rows(now=now))[20] == state


@pytest.mark.parametrize(
    "now, state",
    [(59.9, "due in"), (60, "due"), (70, "due"), (70.1, "overdue"), (80, "overdue"), (80.1, "missed")],
)
def test_the_states_of_an_observation_after_the_infusion(now, state):
    assert states(rows(stopped=40, now=now))[70] == state


@pytest.mark.parametrize("done, met", [(14.9, False), (15, True), (25, True), (25.1, False)])
def test_an_observation_counts_within_its_window(done, met):
    row = next(each for each in rows(now=60, done=[10, done]) if each.minute == 20)
    assert (row.state, row.done_at) == (("done", at(done)) if met else ("missed", None))


# docs/clinical.md E.4: blood pressure 30 minutes
@pytest.mark.parametrize("done, met", [(-30.1, False), (-30, True), (0, True), (0.1, False)])
def test_the_observation_before_the_dose(done, met):
    assert rows(now=1, done=[done])[0].state == ("done" if met else "missed")


def test_one_observation_meets_one_due_time_and_as_many_as_possible_are_met():
    assert states(rows(now=60, done=[15]))[10] == "done"
    assert states(rows(now=60, done=[15]))[20] == "missed"
    assert [states(rows(now=60, done=[15, 16]))[each] for each in (10, 20)] == ["done", "done"]


def test_the_forty_minute_reading_of_esketamine_is_held_tightly():
    found = rows("IN", "esketamine", now=119, done=[0, 21, 46, 61, 92])
    assert states(found) == {0: "done", 20: "done", 40: "missed", 60: "done", 90: "done", 120: "due"}


def test_what_is_entered_for_later_than_now_does_not_count_yet():
    assert states(rows(now=16, done=[20]))[20] == "due"


def test_what_is_due_after_somebody_left_is_not_asked_for():
    assert minutes(rows(stopped=40, now=200, left=at(84))) == [0, 10, 20, 30, 40, 55, 70]


def test_a_clinics_longer_minimum_moves_the_last_observation():
    longer = edited(ADULT, {"observation.sc": 180}, version="1.0+1")
    found = due(longer, "SC", "racemic ketamine", START, None, [], START)
    assert found[-1].at == at(180)


def test_a_route_without_a_schedule_is_refused():
    with pytest.raises(NotFound, match="no schedule of observations for racemic ketamine None"):
        rows(route=None)


@given(
    route=some.sampled_from(["IV", "IM", "SC", "IN", "SL", "oral"]),
    substance=some.sampled_from(["racemic ketamine", "esketamine"]),
    stopped=some.none() | some.integers(0, 100),
    done=some.lists(some.integers(-60, 240), max_size=25),
    now=some.integers(0, 300),
)
def test_any_schedule_is_in_order_and_no_observation_is_counted_twice(route, substance, stopped, done, now):
    found = rows(route, substance, stopped, done, now)
    assert minutes(found) == sorted(set(minutes(found)))
    assert {each.state for each in found} <= set(STATES)
    taken = [each.done_at for each in found if each.done_at]
    assert len(taken) <= len([each for each in done if each <= now])
    for each in found:
        assert (each.state == "done") == (each.done_at is not None)
        assert each.done_at is None or each.opens <= each.done_at <= each.closes
    for each in set(taken):
        assert taken.count(each) <= [at(minute) for minute in done].count(each)


@given(done=some.lists(some.integers(0, 120), max_size=20), more=some.integers(0, 120))
def test_one_more_observation_never_leaves_more_unmet(done, more):
    def met(entered):
        return sum(each.state == "done" for each in rows(stopped=40, done=entered, now=200))

    assert met([*done, more]) >= met(done)
