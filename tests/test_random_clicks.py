"""Random ways between three patients in one browser: nothing of one ever shows under another, whatever was typed and
left on the way."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clinic.chair import answers, planning
from data_model import database
from data_model.columns import now
from tests.chair_room import running, saved, vitals
from tests.people import access_key, course, days_ago, patient, phq9, scored, staff, treated
from tests.test_pages import app, words

PEOPLE = (
    ("SM-1", "Byron", "Ada", 61, "Lot-A1"),
    ("SM-2", "Babbage", "Ben", 72, "Lot-B2"),
    ("SM-3", "Curie", "Cleo", 83, "Lot-C3"),
)
PAGES = ("patient", "written up", "planned", "running", "finished", "phq9", "gad7")
FILES = {"patient": "clinical/patient.py", "phq9": "clinical/assessment.py", "gad7": "clinical/assessment.py"}
STEPS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(PAGES), st.booleans()), min_size=3, max_size=7)


@pytest.fixture
def clinic(sqlite_store, operator):
    """Three people, each with scores, a finished, a planned and, but for one who cannot have both, a running
    treatment; every number and lot is one person's alone."""
    nurse = staff("nurse")
    found = []
    for number, family, given_name, kg, lot in PEOPLE:
        with database(operator) as db:
            made = patient(db, number, family_name=family, given_name=given_name)
            course(db, made)
            scored(db, made, days_ago(20), phq9(1))
            done = treated(db, made, days_ago(9), weight_kg=float(kg), lot=lot, note=f"note of {family}")
        with database(nurse) as db:
            plan = planning.plan(db, made.key, now())
            answers.answer(db, plan.key, "gate.escort", "yes", f"escort of {family}")
        live = running(nurse, number, note=f"live note of {family}")
        saved(nurse, live, vitals(systolic_mmhg=kg + 60, diastolic_mmhg=kg))
        keys = {"planned": plan.key, "running": live.key, "finished": done.key}
        found.append((made.key, keys, (family, number, lot, f"{kg + 60}/{kg}")))
    return access_key(nurse), found


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a shorter way to the same fault costs minutes of pages
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_nothing_of_one_ever_shows_under_another(clinic, steps):
    key, people = clinic
    browser = app(key).run()
    for who, page, typing in steps:
        patient_key, treatments, own = people[who]
        go(browser, page, patient_key, treatments)
        assert not browser.exception, f"{page}: {browser.exception}"
        shown = everything(browser)
        # Who is running stands in the tablet's own part, which asks the server by itself.
        assert own[0] in shown or page == "running", f"{page} of {own[0]}"
        for n, (other_key, other_treatments, others) in enumerate(people):
            if n != who:
                assert not [word for word in others if word in shown], (page, steps)
                held = " ".join(map(str, browser.session_state))
                assert other_key not in held
                assert not [each for each in other_treatments.values() if each in held]
        if typing:
            leave_something(browser, own[0])


def go(browser, page: str, patient_key: str, treatments: dict[str, str]) -> None:
    """As an address or a button leads there, in the same session."""
    browser.switch_page(FILES.get(page, "clinical/treatment.py"))
    for name in ("patient", "treatment", "instrument"):
        if name in browser.query_params:
            del browser.query_params[name]
    browser.query_params["patient"] = patient_key
    if page in treatments:
        browser.query_params["treatment"] = treatments[page]
    if page in ("phq9", "gad7"):
        browser.query_params["instrument"] = page
    browser.run()


def leave_something(browser, family: str) -> None:
    """Types into what fields there are and goes without saving."""
    for field in (*browser.text_input[:1], *browser.text_area[:1]):
        field.set_value(f"typed for {family}")
    for field in browser.number_input[:1]:
        field.set_value(77)
    browser.run()


def everything(browser) -> str:
    """All that the page says, and what stands in its fields."""
    fields = (*browser.text_input, *browser.text_area, *browser.number_input, *browser.selectbox)
    tables = " ".join(frame.value.to_string() for frame in browser.dataframe)
    html = " ".join(str(each.proto) for each in browser.get("html"))
    return " ".join([words(browser), tables, html, *(str(field.value) for field in fields)])
