"""What a tablet sends and cannot be, each with its sentence; nothing of it is stored, and nothing else is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from clinic.chair import entries, saving
from clinic.refused import NotAllowed, NotFound
from data_model import ChangedMeanwhile, Locked, VitalSigns, database
from data_model.columns import now
from tests.chair_room import MINUTE, entry, refused, running, saved, sent, stored, vitals
from tests.people import staff


@pytest.fixture
def nora(sqlite_store):
    return staff("nurse", "nora")


@pytest.fixture
def chair(nora):
    """Ada's infusion, which began half an hour ago."""
    return running(nora)


def rows(actor, table) -> list:
    with database(actor) as db:
        return list(db.exec(select(table).order_by(table.id)))


def one(actor, table):
    (row,) = rows(actor, table)
    return row


@pytest.mark.parametrize(
    "values, sentence",
    [
        ({}, "Nothing is entered"),
        ({"systolic_mmhg": 19}, "Systolic 19 is not possible (expected 20 to 320 mmHg)."),
        ({"systolic_mmhg": 321}, "not possible"),
        ({"spo2_percent": 101}, "SpO₂ 101 is not possible"),
        ({"systolic_mmhg": 80, "diastolic_mmhg": 120}, "Diastolic 120 is not below systolic 80"),
        ({"systolic_mmhg": 120.5}, "whole number"),
        ({"systolic_mmhg": "120"}, "has to be a number"),
        ({"systolic_mmhg": True}, "has to be a number"),
        ({"moaas": 6}, "MOAA/S 6 is not possible"),
        ({"dissociation": 5}, "not possible"),
        ({"temperature": 37}, "“temperature” is nothing that is measured here"),
        ({"symptoms": ["symptom.hiccups"]}, "does not know"),
        ({"on_oxygen": "yes"}, "yes, no, or nothing"),
        ({"heart_rate_bpm": 70, "note": "x" * 2001}, "longer than 2000"),
        ([], "has values"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_stored(chair, nora, values, sentence):
    refusal = refused(nora, chair, entry("vitals", values=values))
    assert sentence in " ".join(refusal["problems"])
    assert refusal["ask"] is None
    assert rows(nora, VitalSigns) == []


@pytest.mark.parametrize("systolic", [20, 320])
def test_the_ends_of_what_is_possible_are_possible(chair, nora, systolic):
    saved(nora, chair, vitals(systolic_mmhg=systolic))
    assert one(nora, VitalSigns).systolic_mmhg == systolic


def test_every_problem_of_an_observation_is_said_at_once(chair, nora):
    refusal = refused(nora, chair, vitals(systolic_mmhg=999, heart_rate_bpm=1))
    assert len(refusal["problems"]) == 2


@pytest.mark.parametrize(
    "ahead, sentence",
    [(timedelta(minutes=1, seconds=50), None), (timedelta(minutes=2, seconds=10), "future")],
)
def test_two_clocks_may_differ_by_two_minutes_and_no_more(chair, nora, ahead, sentence):
    said = vitals(now() + ahead)
    if sentence is None:
        saved(nora, chair, said)
    else:
        assert sentence in refused(nora, chair, said)["problems"][0]


def test_nothing_happened_before_the_day_of_the_treatment(chair, nora):
    assert "before the day" in refused(nora, chair, vitals(now() - timedelta(days=2)))["problems"][0]


@pytest.mark.parametrize("at", [None, "yesterday", "2026-01-01T10:00:00", 5, "9" * 400])
def test_an_entry_says_when_it_happened(chair, nora, at):
    said = vitals() | {"at": at}
    assert "when it happened" in refused(nora, chair, said)["problems"][0]


def test_an_event_needs_a_name_and_a_known_severity(chair, nora):
    assert "Name what happened" in refused(nora, chair, entry("event", term=" "))["problems"][0]
    assert "mild" in refused(nora, chair, entry("event", term="Fall", severity="awful"))["problems"][0]
    assert "not there" in refused(nora, chair, entry("event_change", target="x" * 12))["problems"][0]


@pytest.mark.parametrize(
    "mg, asks", [(35, False), (36.75, False), (33.25, False), (36.8, True), (33.2, True)]
)
def test_what_is_given_is_confirmed_beyond_the_share_by_which_numbers_may_differ(chair, nora, mg, asks):
    """The reference §1.2: 5 % of 35 mg are 1.75 mg."""
    said = entry("given", mg=mg)
    if not asks:
        saved(nora, chair, said)
        assert stored(nora, chair).note is None
    else:
        refusal = refused(nora, chair, said)
        assert refusal["ask"] == "confirm"
        assert f"Given {mg:g} mg, ordered 35 mg." in refusal["problems"]
        saved(nora, chair, said | {"reason": "pump set so"})
        assert "confirmed: pump set so" in stored(nora, chair).note
    assert stored(nora, chair).given_mg == mg


@pytest.mark.parametrize("key", [None, "", "short", "x" * 41, "with a blank in", "ключключключ", 7, {}])
def test_a_key_is_of_its_kind(chair, nora, key):
    assert refused(nora, chair, vitals() | {"key": key})["problems"]


@pytest.mark.parametrize(
    "said", [None, 5, "vitals", [], {}, {"key": "x" * 12}, entry("dance"), entry("vitals")]
)
def test_what_is_no_entry_gets_a_sentence(chair, nora, said):
    assert refused(nora, chair, said)["problems"]


@pytest.mark.parametrize("role", ["auditor", "lead", "administrator"])
def test_only_those_who_treat_enter_anything(chair, role):
    with pytest.raises(NotAllowed):
        sent(staff(role), chair, vitals())


def test_a_treatment_that_there_is_not(nora):
    with pytest.raises(NotFound):
        saving.save(nora, "nothing-here", [vitals()])


def test_a_lock_of_the_database_is_told_as_a_sentence(chair, nora, monkeypatch):
    """Signed by somebody between our look and our writing."""

    def signed_meanwhile(*_):
        raise Locked("signed")

    monkeypatch.setattr(entries, "apply", signed_meanwhile)
    assert refused(nora, chair, vitals())["problems"] == ["This record is signed: amend it."]


def test_a_store_that_cannot_be_had_refuses_nothing(chair, nora, monkeypatch):
    tries = []

    def conflict(*_):
        tries.append(1)
        raise ChangedMeanwhile("meanwhile")

    monkeypatch.setattr(saving, "AGAIN_AFTER", 0.0001)
    monkeypatch.setattr(entries, "apply", conflict)
    with pytest.raises(saving.Busy):
        sent(nora, chair, vitals())
    assert len(tries) == saving.TRIES


def test_without_an_order_any_amount_is_confirmed(nora):
    anyway = running(nora, ordered_mg=None)
    assert "without an order" in refused(nora, anyway, entry("given", mg=35))["problems"][0]


def test_a_dose_cannot_end_before_it_began(chair, nora):
    assert "before it began" in refused(nora, chair, entry("stop", now() - 31 * MINUTE))["problems"][0]
