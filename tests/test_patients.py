"""Finding, registering and correcting people."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from clinic import access, accounts, alerts, episodes, patients
from clinic.patients import filters
from clinic.refused import BadInput, Conflict, NotFound
from data_model import Account, Actor, AuditRow, database
from data_model.episodes import Indication, Stage
from tests.people import NOW, course, days_ago, patient, phq9, scored, staff


@pytest.fixture
def clinic_with_five(both_stores, operator):
    with database(operator) as db:
        patient(db, "SM-1", family_name="Müller", given_name="Zoë")
        patient(db, "SM-2", family_name="Muller", given_name="Zoe", birth_date=date(1990, 1, 1))
        patient(db, "SM-3", family_name="O'Neill", given_name="Finn")
        of_care = patient(db, "SM-4", family_name="Byron", given_name="Ada")
        patient(db, "SM-5", family_name="100%", given_name="_x")
        course(db, of_care)
    return operator


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("muller", ["SM-1", "SM-2"]),
        ("MÜLLER zoë", ["SM-1", "SM-2"]),
        ("ada byron", ["SM-4"]),
        ("sm-3", ["SM-3"]),
        ("o'neill", ["SM-3"]),
        ("100%", ["SM-5"]),
        ("%", ["SM-5"]),
        ("_", ["SM-5"]),
        ("'; drop table patient; --", []),
        ("", ["SM-1", "SM-2", "SM-3", "SM-4", "SM-5"]),
    ],
)
def test_search_by_name_and_record_number(clinic_with_five, text, numbers):
    with database(clinic_with_five) as db:
        found, total = patients.search(db, text)
    assert sorted(person.record_number for person, _ in found) == numbers
    assert total == len(numbers)


def test_the_list_comes_in_pages(clinic_with_five):
    with database(clinic_with_five) as db:
        first, total = patients.search(db, size=2)
        last, _ = patients.search(db, size=2, page=2)
    assert (len(first), len(last), total) == (2, 1, 5)


@pytest.mark.parametrize(
    "stage, numbers", [("assessment", ["SM-4"]), ("maintenance", []), ("no course", None)]
)
def test_the_stage_filter_looks_at_the_latest_course(clinic_with_five, stage, numbers):
    with database(clinic_with_five) as db:
        found, total = patients.search(db, wanted=patients.Filter(stage=stage))
    if numbers is None:
        assert total == 4
    else:
        assert [person.record_number for person, _ in found] == numbers


@pytest.mark.parametrize(
    "family, given, born, alike",
    [
        ("Mueller", "Zoe", date(1970, 5, 5), {"SM-1", "SM-2"}),  # however it is spelt
        ("Biron", "Ada", date(1985, 12, 10), {"SM-4"}),
        ("Oneil", "Fin", date(1985, 12, 10), {"SM-3"}),
        ("Nobody", "Known", date(2001, 1, 1), set()),
    ],
)
def test_similar_names_are_found_before_a_second_record_is_made(clinic_with_five, family, given, born, alike):
    with database(clinic_with_five) as db:
        found = patients.similar(db, family, given, born)
    assert {patient.record_number for patient in found} == alike


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"family_name": " "}, "The family name is missing."),
        ({"given_name": ""}, "The given name is missing."),
        ({"record_number": None}, "The record number is missing."),
        ({"birth_date": None}, "The date of birth is missing."),
        ({"birth_date": (NOW + timedelta(days=400)).date()}, "lies in the future"),
        ({"birth_date": date(1850, 1, 1)}, "over 120 years old"),
        ({"record_number": "SM-1"}, "SM-1 already belongs to Müller, Zoë"),
    ],
)
def test_what_is_wrong_is_said(clinic_with_five, fields, sentence):
    with pytest.raises(BadInput, match=sentence), database(clinic_with_five) as db:
        patient(db, **{"record_number": "SM-9", **fields})


def test_every_problem_is_said_at_once(clinic_with_five):
    with pytest.raises(BadInput) as refusal, database(clinic_with_five) as db:
        patient(db, "", family_name="", birth_date=None)
    assert len(refusal.value.problems) == 3


def test_an_edit_on_top_of_somebody_elses_is_refused_and_keeps_theirs(clinic_with_five):
    with database(clinic_with_five) as db:
        [(seen, _)], _ = patients.search(db, "sm-4")
        patients.edit(db, seen.key, seen.row_version, given_name="Augusta")
    with pytest.raises(Conflict), database(clinic_with_five) as db:
        patients.edit(db, seen.key, seen.row_version, given_name="Adelaide")
    with database(clinic_with_five) as db:
        assert patients.get(db, seen.key).given_name == "Augusta"
        found, _ = patients.search(db, "augusta")
    assert [person.key for person, _ in found] == [seen.key], "the search follows the new name"


def test_looking_at_a_patient_is_noted_once_in_a_quarter_of_an_hour(clinic_with_five):
    with database(clinic_with_five) as db:
        [(seen, _)], _ = patients.search(db, "sm-4")
    for _ in range(3):
        with database(clinic_with_five) as db:
            patients.get(db, seen.key)
    with database(clinic_with_five) as db:
        reads = db.exec(select(AuditRow).where(AuditRow.verb == "read", AuditRow.patient_id == seen.id)).all()
    # starting the course read the patient once; a test that crosses a quarter may see one more
    assert 1 <= len(reads) <= 2


def test_an_unknown_key_is_a_sentence(clinic_with_five):
    with pytest.raises(NotFound), database(clinic_with_five) as db:
        patients.get(db, "nobody")


def test_a_course_proposes_the_scale_of_its_indication(clinic_with_five):
    proposed = {str(i.value): episodes.leading(i).id for i in Indication}
    assert proposed["generalised anxiety"] == "gad7"
    assert proposed["social anxiety"] == "lsas_sr"
    assert proposed["any anxiety"] == "oasis"
    assert proposed["depression"] == "phq9"


def filtered(db, **wanted) -> list[str]:
    found, total = patients.search(db, "", patients.Filter(**wanted), size=50)
    assert total == len(found)
    return [person.record_number for person, _ in found]


@pytest.fixture
def clinic_at_work(both_stores, operator):
    """Six people whose names are in alphabetical order: SM-1 scored yesterday, SM-2 three weeks ago, SM-3 never, SM-4
    long ago in a course that ended, SM-5 in a second course, SM-6 without one."""
    with database(operator) as db:
        people = [
            patient(db, f"SM-{n}", family_name=name, site="North" if n % 2 else "South")
            for n, name in enumerate(("Amber", "Birch", "Cedar", "Dogwood", "Elm", "Fir"), 1)
        ]
        courses = [
            course(db, of, "depression" if n != 2 else "generalised anxiety")
            for n, of in enumerate(people[:5])
        ]
        scored(db, people[0], days_ago(1), phq9(1))
        scored(db, people[1], days_ago(21), phq9(1))
        scored(db, people[3], days_ago(300), phq9(1))
        for ended in courses[3:]:
            ended.stage, ended.ended_at = Stage.ENDED, NOW
        course(db, people[4], "panic")
        courses[1].next_review_on, courses[2].next_review_on = date(2026, 3, 1), date(2026, 2, 1)
        alerts.raise_alert(db, "worse.phq9.baseline6", people[0].id, "PHQ-9 rose.")
        alerts.raise_alert(db, "suicide.concern", people[1].id, "PHQ-9 item 9 = 2.")
        closed = alerts.raise_alert(db, "worse.gad7.held6", people[2].id, "GAD-7 rose.")
        alerts.close(db, closed.key, "called")
    return operator


WANTED = [
    ({"stage": "assessment"}, "1 2 3 5"),
    ({"stage": "ended"}, "4"),
    ({"stage": "no course"}, "6"),
    ({"stage": "no course", "indication": "panic"}, ""),
    ({"indication": "panic"}, "5"),
    ({"indication": "depression"}, "1 2 4"),
    ({"indication": "generalised anxiety"}, "3"),
    ({"site": "South"}, "2 4 6"),
    ({"site": "South", "stage": "assessment"}, "2"),
    ({"standing": "worse"}, "1"),
    ({"standing": "suicide concern"}, "2"),
    ({"standing": "response lost"}, ""),
    ({"standing": "no score"}, "2 3 5"),
    ({"standing": "no score", "days": 22}, "3 5"),
    ({"standing": "no score", "indication": "depression"}, "2"),
    ({"order": "last score"}, "3 5 4 2 1 6"),
    ({"order": "next review"}, "3 2 1 4 5 6"),
    ({"order": "name"}, "1 2 3 4 5 6"),
]


def test_a_filter_looks_at_the_latest_course(clinic_at_work):
    with database(clinic_at_work) as db:
        found = [(wanted, " ".join(filtered(db, **wanted)).replace("SM-", "")) for wanted, _ in WANTED]
    assert found == WANTED


def test_mine_are_those_whose_responsible_clinician_i_am(clinic_at_work):
    mina = staff("clinician", "mina")
    with database(clinic_at_work) as db:
        [(person, _)], _ = patients.search(db, "cedar")
        patients.edit(db, person.key, person.row_version, clinician_id=mina.account_id)
    with database(mina) as db:
        assert filtered(db, mine=True) == ["SM-3"]


def test_scores_of_very_many_are_not_looked_up_one_by_one(clinic_at_work, monkeypatch):
    monkeypatch.setattr(patients.finding, "MOST_BY_SCORES", 4)
    with database(clinic_at_work) as db:
        for wanted in ({"order": "last score"}, {"standing": "no score"}):
            with pytest.raises(BadInput, match="6 patients match before their scores are looked at"):
                filtered(db, **wanted)
            assert filtered(db, site="North", **wanted)


FILTERS = st.builds(
    patients.Filter,
    stage=st.none() | st.sampled_from(filters.STAGES),
    indication=st.none() | st.sampled_from(filters.INDICATIONS),
    mine=st.booleans(),
    site=st.none() | st.text(min_size=1),
    standing=st.none() | st.sampled_from(list(patients.STANDINGS)),
    order=st.sampled_from(patients.ORDERS),
)


@given(FILTERS, st.integers(1, 3650))
def test_an_address_leads_back_to_its_filter(wanted, days):
    if wanted.standing == filters.NO_SCORE:
        wanted = replace(wanted, days=days)
    assert patients.Filter.of_address(wanted.address()) == wanted


def test_an_address_that_means_nothing_filters_nothing():
    query = {
        "stage": "heaven",
        "order": "; drop table",
        "days": "-3",
        "mine": "yes",
        "standing": "",
        "site": "",
    }
    assert patients.Filter.of_address(query) == patients.Filter()


def test_filters_are_kept_with_the_account(sqlite_store):
    nurse, other = staff("nurse"), staff("nurse", "nils")
    mine = patients.Filter(stage="induction", site="Nörd", standing="no score", days=30)
    for name, each in (("  Monday   list ", mine), ("x", patients.Filter(mine=True)), ("x", mine)):
        with database(again(nurse)) as db:
            patients.save_filter(db, name, each)
    assert patients.saved_filters(again(nurse)) == {"Monday list": mine, "x": mine}
    assert patients.saved_filters(again(other)) == {}
    for name in ("Monday list", "x"):
        with database(again(nurse)) as db:
            patients.forget_filter(db, name)
    assert again(nurse).preferences == ()


def again(of):
    """The same person at their next action."""
    with database(access.command_line("tests")) as db:
        return access.actor(db.get(Account, of.account_id))


@pytest.mark.parametrize(
    "name, sentence",
    [(" ", "Give the filter a name"), ("x" * 41, "at most 40 characters"), ("21", "20 filters are kept")],
)
def test_what_is_no_name_for_a_filter(sqlite_store, name, sentence):
    nurse = staff("nurse")
    with database(nurse) as db:
        full = json.dumps({str(n): {} for n in range(20)})
        accounts.set_preference(db, filters.PREFERENCE, full)
    with pytest.raises(BadInput, match=sentence), database(again(nurse)) as db:
        patients.save_filter(db, name, patients.Filter())


@pytest.mark.parametrize("kept", ["", "[]", "{]", '{"a": 3}', "null"])
def test_a_preference_that_is_no_list_of_filters_is_none(kept):
    assert patients.saved_filters(Actor("x", "command line", preferences=((filters.PREFERENCE, kept),))) == {}
