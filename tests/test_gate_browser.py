"""The door in a real Chromium: what only a browser shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from clinic import access, accounts
from data_model import Setting, connection, database
from sample_data.cast import DEMO_ACCOUNTS
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

PHRASE = "correct horse battery"
OPERATOR = access.command_line("test run")
IDLE = 5  # seconds
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"


@pytest.fixture(scope="module")
def store(migrated_sqlite, tmp_path_factory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("browser") / "clinic.sqlite"
    shutil.copy(migrated_sqlite, path)
    with pytest.MonkeyPatch.context() as env:
        connection.forget_engines()
        env.setenv("CLINIC_DATABASE_URL", f"sqlite:///{path}")
        with database(OPERATOR) as db:
            account = {"username": "mina", "name": "Mina Test", "role": "clinician", "password": PHRASE}
            accounts.create(db, **account, must_change_password=False)
            accounts_shown = [list(account) for account in DEMO_ACCOUNTS]
            db.add(Setting(name="synthetic", version=1, value={"is": True}, set_by="test"))
            db.add(Setting(name="demo_accounts", version=1, value={"is": accounts_shown}, set_by="test"))
        yield f"sqlite:///{path}"
        connection.forget_engines()


@pytest.fixture(scope="module")
def server(store) -> Iterator[Server]:
    """Locks after a few seconds of doing nothing."""
    with running_server(store, CLINIC_IDLE_SECONDS=str(IDLE)) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, server) -> Iterator[Page]:
    with chromium.new_context(base_url=server.address) as context:
        yield context.new_page()


def sign_in(page: Page, way: str = "/") -> None:
    page.goto(way)
    page.get_by_label("User name").fill("mina")
    page.get_by_label("Password").fill(PHRASE)
    page.get_by_label("Password").press("Enter")
    page.wait_for_selector(DRAWN)


def test_a_person_signs_in_refreshes_and_signs_out_in_the_same_tab(page):
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    sign_in(page, "/patients")
    expect(page.get_by_text("Mina Test")).to_be_visible()
    assert page.url.endswith("/patients")
    page.reload()
    expect(page.get_by_text("Mina Test")).to_be_visible()
    page.get_by_text("Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert len(page.context.pages) == 1
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()
    assert complaints == []


def test_pages_in_use_stay_and_pages_left_alone_lock(page, server):
    """What is done in one tab keeps the other open too: the server decides, not each tab's clock."""
    sign_in(page, "/patients")
    other = page.context.new_page()
    other.goto("/")
    other.wait_for_selector(DRAWN)
    for _ in range(IDLE + 2):
        other.keyboard.press("Shift")
        other.wait_for_timeout(1000)
    expect(page.get_by_text("Mina Test")).to_be_visible()
    for tab, way in ((page, "%2Fpatients"), (other, "%2F")):
        tab.wait_for_url(f"**/locked?next={way}", timeout=(IDLE + 5) * 1000)
        expect(tab.get_by_role("heading", name="Locked: Mina Test")).to_be_visible()
    page.get_by_label("Password").fill(PHRASE)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url("**/patients")
    other.wait_for_url(f"{server.address}/")  # what one tab unlocks the other one finds open


def test_a_page_without_contact_to_its_server_hides(chromium, store):
    with (
        running_server(store, CLINIC_IDLE_SECONDS=str(IDLE)) as server,
        chromium.new_context(base_url=server.address) as context,
    ):
        page = context.new_page()
        sign_in(page)
        server.kill()
        expect(page.get_by_text("no contact with the clinic's server")).to_be_visible(
            timeout=(IDLE + 6) * 1000
        )
        expect(page.get_by_text("Mina Test")).to_be_hidden()


COMPONENT = """
import streamlit as st
typed = st.components.v2.component("typed", html="<input id=field>", js='''
export default function({ parentElement, setStateValue }) {
  parentElement.querySelector("#field").oninput = (event) => setStateValue("words", event.target.value);
}''')
st.text(f"server has: {typed(key='typed', on_words_change=lambda: None).words}")
st.markdown("![a note's picture](http://127.0.0.1:9/beacon.png)")
st.plotly_chart({"data": [{"x": [1, 2], "y": [3, 4]}], "layout": {}})
"""
LAUNCHER = """
from pathlib import Path
import streamlit as st
from starlette.middleware import Middleware
from streamlit.file_util import get_static_dir
from gate import ROUTES, Gate
door = Middleware(Gate, index=Path(get_static_dir()) / "index.html", is_action=lambda message: True)
app = st.App(Path(__file__).with_name("component.py"), routes=ROUTES, middleware=[door])
"""


def test_what_the_content_policy_lets_through_and_what_it_stops(chromium, store, tmp_path):
    """Components with inline js= and plotly work; a picture in somebody's note calls nobody."""
    (tmp_path / "component.py").write_text(COMPONENT)
    (tmp_path / "launcher.py").write_text(LAUNCHER)
    with (
        running_server(store, script=tmp_path / "launcher.py") as server,
        chromium.new_context(base_url=server.address) as context,
    ):
        page, stopped = context.new_page(), []
        page.on(
            "console", lambda said: stopped.append(said.text) if "Content Security" in said.text else None
        )
        sign_in(page)
        page.locator("#field").fill("a word")
        expect(page.get_by_text("server has: a word")).to_be_visible()
        expect(
            page.locator(".js-plotly-plot .scatterlayer .point, .js-plotly-plot .lines").first
        ).to_be_attached()
        assert len(stopped) == 1
        assert "beacon.png" in stopped[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1360])
def test_the_plain_pages_are_accessible_and_fit(chromium, server, scheme, width):
    # axe is put into the page as a script, which our policy rightly refuses.
    looks = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}, "bypass_csp": True}
    with chromium.new_context(base_url=server.address, **looks) as context:
        page = context.new_page()
        page.goto("/signin?why=idle")
        expect(page.get_by_text("Synthetic demonstration data")).to_be_visible()
        assert page.get_by_role("button", name="Sign in as").count() == len(DEMO_ACCOUNTS)
        found = [finding(page)]
        sign_in(page)
        for path in ("/password", "/pin"):
            page.goto(path)
            found.append(finding(page))
        page.wait_for_timeout((IDLE + 1) * 1000)
        page.goto("/locked")
        page.get_by_role("heading", name="Locked: Mina Test").wait_for()
        found.append(finding(page))
    assert found == [([], width)] * 4


def finding(page: Page) -> tuple[list[str], int]:
    """What axe-core complains about, and how wide the page is."""
    violations = Axe().run(page).response["violations"]
    return [violation["help"] for violation in violations], page.evaluate(
        "document.documentElement.scrollWidth"
    )
