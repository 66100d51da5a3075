"""The page at the chair in a real Chromium: what is entered is a row exactly once, whatever becomes of the line, and
what is not known to be on time does not look as if it were."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from sqlmodel import select

from clinic import signing, treatments
from clinic.chair.stage import Step, step
from data_model import AdverseEvent, Alert, Episode, Patient, Treatment, VitalSigns, database
from data_model.columns import Status, now
from tests.browser import OPERATOR, PASSWORD, PHONE, Clinic, Window, a_clinic, eventually
from tests.people import staff
from tests.server import running_server

pytestmark = pytest.mark.browser

TABLET = {"viewport": {"width": 1024, "height": 768}}
SOON = 5  # seconds, within which two tablets see each other's rows
PRE_DOSE = {"systolic_mmhg": 124, "diastolic_mmhg": 80, "status": Status.DRAFT, "author": "Nora Test"}
ENTERED = {"Systolic": "128", "Diastolic": "82", "Pulse": "71", "SpO₂": "98", "Breaths": "14"}


@pytest.fixture(scope="module")
def clinic(migrated_sqlite, tmp_path_factory) -> Iterator[Clinic]:
    with a_clinic(migrated_sqlite, tmp_path_factory.mktemp("live")) as clinic:
        staff("nurse", "omar")
        staff("clinician", "petra", may_prescribe=True)
        yield clinic


@pytest.fixture
def chair(clinic, request) -> Iterator[str]:
    """The address of Ada's treatment, begun 12 minutes ago or as many as the test says; taken back afterwards, so
    that another may run."""
    key = running(clinic.ada, getattr(request, "param", 12))
    yield f"/treatment?patient={clinic.ada}&treatment={key}"
    with database(OPERATOR) as db:
        row = treatments.by_key(db, key)
        if row.status == Status.DRAFT:
            row.status, row.void_reason = Status.VOID, "end of a test"
        for alert in db.exec(select(Alert).where(Alert.closed_at.is_(None))):
            alert.acknowledged_at = alert.closed_at = now()
            alert.acknowledged_by = alert.closed_by = alert.action = "end of a test"


def running(patient: str, minutes: float = 12, **fields) -> str:
    """A treatment of that patient that has been running for so long, with one observation before it; its key."""
    with database(OPERATOR) as db:
        row = db.exec(select(Patient).where(Patient.key == patient)).one()
        course = db.exec(select(Episode).where(Episode.patient_id == row.id)).first()
        begun = now() - timedelta(minutes=minutes)
        given = {
            "substance": "racemic ketamine",
            "route": "IV",
            "ordered_mg": 36.0,
            "weight_kg": 72.0,
            "room": "Room 2",
        }
        made = Treatment(
            patient_id=row.id,
            episode_id=course.id,
            planned_for=begun,
            started_at=begun,
            planned_minutes=40,
            status=Status.DRAFT,
            author="Nora Test",
            **{**given, **fields},
        )
        before = VitalSigns(
            treatment=made, position=0, minute=-5, observed_at=begun - timedelta(minutes=5), **PRE_DOSE
        )
        db.add_all([made, before])
        db.flush()
        return made.key


def key_of(chair: str) -> str:
    return chair.rpartition("=")[2]


def stored(table, chair: str) -> list:
    """What was entered since the start and not taken back."""
    with database(OPERATOR) as db:
        row = treatments.by_key(db, key_of(chair))
        found = db.exec(select(table).where(table.treatment_id == row.id, table.status != Status.VOID))
        return [each for each in found if getattr(each, "minute", 0) != -5]


def treatment(chair: str) -> Treatment:
    with database(OPERATOR) as db:
        return treatments.by_key(db, key_of(chair))


# ---- hands at the tablet


def at(window: Window, chair: str) -> Page:
    window.page.goto(chair)
    window.page.locator(".tablet .bar").wait_for()
    return window.page


def observe(window: Window, **other: str) -> None:
    """Types one observation from the first field on, with Enter from field to field, and from the last one saves."""
    window.page.get_by_label("Systolic, mmHg").focus()
    for label, value in (ENTERED | other).items():
        expect(window.page.locator(f".tablet input.number[aria-label^='{label}']")).to_be_focused()
        window.page.keyboard.type(value)
        window.page.keyboard.press("Enter")
    for key in ("Enter", "5", "Enter", "0", "Enter"):  # no Aldrete score; MOAA/S 5; no dissociation
        window.page.keyboard.press(key)


def rows(page: Page) -> Locator:
    """What is saved since the start."""
    return page.locator(".tablet .rows .row:not(.unsaved)").filter(has_not_text="before")


def unsaved(page: Page) -> Locator:
    return page.locator(".tablet .rows .row.unsaved")


def tap(page: Page, name: str) -> None:
    page.locator(".tablet").get_by_role("button", name=name, exact=True).click()


def elapsed_seconds(page: Page) -> int:
    minutes, seconds = re.findall(r"\d+", page.locator(".tablet .elapsed .main").inner_text())
    return int(minutes) * 60 + int(seconds)


def is_right(page: Page, chair: str) -> None:
    """The elapsed time is that since the stored start."""
    since = (datetime.now(UTC) - treatment(chair).started_at).total_seconds()
    assert elapsed_seconds(page) == pytest.approx(since, abs=3)


# ---- entering


def test_enter_walks_the_fields_and_saves_from_the_last_one(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        observe(window)
        expect(rows(page).first).to_contain_text("128/82")
        expect(unsaved(page)).to_have_count(0)
        expect(page.get_by_label("Systolic, mmHg")).to_be_focused()
        expect(page.get_by_label("Systolic, mmHg")).to_have_value("")
        (row,) = stored(VitalSigns, chair)
        values = (row.systolic_mmhg, row.diastolic_mmhg, row.heart_rate_bpm, row.spo2_percent)
        assert (*values, row.respiratory_rate, row.moaas, row.dissociation) == (128, 82, 71, 98, 14, 5, 0)
        assert (row.minute, row.symptoms, row.on_oxygen) == (12, None, None), "nobody asked: not recorded"
        assert window.complaints == []


def test_what_cannot_be_is_said_and_not_sent(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        page.get_by_label("Systolic, mmHg").fill("999")
        tap(page, "Save observation")
        expect(page.locator(".tablet .vitals .problem")).to_have_text("Systolic takes 20 to 320.")
        page.get_by_label("Systolic, mmHg").fill("80")
        page.get_by_label("Diastolic, mmHg").fill("90")
        tap(page, "Save observation")
        expect(page.locator(".tablet .vitals .problem")).to_have_text("Diastolic must lie below systolic.")
        expect(unsaved(page)).to_have_count(0)
        assert stored(VitalSigns, chair) == []


def test_two_tablets_see_each_others_rows_within_seconds(clinic, chair):
    with clinic.window("nora", **TABLET) as one, clinic.window("omar", **TABLET) as other:
        here, there = at(one, chair), at(other, chair)
        observe(one)
        expect(rows(there).first).to_contain_text("128/82", timeout=SOON * 1000)
        expect(rows(there).first).to_contain_text("Nora Test")
        tap(there, "Nausea")
        expect(rows(here).first).to_contain_text("Nausea", timeout=SOON * 1000)


def test_one_tap_records_an_event_and_one_more_takes_it_back(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        tap(page, "Nausea")
        expect(rows(page).first).to_contain_text("Nausea")
        page.locator(".tablet .snack label.chip", has_text="severe").click()
        expect(rows(page).first).to_contain_text("severe")
        tap(page, "Undo")
        expect(rows(page)).to_have_count(0)
        eventually(lambda: stored(AdverseEvent, chair), [])
        tap(page, "Anxiety")
        back = rows(page).first.get_by_role("button", name=re.compile("^Undo Anxiety"))
        back.click()
        expect(rows(page)).to_have_count(1)  # the first touch only asks
        back.click()
        expect(rows(page)).to_have_count(0)


# ---- the line


def test_without_contact_nothing_looks_on_time_and_nothing_is_lost(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        expect(page.locator(".tablet .contact")).to_have_text("Live")
        page.context.set_offline(True)
        observe(window)
        tap(page, "Nausea")
        expect(unsaved(page)).to_have_count(2)
        expect(unsaved(page).first).to_contain_text("not saved")
        expect(page.locator(".tablet .lost")).to_be_visible(timeout=25_000)
        expect(page.locator(".tablet .lost")).to_contain_text(
            re.compile(r"Not live since \d\d:\d\d\. Entries are kept")
        )
        expect(page.locator(".tablet .check .main")).to_have_text(re.compile(r"^unknown since \d\d:\d\d$"))
        words = page.locator(".tablet").inner_text()
        assert not re.search(r"\bin \d\d:\d\d|due within|overdue|May leave:|to go", words), words
        is_right(page, chair)
        assert stored(VitalSigns, chair) == []
        page.context.set_offline(False)
        expect(unsaved(page)).to_have_count(0)
        expect(rows(page)).to_have_count(2)
        expect(page.locator(".tablet .lost")).to_be_hidden()
        assert (len(stored(VitalSigns, chair)), len(stored(AdverseEvent, chair))) == (1, 1)


def test_an_answer_that_gets_lost_stores_the_entry_once(clinic, chair):
    """The server has it, and the tablet never heard so."""
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        lost = []

        def swallow(route):
            if route.request.method == "POST" and len(lost) < 2:
                lost.append(route.fetch().status)
                route.abort()
            else:
                route.continue_()

        page.route("**/chair/**", swallow)
        tap(page, "Nausea")
        expect(rows(page)).to_have_count(1)
        expect(unsaved(page)).to_have_count(0)
        assert lost == [200, 200]
        assert len(stored(AdverseEvent, chair)) == 1


def test_a_reload_keeps_what_was_not_sent_and_sends_it_once(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        page.route(
            "**/chair/**",
            lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
        )
        observe(window)
        expect(unsaved(page)).to_have_count(1)
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.reload()
        assert asked == ["beforeunload"]
        page.locator(".tablet .bar").wait_for()
        expect(unsaved(page)).to_have_count(1)
        is_right(page, chair)
        page.unroute("**/chair/**")
        expect(unsaved(page)).to_have_count(0)
        expect(rows(page)).to_have_count(1)
        assert len(stored(VitalSigns, chair)) == 1


def test_what_one_person_left_unsent_waits_for_them_and_is_nobody_elses(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        page.route(
            "**/chair/**",
            lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
        )
        tap(page, "Nausea")
        expect(unsaved(page)).to_have_count(1)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("/signout")
        page.unroute("**/chair/**")
        window.sign_in("omar", at="/signin")
        at(window, chair)
        expect(page.locator(".tablet .snack")).to_contain_text("1 entry of somebody else not sent yet")
        expect(unsaved(page)).to_have_count(0)
        assert stored(AdverseEvent, chair) == []
        page.goto("/signout")
        window.sign_in("nora", at="/signin")
        at(window, chair)
        expect(rows(page).first).to_contain_text("Nausea")
        (event,) = stored(AdverseEvent, chair)
        assert event.author == "Nora Test"


def test_a_server_that_is_killed_and_comes_back_takes_nothing(clinic, chair):
    with (
        running_server(clinic.url) as server,
        Clinic(clinic.browser, server, clinic.url).window("nora", **TABLET) as window,
    ):
        page = at(window, chair)
        tap(page, "Nausea")
        expect(rows(page)).to_have_count(1)
        server.kill()
        observe(window)
        tap(page, "Anxiety")
        expect(unsaved(page)).to_have_count(2)
        with running_server(clinic.url, port=server.port):
            expect(unsaved(page)).to_have_count(0, timeout=30_000)
            expect(rows(page)).to_have_count(3)
            is_right(page, chair)
            assert {each.term for each in stored(AdverseEvent, chair)} == {"Nausea", "Anxiety"}
            assert len(stored(VitalSigns, chair)) == 1


# ---- out of limits


def test_red_is_said_at_once_seen_acted_upon_and_closed_by_name(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        observe(window, Systolic="188", Diastolic="96")
        expect(rows(page).first).to_contain_text("red: out of limits")
        alert = page.locator(".tablet .alert")
        expect(alert).to_have_count(1)
        expect(alert).to_contain_text("Recheck due in 04:")
        expect(page.locator(".tablet .strip")).to_contain_text("red: out of limits")
        alert.get_by_role("button", name="Seen").click()
        expect(alert).to_contain_text("seen by Nora Test")
        alert.get_by_role("button", name="Close").click()
        expect(page.locator(".tablet .snack")).to_contain_text("Say in words what was done.")
        alert.get_by_role("button", name="told the prescriber").click()
        alert.get_by_role("button", name="Record the action").click()
        expect(alert).to_contain_text("“told the prescriber”, Nora Test")
        alert.get_by_role("button", name="Close").click()
        expect(alert).to_have_count(0)
        with database(OPERATOR) as db:
            row = treatments.by_key(db, key_of(chair))
            made = db.exec(select(Alert).where(Alert.treatment_id == row.id, Alert.rule == "bp.during")).one()
        assert (made.acknowledged_by, made.acted_by, made.closed_by) == ("Nora Test",) * 3
        assert made.acknowledged_at <= made.acted_at <= made.closed_at


def test_amber_is_a_tint_with_its_word_and_asks_nothing(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        observe(window, Systolic="164")
        expect(rows(page).first).to_contain_text("amber: recheck")
        expect(page.locator(".tablet .alert")).to_have_count(0)


def test_an_emergency_symptom_prompts_before_it_is_saved(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        page.locator(".tablet .vitals .chip", has_text="these…").click()
        page.locator(".tablet .symptoms .chip").first.click()
        expect(page.locator(".tablet .prompt")).to_contain_text("Look after the person first")
        tap(page, "Save observation")
        alert = page.locator(".tablet .alert").first
        alert.get_by_role("button", name="Seen").click()
        alert.locator(".chip", has_text="panic").click()
        expect(unsaved(page)).to_have_count(0)
        assert stored(VitalSigns, chair)[0].symptoms


# ---- the dose, and leaving


def test_more_than_was_ordered_is_asked_once_and_then_recorded(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        tap(page, "End of dose")
        page.locator(".tablet .chip", has_text="other amount").click()
        page.get_by_label("Milligrams given").fill("60")
        tap(page, "The dose has ended")
        refusal = page.locator(".tablet .refusal")
        expect(refusal).to_contain_text("Not saved: Given: 60 mg")
        assert treatment(chair).given_mg is None
        refusal.get_by_label("Why it is right").fill("second vial opened by mistake")
        refusal.get_by_role("button", name="Save as it was").click()
        expect(refusal).to_have_count(0)
        eventually(lambda: treatment(chair).given_mg, 60.0)
        assert treatment(chair).stopped_at is not None


@pytest.mark.parametrize("chair", [41], indirect=True)
def test_leaving_early_asks_why_and_the_record_is_finished_and_signed(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        observe(window)
        tap(page, "End of dose")
        page.locator(".tablet .chip", has_text="as ordered").click()
        tap(page, "The dose has ended")
        expect(page.locator(".tablet .elapsed .sub")).to_have_text("since stop")
        expect(page.locator(".tablet .verdict")).to_contain_text("Not yet:")
        page.get_by_label("Escort, by name").fill("George Byron")
        tap(page, "Save the escort")
        tap(page, "Left now")
        tap(page, "Record that they left")
        expect(page.locator(".tablet .snack")).to_contain_text("Say why they leave now.")
        page.get_by_label("Why do they leave now?", exact=False).fill("wants to catch a train")
        tap(page, "Record that they left")
        window.sees("They have left: finish the record")
        window.settled()
        window.sees("Left before every criterion was met: wants to catch a train")
        row = treatment(chair)
        assert (row.left_early_reason, row.escort) == ("wants to catch a train", "George Byron")
        window.click(window.button("Finish the record"))
        window.sees("Not signed yet.")
        assert step(treatment(chair)) is Step.FINISHED
        sign(window)
        with database(OPERATOR) as db:
            (each,) = signing.signatures(db, treatment(chair))
        assert each.holds
        assert each.signature.identity == "Byron, Ada · born 10 Dec 1985"


def sign(window: Window) -> None:
    """Not without having confirmed whose record it is."""
    window.click(window.button("Sign"))
    popover = window.page.locator("[data-testid=stPopoverBody]")
    popover.get_by_label("Your password").fill(PASSWORD)
    popover.get_by_role("button", name="Sign").click()
    window.sees("Confirm name and date of birth before you sign.")
    popover.locator("label", has_text="This is the record of").click()
    popover.get_by_role("button", name="Sign").click()
    window.sees("Holds: the record is as it was signed.")


def test_a_prescriber_decides_by_name_and_the_secret_lies_nowhere(clinic, chair):
    with clinic.window("nora", **TABLET) as window:
        page = at(window, chair)
        tap(page, "Ready now")
        expect(page.locator(".tablet .refusal")).to_contain_text("Not saved: Ready to leave")
        page.locator(".tablet .refusal").get_by_role("button", name="A prescriber decides").click()
        page.get_by_role("combobox", name="Prescriber").select_option("petra")
        page.get_by_label("Their password or PIN").fill("not the password")
        page.get_by_label("Why they may leave").fill("settled, goes home with her mother")
        tap(page, "I decide that they may leave")
        expect(page.locator(".tablet .leaving .problem")).to_be_visible()
        page.get_by_label("Their password or PIN").fill(PASSWORD)
        kept = "Object.values(sessionStorage).join() + Object.values(localStorage).join()"
        tap(page, "I decide that they may leave")
        assert PASSWORD not in page.evaluate(kept)
        expect(page.locator(".tablet .verdict")).to_have_text("May leave by decision of Petra Test")
        expect(page.get_by_label("Their password or PIN")).to_have_value("")
        page.locator(".tablet .refusal").get_by_role("button", name="Save it now, as decided").click()
        expect(page.locator(".tablet .leaving")).to_contain_text(re.compile(r"Ready \d\d:\d\d"))
        tap(page, "Left now")
        window.sees("They have left: finish the record")
        row = treatment(chair)
        assert (row.leaving_decided_by, row.left_early_reason) == ("Petra Test", None)
        assert row.ready_at <= row.left_at


# ---- the board, and how it looks to whoever cannot see it


def test_the_board_says_who_is_next_and_opens_the_treatment(clinic, chair):
    late = running(clinic.ben, minutes=25, room="Room 7")
    try:
        with clinic.window("nora", **TABLET) as window:
            window.open("/rooms")
            board = window.page.locator(".board")
            expect(board.locator(".cards li")).to_have_count(2)
            expect(board.locator(".tile").first).to_contain_text("Room")
            window.page.context.set_offline(True)
            expect(board.locator(".lost")).to_be_visible(timeout=25_000)
            assert not re.search(r"\bin \d\d:\d\d|due within|overdue|nobody", board.inner_text())
            window.page.context.set_offline(False)
            expect(board.locator(".lost")).to_be_hidden()
            board.locator(".room-card", has_text="Room 2").click()
            expect(window.page.locator(".tablet .name")).to_have_text("Byron, Ada")
    finally:
        with database(OPERATOR) as db:
            row = treatments.by_key(db, late)
            row.status, row.void_reason = Status.VOID, "end of a test"


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("device", ["tablet", "phone"])
def test_the_page_is_accessible_with_an_alert_and_unsent_entries(clinic, chair, look, device):
    looks = (TABLET if device == "tablet" else PHONE) | {"color_scheme": look}
    with clinic.window("nora", **looks) as window:
        page = at(window, chair)
        observe(window, Systolic="188", Diastolic="96")
        expect(page.locator(".tablet .alert")).to_have_count(1)
        page.route(
            "**/chair/**",
            lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
        )
        tap(page, "Nausea")
        tap(page, "Rescue drug")
        window.settled()
        assert ours(page) == []
        small = page.evaluate(
            """() => [...document.querySelector("[data-testid=stBidiComponentIsolated]").shadowRoot.querySelectorAll(
                "button, .chip, input.text, input.number, select")].filter((one) => one.checkVisibility())
                .map((one) => [one.textContent || one.ariaLabel, one.getBoundingClientRect()])
                .filter(([, box]) => box.height < 48 || box.width < 48)
                .map(([name, box]) => `${name} ${box.width} x ${box.height}`)"""
        )
        assert small == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.unroute("**/chair/**")
        expect(unsaved(page)).to_have_count(0)


def ours(page: Page) -> list[str]:
    """Serious violations within our own component; a target of several parts lies in its shadow root."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
        if each["impact"] in {"serious", "critical"} and not isinstance(node["target"][0], str)
    ]
