"""The three steps on the page: find the right person, see both records, say why; refusals are sentences."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from clinic import assessments, moving, patients
from data_model import Move, database
from tests.people import course, days_ago, patient, phq9, scored, staff, treated

OTHERS = date(1990, 5, 6)


def part(actor, key, what, record):
    """One part of the page alone, as this actor sees it."""
    from types import SimpleNamespace
    from zoneinfo import ZoneInfo

    from clinic import moving as put_right
    from clinic import patients
    from data_model import database
    from pages.patient import moving
    from pages.shared import who
    from pages.shared.address import own

    with who.looking(actor):
        with database(actor) as db:
            chosen = patients.get(db, key)
            told = put_right.history(db, chosen)
        if what == "history":
            moving.history(told)
            return
        seen = SimpleNamespace(
            actor=actor, patient=chosen, zone=ZoneInfo("UTC"), key=lambda name: own(chosen.key, name)
        )
        getattr(moving, what)(*((seen, record) if record else (seen,)))


@pytest.fixture
def people(sqlite_store, operator):
    with database(operator) as db:
        ada = patient(db)
        ben = patient(db, "SM-2", family_name="Turing", given_name="Ben", birth_date=OTHERS)
        twin = patient(db, "SM-3", family_name="Biron")
        for each in (ada, ben):
            course(db, each).opened_at = days_ago(90)
        score, dose = scored(db, ada, days_ago(3), phq9(2)), treated(db, ada, days_ago(4))
    return ada, ben, twin, score, dose


def shown(of, what, record=None, name="caspar") -> AppTest:
    test = AppTest.from_function(
        part, kwargs={"actor": staff("clinician", name), "key": of.key, "what": what, "record": record}
    )
    opens = "merge" if what == "merge" else f"move {record}"
    if what != "history":
        test.session_state[f"of:{of.key}:{opens}"] = True
    return test.run()


def text_of(test) -> str:
    return " ".join(each.proto.body for each in test.get("html")) + " ".join(
        each.value for each in test.caption
    )


def type_in(test, label, said):
    next(each for each in test.text_input if each.label.startswith(label)).set_value(said).run()


def press(test, label):
    next(each for each in test.button if each.label == label).click().run()


def test_a_score_is_moved_in_three_steps(people):
    ada, ben, twin, score, _ = people
    test = shown(ada, "score", score.key)
    assert [each.label for each in test.radio] == ["Who"], (
        "who is called alike is offered before anything is typed"
    )
    assert test.radio[0].options == ["Biron, Ada · SM\\-3 · born 10 Dec 1985 · female"]
    type_in(test, "Name or record", "turing")
    test.radio[0].set_value(ben.key).run()
    both = text_of(test)
    for each in ("Byron, Ada", "Turing, Ben", "SM-1", "SM-2", "6 May 1990"):
        assert each in both
    press(test, "Move it")
    assert test.error[0].value.startswith("Say why")
    type_in(test, "How it came", "the wrong tablet")
    type_in(test, "Ask the person", "10 12 1985")
    press(test, "Move it")
    assert "is not the date of birth" in test.error[0].value
    type_in(test, "Ask the person", "6 5 1990")
    press(test, "Move it")
    with database(staff("auditor")) as db:
        assert assessments.by_key(db, score.key).patient_id == ben.id
        assert db.exec(select(Move.reason)).one() == "the wrong tablet"
    assert "moved away to record SM-2" in text_of(shown(ada, "history", name="cara"))
    assert text_of(shown(twin, "history", name="cleo")) == ""


def test_a_treatment_of_somebody_without_a_course_is_refused_in_words(people):
    ada, _, twin, _, dose = people
    test = shown(ada, "treatment", dose.key)
    test.radio[0].set_value(twin.key).run()
    type_in(test, "How it came", "the wrong tablet")
    type_in(test, "Ask the person", "10 12 1985")
    press(test, "Move it")
    assert "no course of care yet" in test.error[0].value


def test_two_records_become_one_under_the_number_that_is_chosen(people):
    ada, _, twin, score, _ = people
    test = shown(ada, "merge")
    test.radio[0].set_value(twin.key).run()
    assert "<tr class=marked><td data-heading=''>Name" in text_of(test), "what differs stands out"
    next(each for each in test.radio if each.label.startswith("Which record")).set_value(twin.key).run()
    type_in(test, "How you know", "same insurance number")
    type_in(test, "Ask the person", "10 12 1985")
    press(test, "Make it one record")
    with database(staff("auditor")) as db:
        assert patients.get(db, ada.key).id == twin.id
        assert assessments.by_key(db, score.key).patient_id == twin.id
        assert [each.table for each in moving.history(db, twin)] == ["patient"]
