"""A delivery, a dose and what is left of it, through the register's page in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import expect

from clinic import drug_log
from data_model import database
from tests.browser import OPERATOR, PHONE, Clinic, Window, a_clinic, eventually
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

VIAL = "ketamine 50 mg/mL, vial"


@pytest.fixture(scope="module")
def clinic(migrated_sqlite, tmp_path_factory) -> Iterator[Clinic]:
    with a_clinic(migrated_sqlite, tmp_path_factory.mktemp("drug_log")) as clinic:
        yield clinic


def choose(window: Window, label: str, search: str, option: str | None = None) -> None:
    """Types and takes the option with these words; once more where a rerun of the page has closed the list."""
    box = window.page.get_by_role("combobox", name=label, exact=True)
    wanted = window.page.get_by_role("option").filter(has_text=option or search).first

    def chosen() -> bool:
        box.click()
        box.fill(search)
        try:
            wanted.click(timeout=2000)
        except PlaywrightTimeoutError:
            return False
        return True

    eventually(chosen, True)
    window.settled()


def kind(window: Window, name: str) -> None:
    window.click(window.page.get_by_role("radio", name=name, exact=True))
    window.button(f"Save as {name.lower()}").wait_for()
    window.settled()


def amount(window: Window, mg: str, label: str = "Amount (mg)") -> None:
    window.click(window.field(label))
    window.type(mg)


def lines() -> list[tuple]:
    with database(OPERATOR) as db:
        found = drug_log.lines(db)
    return list(
        found[["kind", "amount_mg", "balance_mg", "author", "witness"]].itertuples(index=False, name=None)
    )


def test_from_the_delivery_to_a_discrepancy_that_is_closed(clinic):
    with clinic.window("nora") as window:
        window.open("/drug_log")
        window.title("Drug log")
        choose(window, "Product", VIAL)
        window.field("Lot").fill("K-2291")
        window.field("Lot").press("Tab")
        amount(window, "100")
        window.click(window.button("Save as received"))
        window.sees("The register says 100 mg left.")

        kind(window, "Drawn")
        choose(window, "Product", VIAL)
        choose(window, "Lot", "K-2291", "K-2291 ·")
        amount(window, "50")
        window.click(window.button("Save as drawn"))
        window.sees("The register says 50 mg left.")

        kind(window, "Wasted")
        choose(window, "Product", VIAL)
        choose(window, "Lot", "K-2291", "K-2291 ·")
        amount(window, "50")
        choose(window, "Who confirms", "Mina Test")
        window.field("Their password or PIN").fill("not her password")
        window.click(window.button("Save as wasted"))
        window.sees("Wrong user name, password or PIN. Nothing was confirmed.")
        assert len(lines()) == 2
        choose(window, "Who confirms", "Mina Test")
        window.field("Their password or PIN").fill(PASSWORD)
        window.click(window.button("Save as wasted"))
        window.sees("Wasted: 50 mg")
        expect(window.page.get_by_text("Nora Test · nurse")).to_be_visible()

        kind(window, "Drawn")
        choose(window, "Product", VIAL)
        choose(window, "Lot", "K-2291", "K-2291 ·")
        amount(window, "60")
        window.click(window.button("Save as drawn"))
        window.sees("Open discrepancies: 1")
        window.sees("the register stands at −10 mg, below nought.")

        window.click(window.button("Close", exact=True))
        window.field("What was found and done").fill("a delivery of 50 mg was not entered")
        window.field("What was found and done").press("Tab")
        window.click(window.button("Close the discrepancy"))
        expect(window.page.get_by_text("Open discrepancies")).to_have_count(0)
        window.sees("Closed discrepancies: 1")
        assert window.complaints == []
    assert lines() == [
        ("received", 100, 100, "Nora Test", None),
        ("drawn", 50, 50, "Nora Test", None),
        ("wasted", 50, 50, "Nora Test", "Mina Test"),
        ("drawn", 60, -10, "Nora Test", None),
    ]


@pytest.mark.parametrize(
    "looks", [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"]
)
def test_the_page_is_readable_for_everybody_and_nothing_runs_over(clinic, looks):
    with clinic.window("nora", **looks) as window:
        window.open("/drug_log")
        window.sees("Register")
        found = Axe().run(window.page, context="[data-testid=stMain]").response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        eventually(lambda: window.page.evaluate(wide), 0)
