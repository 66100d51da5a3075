"""Every page of the sample clinic, light and dark: nothing is fetched from outside, the browser complains of
nothing, and axe-core finds no serious violation of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser import Clinic, Window, chromium
from tests.shots import LOOKS, SCREENS, made, sample_clinic

pytestmark = pytest.mark.browser

# What Streamlit 1.67 does and no page of ours can change: (axe's rule, the elements, why they are excepted).
OF_STREAMLIT = [
    (
        "list",
        "ul[data-testid=stSidebarNavItems]",
        "a section's links lie one level too deep in the menu's list",
    ),
    ("listitem", "ul[data-testid=stSidebarNavItems] li", "the same links, seen from below"),
]
COUNT = {"serious", "critical"}
# A page is the same in the dark but for its colours.
RULES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory) -> Iterator[tuple[Clinic, dict[str, str]]]:
    store = tmp_path_factory.mktemp("pages") / "sample.sqlite"
    made(store, people=40)
    with chromium() as browser, sample_clinic(store, browser) as both:
        yield both


def closing_an_alert(window: Window) -> None:
    window.open("/")
    window.button("Close").first.click()
    window.page.get_by_role("dialog").get_by_text("What was done").wait_for()


def tab(name: str) -> Callable[[Window], None]:
    def show(window: Window) -> None:
        window.page.get_by_role("tab", name=name).click()
        expect(window.page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")

    return show


def unfolded(window: Window) -> None:
    for summary in window.page.locator("[data-testid=stExpander] summary").all():
        summary.click()


def a_concern(window: Window) -> None:
    window.page.locator("fieldset").nth(8).locator("input[value='2']").click()
    window.sees("Ask before they leave.")


def behaviour_on_no_day(window: Window) -> None:
    window.page.locator("fieldset", has_text="6. Suicidal behaviour").locator("input[value='1']").click()
    window.page.get_by_role("textbox", name="year, month and day").fill("in May")
    window.press("Tab")
    window.sees("takes a date as 2026-05-03")


def form(scale: str) -> Callable[[Window], None]:
    """The same person's form of another scale."""

    def show(window: Window) -> None:
        window.open(re.sub("instrument=[a-z0-9_]+", f"instrument={scale}", window.page.url))
        window.page.locator("fieldset input").first.wait_for(state="attached")

    return show


def number_off_the_line(window: Window) -> None:
    window.page.get_by_label("as a number").fill("150")
    window.press("Tab")
    window.sees("takes 0 to 100, not 150")


def catalogue_of(scale: str) -> Callable[[Window], None]:
    return lambda window: window.open(f"/scales?scale={scale}")


def nothing_found(window: Window) -> None:
    window.field("Find").fill("no such scale")
    window.press("Enter")
    window.sees("No scale matches.")


def an_empty_folder(window: Window) -> None:
    window.button("Look into the folder").click()
    window.sees("No folder for your own scales is named")


PARTS = (
    "Treatments",
    "Every scale",
    "Symptoms",
    "How long a dose lasts",
    "Tolerability",
    "Background",
    "Course",
    "Letter",
)
# What else a page shows, from where the picture of that name was taken.
FURTHER = {
    "today": [closing_an_alert],
    "patient": [tab(name) for name in PARTS],
    "outcomes": [unfolded],
    "accounts": [unfolded],
    "assessment": [a_concern, unfolded],
    "screener": [behaviour_on_no_day],
    "situations": [form("vas_mood"), number_off_the_line, form("cgi_s"), form("qids_sr16")],
    "scales": [nothing_found],
    "scale": [catalogue_of("cssrs"), catalogue_of("qids_sr16"), catalogue_of("rass")],
    "settings": [an_empty_folder],
}


def violations(window: Window, seen: set[str], rules: dict) -> list[str]:
    """Serious ones, as "rule: element"; excepted ones are left out, and their rules noted in `seen`."""
    found = []
    for violation in Axe().run(window.page, options=rules).response["violations"]:
        for node in violation["nodes"] if violation["impact"] in COUNT else []:
            if excepted(window, violation["id"], node["target"]):
                seen.add(violation["id"])
            else:
                found.append(f"{violation['id']}: {node['target']} {node['html'][:200]}")
    return found


def excepted(window: Window, rule: str, target: list) -> bool:
    """A target of several parts lies in a component's shadow root, and those are ours."""
    if len(target) != 1 or not isinstance(target[0], str):
        return False
    here = "([found, wanted]) => document.querySelector(found).matches(wanted)"
    return any(
        rule == known and window.page.evaluate(here, [target[0], place]) for known, place, _ in OF_STREAMLIT
    )


@pytest.mark.parametrize("username", sorted({screen.username for screen in SCREENS}))
@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_page_keeps_to_itself_and_is_accessible(clinic, username, look):
    clinic, keys = clinic
    seen: set[str] = set()
    with clinic.window(username or None, **LOOKS[look]) as window:
        for screen in (each for each in SCREENS if each.username == username):
            screen.show(window, keys)
            for further in [None, *FURTHER.get(screen.name, [])]:
                if further:
                    further(window)
                    window.settled()
                assert violations(window, seen, RULES[look]) == [], f"{screen.name}, {further}"
        ours = (f"http://{clinic.server.host}/", f"ws://{clinic.server.host}/", "data:", "blob:")
        assert [one for one in window.requests if not one.startswith(ours)] == []
        assert any(one.startswith(ours[:1]) for one in window.requests)
        assert window.complaints == []
    if username and look == "light":
        assert seen == {rule for rule, *_ in OF_STREAMLIT}, "an exception that is not needed any more"
