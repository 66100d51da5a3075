"""Accounts, passwords and access sessions, on both databases."""

from __future__ import annotations

import statistics
import threading
import time
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import update
from sqlmodel import select

from clinic import access, accounts, settings, trail
from clinic.accounts import passwords, signing_in
from clinic.refused import BadInput, NotAllowed, NotFound, Refused
from data_model import AccessSession, Account, Actor, AuditRow, database
from data_model.accounts import Role
from data_model.columns import now

PHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """argon2 with little memory; the tests of its cost take the real one."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture
def mina(both_stores, operator) -> Account:
    return made(operator, "mina", "Mina Lee", "clinician")


@pytest.fixture
def ada(operator) -> Account:
    return made(operator, "ada", "Ada Root", "administrator")


def made(operator: Actor, username: str, name: str, role: str, **more) -> Account:
    with database(operator) as db:
        fields = {"password": PHRASE, "must_change_password": False} | more
        return accounts.create(db, username=username, name=name, role=role, **fields)[0]


def signed_in(username: str, password: str = PHRASE) -> str:
    return accounts.sign_in(username, password, address="127.0.0.1", browser="test").token


def actor_of(account: Account) -> Actor:
    token = signed_in(account.username)
    return accounts.actor_of(accounts.access_of(token).key)


def verbs(operator: Actor) -> list[str]:
    with database(operator) as db:
        return list(db.exec(select(AuditRow.verb).order_by(AuditRow.id)))


def age(operator: Actor, **since) -> None:
    """Sets every access session's last action so far back."""
    with database(operator) as db:
        db.exec(update(AccessSession).values(last_seen_at=now() - timedelta(**since)))


# Signing in


def test_a_person_signs_in_and_is_the_actor_of_their_pages(mina):
    token = signed_in(" Mina ")  # as typed on a phone: capital letter, space after it
    held = accounts.access_of(token)
    actor = accounts.actor_of(held.key)
    assert (actor.name, actor.role, actor.account_id) == ("Mina Lee", "clinician", mina.id)
    assert "record assessments" in actor.rights
    assert not held.must_change_password
    assert held.idle_left_seconds == pytest.approx(15 * 60, abs=5)


def test_the_secret_is_in_no_table(mina, operator):
    token = signed_in("mina")
    with database(operator) as db:
        row = db.exec(select(AccessSession)).one()
        everything = str([audit.model_dump() for audit in db.exec(select(AuditRow))]) + str(row.model_dump())
    assert token not in everything
    assert row.token_hash not in str(accounts.access_of(token))


def test_nobody_gets_in_with_a_made_up_or_an_empty_cookie(mina):
    for nobody in (None, "", "made-up"):
        assert accounts.access_of(nobody) is None
        assert accounts.actor_of(nobody) is None
        assert accounts.touch(nobody) is False
    assert accounts.actor_of(accounts.access_of(signed_in("mina")).key) is not None


def test_a_wrong_password_an_unknown_name_and_a_former_colleague_hear_the_same(mina, operator):
    made(operator, "gus", "Gus Gone", "nurse")
    with database(operator) as db:
        accounts.change(db, db.exec(select(Account.key).where(Account.username == "gus")).one(), active=False)
    said = set()
    for username, password in (("mina", "wrong password"), ("nobody", PHRASE), ("gus", PHRASE)):
        with pytest.raises(Refused) as refusal:
            accounts.sign_in(username, password)
        said.add(str(refusal.value))
    assert said == {"Wrong user name or password."}


def test_passwords_are_hashed_as_rfc_9106_recommends():
    """Section 4, second recommended option: argon2id, 3 passes, 4 lanes, 64 MiB."""
    with pytest.MonkeyPatch.context() as real:
        real.setattr(passwords, "_hasher", PasswordHasher())
        kept = passwords.hashed(PHRASE)
        assert extract_parameters(kept) == RFC_9106_LOW_MEMORY
        assert not passwords.outdated(kept)


def test_an_unknown_name_takes_as_long_as_a_wrong_password(mina, operator, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher())
    made(operator, "nora", "Nora Weiss", "nurse")

    def seconds(username: str) -> float:
        started = time.perf_counter()
        with pytest.raises(Refused):
            accounts.sign_in(username, "wrong password")
        return time.perf_counter() - started

    seconds("nobody")  # the first one makes the hash that nobody's password is compared with
    unknown, wrong = (min(seconds(name) for _ in range(3)) for name in ("nobody", "nora"))
    assert 1 / 3 < unknown / wrong < 3  # without the work it is below 0.1


def test_what_happens_at_the_door_is_in_the_trail(mina, operator):
    token = signed_in("mina")
    with pytest.raises(Refused):
        accounts.sign_in("mina", "wrong password")
    accounts.sign_out(token)
    assert verbs(operator)[1:] == ["signed in", "failed sign-in", "signed out"]
    with database(operator) as db:
        rows = {row.verb: row for row in db.exec(select(AuditRow))}
    assert (rows["signed in"].actor, rows["signed in"].account_id) == ("Mina Lee", mina.id)
    assert rows["failed sign-in"].actor == "front door"
    assert rows["failed sign-in"].after["account"] == "mina"


def test_an_unknown_name_is_not_kept_because_it_may_be_a_password(mina, operator):
    with pytest.raises(Refused):
        accounts.sign_in("hunter2-typed-too-early", "x")
    with database(operator) as db:
        assert "hunter2" not in str([row.model_dump() for row in db.exec(select(AuditRow))])


# The lock after failures


def test_the_fifth_failure_locks_the_account_for_five_minutes(mina, operator):
    for _ in range(5):
        with pytest.raises(Refused, match="Wrong user name or password"):
            accounts.sign_in("mina", "wrong password")
    with pytest.raises(Refused, match="locked for 5 minutes"):
        accounts.sign_in("mina", PHRASE)
    assert "locked" in verbs(operator)
    with database(operator) as db:
        assert accounts.listing(db).locked.tolist() == [True]
        db.exec(update(Account).values(locked_until=now() - timedelta(seconds=1)))
    assert accounts.access_of(signed_in("mina"))


def test_after_the_lock_the_count_begins_again(mina, operator):
    with database(operator) as db:
        db.exec(update(Account).values(failures=5, locked_until=now() - timedelta(seconds=1)))
    for _ in range(2):
        with pytest.raises(Refused, match="Wrong user name or password"):
            accounts.sign_in("mina", "wrong password")
    with database(operator) as db:
        assert db.exec(select(Account.failures)).one() == 2


def test_a_weak_old_hash_is_renewed_at_the_next_sign_in(mina, operator, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher())
    signed_in("mina")
    with database(operator) as db:
        assert extract_parameters(db.exec(select(Account.password_hash)).one()) == RFC_9106_LOW_MEMORY
    assert signed_in("mina")


def test_a_right_password_forgets_the_failures(mina, operator):
    for _ in range(4):
        with pytest.raises(Refused):
            accounts.sign_in("mina", "wrong password")
    signed_in("mina")
    with database(operator) as db:
        assert db.exec(select(Account.failures)).one() == 0


def test_guesses_sent_at_once_are_still_five(mina, monkeypatch):
    """Each guess is counted before the password is looked at."""
    looked_at = []
    monkeypatch.setattr(passwords, "matches", lambda *_: looked_at.append(1) or time.sleep(0.05))

    def guess() -> None:
        with pytest.raises(Refused):
            accounts.sign_in("mina", "wrong password")

    guesses = [threading.Thread(target=guess) for _ in range(12)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()
    assert len(looked_at) == signing_in.FAILURES


# Being signed in


def test_after_the_idle_time_the_session_opens_nothing_until_it_is_unlocked(mina, operator):
    token = signed_in("mina")
    age(operator, minutes=14, seconds=50)
    key = accounts.access_of(token).key
    age(operator, minutes=15, seconds=1)
    assert accounts.actor_of(key) is None
    assert accounts.access_of(token) is None
    age(operator, seconds=0)
    assert accounts.access_of(token) is None
    assert verbs(operator).count("locked") == 1
    accounts.unlock(token, PHRASE)
    assert accounts.actor_of(key).name == "Mina Lee"


def test_doing_something_puts_the_idle_lock_off(mina, operator):
    token = signed_in("mina")
    age(operator, minutes=14)
    assert accounts.touch(token)
    assert accounts.access_of(token).idle_left_seconds > 14 * 60


def test_the_idle_time_is_a_setting_and_counts_at_once(mina, operator):
    token = signed_in("mina")
    age(operator, minutes=6)
    with database(operator) as db:
        settings.change(db, idle_minutes=5)
    assert accounts.access_of(token) is None


def test_a_heartbeat_leaves_no_row_in_the_trail(mina, operator):
    token = signed_in("mina")
    age(operator, minutes=1)
    before = len(verbs(operator))
    assert accounts.touch(token)
    assert len(verbs(operator)) == before


def test_signing_out_ends_this_session_and_no_other(mina):
    here, there = signed_in("mina"), signed_in("mina")
    accounts.sign_out(here)
    assert accounts.access_of(here) is None
    assert accounts.access_of(there)


def test_asking_who_is_there_takes_less_than_a_rerun(sqlite_store, operator):
    """Each message of every browser asks. A rerun of a page takes about 15 ms."""
    made(operator, "mina", "Mina Lee", "clinician")
    token = signed_in("mina")
    accounts.access_of(token)
    took = []
    for _ in range(50):
        started = time.perf_counter()
        accounts.access_of(token)
        took.append(time.perf_counter() - started)
    assert statistics.median(took) < 0.005


# Keeping accounts


def test_a_temporary_password_can_be_read_out_and_must_be_changed(mina, operator):
    with database(operator) as db:
        _, temporary = accounts.create(db, username="nora", name="Nora Weiss", role="nurse")
    assert all(part.isalpha() or part.isdigit() for part in temporary.split("-"))
    assert passwords.problem(temporary, "nora") is None
    assert accounts.sign_in("nora", temporary).must_change_password


BAD_ACCOUNTS = [
    ({"username": "m"}, "2 to 40 letters"),
    ({"username": "mina lee"}, "2 to 40 letters"),
    ({"username": "MINA"}, "already an account"),
    ({"name": " "}, "needs the person's name"),
    ({"role": "boss"}, "no role called “boss”"),
    ({"role": "nurse", "may_prescribe": True}, "Only a clinician"),
    ({"role": "nurse", "sees_names": True}, "Only a lead"),
    ({"password": "short"}, "at least 12"),
    ({"password": "Nora.Weiss-1", "username": "nora.weiss-1"}, "must not be the user name"),
]


def test_an_account_that_will_not_do_is_refused_in_a_sentence(mina, operator):
    good = {"username": "nora", "name": "Nora Weiss", "role": "nurse"}
    for fields, said in BAD_ACCOUNTS:
        with pytest.raises(BadInput, match=said), database(operator) as db:
            accounts.create(db, **good | fields)
    with database(operator) as db:
        assert len(accounts.listing(db)) == 1


def test_only_an_administrator_keeps_accounts(mina, ada):
    for keep in (
        lambda db: accounts.create(db, username="x1", name="X", role="nurse"),
        lambda db: accounts.change(db, mina.key, name="X"),
        lambda db: accounts.reset_password(db, mina.key),
        accounts.listing,
    ):
        with pytest.raises(NotAllowed), database(actor_of(mina)) as db:
            keep(db)
    with database(actor_of(ada)) as db:
        assert accounts.listing(db).username.tolist() == ["ada", "mina"]


def test_who_is_deactivated_is_out_at_once_and_everywhere(mina, ada, operator):
    tokens = [signed_in("mina"), signed_in("mina")]
    key = accounts.access_of(tokens[0]).key
    with database(operator) as db:
        accounts.change(db, mina.key, active=False)
    assert [accounts.access_of(token) for token in tokens] == [None, None]
    assert accounts.actor_of(key) is None
    assert accounts.why_ended(tokens[0]) == "account deactivated"
    with database(operator) as db:
        accounts.change(db, mina.key, active=True)
    assert accounts.access_of(tokens[0]) is None  # coming back does not bring old cookies back


def test_a_changed_role_counts_at_the_next_action(mina, operator):
    token = signed_in("mina")
    with database(operator) as db:
        accounts.change(db, mina.key, role="auditor")
    actor = accounts.actor_of(accounts.access_of(token).key)
    assert "see audit" in actor.rights
    assert "record assessments" not in actor.rights


def test_the_right_to_prescribe_goes_with_the_role(mina, operator):
    with database(operator) as db:
        accounts.change(db, mina.key, may_prescribe=True)
    with pytest.raises(BadInput, match="Only a clinician"), database(operator) as db:
        accounts.change(db, mina.key, role="nurse")
    with database(operator) as db:
        accounts.change(db, mina.key, role="nurse", may_prescribe=False)
        assert db.get(Account, mina.id).role is Role.NURSE


@pytest.mark.parametrize("fields", [{"active": False}, {"role": "nurse"}])
def test_the_last_administrator_stays(mina, ada, operator, fields):
    with pytest.raises(Refused, match="last active administrator"), database(actor_of(ada)) as db:
        accounts.change(db, ada.key, **fields)
    made(operator, "eve", "Eve Root", "administrator")
    with database(operator) as db:
        accounts.change(db, ada.key, **fields)
        assert accounts.listing(db).query("role == 'administrator' and active").username.tolist() == ["eve"]


def test_two_administrators_cannot_demote_each_other_at_once(mina, ada, operator):
    eve = made(operator, "eve", "Eve Root", "administrator")
    both_have_read = threading.Barrier(2, timeout=10)
    refused = []

    def demote(account: Account) -> None:
        try:
            with database(operator) as db:
                accounts.listing(db)
                both_have_read.wait()
                accounts.change(db, account.key, role="nurse")
        except Refused:
            refused.append(account.username)

    demoting = [threading.Thread(target=demote, args=(account,)) for account in (ada, eve)]
    for one in demoting:
        one.start()
    for one in demoting:
        one.join()
    assert len(refused) == 1
    with database(operator) as db:
        assert len(accounts.listing(db).query("role == 'administrator'")) == 1


def test_what_is_no_ones_to_change_is_not_changed(mina, operator):
    with pytest.raises(BadInput, match="password_hash"), database(operator) as db:
        accounts.change(db, mina.key, password_hash="x")
    with pytest.raises(NotFound), database(operator) as db:
        accounts.change(db, "no such key", name="X")


def test_a_reset_password_signs_out_unlocks_and_must_be_changed(mina, operator):
    token = signed_in("mina")
    with database(operator) as db:
        db.exec(update(Account).values(failures=5, locked_until=now() + timedelta(minutes=5)))
    with database(operator) as db:
        temporary = accounts.reset_password(db, mina.key)
    assert accounts.access_of(token) is None
    assert accounts.sign_in("mina", temporary).must_change_password
    assert "reset password" in verbs(operator)


# One's own account


def test_a_person_changes_their_own_password(mina, operator):
    elsewhere = signed_in("mina")
    me = actor_of(mina)
    with database(me) as db:
        accounts.change_own_password(db, PHRASE, "another good sentence")
    assert accounts.access_of(elsewhere) is None
    with database(operator) as db:
        mine = db.get(AccessSession, me.access_session_id)
    assert mine.ended_at is None
    with pytest.raises(Refused):
        accounts.sign_in("mina", PHRASE)
    assert signed_in("mina", "another good sentence")
    assert "changed own password" in verbs(operator)


BAD_CHANGES = [
    ("wrong password", "another good sentence", "current password is wrong"),
    (PHRASE, "short", "at least 12"),
    (PHRASE, PHRASE, "is the old one"),
    (PHRASE, "x" * 201, "at most 200"),
]


def test_a_new_password_that_will_not_do_is_refused(mina):
    me = actor_of(mina)
    for old, new, said in BAD_CHANGES:
        with pytest.raises(Refused, match=said), database(me) as db:
            accounts.change_own_password(db, old, new)
    assert signed_in("mina")


def test_the_old_password_cannot_be_guessed_at_an_unlocked_screen(mina):
    me = actor_of(mina)
    for _ in range(5):
        with pytest.raises(Refused, match="wrong"), database(me) as db:
            accounts.change_own_password(db, "wrong password", "another good sentence")
    with pytest.raises(Refused, match="locked"), database(me) as db:
        accounts.change_own_password(db, PHRASE, "another good sentence")


def test_a_password_is_the_same_however_the_keyboard_composes_it(mina, operator):
    composed, decomposed = "caf\u00e9 au lait doux", "cafe\u0301 au lait doux"
    made(operator, "zoe", "Zoé", "nurse", password=composed)
    assert signed_in("zoe", decomposed)


def test_a_preference_follows_the_person(mina, operator):
    with database(actor_of(mina)) as db:
        accounts.set_preference(db, "first page", "patients")
        accounts.set_preference(db, "days", "90")
        accounts.set_preference(db, "days", None)
    assert dict(actor_of(mina).preferences) == {"first page": "patients"}


def test_the_trail_can_be_read_by_who_may(mina, ada):
    me = actor_of(ada)
    with database(me) as db:
        rows, _ = trail.listing(db, verb="signed in")
    assert rows.who.tolist() == ["Ada Root"]
    assert access.can(me, "see audit")
