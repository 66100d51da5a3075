"""From a patient's page to a score on the chart: by keyboard, by mouse, on a phone; and what must not go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Locator, expect

from clinic import alerts, assessments, patients
from data_model import database
from tests.browser import OPERATOR, PHONE, Clinic, Window, a_clinic, eventually
from tests.people import course, days_ago, patient, phq9, scored

pytestmark = pytest.mark.browser

NUMBERS = count(1)
AT_MOST = 12  # keys and clicks from a patient's page to the saved score


@pytest.fixture(scope="module")
def clinic(migrated_sqlite, tmp_path_factory) -> Iterator[Clinic]:
    with a_clinic(migrated_sqlite, tmp_path_factory.mktemp("assessment")) as clinic:
        yield clinic


@pytest.fixture
def window(clinic) -> Iterator[Window]:
    with clinic.window("nora") as window:
        yield window


@pytest.fixture
def person(clinic) -> str:
    """Somebody new with a PHQ-9 of 16, so that no test meets what another one left."""
    with database(OPERATOR) as db:
        made = patient(db, f"T-{next(NUMBERS)}", family_name="Cantor", given_name="Cleo")
        course(db, made)
        scored(db, made, days_ago(9), phq9(2))
    return made.key


def begun(window: Window, person: str) -> None:
    """The empty form, with the first item in focus."""
    window.open(f"/assessment?patient={person}&instrument=phq9")
    expect(answer(window, 1, 0)).to_be_focused()


def answer(window: Window, item: int, value: int) -> Locator:
    return window.page.locator("fieldset").nth(item - 1).locator(f"input[value='{value}']")


def chosen(window: Window) -> list[str]:
    return window.page.locator("fieldset input:checked").evaluate_all(
        "found => found.map((one) => one.value)"
    )


def of(person: str) -> list[tuple]:
    """(scale, total, how) of every score that counts, oldest first."""
    with database(OPERATOR) as db:
        found = assessments.scores(db, patients.get(db, person))
    return list(found[["instrument", "total", "how"]].itertuples(index=False, name=None))


def test_twelve_keys_and_clicks_at_most_from_the_patient_to_the_score_on_the_chart(window, person):
    window.open(f"/patient?patient={person}")
    assert window.drawn_scores() == [16]
    window.count_from_now()
    window.click(window.button("Record PHQ-9"))
    expect(answer(window, 1, 0)).to_be_focused()
    window.type("211211110", delay=30)
    window.press("Enter")
    eventually(window.drawn_scores, [16, 10])
    print(f"PHQ-9 from the patient's page to the chart: {window.touches} keys and clicks")
    assert window.touches <= AT_MOST
    eventually(lambda: [row[-6:-3] for row in window.table()][:1], [["PHQ-9", "10", "moderate"]])
    assert of(person)[1:] == [("phq9", 10, "self-report")]


@pytest.mark.parametrize("looks", [{}, PHONE], ids=["mouse", "phone"])
def test_clicks_or_taps_alone_lead_there_too(clinic, person, looks):
    with clinic.window("nora", **looks) as window:
        window.open(f"/patient?patient={person}")
        window.count_from_now()
        window.click(window.button("Record PHQ-9"))
        for item, value in enumerate((3, 2, 3, 2, 1, 1, 0, 0, 0), 1):
            window.click(answer(window, item, value))
        window.sees("PHQ-9, complete")
        window.click(window.button("Save"))
        eventually(window.drawn_scores, [16, 12])
        print(f"PHQ-9 by clicks or taps alone: {window.touches}")
        assert window.touches <= AT_MOST
        assert (
            window.page.evaluate("document.documentElement.scrollWidth") == window.page.viewport_size["width"]
        )


def test_a_refresh_keeps_the_half_filled_form(window, person):
    begun(window, person)
    window.type("301", delay=30)
    window.sees("PHQ-9, 3 of 9 answered")
    window.reload()
    window.sees("PHQ-9, 3 of 9 answered")
    assert chosen(window) == ["3", "0", "1"]
    expect(answer(window, 4, 0)).to_be_focused()
    window.type("000000", delay=30)
    window.press("Enter")
    eventually(window.drawn_scores, [16, 4])


def test_clicking_save_four_times_saves_once(window, person):
    begun(window, person)
    window.type("111111110", delay=30)
    window.sees("PHQ-9, complete")
    window.button("Save").click(click_count=4)
    eventually(window.drawn_scores, [16, 8])
    window.title("Cantor, Cleo")
    assert of(person) == [("phq9", 16, "import"), ("phq9", 8, "self-report")]


def test_a_digit_that_is_no_answer_changes_nothing_and_loses_nothing(window, person):
    begun(window, person)
    window.type("12", delay=30)
    expect(answer(window, 3, 0)).to_be_focused()
    window.type("4", delay=30)
    expect(answer(window, 3, 0)).to_be_focused()
    assert chosen(window) == ["1", "2"]
    window.type("3", delay=30)
    window.sees("PHQ-9, 3 of 9 answered")
    assert chosen(window) == ["1", "2", "3"]


def test_the_suicide_item_is_said_at_once_and_stored_before_anybody_saves(window, person):
    begun(window, person)
    window.click(answer(window, 9, 1))
    window.sees("Ask before they leave.")
    with database(OPERATOR) as db:
        [(concern, _)] = alerts.open_ones(db, patients.get(db, person))
    assert concern.rule == alerts.SUICIDE


def test_a_date_in_the_future_gets_a_sentence_and_the_answers_stay(window, person):
    begun(window, person)
    window.type("111111110", delay=30)
    window.sees("PHQ-9, complete")
    window.page.get_by_text("When and how").click()
    window.page.get_by_role("spinbutton", name="day").click()
    window.type("31122099", delay=30)
    window.button("Save").click()
    window.sees("The date, 31 Dec 2099, lies in the future.")
    assert len(chosen(window)) == 9
    assert len(of(person)) == 1


def test_a_paper_total_above_the_scale_gets_a_sentence_and_one_on_it_is_saved_as_paper(window, person):
    begun(window, person)
    window.page.get_by_text("A total from paper").click()
    total = window.field("Total (0–27)")
    total.fill("28")
    window.button("Save the total").click()
    window.sees("27")
    expect(window.page.get_by_role("alert")).to_be_visible()
    expect(total).to_have_value("28")
    total.fill("7")
    window.button("Save the total").click()
    eventually(window.drawn_scores, [16, 7])
    assert of(person)[-1] == ("phq9", 7, "paper")


def test_the_next_patients_form_shows_nothing_of_the_one_before(clinic, window, person):
    begun(window, person)
    window.type("222", delay=30)
    window.sees("PHQ-9, 3 of 9 answered")
    window.page.get_by_role("link", name="Patients").click()
    window.page.get_by_role("button", name="Babbage, Ben").click()
    window.title("Babbage, Ben")
    window.click(window.button("Record PHQ-9"))
    window.title("PHQ-9: Babbage, Ben")
    window.sees("PHQ-9, 0 of 9 answered")
    assert chosen(window) == []
    assert "Cantor" not in window.page.locator("[data-testid=stMain]").inner_text()
    window.open(f"/assessment?patient={person}&instrument=phq9")
    window.sees("PHQ-9, 3 of 9 answered")
    assert chosen(window) == ["2", "2", "2"]
