"""The page Patients: its filter, the address that leads back to it, filters kept by name, and the common axis."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from clinic import accounts, patients
from data_model import database
from tests.people import access_key, course, days_ago, patient, phq9, scored, staff, treated
from tests.test_pages import opened, words

PAGE = "clinical/patients.py"


@pytest.fixture
def nurse(sqlite_store, operator) -> str:
    """The access key of a nurse in a clinic of three: two for panic in the North, one for depression."""
    with database(operator) as db:
        for number, family, site, of in (
            ("SM-1", "Amber", "North", "panic"),
            ("SM-2", "Birch", "North", "panic"),
            ("SM-3", "Cedar", "South", "depression"),
        ):
            person = patient(db, number, family_name=family, site=site)
            course(db, person, of)
        scored(db, person, days_ago(12), phq9(2))
        treated(db, person, days_ago(11))
        scored(db, person, days_ago(2), phq9(1))
    return access_key(staff("nurse"))


def listed(test: AppTest) -> dict:
    """What the table was told."""
    [sent] = [
        json.loads(each.proto.json) for each in test.get("bidi_component") if "columns" in each.proto.json
    ]
    return sent


def names(test: AppTest) -> list[str]:
    return [row["name"]["main"] for row in listed(test)["rows"]]


def test_an_address_opens_the_list_that_it_names(nurse):
    test = opened(
        nurse, PAGE, indication="panic", site="North", axis="first dose", order="last score", stage="x"
    )
    assert names(test) == ["Amber, Ada", "Birch, Ada"]
    assert "2 patients · panic · site North" in words(test)
    assert listed(test)["columns"][-1][1] == "Days since first dose"
    assert "stage" not in test.query_params, "what it cannot mean is taken out"


def test_the_filter_is_in_the_address_and_what_was_typed_is_not(nurse):
    test = opened(nurse, PAGE)
    assert len(names(test)) == 3
    test.text_input(key="search").set_value("cedar").run()
    test.selectbox(key="list standing").set_value("no score").run()
    test.number_input(key="list days").set_value(1).run()
    assert names(test) == ["Cedar, Ada"]
    assert test.query_params == {"standing": "no score", "days": "1"}
    assert "cedar" not in str(test.query_params).lower()
    test.button(key="list clear").click().run()
    assert not dict(test.query_params)
    assert names(test) == ["Cedar, Ada"], "what was typed stays"


def test_a_filter_is_kept_found_again_and_deleted(nurse):
    test = opened(nurse, PAGE, indication="panic")
    test.text_input(key="list name").set_value("Panic *North*")
    test.button(key="list save").click().run()
    again = opened(nurse, PAGE)
    assert len(names(again)) == 3
    again.pills(key="list saved").set_value("Panic *North*").run()
    assert names(again) == ["Amber, Ada", "Birch, Ada"]
    again.pills(key="list saved").set_value(None).run()
    assert len(names(again)) == 3
    again.pills(key="list saved").set_value("Panic *North*").run()
    next(button for button in again.button if button.label == "Delete this filter").click().run()
    assert patients.saved_filters(accounts.actor_of(nurse)) == {}
    assert "list saved" not in {each.key for each in again.pills}


def test_a_name_that_will_not_do_is_said(nurse):
    test = opened(nurse, PAGE, stage="assessment")
    test.button(key="list save").click().run()
    assert [error.value for error in test.error] == ["Give the filter a name\\."]


def test_the_line_of_a_course_lies_on_the_common_axis(nurse):
    told = listed(opened(nurse, PAGE))
    cells = {row["name"]["main"]: row["trend"] for row in told["rows"]}
    cedar, amber = cells["Cedar, Ada"], cells["Amber, Ada"]
    axis = told["columns"][-1][2]
    assert (cedar["from"], cedar["to"]) == (axis["low"], axis["high"]) == (amber["from"], amber["to"])
    assert [(total, joined) for _, total, joined, _ in cedar["spark"]["points"]] == [(16, False), (8, True)]
    assert len(cedar["spark"]["doses"]) == 1
    assert cedar["spark"]["baseline"] == 16
    assert (cedar["low"], cedar["high"]) == (0, 27), "the scale's own range"
    assert "PHQ-9: 2 scores, from 16" in cedar["say"]
    assert amber["empty"] == "nothing in these days"


def test_too_many_to_look_up_each_score_is_a_sentence(nurse, monkeypatch):
    monkeypatch.setattr(patients.finding, "MOST_BY_SCORES", 2)
    test = opened(nurse, PAGE, order="last score")
    assert "3 patients match before their scores are looked at" in test.info[0].value
    test.selectbox(key="list site").set_value("North").run()
    assert len(names(test)) == 2
