"""The choice on the page Outcomes: from the address, in the address, counted, kept under a name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from clinic import cohorts
from data_model import database
from data_model.columns import now
from pages.shared import who
from tests.people import course, days_ago, patient, staff, treated


def page(actor) -> None:
    from zoneinfo import ZoneInfo

    import streamlit as st

    from pages.outcomes import choosing

    st.write(repr(choosing.choose(actor, ZoneInfo("UTC"))))


@pytest.fixture
def lead(sqlite_store, operator, monkeypatch):
    with database(operator) as db:
        for n, (route, days) in enumerate((("IV", 20), ("IV", 30), ("IM", 40), ("IV", 500))):
            person = patient(db, f"SM-{n}", site="North" if n else "South")
            course(db, person)
            treated(db, person, days_ago(days), route=route)
    actor = staff("lead")
    monkeypatch.setattr(who, "actor", lambda: actor)
    return actor


def opened(actor, **query) -> AppTest:
    test = AppTest.from_function(page, kwargs={"actor": actor}, default_timeout=30)
    test.query_params.update(query)
    test.run()
    assert not test.exception, test.exception
    return test


def said(test: AppTest) -> str:
    return " ".join(each.value for each in (*test.caption, *test.warning))


def saved(test: AppTest):
    return next(each for each in test.get("pills") if each.label == "Saved cohorts")


def test_without_an_address_it_is_the_last_year_and_the_address_says_so(lead):
    test = opened(lead)
    assert "3 of 4 people who ever started" in said(test)
    assert "1 more without the period" in said(test)
    assert test.query_params["from"] == (now() - timedelta(days=365)).date().isoformat()


def test_an_address_fills_the_widgets_and_each_value_says_whom_it_leaves(lead):
    test = opened(lead, route="IV", **{"from": "2000-01-01"})
    assert "3 of 4 people" in said(test)
    route = test.selectbox(key="cohort route")
    assert (route.value, route.options) == ("IV", ["IM (1)", "IV (3)"])
    assert test.selectbox(key="cohort site").options == ["North (2)", "South (1)"]
    route.set_value(None).run()
    assert "4 of 4 people who ever started." in said(test)
    assert "route" not in test.query_params


def test_a_cohort_is_saved_opened_by_its_address_and_deleted(lead):
    test = opened(lead, route="IM")
    test.text_input(key="cohort name").set_value("By *needle*")
    test.button(key="cohort save").click().run()
    assert not test.exception
    with database(lead) as db:
        [kept] = cohorts.saved(db)
    assert (kept.name, kept.choice.route) == ("By *needle*", "IM")
    again = opened(lead, cohort=kept.key)
    assert again.selectbox(key="cohort route").value == "IM"
    assert again.code[0].value == f"?cohort={kept.key}"
    assert saved(again).options == [r"By \*needle\*"]
    again.button(key="cohort delete").click().run()
    with database(lead) as db:
        assert cohorts.saved(db) == []
    gone = opened(lead, cohort=kept.key)
    assert "was deleted" in gone.warning[0].value
    assert "3 of 4" in said(gone)


def test_a_saved_cohort_fills_the_widgets_when_it_is_pressed(lead):
    with database(lead) as db:
        key = cohorts.save(db, "Needle", cohorts.Choice(route="IM"))
    test = opened(lead)
    saved(test).set_value(key).run()
    assert not test.exception
    assert test.selectbox(key="cohort route").value == "IM"
    assert "1 of 4 people" in said(test)
