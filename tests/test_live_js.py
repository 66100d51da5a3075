"""The parts of the tablet's page that count and keep, in a real Chromium but without a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from pages.chair import live
from tests.browser import chromium

pytestmark = pytest.mark.browser

ADDRESS = "http://tablet.test/"
START = "2026-11-23T10:00:00Z"


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.route(ADDRESS, lambda route: route.fulfill(body="<p>a tablet</p>", content_type="text/html"))
        page.goto(ADDRESS)
        page.add_script_tag(content=live.script((*live.BASE, "rows", "bar")))
        yield page


@pytest.mark.parametrize(
    "milliseconds, words",
    [
        (0, "00:00"),
        (-5000, "00:00"),
        (61_000, "01:01"),
        (3_599_999, "59:59"),
        (3_600_000, "1 h 00 min"),
        (7_500_000, "2 h 05 min"),
    ],
)
def test_a_time_is_never_read_as_hours_when_it_is_minutes(page, milliseconds, words):
    assert page.evaluate(f"lasting({milliseconds})") == words


@pytest.mark.parametrize(
    "zone, now, typed, found",
    [
        ("Europe/London", "2026-11-23T14:45:30Z", "14:40", "2026-11-23T14:40:00.000Z"),
        ("Europe/London", "2026-07-23T13:45:30Z", "14:40", "2026-07-23T13:40:00.000Z"),
        ("Europe/London", "2026-11-23T00:10:00Z", "23:50", "2026-11-22T23:50:00.000Z"),
        ("Asia/Kathmandu", "2026-11-23T08:45:00Z", "14:15", "2026-11-23T08:30:00.000Z"),
        # The clocks went back at 01:00 UTC: 01:30 was shown twice, and the later one is meant.
        ("Europe/London", "2026-10-25T02:10:00Z", "01:30", "2026-10-25T01:30:00.000Z"),
        ("Europe/London", "2026-10-25T01:40:00Z", "00:50", "2026-10-24T23:50:00.000Z"),
        ("Europe/London", "2026-11-23T14:45:00Z", "15:40", None),  # a slip of an hour, not yesterday
    ],
)
def test_a_time_set_back_is_the_clinics_and_never_yesterdays(page, zone, now, typed, found):
    asked = f"""(() => {{ const at = wallClock("{zone}").last("{typed}", Date.parse("{now}"));
        return at === null ? null : new Date(at).toISOString(); }})()"""
    assert page.evaluate(asked) == found


def test_the_clock_is_the_servers_however_wrong_the_tablets_own_is(page):
    """The tablet is three hours ahead, and somebody sets it back by four while the page is open."""
    off = page.evaluate(
        f"""async () => {{
            const real = Date.now, clock = serverClock();
            Date.now = () => real.call(Date) + 3 * HOUR;
            clock.heard("{START}", clock.steady() - 200);
            const first = clock.now() - Date.parse("{START}");
            Date.now = () => real.call(Date) - HOUR;
            await new Promise((go) => setTimeout(go, 300));
            const second = clock.now() - Date.parse("{START}");
            Date.now = real;
            return [first, second];
        }}"""
    )
    assert off[0] == pytest.approx(100, abs=60), "half of the way there and back"
    assert off[1] == pytest.approx(400, abs=150)


def test_an_answer_that_took_long_does_not_move_the_clock(page):
    found = page.evaluate(
        f"""(() => {{
            const clock = serverClock(), start = Date.parse("{START}");
            clock.heard("{START}", clock.steady() - 20);
            clock.heard(new Date(start - 1900).toISOString(), clock.steady() - 4000);
            const kept = clock.now() - start;
            clock.heard(new Date(start + HOUR).toISOString(), clock.steady() - 4000);
            return [kept, clock.now() - start - HOUR];
        }})()"""
    )
    assert found[0] == pytest.approx(10, abs=50), "the slow one agrees within what it took, and says less"
    assert found[1] == pytest.approx(2000, abs=100), "the slow one contradicts: the clock was wrong"


def outbox(page: Page, work: str):
    return page.evaluate(
        f'(() => {{ const box = makeOutbox("nora", "t1", () => {{}}); {work} }})()',
    )


def test_unsent_entries_outlive_a_reload_and_go_when_they_are_confirmed(page):
    outbox(page, 'box.add({ key: "a", kind: "event" }); box.add({ key: "b", kind: "event" });')
    kept = outbox(page, "return box.items().map((item) => item.entry.key);")
    left = outbox(page, 'box.settle(["a"], []); return box.items().map((item) => item.entry.key);')
    assert (kept, left) == (["a", "b"], ["b"])
    assert outbox(page, 'box.settle(["b"], []); return sessionStorage.length;') == 0


def test_what_went_out_once_cannot_be_taken_back_here_because_it_may_be_stored(page):
    said = outbox(
        page,
        """box.add({ key: "a" });
           box.going(box.waiting());
           const late = [box.drop("a"), box.change("a", { severity: "severe" })];
           box.settle([], [{ key: "a", problems: ["No."], ask: "confirm" }]);
           const refused = box.waiting().length, again = box.change("a", { reason: "so" });
           return [...late, refused, again, box.waiting().length, box.drop("b")];""",
    )
    assert said == [False, False, 0, True, 1, False]


def test_somebody_elses_entries_stay_and_are_counted(page):
    outbox(page, 'box.add({ key: "a" }); box.add({ key: "b" });')
    assert page.evaluate('[ofOthers("nora"), ofOthers("omar"), sessionStorage.length]') == [0, 2, 1]


def test_an_entry_is_kept_under_its_own_treatment(page):
    outbox(page, 'box.add({ key: "a" });')
    other = 'makeOutbox("nora", "t2", () => {}).items().length'
    assert page.evaluate(f'[{other}, unsentTreatments("nora"), unsentTreatments("omar")]') == [0, ["t1"], []]


def words_at(page: Page, minute: float, since: str = "") -> list[str]:
    """Tone and words of the next check at a minute of a treatment that has checks at 10 and 20."""
    return page.evaluate(
        """([minute, since]) => {
            const start = Date.parse("2026-11-23T10:00:00Z");
            const iso = (m) => new Date(start + m * MINUTE).toISOString();
            const check = (m) => ({
                name: `${m} min`, at: iso(m), opens: iso(m - 3), closes: iso(m + 3), done_at: null });
            const words = checkWords({ schedule: [check(10), check(20)] }, start + minute * MINUTE, since);
            return [words.tone, words.main, words.sub];
        }""",
        [minute, since],
    )


@pytest.mark.parametrize(
    "minute, tone, main, sub",
    [
        (6.75, "calm", "in 03:15", "Check at minute 10"),
        (7, "due", "due within 03:00", "Check at minute 10"),
        (10, "due", "due within 00:00", "Check at minute 10"),
        (12.5, "late", "overdue 2 min", "Check at minute 10"),
        (13.25, "late", "overdue 3 min", "Check at minute 10 · 1 check missed"),
        (24, "late", "overdue 14 min", "Check at minute 10 · 2 checks missed"),
    ],
)
def test_the_next_check_is_said_in_words_on_both_sides_of_each_limit(page, minute, tone, main, sub):
    assert words_at(page, minute) == [tone, main, sub]


def test_nothing_is_on_time_while_there_is_no_contact(page):
    assert words_at(page, 6.9, "14:32") == ["unknown", "unknown since 14:32", "Next check"]


def test_an_entry_in_words_names_what_was_measured(page):
    said = page.evaluate(
        """told({ kind: "vitals", values: { systolic_mmhg: 128, spo2_percent: 0 } },
            { fields: [{ name: "systolic_mmhg", label: "Systolic" }, { name: "spo2_percent", label: "SpO2" }] })"""
    )
    assert said == "Systolic 128 · SpO2 0"


def test_a_recheck_that_an_alert_asks_for_goes_before_the_schedule(page):
    said = page.evaluate(
        """() => {
            const at = (minute) => new Date(Date.parse("2026-11-25T10:00:00Z") + minute * 60000).toISOString();
            const check = { name: "20 min", at: at(20), opens: at(15), closes: at(25), done_at: null };
            const state = (recheck) => ({ now: at(10), schedule: [check], alerts: [{ recheck_due: recheck }] });
            return [at(14), at(24), null].map((each) => nextCheck(state(each), Date.parse(at(11))).next.name);
        }"""
    )
    assert said == ["recheck", "20 min", "20 min"]
