"""The board of rooms: who needs somebody first, who is out of limits, who may leave; and nobody's name when locked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic import access, alerts
from clinic.chair import board
from clinic.refused import NotAllowed
from data_model import database
from data_model.columns import Status, now
from tests.chair_room import MINUTE, QUIET, entry, planned, running, saved, vitals
from tests.people import staff


@pytest.fixture
def nora(both_stores):
    return staff("nurse", "nora")


def rooms(actor, **more) -> list[dict]:
    with database(actor) as db:
        return board.rooms(db, **more)


def only(actor) -> dict:
    (row,) = rooms(actor)
    return row


def test_a_running_treatment_with_what_is_due_next(nora):
    chair = running(nora, minutes=33)
    saved(nora, chair, *(vitals(chair.started_at + at * MINUTE) for at in (-5, 10, 20, 30)))
    row = only(nora)
    assert (row["treatment"], row["patient"], row["room"], row["step"]) == (
        chair.key,
        "Byron, Ada",
        "Room 1",
        "running",
    )
    assert (row["elapsed_minutes"], row["next_name"], row["next_state"], row["missed"]) == (
        33,
        "40 min",
        "due in",
        0,
    )
    assert row["started_at"] == chair.started_at.isoformat()
    assert row["says"].startswith("128/82")
    assert (row["tier"], row["ready"], row["paused"]) == (None, False, False)


@pytest.mark.parametrize("minutes, state", [(14, "due in"), (16, "due"), (21, "overdue")])
def test_an_observation_is_due_then_overdue(nora, minutes, state):
    """The reference §2.5: within 5 minutes of its time."""
    chair = running(nora, minutes=minutes)
    saved(nora, chair, vitals(chair.started_at + 10 * MINUTE))
    assert (only(nora)["next_name"], only(nora)["next_state"]) == ("20 min", state)


def test_who_needs_somebody_first_stands_on_top(nora):
    quiet = running(nora, "SM-1", minutes=3, room="quiet")
    saved(nora, quiet, vitals(quiet.started_at + MINUTE))
    running(nora, "SM-2", minutes=12, room="overdue")
    grave = running(nora, "SM-3", minutes=11, room="critical")
    saved(nora, grave, vitals(systolic_mmhg=205))
    red = running(nora, "SM-4", minutes=11, room="red")
    saved(nora, red, vitals(systolic_mmhg=185))
    planned(nora, "SM-5", planned_for=now(), room="later")
    assert [row["room"] for row in rooms(nora)] == ["critical", "overdue", "red", "quiet", "later"]


def test_a_tier_stays_until_the_alert_is_closed_and_a_pulse_alone_changes_nothing(nora):
    chair = running(nora)
    saved(nora, chair, vitals(now() - 9 * MINUTE, systolic_mmhg=185, diastolic_mmhg=95))
    saved(nora, chair, vitals(now() - 6 * MINUTE, heart_rate_bpm=70))
    assert only(nora)["tier"] == "red"
    saved(nora, chair, vitals(now() - 3 * MINUTE, systolic_mmhg=130, diastolic_mmhg=80))
    assert only(nora)["tier"] == "red", "nobody has closed the alert"
    with database(nora) as db:
        for alert, _ in alerts.open_ones(db):
            alerts.close(db, alert.key, "settled")
    assert only(nora)["tier"] is None


def test_an_amber_goes_with_the_next_good_value(nora):
    chair = running(nora)
    saved(nora, chair, vitals(now() - 9 * MINUTE, systolic_mmhg=165))
    assert only(nora)["tier"] == "amber"
    saved(nora, chair, vitals(systolic_mmhg=130))
    assert only(nora)["tier"] is None


def test_a_missed_observation_is_no_limit_that_was_reached(nora):
    chair = running(nora, minutes=50)
    saved(nora, chair, vitals())
    row = only(nora)
    assert row["open_alerts"] > 0
    assert (row["tier"], row["missed"] > 0) == (None, True)


def test_a_pause_is_said_until_it_ends(nora):
    chair = running(nora)
    saved(nora, chair, entry("pause"))
    assert only(nora)["paused"] is True
    saved(nora, chair, entry("resume"))
    assert only(nora)["paused"] is False


def test_who_may_leave_is_said(nora):
    chair = running(nora, minutes=101)
    well = QUIET | {"aldrete": 10, "symptoms": [], "on_oxygen": False}
    ticks = ("walks", "nausea", "orientated", "mental_state", "suicide", "escort", "advice", "driving")
    saved(
        nora,
        chair,
        entry("vitals", chair.started_at - 5 * MINUTE, values=QUIET),
        entry("stop", chair.started_at + 40 * MINUTE),
        entry("vitals", values=well),
        entry("escort", name="Annabella"),
        *(entry("tick", criterion=f"leaving.{each}", met=True) for each in ticks),
    )
    assert only(nora)["ready"] is True


def test_the_plan_of_today_and_of_no_other_day(nora):
    planned(nora, "SM-1", planned_for=now(), room="today")
    planned(nora, "SM-2", planned_for=now() + timedelta(days=1), room="tomorrow")
    planned(nora, "SM-3", planned_for=now() - timedelta(days=1), room="yesterday")
    planned(nora, "SM-4", planned_for=now(), room="cancelled", status=Status.VOID, void_reason="cancelled")
    gone = running(nora, "SM-5", room="left")
    saved(nora, gone, entry("left", reason="x"))
    row = only(nora)
    assert (row["room"], row["step"], row["elapsed_minutes"], row["ready"]) == (
        "today",
        "planned",
        None,
        False,
    )


def test_a_treatment_over_midnight_stays_on_the_board(nora):
    running(nora, minutes=26 * 60)
    assert only(nora)["step"] == "running"


def test_the_front_door_sees_rooms_and_nobody(nora):
    chair = running(nora)
    saved(nora, chair, vitals(systolic_mmhg=185))
    (row,) = rooms(access.FRONT_DOOR, names=False)
    assert (row["patient"], row["treatment"], row["tier"]) == (None, None, "red")
    for word in ("Byron", "Ada", "SM-1", chair.key):
        assert word not in str(row)


@pytest.mark.parametrize("role", ["auditor", "lead", "administrator"])
def test_others_have_no_board(both_stores, role):
    with pytest.raises(NotAllowed):
        rooms(staff(role))


def test_a_missed_check_stays_late_however_many_become_due_after_it(both_stores):
    """Minutes 10 and 20 went by without anything; it is the tenth minute that is late."""
    nurse = staff("nurse")
    running(nurse, minutes=28)
    with database(nurse) as db:
        (room,) = board.rooms(db)
    assert (room["next_name"], room["next_state"]) == ("10 min", "overdue")


def test_a_recheck_that_an_alert_asks_for_goes_before_the_schedule(both_stores):
    nurse = staff("nurse")
    treatment = running(nurse, minutes=21)
    for minute, systolic in ((10, 150), (20, 186)):
        saved(
            nurse,
            treatment,
            vitals(treatment.started_at + minute * MINUTE, **QUIET | {"systolic_mmhg": systolic}),
        )
    with database(nurse) as db:
        (room,) = board.rooms(db)
    assert (room["next_name"], room["next_state"]) == ("recheck", "due")


def test_what_is_out_of_limits_is_named(both_stores):
    nurse = staff("nurse")
    treatment = running(nurse, minutes=21)
    saved(nurse, treatment, vitals(treatment.started_at + 20 * MINUTE, **QUIET | {"spo2_percent": 91}))
    with database(nurse) as db:
        (room,) = board.rooms(db)
    assert (room["tier"], room["tier_of"]) == ("red", "oxygen saturation")
