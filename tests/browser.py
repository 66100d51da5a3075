"""A real Chromium at the real server: windows, hands whose every touch is counted, and what a page shows.

with a_clinic(migrated_sqlite, folder) as clinic, clinic.window("nora") as window:
    window.open(f"/patient?patient={clinic.ada}")
    window.click(window.button("Record PHQ-9"))
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, WebSocket, expect, sync_playwright
from sqlmodel import select

from clinic import access
from clinic.accounts import sessions
from data_model import Account, connection, database
from gate import cookie
from tests.people import PASSWORD, course, days_ago, patient, phq9, scored, staff, treated
from tests.server import Server, running_server

OPERATOR = access.command_line("test run")
PATIENCE = 15  # seconds; a loaded machine takes four for the slowest page
expect.set_options(timeout=PATIENCE * 1000)
DESK = {"viewport": {"width": 1360, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Mobile Safari/537.36",
}
# The page is drawn, its figures and tables too (both come after the script has ended).
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
UNDRAWN = """() => {
  const lacks = (what, part) => [...document.querySelectorAll(what)].some(
    (one) => one.checkVisibility() && !one.querySelector(part));
  return lacks("[data-testid=stPlotlyChart]", ".main-svg") || lacks("[data-testid=stDataFrame]", "canvas td") ||
    !!document.querySelector("[data-testid=stSkeleton], [data-stale=true]") || document.fonts.status !== "loaded";
}"""
# Streamlit looks for its server below the page's own address first, and finds it above.
PROBE = re.compile(r"/[a-z_]+/_stcore/(health|host-config)$")


@contextmanager
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing. Install it with: sudo apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Clinic:
    """A server over a store of its own, and a browser to go there with. `ada` and `ben` are patients' keys."""

    browser: Browser
    server: Server
    url: str
    ada: str = ""
    ben: str = ""

    @contextmanager
    def window(self, username: str | None = None, **looks: Any) -> Iterator[Window]:
        """A browser of its own with nothing open yet; the person's cookie is in it, as after signing in."""
        with self.browser.new_context(base_url=self.server.address, **(DESK | looks)) as context:
            if username:
                held = {"name": cookie.NAME, "value": _access(username), "url": self.server.address}
                context.add_cookies([held])
            yield Window(context.new_page())


@contextmanager
def a_clinic(migrated_sqlite: Path, folder: Path, **env: str) -> Iterator[Clinic]:
    """Nora (nurse), Mina (clinician) and Adam (administrator); Ada Byron, who has scores and two treatments,
    and Ben Babbage, who has none; both in a course for depression."""
    store = folder / "clinic.sqlite"
    shutil.copy(migrated_sqlite, store)
    with (
        at_store(f"sqlite:///{store}") as url,
        chromium() as browser,
    ):
        ada, ben = _two_patients()
        with running_server(url, **env) as server:
            yield Clinic(browser, server, url, ada, ben)


def _access(username: str) -> str:
    """The secret of a new access session; past the password, whose check is slow on purpose."""
    with database(access.FRONT_DOOR) as db:
        account = db.exec(select(Account).where(Account.username == username)).one()
        return sessions.begin(db, account, "127.0.0.1", "a test's browser")


@contextmanager
def at_store(url: str) -> Iterator[str]:
    """Points this process at a store too, so that a test can read what was saved."""
    with pytest.MonkeyPatch.context() as env:
        connection.forget_engines()
        env.setenv("CLINIC_DATABASE_URL", url)
        yield url
        connection.forget_engines()


def _two_patients() -> tuple[str, str]:
    for role, username in (("nurse", "nora"), ("clinician", "mina"), ("administrator", "adam")):
        staff(role, username)
    with database(OPERATOR) as db:
        ada = patient(db)
        course(db, ada)
        for days, value in ((50, 2), (22, 1)):
            scored(db, ada, days_ago(days), phq9(value))
        treated(db, ada, days_ago(49))
        treated(db, ada, days_ago(45), given_mg=49.0)
        ben = patient(db, "SM-2", family_name="Babbage", given_name="Ben")
        course(db, ben)
        return ada.key, ben.key


class Window:
    """One tab, and what passed through it. `touches` counts each key and each click since `count_from_now`."""

    def __init__(self, page: Page):
        self.page = page
        self.touches = 0
        self.requests: list[str] = []
        self.frames: list[bytes | str] = []
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE * 1000)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", self._listen)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))

    # ---- going somewhere

    def sign_in(self, username: str, password: str = PASSWORD, at: str = "/") -> None:
        """Through the sign-in page, as a person does it."""
        self.page.goto(at)
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_label("Password").press("Enter")
        self.drawn()

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.drawn()

    def reload(self) -> None:
        self.page.reload()
        self.drawn()

    def drawn(self) -> None:
        self.page.locator("[data-testid=stMain] :is(h1, [data-testid=stAlert])").first.wait_for()
        self.settled()

    def settled(self) -> None:
        self.page.locator(DRAWN).wait_for(state="attached")
        eventually(lambda: self.page.evaluate(UNDRAWN), False)
        self.page.locator(DRAWN).wait_for(state="attached")

    # ---- hands

    def count_from_now(self) -> None:
        self.touches = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.touches += 1
            self.page.keyboard.press(key)

    def type(self, text: str, delay: float = 0) -> None:
        """`delay` in milliseconds between keys."""
        self.touches += len(text)
        self.page.keyboard.type(text, delay=delay)

    def click(self, place: Locator) -> None:
        """A tap where the window is a phone's. During a rerun Streamlit shows a button twice for a moment."""
        self.touches += 1
        expect(place).to_have_count(1)
        if self.page.evaluate("matchMedia('(pointer: coarse)').matches"):
            place.tap()
        else:
            place.click()

    # ---- places

    def button(self, name: str, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def title(self, text: str) -> None:
        expect(self.page.locator("[data-testid=stMain] h1")).to_have_text(text)

    # ---- what a figure and a table hold

    def traces(self) -> list[dict]:
        """Name, axis and the points (without gaps) of each trace of the first figure."""
        return self.page.evaluate(
            """() => (document.querySelector(".js-plotly-plot")?.data ?? []).map((trace) => ({
                name: trace.name, axis: trace.yaxis, y: [...(trace.y ?? [])].filter((y) => y !== null) }))"""
        )

    def drawn_scores(self) -> list[float]:
        """The points of the primary scale's panel, which is the topmost."""
        return [y for trace in self.traces() if trace["axis"] == "y" for y in trace["y"]]

    def drawn_doses(self) -> list[float]:
        return [y for trace in self.traces() if trace["name"].endswith(" dose") for y in trace["y"]]

    def table(self) -> list[list[str]]:
        """The cells of the first table that stand on the screen, as a screen reader finds them."""
        return self.page.evaluate(
            """() => [...(document.querySelector("[data-testid=stDataFrame] canvas")?.querySelectorAll("tbody tr")
                ?? [])].map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent))"""
        )

    # ---- what passed

    def _listen(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)
        socket.on("framereceived", lambda frame: self.frames.append(frame))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not PROBE.search(said.location["url"]):
            self.complaints.append(f"{said.text} ({said.location['url']})")


def eventually(read: Callable[[], Any], wanted: Any, within: float = PATIENCE) -> None:
    """Asks again until it is so; fails with what it was in the end. (A page's own policy forbids Playwright's
    `wait_for_function`.)"""
    deadline = time.monotonic() + within
    while (found := read()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found == wanted, f"{found!r}, not {wanted!r}"


def holds(window: Window, *secrets: str) -> set[str]:
    """Those of the words that came over the websocket or stand in the page."""
    came = b"\n".join(one if isinstance(one, bytes) else one.encode() for one in window.frames)
    came += window.page.content().encode()
    return {secret for secret in secrets if secret.encode() in came}
