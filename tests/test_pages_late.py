"""A signed record takes a late observation on its page, with the reason, and says that its signature holds no more."""

from __future__ import annotations

import pytest

from clinic import signing, treatments
from data_model import database
from tests.people import PASSWORD, access_key, course, days_ago, patient, staff, treated
from tests.test_pages import opened, words


@pytest.fixture
def signed(sqlite_store, operator):
    nurse = staff("nurse")
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
        row = treated(db, ada, days_ago(3))
    with database(nurse) as db:
        signing.sign(db, row.key, PASSWORD, "I gave and watched this treatment")
    return access_key(nurse), ada, row


def page(signed):
    key, ada, row = signed
    return opened(key, "clinical/treatment.py", patient=ada.key, treatment=row.key)


def field(test, label: str):
    return next(each for each in test.number_input if each.label == label)


def test_a_late_observation_is_added_on_the_page(signed):
    test = page(signed)
    field(test, "Minute from the start").set_value(35)
    field(test, "Systolic").set_value(171)
    next(each for each in test.text_input if each.label == "Why it comes only now").set_value("on paper")
    next(each for each in test.button if each.label == "Add").click().run()
    assert not test.exception
    with database(staff("auditor")) as db:
        rows = treatments.stored_rows(db, treatments.by_key(db, signed[2].key))
    assert [(row.minute, row.systolic_mmhg) for row in rows] == [(35, 171)]
    assert any("no longer holds" in each.value for each in test.warning)
    assert "on paper" in words(test)


def test_without_a_minute_or_a_reason_it_is_a_sentence(signed):
    test = page(signed)
    field(test, "Systolic").set_value(171)
    next(each for each in test.button if each.label == "Add").click().run()
    assert "Say at which minute" in test.error[0].value
    field(test, "Minute from the start").set_value(35)
    next(each for each in test.button if each.label == "Add").click().run()
    assert "Say why" in test.error[0].value
