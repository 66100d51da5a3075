"""Before the dose in a real Chromium: a nurse answers, a prescriber orders on the same tablet, and it starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from clinic import accounts
from clinic.chair import answers, ordering, predose
from clinic.chair.stage import Step, step
from data_model import Actor, GateVerdict, Patient, Treatment, database
from pages.chair import birth_date
from tests.at_the_chair import again, answered, iv, ordered, planned, ready
from tests.browser import OPERATOR, PHONE, Clinic, Window, a_clinic, eventually
from tests.people import PASSWORD, course, patient, staff

pytestmark = pytest.mark.browser

NUMBERS = count(1)
TABLET = {"viewport": {"width": 1024, "height": 768}}
PIN = "271828"


@pytest.fixture(scope="module")
def clinic(migrated_sqlite, tmp_path_factory) -> Iterator[Clinic]:
    with a_clinic(migrated_sqlite, tmp_path_factory.mktemp("before")) as clinic:
        yield clinic


@pytest.fixture(scope="module")
def nick(clinic) -> Actor:
    return staff("nurse", "nick")


@pytest.fixture(scope="module")
def pia(clinic) -> Actor:
    return staff("clinician", "pia", may_prescribe=True)


@pytest.fixture
def dora(clinic) -> Patient:
    """Somebody new in a course, so that no test meets what another one left."""
    with database(OPERATOR) as db:
        made = patient(db, f"B-{next(NUMBERS)}", family_name="Dirac", given_name="Dora")
        course(db, made)
    return made


def opened(window: Window, of: Patient, treatment: Treatment) -> None:
    window.open(f"/treatment?patient={of.key}&treatment={treatment.key}")
    window.title("Treatment: Dirac, Dora")


def verdict(window: Window, words: str) -> None:
    expect(window.page.locator(".gate-verdict h2")).to_have_text(words)


def choose(window: Window, question: str, choice: str) -> None:
    group = window.page.get_by_role("radiogroup", name=question, exact=True)
    window.click(group.get_by_role("radio", name=choice, exact=True))
    window.settled()


def say_birth_date(window: Window, within: str) -> None:
    """As the person says it."""
    window.click(window.page.locator(within).get_by_label("Ask the person: date of birth"))
    window.type("10 12 1985")
    window.press("Tab")
    window.settled()


def enter(window: Window, label: str, value: str) -> None:
    window.click(window.field(label))
    window.type(value)
    window.press("Tab")
    window.settled()


def colleague(window: Window, name: str) -> None:
    """A list that is open closes when the page scrolls, so it comes into view first."""
    place = window.page.get_by_label("Who confirms")
    place.scroll_into_view_if_needed()
    window.settled()
    window.click(place)
    window.click(window.page.get_by_role("option", name=name))


def said(actor: Actor, treatment: Treatment, item: str) -> str | None:
    with database(actor) as db:
        row = answers.answers(db, treatment).get(item)
    return row and row.value


def the_only_treatment(of: Patient) -> Treatment | None:
    with database(OPERATOR) as db:
        return db.exec(select(Treatment).where(Treatment.patient_id == of.id)).one_or_none()


def test_from_the_persons_page_to_the_running_treatment_on_one_tablet(clinic, nick, pia, dora):
    with clinic.window("nick", **TABLET) as window:
        window.open(f"/patient?patient={dora.key}")
        window.click(window.button("Start a treatment", exact=False))
        window.title("Treatment: Dirac, Dora")
        window.settled()
        verdict(window, "Not complete yet")
        made = the_only_treatment(dora)

        choose(window, "Is a responsible adult confirmed to take the person home?", "Yes")
        eventually(lambda: said(nick, made, "gate.escort"), "yes")
        answered(nick, made)
        window.reload()
        window.sees("13 of 13 as they should be")

        for label, value in (
            ("Systolic", "124"),
            ("Diastolic", "78"),
            ("Pulse", "70"),
            ("SpO₂ %", "98"),
            ("Breaths", "14"),
            ("MOAA/S", "5"),
        ):
            window.click(window.field(label))
            window.type(value)
        window.press("Enter")
        window.click(window.page.get_by_role("button", name="no symptom"))
        window.click(window.button("Save these values", exact=False))
        window.sees("124/78 · pulse 70")
        with database(nick) as db:
            [(row, _)] = predose.observed(db, made)
        assert (row.systolic_mmhg, row.moaas, row.symptoms) == (124, 5, [])

        window.sees("Waiting for an order by a prescriber.")
        window.click(window.page.get_by_text("A prescriber orders here"))
        window.settled()
        enter(window, "Dose (mg)", "35")
        enter(window, "Weight", "70")
        enter(window, "Over (minutes)", "40")
        window.sees("0.5 mg/kg")
        say_birth_date(window, ".st-key-order")
        colleague(window, "Pia Test · clinician")
        window.click(window.field("Their password or PIN"))
        window.type(PASSWORD)
        window.click(window.button("Order 35 mg", exact=False))
        window.sees("35 mg racemic ketamine IV over 40 min")
        verdict(window, "May start")

        window.click(window.button("Start the dose", exact=False))
        say_birth_date(window, "[role=dialog]")
        window.click(window.button("Start now"))
        eventually(lambda: step(again(nick, made)), Step.RUNNING)
        expect(window.page.locator(".gate-verdict")).to_have_count(0)
        row = again(nick, made)
        assert (row.started_by, row.ordered_mg, row.weight_kg) == ("Nick Test", 35.0, 70.0)
        window.reload()
        window.sees("May they leave?")
        expect(window.page.locator(".gate-verdict")).to_have_count(0)
        assert not window.complaints


def test_the_wrong_birth_date_starts_nothing(clinic, nick, pia, dora):
    with database(OPERATOR) as db:
        db.get(Patient, dora.id).birth_date = dora.birth_date.replace(year=1984)
    made = planned(nick, dora)
    with clinic.window("nick", **TABLET) as window:
        opened(window, dora, made)
        window.click(window.button("Start the dose", exact=False))
        say_birth_date(window, "[role=dialog]")
        window.click(window.page.get_by_text("It was given already"))
        window.click(window.field("What happened?"))
        window.type("given in the corridor")
        window.press("Tab")
        window.click(window.button("Record the start"))
        window.sees("is not the date of birth on this record")
    assert step(again(nick, made)) is Step.PLANNED


def test_a_second_clinician_confirms_by_pin_and_the_nurse_stays_signed_in(clinic, nick, pia, dora):
    carl = staff("clinician", f"carl{next(NUMBERS)}")
    with database(carl) as db:
        accounts.pins.set_pin(db, PASSWORD, PIN)
    made = planned(nick, dora)
    ordered(pia, made, iv(mg=63.0, minutes=60.0), reason="0.5 mg/kg was not enough elsewhere")
    with clinic.window("nick", **TABLET) as window:
        opened(window, dora, made)
        window.sees("Waits for a second clinician")
        colleague(window, f"{carl.name} · clinician")
        window.click(window.field("Their password or PIN"))
        window.type(PIN)
        window.click(window.button("Confirm"))
        window.sees(f"confirmed by {carl.name}")
        window.sees("Nick Test · nurse")
    with database(nick) as db:
        assert ordering.current(db, made).confirmed_by == carl.name


def test_a_prescriber_decides_on_the_nurses_tablet(clinic, nick, pia, dora):
    made = ready(nick, pia, dora)
    with database(nick) as db:
        answers.answer(db, made.key, "gate.escort", "no")
    with clinic.window("nick", **TABLET) as window:
        opened(window, dora, made)
        verdict(window, "Do not start")
        window.click(window.button("Start the dose", exact=False))
        say_birth_date(window, "[role=dialog]")
        window.click(window.page.get_by_text("A prescriber decides to start"))
        window.click(window.field("Why is it right to start?"))
        window.type("brother comes at five")
        window.press("Tab")
        window.settled()
        colleague(window, "Pia Test · clinician")
        window.click(window.field("Their password or PIN"))
        window.type(PASSWORD)
        window.click(window.button("Start by my decision"))
        eventually(lambda: step(again(nick, made)), Step.RUNNING)
    with database(nick) as db:
        kept = db.exec(select(GateVerdict).where(GateVerdict.treatment_id == made.id)).all()[-1]
    assert (kept.verdict, kept.overridden_by, kept.override_reason) == (
        "do not start",
        "Pia Test",
        "brother comes at five",
    )


def test_on_a_phone_every_answer_is_a_row_and_survives_a_reload(clinic, nick, dora):
    made = planned(nick, dora)
    with clinic.window("nick", **PHONE) as window:
        opened(window, dora, made)
        choose(window, "Has a stimulant been taken today?", "Yes")
        window.sees("Prescriber decides · Nick Test")
        choose(window, "Has a stimulant been taken today?", "No")
        eventually(lambda: said(nick, made, "gate.stimulants"), "no")
        window.reload()
        wide = window.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide
        choice = window.page.get_by_role("radiogroup", name="Has a stimulant been taken today?")
        expect(choice.get_by_role("radio", name="No", exact=True)).to_be_checked()


@pytest.mark.parametrize("typed", ["10 12 1985", "10/12/1985", "10.12.1985", "10121985", " 10-12-1985 "])
def test_a_birth_date_is_read_day_first_however_it_is_typed(typed):
    assert birth_date.read(typed) == date(1985, 12, 10)


@pytest.mark.parametrize("typed", ["", "1985-12-10", "10 13 1985", "10 12 85", "1012985", "Dec 10, 1985"])
def test_what_is_no_date_is_read_as_none(typed):
    assert birth_date.read(typed) is None
