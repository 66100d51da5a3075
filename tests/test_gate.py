"""The door, on the real server over a real store: what a stranger gets, beside what somebody signed in gets."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import websockets
from sqlalchemy import update
from sqlmodel import select

from clinic import access, accounts
from data_model import AccessSession, Account, Setting, connection, database
from data_model.columns import now
from gate import origin
from tests.server import PAGE, ROOT, Server, running_server
from tests.streamlit_client import open_page

PHRASE = "correct horse battery"
STAFF = {"mina": "clinician", "nora": "nurse", "ada": "administrator", "leo": "clinician", "gus": "nurse"}
# Whose access the tests end; the others stay.
STAFF |= {"uma": "nurse", "ulf": "nurse", "una": "nurse"}
OPERATOR = access.command_line("test run")
PICTURE = "data:image/png;base64,iVBORw0KGgo="


@pytest.fixture(scope="module")
def server(migrated_sqlite, tmp_path_factory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("gate") / "clinic.sqlite"
    shutil.copy(migrated_sqlite, path)
    url = f"sqlite:///{path}"
    with pytest.MonkeyPatch.context() as env:
        connection.forget_engines()
        env.setenv("CLINIC_DATABASE_URL", url)
        with database(OPERATOR) as db:
            for username, role in STAFF.items():
                name = f"{username.title()} Test"
                account = {"username": username, "name": name, "role": role, "password": PHRASE}
                accounts.create(db, **account, must_change_password=False)
            db.add(Setting(name="clinic_name", version=1, value={"is": "North <Clinic>"}, set_by="test"))
            db.add(Setting(name="logo", version=1, value={"is": PICTURE}, set_by="test"))
        with running_server(url) as running:
            yield running
        connection.forget_engines()


@pytest.fixture(scope="module")
def mina(server) -> str:
    """The cookie of somebody signed in who stays signed in."""
    return server.sign_in("mina", PHRASE)


def session_of(cookie: str) -> AccessSession:
    with database(OPERATOR) as db:
        hashed = hashlib.sha256(cookie.partition("=")[2].encode()).hexdigest()
        return db.exec(select(AccessSession).where(AccessSession.token_hash == hashed)).one()


def age(cookie: str, **since) -> None:
    """Sets the session's last action so far back."""
    with database(OPERATOR) as db:
        of_this = AccessSession.id == session_of(cookie).id
        db.exec(update(AccessSession).where(of_this).values(last_seen_at=now() - timedelta(**since)))


def change(username: str, **fields) -> None:
    with database(OPERATOR) as db:
        key = db.exec(select(Account.key).where(Account.username == username)).one()
        accounts.change(db, key, **fields)


def said_on(server: Server, cookie: str, **more) -> str:
    """What the first page says to the holder of this cookie."""

    async def visit() -> str:
        async with open_page(server.address, cookie, **more) as page:
            return " ".join(page.texts)

    return asyncio.run(visit())


def refused(server: Server, cookie: str = "", **more) -> int:
    """The status with which the websocket is refused."""
    with pytest.raises(websockets.InvalidStatus) as refusal:
        said_on(server, cookie, **more)
    return refusal.value.response.status_code


# Strangers, and the twins who are signed in

A_PROGRAM = next(
    (Path(sys.prefix) / "lib").glob("python*/site-packages/streamlit/static/static/js/index.*.js")
)
CLOSED = [
    ("GET", "/gate/nothing", 200),  # Streamlit answers unknown paths with its page
    ("GET", "/index.html", 200),
    ("GET", "/patients", 200),
    ("GET", "/_stcore/metrics", 200),
    ("GET", "/_stcore/host-config", 200),
    ("GET", "/_stcore/health/", 301),
    ("GET", "/_stcore/agent/openapi.json", 200),
    ("POST", "/_stcore/agent/interact", 403),  # switched off
    ("PUT", "/_stcore/upload_file/session/file", 403),  # Streamlit's own token is missing
    ("DELETE", "/_stcore/upload_file/session/file", 403),
    ("GET", "/_stcore/bidi-components/one/one.js", 404),
    ("GET", "/component/one/one.js", 404),
    ("GET", "/media/0123456789abcdef.csv", 404),
    ("GET", "/app/static/one.txt", 200),
    ("GET", f"/static/js/{A_PROGRAM.name}", 200),
    ("GET", "//assets/mark.svg", 400),
    ("POST", "/gate/touch", 200),
    ("GET", "/password", 200),
]


@pytest.mark.parametrize("method, path, signed_in", CLOSED)
def test_a_stranger_gets_nothing_where_somebody_signed_in_gets_something(
    server, mina, method, path, signed_in
):
    assert server.ask(path, method).status == 401
    assert server.ask(path, method, "clinic_access=made-up").status == 401
    assert server.ask(path, method, mina).status == signed_in


@pytest.mark.parametrize("path", ["/", "/patients", "/patients?patient=abc&x=1"])
def test_a_stranger_s_browser_is_led_to_the_sign_in_page_and_back(server, path):
    answer = server.ask(path, headers=PAGE)
    assert answer.status == 303
    sign_in = server.ask(answer.location, headers=PAGE)
    way_on = re.search(r'name="next" value="([^"]*)"', sign_in.text)[1].replace("&amp;", "&")
    assert way_on == path
    assert server.post("/signin", username="mina", password=PHRASE, next=way_on).location == path


@pytest.mark.parametrize("path", ["/signin", "/_stcore/health", "/gate/guard.js", "/assets/door.css"])
def test_what_is_open_to_strangers(server, path):
    assert server.ask(path).status == 200


def test_the_open_folder_is_no_way_around(server):
    for path in ("/assets/../_stcore/metrics", "/assets/..%2f_stcore/metrics", "/assets/../dashboard.py"):
        assert server.ask(path).status in (400, 404)


def test_a_stranger_s_websocket_is_refused_before_any_script_runs(server, mina):
    assert refused(server) == 403
    assert refused(server, "clinic_access=made-up") == 403
    assert "Mina Test" in said_on(server, mina)


def test_who_one_is_cannot_be_claimed_in_a_header(server, mina):
    nora = server.sign_in("nora", PHRASE)
    claim = {"X-Clinic-Access": session_of(mina).key}
    assert refused(server, headers=claim) == 403
    assert server.ask("/_stcore/metrics", headers=claim).status == 401
    said = said_on(server, nora, headers=claim)
    assert "Nora Test" in said
    assert "Mina Test" not in said


def test_another_s_streamlit_session_cannot_be_resumed(server, mina):
    nora = server.sign_in("nora", PHRASE)

    async def resume() -> str:
        async with open_page(server.address, mina) as page:
            begun = next(m for m in page.messages if m.WhichOneof("type") == "new_session")
            session_id = begun.new_session.initialize.session_id
        async with open_page(server.address, nora, resume=session_id) as page:
            return " ".join(page.texts)

    assert "Nora Test" in asyncio.run(resume())


# The cookie


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(server):
    answer = server.post("/signin", username="mina", password=PHRASE)
    flags = {flag.strip().lower() for flag in answer.headers["set-cookie"].split(";")[1:]}
    assert flags == {"httponly", "samesite=lax", "path=/"}
    assert len(answer.cookie.partition("=")[2]) >= 43  # 256 bits


def test_behind_a_proxy_that_ends_tls_the_cookie_is_secure(server):
    answer = server.post("/signin", headers={"X-Forwarded-Proto": "https"}, username="mina", password=PHRASE)
    assert "Secure" in answer.headers["set-cookie"]


def test_a_refresh_keeps_one_signed_in(server, mina):
    for _ in range(2):
        assert server.ask("/", cookie=mina, headers=PAGE).status == 200
        assert "Mina Test" in said_on(server, mina)
    assert server.ask("/signin?next=/patients", cookie=mina, headers=PAGE).location == "/patients"


def test_signing_in_again_ends_the_session_before(server):
    first = server.sign_in("nora", PHRASE)
    second = server.post("/signin", cookie=first, username="leo", password=PHRASE).cookie
    assert server.ask("/gate/session", cookie=first).status == 401
    assert "Leo Test" in said_on(server, second)


# Where requests come from

ELSEWHERE = ["https://evil.example", "http://127.0.0.1:1", "http://localhost", "null", None]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_what_another_site_sends_is_refused(server, mina, elsewhere):
    sent = {"Origin": elsewhere}
    assert server.post("/signin", headers=sent, username="mina", password=PHRASE).status == 403
    assert server.ask("/gate/touch", "POST", mina, headers=sent).status == 403
    assert server.ask("/_stcore/upload_file/a/b", "PUT", mina, headers=sent).text.startswith("This was not")
    if elsewhere:
        assert refused(server, mina, origin=elsewhere) == 403


EVIL_WAYS = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "patients",
    "/signout",
    "/signin?next=/signin",
    "",
    None,
]


def test_a_sign_in_leads_to_no_other_site(server):
    assert [origin.way_on(way) for way in EVIL_WAYS] == ["/"] * len(EVIL_WAYS)
    assert origin.way_on("/patient?patient=a b") == "/patient?patient=a b"
    answer = server.post("/signin", username="mina", password=PHRASE, next="//evil.example")
    assert answer.location == "/"


def test_a_link_on_another_site_does_not_sign_out(server):
    nora = server.sign_in("nora", PHRASE)
    answer = server.ask("/signout", cookie=nora, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.location == "/"
    assert server.ask("/gate/session", cookie=nora).status == 200


# Ending


def test_signing_out_ends_the_session_in_every_tab(server):
    nora = server.sign_in("nora", PHRASE)

    async def two_tabs() -> int:
        async with open_page(server.address, nora) as page:
            out = await asyncio.to_thread(server.ask, "/signout", cookie=nora, headers=PAGE)
            assert out.location == "/signin?why=out"
            assert 'clinic_access=""' in out.headers["set-cookie"]
            return await page.closed(within=10)

    assert asyncio.run(two_tabs()) == 4401
    assert server.ask("/", cookie=nora, headers=PAGE).location == "/signin?why=out"
    assert refused(server, nora) == 403


def test_a_revoked_account_is_out_at_its_next_action(server):
    uma = server.sign_in("uma", PHRASE)

    async def act_after_the_end() -> int:
        async with open_page(server.address, uma) as page:
            await page.rerun()
            await asyncio.to_thread(change, "uma", active=False)
            with pytest.raises(websockets.ConnectionClosed):
                await page.rerun()
            assert not {m.WhichOneof("type") for m in page.messages} & {"new_session", "delta"}
            return page.line.close_code

    assert asyncio.run(act_after_the_end()) == 4401
    assert server.ask("/", cookie=uma, headers=PAGE).location == "/signin?why=ended"
    assert server.post("/signin", username="uma", password=PHRASE).status == 401


def test_a_revoked_account_s_open_page_is_closed_without_any_action(server):
    ulf = server.sign_in("ulf", PHRASE)

    async def wait() -> int:
        async with open_page(server.address, ulf) as page:
            await asyncio.to_thread(change, "ulf", active=False)
            return await page.closed(within=8)

    assert asyncio.run(wait()) == 4401


def test_an_idle_page_is_closed_and_says_why(server):
    nora = server.sign_in("nora", PHRASE)

    async def wait() -> int:
        async with open_page(server.address, nora) as page:
            await asyncio.to_thread(age, nora, minutes=14, seconds=59)
            return await page.closed(within=10)

    assert asyncio.run(wait()) == 4401
    assert server.ask("/patients", cookie=nora, headers=PAGE).location == "/locked?next=%2Fpatients"
    assert server.ask("/gate/session", cookie=nora).text == '{"why":"locked"}'
    with database(OPERATOR) as db:
        of_this = AccessSession.id == session_of(nora).id
        db.exec(update(AccessSession).where(of_this).values(locked_at=now() - timedelta(hours=12)))
    assert server.ask("/patients", cookie=nora, headers=PAGE).location == "/signin?why=idle&next=%2Fpatients"
    assert "nothing was done for a while" in server.ask("/signin?why=idle").text


def test_actions_put_the_idle_lock_off_and_timers_and_polling_do_not(server):
    nora = server.sign_in("nora", PHRASE)

    async def act() -> None:
        async with open_page(server.address, nora) as page:
            await asyncio.to_thread(age, nora, minutes=5)
            before = session_of(nora).last_seen_at
            await page.rerun(timer=True)
            await asyncio.to_thread(server.ask, "/gate/session", cookie=nora)
            await asyncio.to_thread(server.ask, "/", cookie=nora, headers=PAGE)
            assert session_of(nora).last_seen_at == before
            await page.rerun()
            assert session_of(nora).last_seen_at > now() - timedelta(seconds=30)

    asyncio.run(act())
    age(nora, minutes=5)
    assert server.ask("/gate/touch", "POST", nora).text.startswith('{"idle_left":')
    assert session_of(nora).last_seen_at > now() - timedelta(seconds=30)


def test_a_message_that_is_none_closes_the_page_and_nothing_else(server, mina):
    async def send_noise() -> int:
        async with open_page(server.address, mina) as page:
            await page.line.send(b"\xff\xff\xff")
            return await page.closed(within=10)

    assert asyncio.run(send_noise()) == 1002
    assert "Mina Test" in said_on(server, mina)


# Passwords


def test_a_wrong_password_is_refused_in_a_sentence_and_nothing_is_echoed_as_markup(server):
    name = '"><script>alert(1)</script>'
    answer = server.post("/signin", username=name, password="wrong password", next='/"><b>')
    assert answer.status == 401
    assert "Wrong user name or password." in answer.text
    assert "set-cookie" not in answer.headers
    assert "<script" not in answer.text
    assert "<b>" not in answer.text


def test_after_five_failures_the_account_is_locked_and_no_other(server):
    for _ in range(5):
        assert "Wrong user name" in server.post("/signin", username="gus", password="wrong one").text
    assert "locked for 5 minutes" in server.post("/signin", username="gus", password=PHRASE).text
    assert server.sign_in("nora", PHRASE)


def test_with_a_temporary_password_nothing_opens_before_it_is_changed(server):
    with database(OPERATOR) as db:
        _, temporary = accounts.create(db, username="fay", name="Fay Test", role="nurse")
    answer = server.post("/signin", username="fay", password=temporary, next="/patients")
    fay = answer.cookie
    assert answer.location == "/password"
    for path in ("/", "/patients", "/signin"):
        assert server.ask(path, cookie=fay, headers=PAGE).location in ("/password", "/")
    assert server.ask("/_stcore/metrics", cookie=fay).status == 401
    assert refused(server, fay) == 403
    assert "Your password is temporary" in server.ask("/password", cookie=fay, headers=PAGE).text

    good = "another good sentence"
    for old, new, again, said in (
        ("wrong password", good, good, "current password is wrong"),
        (temporary, "short", "short", "at least 12"),
        (temporary, good, good + "!", "differ"),
    ):
        answer = server.post("/password", fay, old=old, new=new, again=again)
        assert answer.status == 400
        assert said in answer.text
    assert refused(server, fay) == 403
    assert server.post("/password", fay, old=temporary, new=good, again=good).location == "/"
    assert "Fay Test" in said_on(server, fay)


def test_a_reset_password_closes_what_was_open(server):
    una = server.sign_in("una", PHRASE)

    async def wait() -> int:
        async with open_page(server.address, una) as page:
            with database(OPERATOR) as db:
                key = db.exec(select(Account.key).where(Account.username == "una")).one()
                accounts.reset_password(db, key)
            return await page.closed(within=8)

    assert asyncio.run(wait()) == 4401
    assert server.post("/signin", username="una", password=PHRASE).status == 401


def test_a_form_that_is_too_large_is_not_read(server):
    assert server.post("/signin", username="x" * 20_000, password="y").status == 413


# Headers and pages


@pytest.mark.parametrize(
    "path", ["/", "/signin", "/password", "/media/none", "/_stcore/health", "/gate/session"]
)
def test_every_answer_carries_the_headers(server, mina, path):
    headers = server.ask(path, cookie=mina, headers=PAGE).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    stranger = server.ask(path).headers
    assert stranger["x-frame-options"] == "DENY"


def test_the_content_policy_names_the_page_s_inline_scripts_and_allows_no_eval(server, mina):
    answer = server.ask("/", cookie=mina, headers=PAGE)
    scripts = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    inline = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inline]
    assert len(inline) == 1
    assert scripts["script-src"] == f"'self' blob: 'sha256-{hashes[0]}'"
    assert scripts["default-src"] == "'self'"
    assert "eval" not in answer.headers["content-security-policy"]


def test_the_page_is_ours_before_streamlit_s_first_script(server, mina):
    text = server.ask("/patients", cookie=mina, headers=PAGE | {"Accept-Encoding": "gzip"}).text
    assert text.index("/gate/guard.js") < text.index("./static/js/index")
    assert "<title>North &lt;Clinic&gt;</title>" in text
    assert "SourceSans" not in text.partition("</head>")[0]


def test_programs_may_be_kept_and_nothing_else(server, mina):
    assert "immutable" in server.ask(f"/static/js/{A_PROGRAM.name}", cookie=mina).headers["cache-control"]
    assert server.ask("/assets/door.css").headers["cache-control"] == "no-cache"


def test_the_sign_in_page_wears_the_clinic_s_name_and_logo_and_runs_no_script(server):
    answer = server.ask("/signin", headers=PAGE)
    assert "North &lt;Clinic&gt;" in answer.text
    assert f'src="{PICTURE}"' in answer.text
    assert "<script" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Synthetic" not in answer.text


# Starting


def test_without_a_store_the_server_says_what_to_do_and_ends(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", "0"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "CLINIC_DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "python -m clinic init" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
