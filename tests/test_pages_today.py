"""The page Today through the script that Streamlit runs: what is on it, and that one tap acts."""

from __future__ import annotations

import pytest

from clinic import access, alerts, patients, worklist
from clinic.chair import planning
from data_model import Account, database
from data_model.columns import now
from tests.people import access_key, course, days_ago, patient, phq9, scored, staff, treated
from tests.test_pages import NASTY, html, opened, words

PAGE = "clinical/today.py"


@pytest.fixture
def clinic(sqlite_store, operator):
    """Ada has a concern and is planned for now; Ben's response fades; Cleo has an unlikely entry."""
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
        scored(db, ada, days_ago(1), phq9(*[0] * 8, 1))
        planning.plan(db, ada.key, now(), room="Room 2")
        ben = patient(db, "SM-2", family_name="Babbage", given_name="Ben")
        course(db, ben)
        scored(db, ben, days_ago(41), phq9(2))
        treated(db, ben, days_ago(40))
        scored(db, ben, days_ago(20), phq9(0))
        scored(db, ben, days_ago(10), phq9(*[1] * 8, 0) | {"q1": 2})
        cleo = patient(db, "SM-3", family_name=NASTY, given_name="Cleo")
        alerts.raise_alert(db, "entry.unlikely", cleo.id, NASTY)
    return {"ada": ada, "ben": ben, "cleo": cleo}


def test_the_first_look_says_counts_concerns_arrivals_and_whom_to_open(clinic):
    test = opened(access_key(staff("nurse")), PAGE)
    assert not test.exception
    said = html(test)
    assert "<dt>Suicide concerns</dt><dd>1" in said
    assert "<dt>Still to come today</dt><dd>1" in said
    assert [h.value for h in test.header][:3] == ["Suicide concerns", "Arrivals today", "Whom to open first"]
    assert said.index("Byron, Ada") < said.index("Cleo") < said.index("Babbage, Ben")
    assert "rule suicide.concern v1" in said
    assert "rule response.fading v1 · phq9.response.fall50" in said
    assert alerts.NOT_PAGED in words(test)


def test_what_people_typed_stays_words(clinic):
    said = html(opened(access_key(staff("nurse")), PAGE))
    assert "&lt;" not in said
    assert "![x](http://127.0.0.1:9/pixel)" in said  # as text within HTML, where Markdown is not read


def test_one_tap_opens_the_person_or_the_form(clinic):
    nurse = staff("nurse")
    test = opened(access_key(nurse), PAGE)
    test.button(key=f"open {clinic['ben'].key}").click().run()
    assert "Babbage, Ben" in words(test)


def test_an_urgent_alert_is_seen_first_and_closed_with_words(clinic, operator):
    test = opened(access_key(staff("nurse", "nora")), PAGE)
    with database(operator) as db:
        [alert] = [alert for alert, _ in alerts.open_ones(db) if alert.rule == "entry.unlikely"]
    assert f"close {alert.key}" not in {button.key for button in test.button}
    test.button(key=f"seen {alert.key}").click().run()
    assert "seen by Nora Test" in html(test)
    assert f"close {alert.key}" in {button.key for button in test.button}


def test_the_choice_of_whose_patients_holds_and_says_what_is_outside(clinic, operator):
    mina = staff("clinician", "mina")
    with database(operator) as db:
        ben = patients.get(db, clinic["ben"].key)
        ben.clinician_id = mina.account_id
    test = opened(access_key(mina), PAGE)
    test.segmented_control(key="today scope").set_value("own").run()
    said = html(test)
    assert "Babbage, Ben" in said
    assert "Byron" not in said
    assert "and 1 not in this list" in said
    with database(mina) as db:
        assert worklist.preferred(access.actor(db.get(Account, mina.account_id))) == "own"
    assert "Byron" not in html(opened(access_key(mina), PAGE))


def test_only_one_kind_is_shown_when_asked_for(clinic):
    test = opened(access_key(staff("nurse")), PAGE)
    test.pills(key="today kinds").set_value(["fading"]).run()
    said = html(test)
    assert "Babbage, Ben" in said
    assert "entry.unlikely" not in said
    assert "Byron" in said, "a concern is never filtered away"


def test_a_long_list_has_pages(sqlite_store, operator):
    with database(operator) as db:
        for number in range(14):
            one = patient(db, f"SM-{number}", family_name=f"Name {number:02}")
            alerts.raise_alert(db, "entry.unlikely", one.id, "seen")
    test = opened(access_key(staff("nurse")), PAGE)
    assert "10 of 14 people" in words(test)
    first = html(test)
    test.session_state["today people clinic " + " ".join(worklist.KINDS)] = 2
    test.run()
    assert "4 of 14 people" in words(test)
    shown = [f"Name {number:02}" for number in range(14)]
    assert all((name in first) != (name in html(test)) for name in shown)
