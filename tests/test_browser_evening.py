"""An evening at three chairs: three tablets in a real Chromium, three treatments at once, one line cut for half a
minute, one page reloaded, the server killed and started again. What was confirmed is in the store exactly once, under
the right person, and every timer is right."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Error, Page, Response, expect
from sqlmodel import select

from data_model import AdverseEvent, Patient, Treatment, VitalSigns, database
from data_model.columns import Status
from tests.browser import OPERATOR, Clinic, Window, a_clinic, eventually
from tests.people import course, patient, staff
from tests.server import running_server
from tests.test_browser_live import TABLET, at, is_right, observe, running, tap, unsaved

pytestmark = pytest.mark.browser

CUT = 30  # seconds without a connection
BACK_WITHIN = 40_000  # milliseconds, after a cut or a restart
NURSES = ("nora", "omar", "tess")
NAMES = ("Byron", "Babbage", "Curie")


@dataclass
class Chair:
    """One tablet at one treatment: what was typed there, and which keys the server confirmed."""

    name: str
    patient: str
    treatment: str
    window: Window
    pressures: list[int] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)
    confirmed: Counter = field(default_factory=Counter)

    @property
    def address(self) -> str:
        return f"/treatment?patient={self.patient}&treatment={self.treatment}"

    @property
    def page(self) -> Page:
        return self.window.page

    def open(self) -> None:
        self.page.on("response", self._hear)
        at(self.window, self.address)

    def observe(self, systolic: int) -> None:
        observe(self.window, Systolic=str(systolic))
        self.pressures.append(systolic)

    def tap(self, term: str) -> None:
        tap(self.page, term)
        self.taps.append(term)

    def all_saved(self) -> None:
        expect(unsaved(self.page)).to_have_count(0, timeout=BACK_WITHIN)

    def _hear(self, answer: Response) -> None:
        if answer.request.method == "POST" and "/chair/" in answer.url and answer.status == 200:
            with suppress(Error):  # the page was reloaded before anybody could read this answer
                self.confirmed.update(set(answer.json()["saved"]))


@pytest.fixture
def evening(migrated_sqlite, tmp_path) -> Iterator[tuple[Clinic, list[Chair]]]:
    with a_clinic(migrated_sqlite, tmp_path) as clinic, ExitStack() as windows:
        for name in NURSES[1:]:
            staff("nurse", name)
        with database(OPERATOR) as db:
            third = patient(db, "SM-3", family_name="Curie", given_name="Cleo")
            course(db, third)
        people = (clinic.ada, clinic.ben, third.key)
        chairs = [
            Chair(
                name,
                who,
                running(who, minutes, room=f"Room {n}"),
                windows.enter_context(clinic.window(nurse, **TABLET)),
            )
            for n, (name, who, minutes, nurse) in enumerate(
                zip(NAMES, people, (12, 26, 3), NURSES, strict=True), 1
            )
        ]
        for chair in chairs:
            chair.open()
        yield clinic, chairs


def test_an_evening_with_three_tablets(evening):
    clinic, (one, two, three) = evening
    chairs = [one, two, three]
    for n, chair in enumerate(chairs):
        chair.observe(121 + n)
        chair.tap("Nausea")
        chair.all_saved()

    # The line of the second is cut for half a minute, in which everybody works on; the third reloads.
    two.page.context.set_offline(True)
    cut = time.monotonic()
    two.observe(131)
    two.tap("Anxiety")
    one.observe(132)
    three.observe(133)
    three.page.reload()
    three.page.locator(".tablet .bar").wait_for()
    three.observe(134)
    two.observe(135)
    expect(two.page.locator(".tablet .lost")).to_contain_text("Not live since", timeout=25_000)
    two.page.wait_for_timeout(max(CUT - (time.monotonic() - cut), 0) * 1000)
    expect(unsaved(two.page)).to_have_count(3)
    is_right(two.page, two.address)
    two.page.context.set_offline(False)
    for chair in chairs:
        chair.all_saved()

    # The server is killed as a power cut does it, with an entry on its way, and comes back at the same address.
    one.observe(141)
    clinic.server.kill()
    for n, chair in enumerate(chairs):
        chair.observe(151 + n)
        chair.tap("Dissociation")
    with running_server(clinic.url, port=clinic.server.port):
        for chair in chairs:
            chair.all_saved()
            is_right(chair.page, chair.address)
        for n, chair in enumerate(chairs):
            chair.observe(161 + n)
            chair.all_saved()
        everything_once(chairs)
        nothing_of_another(chairs)


def everything_once(chairs: list[Chair]) -> None:
    """The store holds what was typed, value for value, and each confirmed key once, under its own treatment."""
    for chair in chairs:
        with database(OPERATOR) as db:
            treatment = db.exec(select(Treatment).where(Treatment.key == chair.treatment)).one()
            owner = db.get(Patient, treatment.patient_id)
            found = {
                table: [
                    row
                    for row in db.exec(select(table).where(table.treatment_id == treatment.id))
                    if row.status != Status.VOID
                ]
                for table in (VitalSigns, AdverseEvent)
            }
        assert owner.key == chair.patient
        since = [row for row in found[VitalSigns] if row.minute != -5]
        assert sorted(row.systolic_mmhg for row in since) == sorted(chair.pressures)
        assert sorted(row.term for row in found[AdverseEvent]) == sorted(chair.taps)
        keys = [row.key for row in (*since, *found[AdverseEvent])]
        assert sorted(keys) == sorted(set(keys))
        assert set(chair.confirmed) <= set(keys), "what was confirmed is stored"
        assert len(chair.confirmed) >= len(keys) - 2, "and nearly all answers could be read"
        assert treatment.started_at is not None


def nothing_of_another(chairs: list[Chair]) -> None:
    """Each page shows its own person and its own numbers, and none of the others'."""
    for chair in chairs:
        words = " ".join(
            chair.page.locator(part).inner_text() for part in ("[data-testid=stMain]", ".tablet")
        )
        assert chair.name in words
        for other in chairs:
            if other is not chair:
                assert other.name not in words
                assert not any(f"{pressure}/82" in words for pressure in other.pressures)
        eventually(lambda chair=chair: rows_of(chair.page), sorted(f"{p}/82" for p in chair.pressures))


def rows_of(page: Page) -> list[str]:
    """The pressures of the figure's rows on the page, since the start."""
    button = page.locator(".tablet .rows").get_by_role("button", name="entries")
    if button.count() and button.is_visible():
        button.click()
    says = page.locator(".tablet .rows .row:not(.unsaved)").filter(has_not_text="before").all_inner_texts()
    return sorted(word.rstrip(" ·") for text in says for word in text.split() if word.endswith("/82"))
