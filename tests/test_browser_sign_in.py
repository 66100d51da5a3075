"""Signing in, staying in, and getting out, as a person at a browser meets them; and that a stranger meets nothing
else. What the door answers to a single request is in test_gate.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Response, expect

from tests.browser import Clinic, Window, a_clinic, eventually, holds
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

NAMES = ("Byron", "Ada", "SM-1", "Babbage")


@pytest.fixture(scope="module")
def clinic(migrated_sqlite, tmp_path_factory) -> Iterator[Clinic]:
    with a_clinic(migrated_sqlite, tmp_path_factory.mktemp("sign-in")) as clinic:
        yield clinic


@pytest.fixture
def window(clinic) -> Iterator[Window]:
    with clinic.window() as window:
        yield window


def test_a_wrong_password_gets_a_sentence_and_the_right_one_the_first_page(window):
    window.page.goto("/")
    window.page.get_by_label("User name").fill("nora")
    window.page.get_by_label("Password").fill("guessed")
    window.page.get_by_label("Password").press("Enter")
    expect(window.page.get_by_role("alert")).to_have_text("Wrong user name or password.")
    expect(window.page.get_by_label("User name")).to_have_value("nora")
    window.page.get_by_label("Password").fill(PASSWORD)
    window.page.get_by_role("button", name="Sign in").click()
    window.title("Today")
    window.reload()
    window.title("Today")


def test_signing_out_in_one_tab_ends_the_other(clinic, window):
    window.sign_in("nora", at=f"/patient?patient={clinic.ada}")
    window.title("Byron, Ada")
    other = Window(window.page.context.new_page())
    other.open("/patients")
    other.page.get_by_text("Sign out").click()
    expect(other.page.get_by_text("You are signed out.")).to_be_visible()
    window.page.wait_for_url("**/signin?**")
    assert not holds_in_page(window, *NAMES)
    window.page.go_back()
    expect(window.page.get_by_label("Password")).to_be_visible()
    assert not holds_in_page(window, *NAMES)


def test_a_strangers_deep_link_leads_to_the_door_and_on_to_what_was_asked(clinic, window):
    window.page.goto(f"/patient?patient={clinic.ada}")
    assert "/signin?" in window.page.url
    window.page.get_by_label("User name").fill("mina")
    window.page.get_by_label("Password").fill(PASSWORD)
    window.page.get_by_label("Password").press("Enter")
    window.title("Byron, Ada")
    assert window.page.url.endswith(f"/patient?patient={clinic.ada}")


PAGES = ("/", "/patients", "/patient?patient={ada}", "/assessment?patient={ada}&instrument=phq9")
PAGES += (
    "/treatment?patient={ada}",
    "/register?patient={ada}",
    "/outcomes",
    "/accounts",
    "/settings",
    "/audit",
)


def test_a_stranger_gets_no_name_in_any_answer_or_frame_and_a_nurse_does(clinic, window):
    """The same addresses, once without and once with a cookie, in a browser that runs whatever it is sent."""
    for page in PAGES:
        window.page.goto(page.format(ada=clinic.ada))
        assert "/signin" in window.page.url, page
        assert not holds(window, *NAMES), page
        said = clinic.server.ask(page.format(ada=clinic.ada), headers={"Accept": "text/html"})
        assert not [name for name in NAMES if name in said.text], page
    assert window.frames == []
    with clinic.window("nora") as nurse:
        nurse.open(f"/patient?patient={clinic.ada}")
        assert holds(nurse, *NAMES) == {"Byron", "Ada", "SM-1"}
        nurse.open("/patients")
        assert holds(nurse, *NAMES) == set(NAMES)


def test_an_address_of_a_media_file_is_nothing_to_a_stranger(clinic, window):
    """What Streamlit serves beside its websocket, such as a picture, stays behind the door too."""
    seen: list[Response] = []
    window.page.on("response", lambda answer: seen.append(answer))
    window.sign_in("nora")
    eventually(lambda: any("/media/" in one.url for one in seen), True)
    media = next(one.url for one in seen if "/media/" in one.url)
    path = "/" + media.split("/", 3)[3]
    [cookie] = [one for one in window.page.context.cookies() if one["name"] == "clinic_access"]
    assert cookie["httpOnly"]
    assert clinic.server.ask(path, cookie=f"clinic_access={cookie['value']}").status == 200
    assert clinic.server.ask(path).status == 401


def holds_in_page(window: Window, *words: str) -> list[str]:
    return [word for word in words if word in window.page.content()]
