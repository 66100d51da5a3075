"""The chair's addresses on the real server: who is answered, who is not; nothing sent there ends in a fault."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import select

from clinic import access
from clinic.accounts import sessions
from data_model import AccessSession, AdverseEvent, Treatment, VitalSigns, connection, database
from data_model.columns import now
from tests.chair_room import MINUTE, entry, planned, running, vitals
from tests.people import PASSWORD, staff
from tests.server import Answer, Server, running_server

OPERATOR = access.command_line("test run")
STAFF = {"nora": "nurse", "nils": "nurse", "otto": "auditor", "lena": "lead", "mina": "clinician"}


@pytest.fixture(scope="module")
def server(migrated_sqlite, tmp_path_factory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("chair") / "clinic.sqlite"
    shutil.copy(migrated_sqlite, path)
    url = f"sqlite:///{path}"
    with pytest.MonkeyPatch.context() as env:
        connection.forget_engines()
        env.setenv("CLINIC_DATABASE_URL", url)
        for username, role in STAFF.items():
            staff(role, username, **({"may_prescribe": True} if username == "mina" else {}))
        with running_server(url) as up:
            yield up
        connection.forget_engines()


@pytest.fixture(scope="module")
def cookies(server) -> dict[str, str]:
    return {username: server.sign_in(username, PASSWORD) for username in STAFF}


@pytest.fixture
def chair(server) -> Treatment:
    """A running treatment of somebody of their own."""
    return running(OPERATOR, f"SM-{secrets.token_hex(4)}")


def get(server: Server, cookie: str, path: str) -> Answer:
    return server.ask(f"/chair/{path}", cookie=cookie)


def post(server: Server, cookie: str, key: str, body: Any, **headers) -> Answer:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return server.ask(f"/chair/{key}", "POST", cookie, sent, {"Content-Type": "application/json", **headers})


def stored(table, treatment: Treatment) -> list:
    with database(OPERATOR) as db:
        return list(db.exec(select(table).where(table.treatment_id == treatment.id)))


def test_a_nurse_reads_enters_and_reads_again(server, cookies, chair):
    first = json.loads(get(server, cookies["nora"], chair.key).text)
    assert (first["treatment"]["key"], first["step"], first["rows"]) == (chair.key, "running", [])
    said = vitals()
    answer = json.loads(post(server, cookies["nora"], chair.key, {"entries": [said]}).text)
    assert (answer["saved"], answer["refused"]) == ([said["key"]], [])
    assert [row["key"] for row in answer["state"]["rows"]] == [said["key"]]
    again = json.loads(get(server, cookies["nils"], f"{chair.key}?version={first['version']}").text)
    assert [row["key"] for row in again["rows"]] == [said["key"]], "the other tablet sees it"


def test_nothing_new_is_said_in_no_words_with_the_time(server, cookies, chair):
    state = json.loads(get(server, cookies["nora"], chair.key).text)
    answer = get(server, cookies["nora"], f"{chair.key}?version={state['version']}")
    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["x-now"] > state["now"]
    assert answer.headers["cache-control"] == "no-store"
    assert get(server, cookies["nora"], f"{chair.key}?version=other").status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_gets_nothing(server, chair, method):
    for cookie in ("", "clinic_access=made-up"):
        answer = server.ask(
            f"/chair/{chair.key}", method, cookie, b'{"entries": []}' if method == "POST" else b""
        )
        assert answer.status == 401
        assert "Byron" not in answer.text
    assert server.ask("/chair/board").status == 401


@pytest.mark.parametrize("username", ["otto", "lena"])
def test_who_may_not_treat_is_told_so(server, cookies, chair, username):
    for answer in (
        get(server, cookies[username], chair.key),
        post(server, cookies[username], chair.key, {"entries": [vitals()]}),
        get(server, cookies[username], "board"),
    ):
        assert answer.status == 403
        assert "may not" in json.loads(answer.text)["says"]
        assert "Byron" not in answer.text
    assert stored(VitalSigns, chair) == []


def test_a_treatment_that_there_is_not(server, cookies):
    for answer in (
        get(server, cookies["nora"], "nothing-here"),
        post(server, cookies["nora"], "nothing-here", {"entries": [vitals()]}),
    ):
        assert (answer.status, json.loads(answer.text)["says"]) == (404, "There is no such treatment.")


def test_another_site_enters_nothing(server, cookies, chair):
    for origin in ("https://evil.example", None, "null", f"http://127.0.0.1:{server.port + 1}"):
        answer = post(server, cookies["nora"], chair.key, {"entries": [vitals()]}, Origin=origin)
        assert answer.status == 403
    assert stored(VitalSigns, chair) == []


def test_a_key_of_somebody_else_s_treatment_is_refused(server, cookies, chair):
    other = running(OPERATOR, "SM-other")
    said = vitals()
    post(server, cookies["nora"], other.key, {"entries": [said]})
    answer = json.loads(post(server, cookies["nora"], chair.key, {"entries": [said]}).text)
    assert answer["refused"][0]["key"] == said["key"]
    assert "another treatment" in answer["refused"][0]["problems"][0]
    assert answer["state"]["rows"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        b"[]",
        b"{}",
        b'{"entries": 5}',
        b'{"entries": {"key": 1}}',
        json.dumps({"entries": [{}] * 501}).encode(),
        b'{"entries": ["' + b"x" * 1_100_000 + b'"]}',
    ],
)
def test_what_is_no_message_gets_a_sentence(server, cookies, chair, body):
    answer = post(server, cookies["nora"], chair.key, body)
    assert answer.status == 400
    assert json.loads(answer.text)["says"].endswith(".")


@pytest.mark.parametrize(
    "said",
    [
        entry("note", text="x" * 100_000),
        entry("event", term="x" * 100_000),
        entry("vitals", values={"x" * 100_000: 1}),
        entry("x" * 100_000),
        entry("undo", target="x" * 100_000),
        entry("escort", name={"deep": ["x"]}),
        entry("part", what="device", mg=1e308),
        entry("note", text="\ud800 half a letter and \0 none"),
        {"key": "x" * 100_000, "kind": "note"},
        {"key": "k" * 14, "kind": ["note"], "at": {}},
        None,
        [[]],
    ],
)
def test_odd_entries_are_saved_or_refused_and_never_a_fault(server, cookies, chair, said):
    answer = post(server, cookies["nora"], chair.key, {"entries": [said]})
    assert answer.status == 200, answer.text[:300]
    found = json.loads(answer.text)
    assert len(found["saved"]) + len(found["refused"]) == 1
    assert all(len(sentence) < 300 for each in found["refused"] for sentence in each["problems"])


def test_numbers_that_are_none_are_refused(server, cookies, chair):
    said = json.dumps({"entries": [vitals(heart_rate_bpm=70)]}).replace(": 70", ": NaN").encode()
    answer = json.loads(post(server, cookies["nora"], chair.key, said).text)
    assert "has to be a number" in answer["refused"][0]["problems"][0]


def test_three_hundred_entries_in_one_batch(server, cookies):
    """A tablet that was out of contact for a long time."""
    away = running(OPERATOR, "SM-away", minutes=120)
    batch = [vitals(now() - minute / 3 * MINUTE, heart_rate_bpm=60 + minute % 40) for minute in range(300)]
    answer = json.loads(post(server, cookies["nora"], away.key, {"entries": batch}).text)
    assert (len(answer["saved"]), answer["refused"]) == (300, [])
    again = json.loads(post(server, cookies["nora"], away.key, {"entries": batch}).text)
    assert len(again["saved"]) == 300
    assert sorted(row.key for row in stored(VitalSigns, away)) == sorted(each["key"] for each in batch)


def test_a_prescriber_lets_somebody_go_on_the_nurse_s_tablet(server, cookies, chair):
    """The secret is stored nowhere, and the nurse stays signed in."""
    asked = {"username": "mina", "reason": "walks well, lives next door"}
    wrong = entry("decide", **asked, secret="not the password")
    answer = json.loads(post(server, cookies["nora"], chair.key, {"entries": [wrong]}).text)
    assert "Wrong user name, password or PIN" in answer["refused"][0]["problems"][0]
    nurse = entry("decide", **(asked | {"username": "nils"}), secret=PASSWORD)
    answer = json.loads(post(server, cookies["nora"], chair.key, {"entries": [nurse]}).text)
    assert "may not prescribe" in answer["refused"][0]["problems"][0]
    right = entry("decide", **asked, secret=PASSWORD)
    answer = json.loads(post(server, cookies["nora"], chair.key, {"entries": [right]}).text)
    assert answer["state"]["leaving"]["decision"] == {"by": "Mina Test", "says": asked["reason"]}
    assert PASSWORD not in json.dumps(answer)
    with connection.engine().connect() as raw:
        trail = raw.exec_driver_sql("SELECT group_concat(coalesce(after, '')) FROM audit").scalar()
    assert PASSWORD not in trail
    assert get(server, cookies["nora"], chair.key).status == 200


def seen(cookie: str, **since) -> None:
    hashed = sessions.digest(cookie.partition("=")[2])
    with database(OPERATOR) as db:
        of = AccessSession.token_hash == hashed
        db.exec(update(AccessSession).where(of).values(last_seen_at=now() - timedelta(**since)))


def last_seen(cookie: str):
    with database(OPERATOR) as db:
        hashed = sessions.digest(cookie.partition("=")[2])
        return db.exec(select(AccessSession.last_seen_at).where(AccessSession.token_hash == hashed)).one()


def test_entering_something_is_activity_and_asking_is_none(server, chair):
    cookie = server.sign_in("nora", PASSWORD)
    seen(cookie, minutes=10)
    before = last_seen(cookie)
    get(server, cookie, chair.key)
    get(server, cookie, "board")
    assert last_seen(cookie) == before
    post(server, cookie, chair.key, {"entries": []})
    assert last_seen(cookie) > before


def test_a_locked_page_neither_asks_nor_enters(server, chair):
    cookie = server.sign_in("nora", PASSWORD)
    seen(cookie, minutes=16)  # the idle time is 15 minutes
    assert get(server, cookie, chair.key).status == 401
    answer = post(server, cookie, chair.key, {"entries": [vitals()]})
    assert answer.status == 401
    assert "Byron" not in answer.text
    assert get(server, cookie, "board").status == 401
    assert stored(VitalSigns, chair) == []


def test_the_board_names_people_to_those_who_may_and_a_locked_page_nobody(server, cookies):
    late = running(OPERATOR, "SM-board", room="Room 7")
    planned(OPERATOR, "SM-later", planned_for=now(), room="Room 8")
    found = json.loads(get(server, cookies["nora"], "board").text)
    (row,) = [each for each in found["rooms"] if each["room"] == "Room 7"]
    assert (row["treatment"], row["patient"]) == (late.key, "Byron, Ada")
    cookie = server.sign_in("nils", PASSWORD)
    seen(cookie, minutes=16)
    locked = server.ask("/gate/board", cookie=cookie)
    assert locked.status == 200
    assert "Byron" not in locked.text
    assert late.key not in locked.text
    assert "Room 7" in locked.text


def test_other_ways_of_asking_are_refused(server, cookies, chair):
    assert server.ask(f"/chair/{chair.key}", "DELETE", cookies["nora"]).status == 405
    assert server.ask("/chair/board", "POST", cookies["nora"], b"{}").status in (400, 404, 405)
    assert stored(AdverseEvent, chair) == []
