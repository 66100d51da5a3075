"""From a patient's page to a treatment in the lane: fast typing, refreshes, kills, doubts, and other patients."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import expect

from clinic import alerts, patients, treatments
from data_model import database
from tests.browser import DRAWN, OPERATOR, Clinic, Window, a_clinic, eventually
from tests.people import PASSWORD, course, patient
from tests.server import running_server

pytestmark = pytest.mark.browser

NUMBERS = count(1)
FAST = 30  # milliseconds a key
IDLE = 5  # seconds
# minute, systolic, diastolic, pulse, SpO2; the minutes stand in the form already
VITALS = [(0, 128, 82, 71, 98), (10, 141, 88, 79, 97), (20, 152, 93, 84, 96), (30, 139, 85, 77, 98)]


@pytest.fixture(scope="module")
def clinic(migrated_sqlite, tmp_path_factory) -> Iterator[Clinic]:
    with a_clinic(migrated_sqlite, tmp_path_factory.mktemp("treatment")) as clinic:
        yield clinic


@pytest.fixture
def window(clinic) -> Iterator[Window]:
    with clinic.window("nora") as window:
        yield window


@pytest.fixture
def person(clinic) -> str:
    """Somebody new in a course, so that no test meets what another one left."""
    with database(OPERATOR) as db:
        made = patient(db, f"T-{next(NUMBERS)}", family_name="Dirac", given_name="Dora")
        course(db, made)
    return made.key


def begun(window: Window, person: str) -> None:
    window.open(f"/treatment?patient={person}")
    window.title("Treatment: Dirac, Dora")


def enter_dose(window: Window, weight: str = "70", given: str = "35") -> None:
    """Midnight today is never in the future."""
    window.click(window.field("Weight today (kg)"))
    window.type(weight, delay=FAST)
    window.press("Tab", "Tab")
    window.type(given, delay=FAST)
    window.click(window.page.get_by_role("spinbutton", name="hour, Start"))
    window.type("0000", delay=FAST)


def enter_vitals(window: Window, rows: list[tuple]) -> None:
    """From the first systolic on by tabs alone; at a row's end two of them lead past the next row's minute."""
    window.click(window.field("Systolic"))
    for number, (_, *values) in enumerate(rows):
        if number:
            window.press("Tab", "Tab")
        for place, value in enumerate(values):
            if place:
                window.press("Tab")
            window.type(str(value), delay=FAST)


def given(person: str) -> list[tuple]:
    """(mg, kg) of every treatment that counts."""
    with database(OPERATOR) as db:
        found = treatments.given(db, patients.get(db, person))
    return list(found[["given_mg", "weight_kg"]].itertuples(index=False, name=None))


def saved_vitals(person: str) -> list[tuple]:
    with database(OPERATOR) as db:
        of = patients.get(db, person)
        key = treatments.given(db, of).iloc[-1]["treatment"]
        signs = treatments.vital_signs(db, treatments.by_key(db, key))
    columns = ["minute", "systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent"]
    return [tuple(map(int, row)) for row in signs[columns].itertuples(index=False)]


def values(window: Window) -> dict[str, str]:
    """What stands in the fields that are not empty, besides the minutes."""
    fields = window.page.locator("[data-testid=stNumberInput] input")
    found = fields.evaluate_all("found => found.map((one) => [one.ariaLabel, one.value])")
    return {label: value for label, value in found if value and not label.startswith("Minute")}


HALF = {"Weight today (kg)": "70", "Given (mg)": "35", "Systolic": "128", "Diastolic": "82"}
HALF |= {"Pulse": "71", "SpO₂ %": "98"}


def half_entered(window: Window, person: str) -> None:
    """Dose, start, one row, one event, and a note, all said to be stored."""
    begun(window, person)
    enter_dose(window)
    enter_vitals(window, VITALS[:1])
    window.click(window.button("Nausea"))
    window.click(window.field("Note"))
    window.type("Quiet throughout.")
    window.press("Tab")
    window.sees("1 observation ·")
    eventually(lambda: draft(person), ("Quiet throughout.", ["Nausea"]))


def draft(person: str) -> tuple:
    with database(OPERATOR) as db:
        [(found, _)] = treatments.drafts(db, patients.get(db, person))
        return found.note, [event.term for event in treatments.adverse_events(db, found)]


def drafted_weight(person: str) -> float | None:
    with database(OPERATOR) as db:
        [(found, _)] = treatments.drafts(db, patients.get(db, person))
        return found.weight_kg


def still_there(window: Window) -> None:
    window.title("Treatment: Dirac, Dora")
    eventually(lambda: values(window), HALF)
    expect(window.page.get_by_role("spinbutton", name="hour, Start")).to_have_text("00")
    expect(window.field("Note")).to_have_value("Quiet throughout.")
    expect(window.button("Nausea")).to_have_attribute("aria-pressed", "true")


def test_a_treatment_with_four_rows_of_vitals_stands_in_the_lane(window, person):
    window.open(f"/patient?patient={person}")
    assert window.drawn_doses() == []
    window.count_from_now()
    window.click(window.button("Log a treatment"))
    window.title("Treatment: Dirac, Dora")
    enter_dose(window)
    enter_vitals(window, VITALS)
    window.click(window.button("Save treatment"))
    eventually(window.drawn_doses, [0.5])
    print(f"Treatment with four rows of vital signs: {window.touches} keys and clicks")
    assert saved_vitals(person) == VITALS
    assert given(person) == [(35, 70)]
    window.page.get_by_role("tab", name="Treatments (1)").click()
    eventually(lambda: [row[-8:-1] for row in window.table()], [TABLE_ROW])


TABLE_ROW = ["racemic ketamine", "IV", "35", "0.5", "70", "", "none recorded"]


def test_a_refresh_keeps_the_half_entered_treatment(window, person):
    half_entered(window, person)
    window.reload()
    still_there(window)


def test_a_killed_server_keeps_the_half_entered_treatment(clinic, person):
    with (
        running_server(clinic.url) as doomed,
        Clinic(clinic.browser, doomed, clinic.url).window("nora") as window,
    ):
        half_entered(window, person)
        doomed.kill()
        with running_server(clinic.url, port=doomed.port) as again:
            with Clinic(clinic.browser, again, clinic.url).window("nora") as another:
                another.open(f"/treatment?patient={person}")
                still_there(another)
            # The page that was open all the time goes on where it was, without a refresh.
            window.page.locator(DRAWN).wait_for(state="attached")
            window.click(window.button("Save treatment"))
            eventually(lambda: given(person), [(35, 70)])
            assert saved_vitals(person) == VITALS[:1]


def test_clicking_save_four_times_saves_once(window, person):
    begun(window, person)
    enter_dose(window)
    window.button("Save treatment").click(click_count=4)
    eventually(lambda: given(person), [(35, 70)])
    # Which click shows the patient and which the finished record is a matter of luck.
    window.settled()
    window.open(f"/patient?patient={person}")
    assert window.drawn_doses() == [0.5]
    assert given(person) == [(35, 70)]


def test_a_diastolic_above_the_systolic_gets_a_sentence_and_nothing_is_lost(window, person):
    begun(window, person)
    enter_dose(window)
    enter_vitals(window, [(0, 82, 128, 71, 98)])
    before = values(window)
    window.click(window.button("Save treatment"))
    window.sees("Vital signs, row 1: diastolic 128 is not below systolic 82; are they swapped?")
    assert values(window) == before
    assert given(person) == []


def test_a_weight_of_800_kg_gets_a_sentence_and_nothing_is_lost(window, person):
    begun(window, person)
    enter_dose(window, weight="800")
    enter_vitals(window, VITALS[:2])
    window.click(window.button("Save treatment"))
    window.sees("Weight (kg) 800 is not possible")
    assert values(window)["Weight today (kg)"] == "800"
    assert values(window)["SpO₂ %, row 2"] == "97"
    window.field("Weight today (kg)").fill("80")
    window.click(window.button("Save treatment"))
    eventually(lambda: given(person), [(35, 80)])
    assert saved_vitals(person) == VITALS[:2]


def test_a_start_in_the_future_gets_a_sentence_and_nothing_is_lost(window, person):
    begun(window, person)
    enter_dose(window)
    window.page.get_by_role("spinbutton", name="day, Date").click()
    window.type("31122099", delay=FAST)
    window.press("Escape")
    window.click(window.button("Save treatment"))
    window.sees("The start time, 31 Dec 2099 00:00, lies in the future.")
    assert values(window) == {"Weight today (kg)": "70", "Given (mg)": "35"}
    assert given(person) == []


def test_an_unlikely_weight_is_saved_with_its_reason_and_looked_at_later(window, person):
    """Recording the truth is never blocked."""
    begun(window, person)
    enter_dose(window, weight="310")
    window.click(window.button("Save treatment"))
    window.sees("Weight (kg) 310 is outside what is usual")
    assert given(person) == []
    window.field("If this is what happened, say how you know").fill("weighed twice")
    window.click(window.button("Save as it was"))
    eventually(lambda: given(person), [(35, 310)])
    with database(OPERATOR) as db:
        [(alert, _)] = alerts.open_ones(db, patients.get(db, person))
    assert "weighed twice" in alert.saw


def test_the_next_patients_treatment_shows_nothing_of_the_one_before(clinic, window, person):
    half_entered(window, person)
    here = window.page.evaluate("history.length")
    window.page.get_by_role("link", name="Patients").click()
    window.page.get_by_role("button", name="Babbage, Ben").click()
    window.title("Babbage, Ben")
    window.click(window.button("Log a treatment"))
    window.title("Treatment: Babbage, Ben")
    window.settled()
    assert values(window) == {}
    expect(window.field("Note")).to_have_value("")
    expect(window.button("Nausea")).to_have_attribute("aria-pressed", "false")
    assert "Dirac" not in window.page.locator("[data-testid=stMain]").inner_text()
    window.field("Weight today (kg)").fill("99")
    window.press("Tab")
    eventually(lambda: drafted_weight(clinic.ben), 99)
    # From one treatment straight to the other, in one step through the browser's history, and back again.
    there = window.page.evaluate("history.length")
    window.page.evaluate("steps => history.go(steps)", here - there)
    still_there(window)
    window.page.evaluate("steps => history.go(steps)", there - here)
    window.title("Treatment: Babbage, Ben")
    eventually(lambda: values(window), {"Weight today (kg)": "99"})
    expect(window.field("Note")).to_have_value("")


def test_the_idle_lock_hides_the_page_and_keeps_the_draft(clinic, person):
    with (
        running_server(clinic.url, CLINIC_IDLE_SECONDS=str(IDLE)) as server,
        Clinic(clinic.browser, server, clinic.url).window("nora") as window,
    ):
        half_entered(window, person)
        window.page.wait_for_url("**/locked?**", timeout=(IDLE + 6) * 1000)
        window.page.get_by_text("Locked: Nora Test").wait_for()
        assert "Dirac" not in window.page.content()
        window.page.get_by_label("Password").fill(PASSWORD)
        window.page.get_by_label("Password").press("Enter")
        window.drawn()
        still_there(window)
