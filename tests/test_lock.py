"""The idle lock and the way back, on both databases; then on the real server, request by request."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update
from sqlmodel import select

from clinic import access, accounts, settings
from clinic.accounts import passwords, pins
from clinic.refused import Refused
from data_model import AccessSession, Account, Actor, AuditRow, connection, database
from data_model.columns import now
from tests import at_the_chair
from tests.browser import OPERATOR, at_store
from tests.people import PASSWORD, course, patient, staff
from tests.server import PAGE, Server, running_server

PIN, WRONG = "395172", "271593"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture
def nora(both_stores) -> Actor:
    return with_pin(staff("nurse", "nora"))


def with_pin(actor: Actor) -> Actor:
    with database(actor) as db:
        pins.set_pin(db, PASSWORD, PIN)
    return actor


def signed_in(username: str = "nora") -> str:
    return accounts.sign_in(username, PASSWORD).token


def left_alone(token: str, **since) -> str:
    """Nothing was done in this access session for so long."""
    with database(OPERATOR) as db:
        of_this = AccessSession.token_hash == accounts.sessions.digest(token)
        db.exec(update(AccessSession).where(of_this).values(last_seen_at=now() - timedelta(**since)))
    return token


def locked() -> str:
    return left_alone(signed_in(), minutes=15, seconds=1)


def trail(*verbs: str) -> list[str]:
    """What the trail says of access sessions, oldest first."""
    with database(OPERATOR) as db:
        query = select(AuditRow.verb).where(
            AuditRow.record_table == "access_session", AuditRow.verb.in_(verbs)
        )
        return list(db.exec(query.order_by(AuditRow.id)))


def failures() -> int:
    with database(OPERATOR) as db:
        return db.exec(select(Account.failures).where(Account.username == "nora")).one()


# The lock


def test_an_idle_session_is_locked_opens_nothing_and_has_not_ended(nora):
    token = signed_in()
    key = accounts.access_of(token).key
    left_alone(token, minutes=15, seconds=1)
    assert accounts.access_of(token) is None
    assert accounts.actor_of(key) is None
    assert accounts.touch(token) is False
    assert accounts.why_ended(token) is None
    assert (accounts.locked_of(token).name, accounts.locked_of(token).has_pin) == ("Nora Test", True)
    assert trail("locked", "signed out") == ["locked"]


def test_before_the_idle_time_is_over_nothing_is_locked(nora):
    token = left_alone(signed_in(), minutes=14, seconds=50)
    assert accounts.locked_of(token) is None
    assert accounts.access_of(token)


def test_a_longer_idle_time_afterwards_opens_no_locked_session(nora):
    """What was locked stays so, whatever the setting says later."""
    token = locked()
    assert accounts.access_of(token) is None
    with database(OPERATOR) as db:
        settings.change(db, idle_minutes=60)
    assert accounts.access_of(token) is None
    assert accounts.locked_of(token)


def test_nobody_holds_a_locked_session_with_a_made_up_or_an_ended_cookie(nora):
    token = locked()
    assert accounts.locked_of(token)
    accounts.sign_out(token)
    for nothing in (None, "", "made-up", token):
        assert accounts.locked_of(nothing) is None
        with pytest.raises(Refused, match="signed out by now"):
            accounts.unlock(nothing, PIN)


@pytest.mark.parametrize("secret", [PIN, PASSWORD])
def test_the_persons_own_pin_or_password_opens_it_again(nora, secret):
    token = locked()
    accounts.unlock(token, secret)
    assert accounts.access_of(token).idle_left_seconds > 14 * 60
    assert accounts.locked_of(token) is None
    assert trail("locked", "unlocked", "signed in") == ["signed in", "locked", "unlocked"]


def test_somebody_elses_pin_or_password_opens_nothing(nora):
    with database(with_pin(staff("nurse", "otto"))) as db:
        pins.set_pin(db, PASSWORD, WRONG)
    with database(OPERATOR) as db:
        ottos = "another good sentence"
        account = db.exec(select(Account).where(Account.username == "otto")).one()
        accounts.signing_in.set_password(db, account, ottos, must_change=False, verb="set")
    token = locked()
    for secret in (WRONG, ottos):
        with pytest.raises(Refused, match="is wrong"):
            accounts.unlock(token, secret)
    assert accounts.access_of(token) is None


def test_an_open_session_is_nothing_to_unlock(nora):
    token = signed_in()
    for secret in (PIN, WRONG):
        with pytest.raises(Refused, match="signed out by now"):
            accounts.unlock(token, secret)
    assert accounts.access_of(token)


def test_without_a_pin_six_digits_are_a_wrong_password(nora):
    with database(nora) as db:
        pins.remove_pin(db, PASSWORD)
    token = locked()
    assert not accounts.locked_of(token).has_pin
    with pytest.raises(Refused, match="The password is wrong"):
        accounts.unlock(token, PIN)
    assert failures() == 1
    accounts.unlock(token, PASSWORD)
    assert failures() == 0


def test_the_fifth_wrong_pin_ends_the_session_and_leaves_the_account_open(nora):
    """A nurse with somebody in the chair must get back in at once, by her password."""
    token = locked()
    for _ in range(4):
        with pytest.raises(Refused, match="The PIN is wrong"):
            accounts.unlock(token, WRONG)
        assert accounts.locked_of(token)
    with pytest.raises(Refused, match="The PIN is wrong"):
        accounts.unlock(token, WRONG)
    assert accounts.locked_of(token) is None
    assert accounts.why_ended(token) == "too many wrong PINs"
    with pytest.raises(Refused, match="signed out by now"):
        accounts.unlock(token, PIN)
    assert trail("tried to unlock", "signed out") == ["tried to unlock"] * 5 + ["signed out"]
    assert failures() == 0
    assert accounts.access_of(signed_in())


def test_the_fifth_try_may_be_the_right_one_and_then_the_count_begins_again(nora):
    token = locked()
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(Refused):
                accounts.unlock(token, WRONG)
        accounts.unlock(token, PIN)
        with database(OPERATOR) as db:
            db.exec(update(AccessSession).values(locked_at=now()))
    assert accounts.locked_of(token)


def test_pins_guessed_at_once_are_still_five(nora, monkeypatch):
    token, looked_at = locked(), []
    real = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *given: looked_at.append(1) or real(*given))

    def guess() -> None:
        with pytest.raises(Refused):
            accounts.unlock(token, WRONG)

    guesses = [threading.Thread(target=guess) for _ in range(12)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()
    assert len(looked_at) == 5
    assert accounts.locked_of(token) is None


def test_wrong_passwords_at_the_locked_page_lock_the_account_too(nora):
    token = locked()
    for _ in range(5):
        with pytest.raises(Refused):
            accounts.unlock(token, "wrong password")
    assert accounts.why_ended(token) == "too many wrong PINs"
    with pytest.raises(Refused, match="locked for 5 minutes"):
        signed_in()


def test_an_account_locked_by_a_stranger_s_guesses_still_unlocks_by_its_pin(nora):
    token = locked()
    for _ in range(5):
        with pytest.raises(Refused):
            accounts.sign_in("nora", "wrong password")
    accounts.unlock(token, PIN)
    assert accounts.access_of(token)


@pytest.mark.parametrize(("hours", "still"), [(11.9, True), (12.1, False)])
def test_after_twelve_hours_the_lock_ends_the_session(nora, hours, still):
    token = left_alone(signed_in(), hours=hours, minutes=15)
    assert (accounts.locked_of(token) is not None) is still
    assert accounts.why_ended(token) == (None if still else "idle")


def test_how_long_it_waits_is_a_setting(nora):
    token = left_alone(signed_in(), hours=2)
    with database(OPERATOR) as db:
        settings.change(db, locked_hours=1)
    assert accounts.locked_of(token) is None
    assert accounts.why_ended(token) == "idle"


@pytest.mark.parametrize("change", [{"active": False}, "reset"])
def test_a_locked_session_of_somebody_shut_out_never_opens_again(nora, change):
    token = locked()
    assert accounts.locked_of(token)
    with database(OPERATOR) as db:
        key = db.exec(select(Account.key).where(Account.username == "nora")).one()
        accounts.reset_password(db, key) if change == "reset" else accounts.change(db, key, **change)
    with pytest.raises(Refused):
        accounts.unlock(token, PIN)
    assert accounts.access_of(token) is None


def test_a_new_password_ends_what_is_locked_elsewhere(nora):
    token = locked()
    accounts.locked_of(token)
    with database(accounts.actor_of(accounts.access_of(signed_in()).key)) as db:
        accounts.change_own_password(db, PASSWORD, "another good sentence")
    assert accounts.locked_of(token) is None


# On the server


@pytest.fixture(scope="module")
def server(migrated_sqlite, tmp_path_factory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("lock") / "clinic.sqlite"
    shutil.copy(migrated_sqlite, path)
    with at_store(f"sqlite:///{path}") as url:
        for username in ("nora", "olga", "pia"):
            with_pin(staff("nurse", username))
        with running_server(url) as running:
            yield running


@pytest.fixture
def here(server, monkeypatch) -> Server:
    """The server, with this process at its store, whatever a test before this one looked at."""
    connection.forget_engines()
    return server


def locked_cookie(server: Server, username: str = "nora") -> str:
    cookie = server.sign_in(username, PASSWORD)
    left_alone(cookie.partition("=")[2], minutes=16)
    return cookie


WAYS = ["/", "/patients", "/treatment?patient=x", "/password", "/pin", "/index.html"]
CLOSED = ["/_stcore/metrics", "/media/0123456789abcdef.csv", "/_stcore/host-config", "/app/static/one.txt"]


def test_a_locked_session_opens_the_locked_page_and_the_board_and_nothing_else(here):
    cookie = locked_cookie(here)
    for path in WAYS:
        answer = here.ask(path, cookie=cookie, headers=PAGE)
        assert (answer.status, answer.location.partition("?")[0]) == (303, "/locked"), path
    for path in CLOSED:
        assert here.ask(path, cookie=cookie).status == 401, path
    assert here.ask("/gate/touch", "POST", cookie).status == 401
    assert here.ask("/gate/session", cookie=cookie).text == '{"why":"locked"}'
    assert here.ask("/locked", cookie=cookie, headers=PAGE).status == 200
    assert here.ask("/assets/door.css", cookie=cookie).status == 200


def test_a_stranger_sees_neither_the_locked_page_nor_the_board(here):
    for nobody in ("", "clinic_access=made-up"):
        assert here.ask("/gate/board", cookie=nobody).status == 401
        assert here.ask("/locked", cookie=nobody, headers=PAGE).location.startswith("/signin")
        assert here.post("/locked", nobody, secret=PIN).status == 401


def test_a_right_pin_leads_back_to_where_one_was(here):
    cookie = locked_cookie(here)
    page = here.ask("/patients?x=1", cookie=cookie, headers=PAGE)
    assert page.location == "/locked?next=%2Fpatients%3Fx%3D1"
    shown = here.ask(page.location, cookie=cookie, headers=PAGE).text
    assert "Locked: Nora Test" in shown
    assert 'name="next" value="/patients?x=1"' in shown
    wrong = here.post("/locked", cookie, secret=WRONG, next="/patients?x=1")
    assert wrong.status == 401
    assert "The PIN is wrong" in wrong.text
    assert 'name="next" value="/patients?x=1"' in wrong.text
    assert WRONG not in wrong.text
    answer = here.post("/locked", cookie, secret=PIN, next="/patients?x=1")
    assert (answer.status, answer.location) == (303, "/patients?x=1")
    assert here.ask("/patients", cookie=cookie, headers=PAGE).status == 200
    # Once more, as when two tabs were locked: the second one is simply led on.
    assert here.post("/locked", cookie, secret=PIN, next="/patients").location == "/patients"
    assert here.ask("/locked?next=%2Fpatients", cookie=cookie, headers=PAGE).location == "/patients"


@pytest.mark.parametrize("away", ["//evil.example/", "/\\evil.example", "https://evil.example", "/locked"])
def test_unlocking_leads_nowhere_else(here, away):
    answer = here.post("/locked", locked_cookie(here), secret=PIN, next=away)
    assert (answer.status, answer.location) == (303, "/")


def test_another_sites_form_unlocks_nothing(here):
    cookie = locked_cookie(here)
    foreign = {"Origin": "http://evil.example"}
    assert here.post("/locked", cookie, headers=foreign, secret=PIN).status == 403
    assert here.ask("/gate/session", cookie=cookie).text == '{"why":"locked"}'


def test_five_wrong_pins_lead_to_the_sign_in_which_still_works(here):
    cookie = locked_cookie(here, "olga")
    for _ in range(4):
        assert here.post("/locked", cookie, secret=WRONG).status == 401
    answer = here.post("/locked", cookie, secret=WRONG, next="/patients")
    assert (answer.status, answer.location) == (303, "/signin?why=pins&next=%2Fpatients")
    assert "too many wrong attempts" in here.ask(answer.location).text
    assert here.post("/locked", cookie, secret=PIN).status == 401
    assert here.sign_in("olga", PASSWORD)


def test_somebody_else_signs_in_at_a_locked_page(here):
    cookie = locked_cookie(here)
    assert '<a href="/signout">Somebody else: sign in</a>' in here.ask("/locked", cookie=cookie).text
    here.ask("/signout", cookie=cookie)
    assert here.ask("/gate/session", cookie=cookie).text == '{"why":"out"}'
    assert here.post("/locked", cookie, secret=PIN).status == 401


def test_the_locked_page_runs_our_script_and_no_other(here):
    answer = here.ask("/locked", cookie=locked_cookie(here))
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.count("<script") == 1


def test_the_board_is_read_from_a_locked_and_from_an_open_page_and_is_no_activity(here):
    cookie = here.sign_in("nora", PASSWORD)
    left_alone(cookie.partition("=")[2], minutes=14)
    said = json.loads(here.ask("/gate/board", cookie=cookie).text)
    assert (said["locked"], said["rooms"]) == (False, [])
    assert json.loads(here.ask("/gate/session", cookie=cookie).text)["idle_left"] < 61
    left_alone(cookie.partition("=")[2], minutes=16)
    assert json.loads(here.ask("/gate/board", cookie=cookie).text)["locked"] is True


def test_a_running_treatment_stands_on_the_board_without_who_it_is(here):
    doctor = staff("clinician", "mina", may_prescribe=True)
    with database(OPERATOR) as db:
        nurse = access.actor(db.exec(select(Account).where(Account.username == "nora")).one())
        ada = patient(db)
        course(db, ada)
    at_the_chair.started(nurse, doctor, ada, room="Room 2")
    answer = here.ask("/gate/board", cookie=locked_cookie(here)).text
    [room] = json.loads(answer)["rooms"]
    assert (room["room"], room["step"]) == ("Room 2", "running")
    assert room["started_at"]
    assert room["next_at"]
    assert not [word for word in ("Byron", "Ada", "SM-1", ada.key) if word in answer]


# The page of one's PIN


def test_a_pin_is_chosen_changed_and_removed_with_the_password(here):
    with database(OPERATOR) as db:
        db.exec(update(Account).where(Account.username == "pia").values(pin_hash=None))
    cookie = here.sign_in("pia", PASSWORD)
    assert "Choose a PIN" in here.ask("/pin", cookie=cookie).text
    for fields, said in (
        ({"password": PASSWORD, "pin": PIN, "again": WRONG}, "The two PINs differ"),
        ({"password": PASSWORD, "pin": "111111", "again": "111111"}, "too easy"),
        ({"password": "wrong password", "pin": PIN, "again": PIN}, "The password is wrong"),
        ({"password": PASSWORD, "pin": "12", "again": "12"}, "has 6 digits"),
        ({}, "The two PINs differ"),
    ):
        answer = here.post("/pin", cookie, **fields)
        assert answer.status == 400, fields
        assert said in answer.text
        assert "Remove the PIN" not in answer.text
    assert here.post("/pin", cookie, password=PASSWORD, pin=PIN, again=PIN).location == "/"
    assert "Change PIN" in here.ask("/pin", cookie=cookie).text
    assert here.post("/pin", cookie, remove="yes", password="wrong password").status == 400
    assert "Remove the PIN" in here.ask("/pin", cookie=cookie).text
    assert here.post("/pin", cookie, remove="yes", password=PASSWORD).status == 303
    assert "Remove the PIN" not in here.ask("/pin", cookie=cookie).text


def test_without_a_pin_the_locked_page_asks_for_the_password(here):
    with database(OPERATOR) as db:
        db.exec(update(Account).where(Account.username == "pia").values(pin_hash=None))
    cookie = locked_cookie(here, "pia")
    shown = here.ask("/locked", cookie=cookie).text
    assert "Password" in shown
    assert 'inputmode="numeric"' not in shown
    assert 'inputmode="numeric"' in here.ask("/locked", cookie=locked_cookie(here)).text
    assert here.post("/locked", cookie, secret=PASSWORD).status == 303
