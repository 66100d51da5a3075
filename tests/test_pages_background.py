"""The background of a patient on the page: entered, changed and taken back in a click or two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from clinic import background, checks
from clinic.background import events, medication, weights
from data_model import database
from data_model.checks import CheckKind, Finding
from data_model.columns import now
from tests.people import access_key, course, patient, staff

TODAY = now().date()


def page() -> None:
    """What a Patient page hands over, without its figures."""
    import pandas as pd
    import streamlit as st

    from clinic import episodes, instruments, patients, settings
    from clinic.charts.context import Context
    from data_model import database
    from data_model.columns import now
    from pages.patient import background as shown
    from pages.patient.seen import Seen
    from pages.shared import who
    from pages.shared.address import patient

    with database(who.actor()) as db:
        chosen = patient(db)
        courses = tuple(episodes.of_patient(db, chosen))
        common = {
            "actor": db.actor,
            "patient": chosen,
            "person": patients.person(db, chosen),
            "course": courses[-1],
            "courses": courses,
            "catalogue": instruments.catalogue(),
            "first_dose": episodes.first_dose(db, courses[-1]),
            "zone": settings.zone(db),
        }
        header = episodes.header(db, chosen, courses[-1])
    none = pd.DataFrame()
    seen = Seen(
        **common,
        scores=none,
        given=none,
        starts=none,
        baselines={},
        context=Context(),
        header=header,
        proposed=None,
        gap_days=35,
        as_of=now(),
    )
    if said := st.session_state.pop("just saved", None):
        st.toast(said)
    shown.show(seen)


@pytest.fixture
def ben(sqlite_store, operator):
    with database(operator) as db:
        made = patient(db)
        course(db, made)
    return made


def at(who: str, ben) -> AppTest:
    test = AppTest.from_function(page, default_timeout=30)
    test.user = {"access": access_key(staff(who))}
    test.query_params["patient"] = ben.key
    return test.run()


def html(test: AppTest) -> str:
    return " ".join(each.proto.body for each in test.get("html") if "<style>" not in each.proto.body)


def press(test: AppTest, label: str) -> None:
    next(button for button in test.button if button.label == label).click().run()
    assert not test.exception, test.exception


def opened(test: AppTest, name: str) -> None:
    """The popover of that name, as a click on it does it."""
    test.session_state[next(key for key in test.session_state if str(key).endswith(f" {name}"))] = True
    test.run()
    assert not test.exception, test.exception


def known(operator, ben) -> background.Known:
    with database(operator) as db:
        return background.of_patient(db, ben, None, None)


def test_what_is_taken_is_stopped_with_one_tap(ben, operator):
    with database(operator) as db:
        medication.add(
            db, ben.key, drug="<b>Lorazepam</b>", dose="1 mg", mg_per_day=1, started=TODAY - timedelta(days=9)
        )
    test = at("nurse", ben)
    assert "&lt;b&gt;Lorazepam&lt;/b&gt; 1 mg" in html(test)
    assert "since" in html(test)
    press(test, "Stopped today")
    assert known(operator, ben).medication[0].stopped == TODAY
    assert not [button for button in test.button if button.label == "Stopped today"]
    assert f"– {TODAY:%-d %b %Y}" in html(test)


@pytest.mark.parametrize(
    ("label", "finding"),
    [("Nothing found", Finding.NOTHING), ("Something found", Finding.MILD), ("Blood or pain", Finding.GRAVE)],
)
def test_urinary_symptoms_are_one_tap(ben, operator, label, finding):
    test = at("nurse", ben)
    press(test, label)
    (row,) = known(operator, ben).checks
    assert (row.kind, row.finding, row.checked_on) == (CheckKind.URINARY, finding, TODAY)
    assert finding.value in html(test)
    assert "today" in html(test)


def test_an_event_is_added_and_what_cannot_be_is_said(ben, operator):
    test = at("nurse", ben)
    opened(test, "add event")
    press(test, "Save")
    assert [error.value.replace("\\", "") for error in test.error] == ["Say what happened."]
    next(field for field in test.text_input if field.label == "What happened").input("Made redundant.")
    press(test, "Save")
    assert [row.text for row in known(operator, ben).events] == ["Made redundant."]
    assert "Made redundant." in html(test)
    assert not test.text_input  # the form is gone


def test_a_dose_is_changed_and_an_entry_taken_back(ben, operator):
    with database(operator) as db:
        made = medication.add(db, ben.key, drug="Lorazepam", dose="1 mg", started=TODAY - timedelta(days=9))
    test = at("nurse", ben)
    opened(test, f"edit {made.key}")
    next(field for field in test.text_input if field.label == "New dose").input("2 mg")
    press(test, "Save")
    now_taken, before = known(operator, ben).medication
    assert (now_taken.dose, now_taken.started, before.stopped) == ("2 mg", TODAY, TODAY - timedelta(days=1))
    opened(test, f"edit {now_taken.key}")
    test.segmented_control[0].set_value("Take back").run()
    next(field for field in test.text_input if field.label == "Why was it wrong?").input("another person's")
    press(test, "Take back")
    assert [row.key for row in known(operator, ben).medication] == [made.key]


def test_ages_changes_and_what_is_overdue_are_said(ben, operator):
    with database(operator) as db:
        weights.record(db, ben.key, 80, TODAY - timedelta(days=60))
        weights.record(db, ben.key, 77.5, TODAY - timedelta(days=5))
        checks.record(db, ben.key, "liver tests", TODAY - timedelta(days=8), value=1.4)
        events.add(
            db,
            ben.key,
            kind="therapy",
            happened_on=TODAY - timedelta(days=30),
            text="CBT, weekly",
        )
    text = html(at("auditor", ben))
    assert "77.5 kg, 5 days old" in text
    assert f"−2.5 kg since {TODAY - timedelta(days=60):%-d %b %Y} (80 kg)" in text
    assert "no result recorded, 1.4 × upper limit" in text
    assert "8 days old" in text
    assert f"since {TODAY - timedelta(days=30):%-d %b %Y}, goes on" in text
    assert text.count("Nothing recorded.") == 3  # medication, diagnoses, tried before


def test_who_only_reads_finds_nothing_to_press(ben, operator):
    with database(operator) as db:
        medication.add(db, ben.key, drug="Lorazepam", started=TODAY - timedelta(days=9))
    test = at("auditor", ben)
    assert "Lorazepam" in html(test)
    assert not test.button
    assert not test.get("popover")
