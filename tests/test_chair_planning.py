"""A treatment before it begins: planned, moved, called off; and what the last one leaves behind (F.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic import episodes, settings
from clinic.chair import answers, changes, ordering, planning, predose
from clinic.chair.stage import Step, step
from clinic.refused import BadInput, NotAllowed
from data_model import Treatment, database
from data_model.columns import Status, now
from data_model.episodes import Stage
from data_model.treatments import Route, Substance
from tests.at_the_chair import again, iv, ordered, planned, started
from tests.people import access_key, course, days_ago, patient, staff, treated
from tests.test_pages import opened, words


@pytest.fixture
def nora(both_stores):
    return staff("nurse", "nora")


@pytest.fixture
def pia(both_stores):
    return staff("clinician", "pia", may_prescribe=True)


def test_a_plan_is_a_draft_with_a_time_and_a_room(ada, nora):
    at = now() + timedelta(days=3)
    made = planned(nora, ada, at, room="Room 2")
    assert step(made) is Step.PLANNED
    assert (made.planned_for, made.room, made.author) == (at, "Room 2", "Nora Test")


def test_nothing_of_the_last_treatment_is_copied_but_what_is_given_and_how(ada, nora, operator):
    """docs/clinical.md F.5."""
    with database(operator) as db:
        treated(
            db,
            ada,
            days_ago(7),
            vitals=[{"minute": -5, "systolic_mmhg": 124, "diastolic_mmhg": 78}],
            substance="esketamine",
            route="IN",
            given_mg=56.0,
            weight_kg=71.0,
            lot="L-7",
        )
    made = planned(nora, ada)
    assert (made.substance, made.route) == (Substance.ESKETAMINE, Route.IN)
    empty = set(Treatment.model_fields) - {
        *("id", "key", "status", "author", "author_id", "entered_at", "row_version", "zone"),
        *("patient_id", "episode_id", "planned_for", "substance", "route", "weight_basis", "stopped_early"),
    }
    assert {name: getattr(made, name) for name in empty if getattr(made, name) is not None} == {}
    assert made.weight_basis == "actual"
    with database(nora) as db:
        assert answers.answers(db, made) == {}
        assert predose.observed(db, made) == []


def test_the_answers_of_a_visit_do_not_come_along_but_those_of_the_course_do(ada, nora, pia):
    first = started(nora, pia, ada)
    with database(nora) as db:
        row = db.get(Treatment, first.id)
        row.left_at = now()
    second = planned(nora, ada)
    with database(nora) as db:
        came = answers.answers(db, second)
    assert "gate.aneurysm" in came
    assert not {"gate.escort", "gate.identity"} & set(came)


def test_a_plan_needs_a_course_that_goes_on(nora, operator, both_stores):
    with database(operator) as db:
        made = patient(db)
    with pytest.raises(BadInput, match="Start a course"):
        planned(nora, made)
    with database(operator) as db:
        begun = course(db, made)
        episodes.move_to(db, begun.key, Stage.ENDED, "moved away")
    with pytest.raises(BadInput, match="ended"):
        planned(nora, made)


def test_a_plan_lies_today_or_within_a_year(ada, nora):
    with pytest.raises(BadInput, match="today or later"):
        planned(nora, ada, now() - timedelta(days=1))
    with pytest.raises(BadInput, match="more than a year"):
        planned(nora, ada, now() + timedelta(days=367))
    with pytest.raises(BadInput, match="zone"):
        planned(nora, ada, now().replace(tzinfo=None))


def test_a_room_that_the_clinic_does_not_have_is_refused(ada, nora):
    with pytest.raises(BadInput, match="no room “Attic”"):
        planned(nora, ada, room="Attic")


def test_the_same_plan_made_twice_is_one(ada, nora):
    at = now() + timedelta(hours=1)
    assert planned(nora, ada, at).key == planned(nora, ada, at).key


def test_to_begin_opens_what_runs_then_what_is_planned_today_then_a_new_plan(ada, nora, pia):
    with database(nora) as db:
        planning.plan(db, ada.key, now() + timedelta(days=9))
        made = planning.begin(db, ada.key)
    with database(nora) as db:
        assert planning.begin(db, ada.key).key == made.key
    running = started(nora, pia, ada)
    with database(nora) as db:
        assert planning.begin(db, ada.key).key == running.key


def test_moved_to_another_day_and_room(ada, nora):
    made, at = planned(nora, ada, room="Room 1"), now() + timedelta(days=2)
    with database(nora) as db:
        planning.reschedule(db, made.key, at)
    assert (again(nora, made).planned_for, again(nora, made).room) == (at, "Room 1")
    with database(nora) as db:
        planning.reschedule(db, made.key, at, room="Room 3")
    assert again(nora, made).room == "Room 3"


def test_called_off_with_a_reason_and_its_order_with_it(ada, nora, pia):
    made = planned(nora, ada)
    order = ordered(pia, made)
    with database(nora) as db, pytest.raises(BadInput, match="Say why"):
        planning.cancel(db, made.key, "  ")
    with database(nora) as db:
        planning.cancel(db, made.key, "did not come")
    with database(nora) as db:
        row = db.get(Treatment, made.id)
        assert (row.status, row.void_reason, step(row)) == (Status.VOID, "did not come", Step.VOID)
        assert ordering.by_key(db, order.key).void_reason == "did not come"
        assert planning.of_patient(db, ada) == []


def test_what_runs_can_neither_be_moved_nor_called_off(ada, nora, pia):
    running = started(nora, pia, ada)
    with database(nora) as db, pytest.raises(BadInput, match="started already"):
        planning.reschedule(db, running.key, now() + timedelta(days=1))
    with database(nora) as db, pytest.raises(BadInput, match="started already"):
        planning.cancel(db, running.key, "wrong")


def test_a_day_lists_its_plans_in_order_and_by_the_clinics_calendar(ada, nora, operator):
    with database(operator) as db:
        settings.change(db, time_zone="Pacific/Auckland")
    today = now().astimezone(settings_zone(nora)).date()
    late, early = now() + timedelta(minutes=30), now() + timedelta(minutes=1)
    for at in (late, early, now() + timedelta(days=3)):
        planned(nora, ada, at)
    with database(nora) as db:
        found = planning.planned(db, today) + planning.planned(db, today + timedelta(days=1))
        assert [row.planned_for for row, _ in found] == [early, late]
        assert {person.key for _, person in found} == {ada.key}


def settings_zone(actor):
    with database(actor) as db:
        return settings.zone(db)


def test_a_lead_plans_nothing(ada):
    with pytest.raises(NotAllowed):
        planned(staff("lead"), ada)


# ---- what changed since the last one ---------------------------------------------------------------------------


def lines(actor, treatment) -> dict[str, changes.Change]:
    with database(actor) as db:
        return {each.name: each for each in changes.from_last(db, treatment)}


def test_the_first_treatment_has_none_to_compare_with(ada, nora):
    assert lines(nora, planned(nora, ada)) == {}


def test_the_last_treatment_stands_beside_the_order_and_what_differs_is_flagged(ada, nora, pia, operator):
    with database(operator) as db:
        treated(
            db,
            ada,
            days_ago(7),
            vitals=[
                {"minute": -5, "systolic_mmhg": 190, "diastolic_mmhg": 78},
                {"minute": 20, "systolic_mmhg": 152, "diastolic_mmhg": 94},
                {"minute": 40, "systolic_mmhg": 149, "diastolic_mmhg": 96},
            ],
            events=[
                {"term": "Nausea", "severity": "mild"},
                {"term": "Vomiting", "severity": "moderate"},
            ],
            given_mg=35.0,
            weight_kg=70.0,
            stopped_at=days_ago(7) + timedelta(minutes=40),
        )
    made = planned(nora, ada)
    found = lines(nora, made)
    assert (found["dose"].before, found["dose"].now) == ("35 mg", changes.NOT_RECORDED)
    assert not any(each.changed for each in found.values())
    ordered(pia, made, iv(mg=None, mg_per_kg=0.6, weight=72.0), reason="no effect yet")
    found = lines(nora, again(nora, made))
    assert {name for name, each in found.items() if each.changed} == {"dose", "dose by weight", "weight"}
    assert (found["dose"].before, found["dose"].now) == ("35 mg", "43.2 mg")
    assert found["weight"].now == "72 kg"
    assert found["duration"].before == "40 min"
    assert found["worst event"].before == "Vomiting, moderate"
    assert found["highest blood pressure"].before == "152/94"
    assert found["last treatment"].before.endswith("7 days ago")


# ---- on the page -----------------------------------------------------------------------------------------------


def test_a_plan_called_off_is_read_with_its_reason(sqlite_store, operator):
    with database(operator) as db:
        made = patient(db)
        course(db, made)
    nora = staff("nurse", "nora")
    plan = planned(nora, made)
    with database(nora) as db:
        planning.cancel(db, plan.key, "did *not* come")
    page = opened(access_key(nora), "clinical/treatment.py", patient=made.key, treatment=plan.key)
    assert "No dose was recorded" in page.info[0].value
    assert "did *not* come" in words(page)


def test_the_persons_page_lists_a_plan_as_a_plan_and_not_as_unfinished(sqlite_store, operator):
    with database(operator) as db:
        made = patient(db)
        course(db, made)
    nora = staff("nurse", "nora")
    planned(nora, made, room="Room 2")
    page = opened(access_key(nora), "clinical/patient.py", patient=made.key)
    labels = [button.label for button in page.button]
    assert any(label.startswith("Treatment planned: ") and "Room 2" in label for label in labels)
    assert not any(label.startswith("Unfinished treatment") for label in labels)
