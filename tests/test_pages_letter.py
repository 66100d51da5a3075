"""The letter on the Patient page: looked at before it can be taken out, and listed afterwards."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from clinic import accounts, letter
from data_model import Account, NoActor, database
from pages.patient.letter import made
from tests.people import access_key, course, days_ago, patient, phq9, scored, staff, treated
from tests.test_letter import chosen


def part() -> None:
    """The part alone, in a page of its own."""
    from data_model import database
    from pages.patient import gathering
    from pages.patient import letter as shown
    from pages.shared import who

    actor = who.actor()
    with database(actor) as db:
        seen = gathering.opened(db, actor).seen
    shown.show(seen)


@pytest.fixture
def ada(sqlite_store, operator):
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        scored(db, made, days_ago(50), phq9(2))
        treated(db, made, days_ago(49))
        scored(db, made, days_ago(22), phq9(1))
    return made


def opened(key: str, of) -> AppTest:
    test = AppTest.from_function(part, default_timeout=60)
    test.user = {"access": key}
    test.query_params["patient"] = of.key
    return test.run()


def field(test: AppTest, kind: str, label: str):
    return next(each for each in getattr(test, kind) if each.label == label)


def files(test: AppTest) -> list[str]:
    return [each.proto.label for each in test.get("download_button")]


def tables(test: AppTest) -> str:
    return " ".join(each.proto.body for each in test.get("html"))


def test_a_page_is_seen_before_it_is_taken_out_and_again_after_a_change(ada):
    test = opened(access_key(staff("nurse")), ada)
    assert files(test) == []
    field(test, "button", "Show the page").click().run()
    assert [each.value for each in test.error] == ["Say to whom the letter goes\\."]
    assert files(test) == []
    field(test, "text_area", "To").input("Dr Hale").run()
    field(test, "button", "Show the page").click().run()
    assert not test.exception
    assert not test.error
    assert files(test) == ["PDF", "HTML"]
    assert len(test.image) == 1
    field(test, "text_area", "Plan").input("Weekly.").run()
    assert files(test) == []
    assert "show it again" in test.info[0].value
    field(test, "button", "Show the page").click().run()
    assert files(test) == ["PDF", "HTML"]


def test_who_may_not_write_sees_those_that_were_made(ada, operator):
    key = access_key(staff("auditor"))
    test = opened(key, ada)
    assert not test.text_area
    assert "No letter has been made yet" in test.caption[0].value
    with database(operator) as db:
        letter.html(db, ada, chosen(db, ada, recipient="Dr <i>Hale</i>\nThe Surgery"))
        number = letter.of_patient(db, ada)[0].key
    said = tables(opened(key, ada))
    assert "Dr &lt;i&gt;Hale&lt;/i&gt;" in said
    assert "HTML" in said
    assert number in said


def test_a_letter_is_made_for_whoever_is_signed_in_at_the_click(ada, operator):
    nurse = staff("nurse")
    access = access_key(nurse)
    with database(operator) as db:
        what = chosen(db, ada)
    assert made(access, ada.key, what, letter.html).startswith("<!DOCTYPE html>")
    with database(operator) as db:
        accounts.change(db, db.get(Account, nurse.account_id).key, active=False)
    with pytest.raises(NoActor):
        made(access, ada.key, what, letter.html)
