"""A treatment record: rows from the first entry, sentences for what cannot be, and no truth refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from clinic import alerts, episodes, treatments
from clinic.refused import BadInput
from data_model import Treatment, VitalSigns, database
from tests.people import NOW, days_ago, patient, staff, treated

DOSE = {"substance": "racemic ketamine", "route": "IV", "given_mg": 35.0, "weight_kg": 70.0}
PRESSURE = {"minute": 0, "systolic_mmhg": 128, "diastolic_mmhg": 82, "heart_rate_bpm": 70, "spo2_percent": 98}


@pytest.fixture
def nora(ada):
    return staff("nurse", "nora")


def draft(actor, ada, fields=None, vitals=(), events=()) -> str:
    with database(actor) as db:
        key = treatments.open_draft(db, ada.key).key
        treatments.write_draft(db, key, {**DOSE, "started_at": days_ago(1), **(fields or {})}, vitals, events)
    return key


def finish(actor, key, **more) -> Treatment:
    with database(actor) as db:
        return treatments.finish(db, key, **more)


def test_half_a_record_is_already_in_the_store(ada, nora):
    key = draft(nora, ada, {"given_mg": None, "started_at": None}, [{"minute": 0, "systolic_mmhg": 131}])
    with database(nora) as db:
        stored = treatments.by_key(db, key)
        assert (stored.status, stored.weight_kg) == ("draft", 70.0)
        assert treatments.vital_signs(db, stored)["systolic_mmhg"].tolist() == [131]
        assert treatments.given(db, ada).empty


def test_writing_the_same_again_changes_nothing(ada, nora):
    key = draft(nora, ada, vitals=[PRESSURE], events=[{"term": "Nausea", "severity": "mild"}])
    with database(nora) as db:
        again = treatments.write_draft(
            db, key, {**DOSE, "started_at": days_ago(1)}, [PRESSURE], [{"term": "Nausea", "severity": "mild"}]
        )
    assert again is False


def test_untouched_rows_of_the_grid_are_no_rows(ada, nora):
    key = draft(nora, ada, vitals=[PRESSURE, {"minute": 10}, {"minute": 20}])
    with database(nora) as db:
        assert len(treatments.stored_rows(db, treatments.by_key(db, key))) == 1


def test_mg_per_kg_is_stored_with_the_weight_it_came_from(ada, nora):
    finish(nora, draft(nora, ada))
    with database(nora) as db:
        row = treatments.given(db, ada).iloc[0]
    assert (row.mg_per_kg, row.weight_kg, row.number) == (0.5, 70, 1)


@pytest.mark.parametrize(
    "mg, kg, substance, route, expected",
    [
        (35, 70, "racemic ketamine", "IV", 0.5),
        (40, 62.3, "racemic ketamine", "IM", 0.642),
        (56, 70, "esketamine", "IN", None),  # devices of 28 mg, not by weight
        (28, 70, "esketamine", "IV", 0.4),
        (35, None, "racemic ketamine", "IV", None),
        (None, 70, "racemic ketamine", "IV", None),
    ],
)
def test_mg_per_kg(mg, kg, substance, route, expected):
    assert treatments.mg_per_kg(mg, kg, substance, route) == expected


def test_a_second_click_saves_nothing_twice(ada, nora):
    key = draft(nora, ada, vitals=[PRESSURE])
    assert finish(nora, key).key == finish(nora, key).key
    with database(nora) as db:
        assert len(treatments.given(db, ada)) == 1
        assert len(db.exec(select(VitalSigns)).all()) == 1


@pytest.mark.parametrize(
    "fields, vitals, sentence",
    [
        ({"given_mg": None}, [], "The dose given is missing."),
        ({"started_at": None}, [], "The start time is missing."),
        ({"started_at": NOW + timedelta(hours=3)}, [], "start time, .* lies in the future"),
        ({"stopped_at": days_ago(1.1)}, [], "lies before the start"),
        ({"weight_kg": 800.0}, [], r"Weight \(kg\) 800 is not possible"),
        ({}, [PRESSURE | {"systolic_mmhg": 82, "diastolic_mmhg": 128}], "row 1: diastolic 128 is not below"),
        ({}, [PRESSURE, PRESSURE | {"spo2_percent": 109}], "row 2: SpO₂ 109 is not possible"),
        ({}, [PRESSURE | {"minute": None}], "row 1: the minute is missing"),
    ],
)
def test_what_cannot_be_gets_a_sentence_and_nothing_is_lost(ada, nora, fields, vitals, sentence):
    key = draft(nora, ada, fields, vitals)
    with pytest.raises(BadInput, match=sentence):
        finish(nora, key)
    with database(nora) as db:
        stored = treatments.by_key(db, key)
        assert stored.status == "draft"
        assert len(treatments.stored_rows(db, stored)) == len(vitals)


@pytest.mark.parametrize("fields", [{"weight_kg": 29.5}, {"weight_kg": 301.0}, {"given_mg": 501.0}])
def test_what_is_only_unlikely_is_saved_after_confirmation_and_opens_an_alert(ada, nora, fields):
    key = draft(nora, ada, fields)
    with pytest.raises(treatments.Unlikely, match="outside what is usual"):
        finish(nora, key)
    with pytest.raises(treatments.Unlikely):
        finish(nora, key, confirmed="  ")
    assert finish(nora, key, confirmed="weighed twice").status == "active"
    with database(nora) as db:
        [alert] = [alert for alert, _ in alerts.open_ones(db, ada) if alert.rule == "entry.unlikely"]
    assert "weighed twice" in alert.saw


@pytest.mark.parametrize("fields", [{"weight_kg": 30.0}, {"weight_kg": 300.0}, {"given_mg": 500.0}])
def test_the_edge_of_the_usual_is_usual(ada, nora, fields):
    assert finish(nora, draft(nora, ada, fields)).status == "active"


def test_events_are_kept_with_the_gravest_one_in_the_lane(ada, nora):
    events = [{"term": "Nausea", "severity": "moderate"}, {"term": "Dizziness", "severity": "mild"}]
    finish(nora, draft(nora, ada, events=events))
    with database(nora) as db:
        assert treatments.given(db, ada).iloc[0].worst_event == "moderate"


def test_an_event_taken_back_before_saving_is_gone_from_the_record_not_from_the_store(ada, nora):
    key = draft(nora, ada, events=[{"term": "Nausea", "severity": "mild"}])
    with database(nora) as db:
        treatments.write_draft(db, key, {}, (), [])
        record = treatments.by_key(db, key)
        assert treatments.adverse_events(db, record) == []


def test_a_serious_event_opens_an_alert(ada, nora):
    event = {"term": "Syncope", "severity": "severe", "serious": True}
    finish(nora, draft(nora, ada, events=[event]))
    with database(nora) as db:
        [alert] = [alert for alert, _ in alerts.open_ones(db, ada) if alert.rule == "adverse_event.serious"]
    assert alert.urgency == "U1"


def test_the_next_record_starts_from_the_last_but_never_copies_dose_weight_or_lot(ada, nora, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(3), substance="esketamine", route="IN", given_mg=56.0, lot="L1")
    with database(nora) as db:
        fresh = treatments.open_draft(db, ada.key)
    assert (fresh.substance, fresh.route) == ("esketamine", "IN")
    assert (fresh.given_mg, fresh.weight_kg, fresh.lot) == (None, None, None)


def test_a_record_needs_a_course(ada, nora, operator):
    with database(operator) as db:
        stranger = patient(db, "SM-2")
    with pytest.raises(BadInput, match="Start a course"), database(nora) as db:
        treatments.open_draft(db, stranger.key)


def test_the_first_treatment_moves_the_course_into_induction(ada, nora):
    finish(nora, draft(nora, ada))
    with database(nora) as db:
        [episode] = episodes.of_patient(db, ada)
    assert episode.stage == "induction"
    assert episode.stage_since == days_ago(1)


def test_numbers_are_derived_so_that_a_late_entry_renumbers(ada, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(2))
        treated(db, ada, days_ago(5))
        frame = treatments.given(db, ada)
    assert frame["started_at"].is_monotonic_increasing
    assert frame["number"].tolist() == [1, 2]


def test_another_nurse_can_finish_what_one_began(ada, nora):
    key = draft(nora, ada)
    other = staff("nurse", "otto")
    with database(other) as db:
        assert [row[0].key for row in treatments.drafts(db)] == [key]
    assert finish(other, key).author == "Nora Test"
