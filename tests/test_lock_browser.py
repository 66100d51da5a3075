"""A tablet left alone, in a real Chromium: the rooms stay to be read, nobody's name does, and a PIN brings back the
page with what stood on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update
from sqlmodel import select

from clinic.accounts import pins
from data_model import AccessSession, Account, AuditRow, database
from data_model.columns import now
from tests.browser import OPERATOR, PATIENCE, Clinic, Window, a_clinic
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

PIN, WRONG = "395172", "271593"
IDLE = 60  # seconds; a page asks every five whether it is over
NAMES = ("Byron", "SM-1", "Babbage", "PHQ-9", "Feeling tired")


def give_pin(username: str) -> None:
    with database(OPERATOR) as db:
        account = db.exec(select(Account).where(Account.username == username)).one()
        account.pin_hash = pins.passwords.hashed(PIN)


@pytest.fixture(scope="module")
def clinic(migrated_sqlite, tmp_path_factory) -> Iterator[Clinic]:
    with a_clinic(migrated_sqlite, tmp_path_factory.mktemp("lock"), CLINIC_IDLE_SECONDS=str(IDLE)) as clinic:
        for username in ("nora", "mina"):
            give_pin(username)
        yield clinic


def left_alone(window: Window) -> Page:
    """Nothing is done for a while: the store's clock says so, so that nobody waits here. That a page really left
    alone locks is in test_gate_browser.py."""
    with database(OPERATOR) as db:
        db.exec(update(AccessSession).values(last_seen_at=now() - timedelta(seconds=IDLE)))
    window.page.wait_for_url("**/locked*", timeout=PATIENCE * 1000)
    expect(window.page.get_by_role("heading", name="Locked: ")).to_be_visible()
    return window.page


def unlock(page: Page, secret: str) -> None:
    expect(page.get_by_label("PIN")).to_be_focused()
    page.keyboard.type(secret)
    page.keyboard.press("Enter")


def test_a_pin_brings_back_the_page_with_what_was_typed_and_meanwhile_no_name_stands_there(clinic):
    with clinic.window("nora") as window:
        window.open("/")
        form = f"/assessment?patient={clinic.ada}&instrument=phq9"
        window.open(form)
        expect(window.page.locator("fieldset input").first).to_be_focused()
        window.type("301", delay=30)
        window.sees("PHQ-9, 3 of 9 answered")
        page = left_alone(window)
        assert not [name for name in NAMES if name in page.content()]
        here = page.url
        page.go_back()
        expect(page.get_by_role("heading", name="Locked: ")).to_be_visible()
        assert not [name for name in NAMES if name in page.content()]
        page.goto(here)
        unlock(page, PIN)
        window.drawn()
        assert page.url.endswith(form)
        window.sees("PHQ-9, 3 of 9 answered")
    with database(OPERATOR) as db:
        verbs = db.exec(select(AuditRow.verb).where(AuditRow.record_table == "access_session")).all()
    assert [verb for verb in verbs if verb in ("locked", "unlocked")] == ["locked", "unlocked"]


def test_wrong_pins_are_told_and_the_fifth_leads_to_the_password(clinic):
    with clinic.window("mina") as window:
        window.open("/patients")
        page = left_alone(window)
        for _ in range(4):
            unlock(page, WRONG)
            expect(page.get_by_role("alert")).to_have_text("The PIN is wrong.")
            assert "Byron" not in page.content()
        unlock(page, WRONG)
        page.wait_for_url("**/signin?why=pins**")
        expect(page.get_by_text("after too many wrong attempts")).to_be_visible()
        window.sign_in("mina", at=page.url)
        window.title("Patients")


def test_somebody_else_signs_in_at_the_locked_page(clinic):
    with clinic.window("nora") as window:
        window.open("/patients")
        page = left_alone(window)
        page.get_by_role("link", name="Somebody else: sign in").click()
        page.wait_for_url("**/signin?why=out")
        page.get_by_label("User name").fill("mina")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Password").press("Enter")
        window.drawn()
        expect(page.get_by_text("Mina Test · clinician")).to_be_visible()
    with database(OPERATOR) as db:
        query = select(AccessSession.ended_why).join(Account).where(Account.username == "nora")
        assert db.exec(query.order_by(AccessSession.id.desc())).first() == "signed out"


def test_a_pin_is_chosen_from_the_menu_and_unlocks(clinic):
    with clinic.window("adam") as window:
        window.open("/")
        page = window.page
        page.get_by_role("link", name="PIN").click()
        page.wait_for_url("**/pin")
        assert len(page.context.pages) == 1
        page.get_by_label("Your password").fill(PASSWORD)
        for label in ("New PIN", "New PIN, once more"):
            page.get_by_label(label, exact=True).fill(PIN)
        page.get_by_role("button", name="Keep this PIN").click()
        window.drawn()
        unlock(left_alone(window), PIN)
        window.drawn()
        expect(page.get_by_text("Adam Test · administrator")).to_be_visible()
