"""The board of rooms on a locked page, in a real Chromium, with rooms as they may stand; and a second person's word
beside it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlmodel import select

from data_model import AccessSession, Account, AuditRow, database
from data_model.columns import now
from tests.browser import OPERATOR, PHONE, Clinic, Window, at_store, chromium, eventually
from tests.people import PASSWORD, staff
from tests.server import running_server
from tests.test_lock_browser import IDLE, PIN, WRONG, give_pin, left_alone, unlock

pytestmark = pytest.mark.browser

OLD = 15  # seconds after which the board says that it is not live
ROOM = {"room": "", "step": "running", "says": "", "tier": None, "ready": False, "paused": False}


def rooms(**first) -> list[dict]:
    """Three rooms: the first as asked, the second with everything in order, the third ready to go."""
    at = now()

    def room(name: str, started: float, due: float, state: str, **more) -> dict:
        times = {"started_at": (at - timedelta(minutes=started)).isoformat(), "elapsed_minutes": started}
        due_at = (at + timedelta(minutes=due)).isoformat()
        watch = {"next_name": f"{started:g} min check", "next_at": due_at, "next_state": state}
        return ROOM | {"room": name} | times | watch | more

    return [
        room("Room 1", 41.5, -2.5, "overdue", **first),
        room("Room 2", 12, 3, "due in"),
        room("Room 3", 130, 20, "due in", ready=True),
    ]


LAUNCHER = """
import json
import re
from pathlib import Path
import streamlit as st
from starlette.middleware import Middleware
from streamlit.file_util import get_static_dir
from clinic.chair import board
from dashboard import is_action
from gate import ROUTES, Gate

board.rooms = lambda db, *, names: [] if names else json.loads(Path(__file__).with_name("rooms.json").read_text())
door = Middleware(Gate, index=Path(get_static_dir()) / "index.html", is_action=is_action)
app = st.App(Path(__file__).with_name("SCRIPT"), routes=ROUTES, middleware=[door])
"""
SECOND = """
import streamlit as st
from clinic.accounts import second
from data_model import database
from pages.shared import refusals, who
from pages.shared.second import ask

st.title("A page")
with refusals.in_words():
    with st.popover("Second person"):
        given = ask("Confirm", "prescribe", "of:one")
    if given:
        with database(who.actor()) as db:
            found = second.confirm_other(db, *given, right="prescribe")
        st.text(f"{found.name} confirmed")
    st.text(f"here: {who.actor().name}")
"""


@pytest.fixture(scope="module")
def played(migrated_sqlite, tmp_path_factory) -> Iterator[tuple[Clinic, Path]]:
    """A server whose rooms stand in a file, over one page on which a second person is asked for."""
    folder = tmp_path_factory.mktemp("rooms")
    shutil.copy(migrated_sqlite, folder / "clinic.sqlite")
    (folder / "launcher.py").write_text(LAUNCHER.replace("SCRIPT", "page.py"))
    (folder / "page.py").write_text(SECOND)
    board = folder / "rooms.json"
    with at_store(f"sqlite:///{folder / 'clinic.sqlite'}") as url, chromium() as browser:
        staff("nurse", "nora")
        staff("clinician", "mina", may_prescribe=True)
        for username in ("nora", "mina"):
            give_pin(username)
        board.write_text(json.dumps(rooms()))
        with running_server(url, script=folder / "launcher.py", CLINIC_IDLE_SECONDS=str(IDLE)) as server:
            yield Clinic(browser, server, url), board


def cards(page: Page) -> list[str]:
    return [re.sub(r"\s*\n\s*", " · ", text) for text in page.locator("#board li").all_inner_texts()]


def test_the_board_says_what_is_due_who_is_out_of_limits_and_who_may_leave(played):
    clinic, board = played
    board.write_text(json.dumps(rooms(tier="red", paused=True, says="Byron: 186/112")))
    with clinic.window("nora") as window:
        window.open("/")
        page = left_alone(window)
        expect(page.locator("#board li")).to_have_count(3)
        first, second, third = cards(page)
        assert re.match(r"Room 1 · 4[12]:\d\d since start · 41.5 min check: overdue by [23]:\d\d ·", first)
        assert "red: out of limits" in first
        assert "infusion paused" in first
        assert re.search(r"12 min check: in [12]:\d\d$", second)
        assert "limits" not in second
        assert third.startswith("Room 3 · 2:10:")
        assert "may leave" in third
        assert "may leave" not in first + second
        expect(page.get_by_text("Not live")).to_be_hidden()
        assert "Byron" not in page.content()
        before = cards(page)[0]
        eventually(lambda: cards(page)[0] != before, True, within=3)  # it counts on
        board.write_text(json.dumps(rooms()[1:]))
        eventually(lambda: len(cards(page)), 2, within=8)
        board.write_text("[]")
        eventually(lambda: cards(page), ["No treatment is running."], within=8)


def test_without_contact_the_board_says_since_when_and_shows_nothing_as_on_time(played):
    clinic, board = played
    board.write_text(json.dumps(rooms(tier="red", ready=True)))
    with clinic.window("nora") as window:
        window.open("/")
        page = left_alone(window)
        expect(page.locator("#board li")).to_have_count(3)
        page.context.set_offline(True)
        expect(page.get_by_text("Not live since ")).to_be_visible(timeout=(OLD + 8) * 1000)
        bad, *quiet = cards(page)
        assert bad.endswith("next observation: overdue at last contact · at last contact red: out of limits")
        for card in quiet:
            assert re.fullmatch(
                r"Room \d · [\d:]+ since start · next observation: unknown · limits: unknown", card
            )
        page.context.set_offline(False)
        expect(page.get_by_text("Not live since ")).to_be_hidden(timeout=12_000)
        assert "may leave" in cards(page)[0]
        unlock(page, PIN)
        window.drawn()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "looks", [{"viewport": {"width": 1024, "height": 768}}, PHONE], ids=["tablet", "phone"]
)
def test_the_locked_page_is_accessible_and_fits(played, scheme, looks):
    clinic, board = played
    board.write_text(json.dumps(rooms(tier="critical")))
    # axe is put into the page as a script, which our policy rightly refuses.
    with clinic.window("nora", color_scheme=scheme, bypass_csp=True, **looks) as window:
        window.open("/")
        page = left_alone(window)
        expect(page.locator("#board li")).to_have_count(3)
        assert [found["help"] for found in Axe().run(page).response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") == looks["viewport"]["width"]
        unlock(page, WRONG)
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("#board li")).to_have_count(3)
        assert [found["help"] for found in Axe().run(page).response["violations"]] == []


def test_a_page_unlocked_in_one_tab_is_open_in_the_other(played):
    clinic, _ = played
    with clinic.window("nora") as window:
        window.open("/")
        other = Window(window.page.context.new_page())
        other.open("/")
        page = left_alone(window)
        left_alone(other)
        unlock(page, PIN)
        window.drawn()
        other.page.wait_for_url(lambda url: "/locked" not in url, timeout=12_000)
        other.sees("here: Nora Test")


@pytest.mark.parametrize("secret", [PIN, PASSWORD])
def test_a_second_person_confirms_and_the_nurse_is_still_the_one_signed_in(played, secret):
    clinic, _ = played
    with clinic.window("nora") as window:
        window.open("/")
        held = window.page.context.cookies()
        for given, said in ((WRONG, "Nothing was confirmed"), (secret, "Mina Test confirmed")):
            window.click(window.button("Second person"))
            expect(window.field("Their password or PIN")).to_have_value("")
            window.field("Their password or PIN").fill(given)
            window.press("Enter")
            window.sees(said)
            window.press("Escape")
            window.settled()
        window.sees("here: Nora Test")
        assert window.page.context.cookies() == held
        assert secret not in window.page.content()
        window.reload()
        window.sees("here: Nora Test")
    with database(OPERATOR) as db:
        query = select(AuditRow.actor).where(AuditRow.verb == "confirmed as second")
        assert set(db.exec(query)) == {"Nora Test"}
        assert not db.exec(select(AccessSession).join(Account).where(Account.username == "mina")).all()
