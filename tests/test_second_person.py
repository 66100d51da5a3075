"""A PIN, and a second person's word at the same tablet, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update
from sqlmodel import select

from clinic import access, accounts, signing
from clinic.accounts import passwords, pins, second
from clinic.refused import BadInput, NotAllowed, Refused
from data_model import AccessSession, Account, Actor, AuditRow, database
from data_model.columns import now
from tests.people import PASSWORD, course, days_ago, patient, staff, treated

PIN = "395172"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture
def nora(both_stores) -> Actor:
    return staff("nurse", "nora")


@pytest.fixture
def mina(both_stores) -> Actor:
    return staff("clinician", "mina", may_prescribe=True)


def with_pin(actor: Actor, pin: str = PIN) -> Actor:
    with database(actor) as db:
        pins.set_pin(db, PASSWORD, pin)
    return actor


def account(actor: Actor) -> Account:
    with database(access.command_line("tests")) as db:
        return db.get(Account, actor.account_id)


def trail_of(verb: str) -> list[AuditRow]:
    with database(access.command_line("tests")) as db:
        return list(db.exec(select(AuditRow).where(AuditRow.verb == verb)))


# The PIN


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        ("12345", "has 6 digits"),
        ("1234567", "has 6 digits"),
        ("39517a", "has 6 digits"),
        ("٣٩٥١٧٢", "has 6 digits"),  # digits of another script are no key of a number pad
        ("111111", "too easy"),
        ("123456", "too easy"),
        ("567890", "too easy"),
        ("654321", "too easy"),
        ("121212", "too easy"),
        ("123123", "too easy"),
        (PIN, None),
        ("123457", None),
    ],
)
def test_a_pin_is_six_digits_and_not_the_first_guess(pin, said):
    problem = pins.problem(pin)
    assert (problem is None) if said is None else said in problem


def test_a_pin_is_kept_as_a_hash_and_named_in_the_trail_without_its_digits(nora):
    with_pin(nora)
    kept = account(nora)
    assert kept.pin_hash.startswith("$argon2id$")
    assert PIN not in kept.pin_hash
    (row,) = trail_of("set own PIN")
    assert row.actor == nora.name
    assert PIN not in str(row.model_dump())


def test_setting_or_removing_a_pin_wants_the_password(nora):
    for change in (lambda db: pins.set_pin(db, "wrong password", PIN), lambda db: pins.remove_pin(db, PIN)):
        with pytest.raises(Refused, match="The password is wrong"), database(nora) as db:
            change(db)
    assert account(nora).pin_hash is None
    assert account(nora).failures == 2
    with_pin(nora)
    with database(nora) as db:
        pins.remove_pin(db, PASSWORD)
        assert not pins.has_pin(db)


def test_a_reset_password_takes_the_pin_with_it(nora, operator):
    with_pin(nora)
    with database(operator) as db:
        accounts.reset_password(db, account(nora).key)
    assert account(nora).pin_hash is None


def test_a_pin_begins_no_access_session(nora):
    with_pin(nora)
    with pytest.raises(Refused, match="Wrong user name or password"):
        accounts.sign_in("nora", PIN)


# A second person


@pytest.mark.parametrize("secret", [PASSWORD, PIN])
def test_another_person_confirms_and_the_first_stays_signed_in(nora, mina, secret):
    with_pin(mina)
    token = accounts.sign_in("nora", PASSWORD).token
    key = accounts.access_of(token).key
    with database(accounts.actor_of(key)) as db:
        assert second.confirm_other(db, " Mina ", secret, right="prescribe").id == mina.account_id
    assert accounts.actor_of(key).name == nora.name
    with database(nora) as db:
        sessions = db.exec(select(AccessSession)).all()
    assert [(each.account_id, each.ended_at) for each in sessions] == [(nora.account_id, None)]
    (row,) = trail_of("confirmed as second")
    assert (row.actor, row.after["account"], row.after["right"]) == (nora.name, "mina", "prescribe")


def test_nobody_is_their_own_second_person(nora):
    with pytest.raises(Refused, match="A second person has to confirm: not you"), database(nora) as db:
        second.confirm_other(db, "nora", PASSWORD)


def test_who_lacks_the_right_cannot_confirm_with_a_right_password(nora, mina):
    staff("nurse", "otto")
    with pytest.raises(NotAllowed, match="Otto Test may not prescribe"), database(nora) as db:
        second.confirm_other(db, "otto", PASSWORD, right="prescribe")
    with database(nora) as db:
        assert second.confirm_other(db, "otto", PASSWORD, right="keep drug log").username == "otto"


def test_wrong_secrets_count_as_the_other_persons_failed_sign_ins(nora, mina):
    with_pin(mina)
    for wrong in (PIN[::-1], "wrong password", "", PIN + "0", "000000"):
        with pytest.raises(Refused, match="Nothing was confirmed"), database(nora) as db:
            second.confirm_other(db, "mina", wrong)
    with pytest.raises(Refused, match="locked"), database(nora) as db:
        second.confirm_other(db, "mina", PIN)
    with pytest.raises(Refused, match="locked"):
        accounts.sign_in("mina", PASSWORD)
    assert account(nora).failures == 0
    assert [row.after["account"] for row in trail_of("failed sign-in")] == ["mina"] * 5
    assert trail_of("confirmed as second") == []


def test_a_right_word_forgets_the_failures(nora, mina):
    with pytest.raises(Refused), database(nora) as db:
        second.confirm_other(db, "mina", "wrong password")
    with database(nora) as db:
        second.confirm_other(db, "mina", PASSWORD)
    assert account(mina).failures == 0


def test_strangers_former_colleagues_and_temporary_passwords_confirm_nothing(nora, mina, operator):
    with database(operator) as db:
        accounts.create(db, username="tess", name="Tess New", role="nurse", password=PASSWORD)
        accounts.change(db, account(mina).key, active=False)
    for username, said in (("nobody", "Wrong user name"), ("mina", "Wrong user name"), ("tess", "temporary")):
        with pytest.raises(Refused, match=said), database(nora) as db:
            second.confirm_other(db, username, PASSWORD)


def test_one_confirms_for_oneself_by_password_or_pin(nora):
    with_pin(nora)
    for secret in (PIN, PASSWORD):
        with database(nora) as db:
            assert second.confirm_own(db, secret).id == nora.account_id
    with pytest.raises(Refused, match="Nothing was confirmed"), database(nora) as db:
        second.confirm_own(db, "wrong password")
    assert account(nora).failures == 1


def test_six_digits_without_a_pin_are_a_wrong_password(nora, mina):
    with pytest.raises(Refused, match="Nothing was confirmed"), database(nora) as db:
        second.confirm_other(db, "mina", PIN)


def test_the_choice_holds_who_has_the_right_and_still_works_here(nora, mina, operator):
    otto = staff("nurse", "otto")
    staff("clinician", "pia")
    staff("auditor", "una")
    with database(operator) as db:
        accounts.change(db, account(otto).key, active=False)
    with database(nora) as db:
        assert second.who_may(db, "prescribe") == [("mina", "Mina Test", "clinician")]
        keepers = second.who_may(db, "keep drug log", without=nora.account_id)
    assert [username for username, _, _ in keepers] == ["mina", "pia"]


def test_a_lock_that_is_over_lets_confirm_again(nora, mina, operator):
    with database(operator) as db:
        db.exec(update(Account).values(failures=5, locked_until=now() - timedelta(seconds=1)))
    with database(nora) as db:
        assert second.confirm_other(db, "mina", PASSWORD)


def test_a_pin_that_will_not_do_is_not_kept(nora):
    with pytest.raises(BadInput, match="too easy"), database(nora) as db:
        pins.set_pin(db, PASSWORD, "123456")
    assert account(nora).pin_hash is None


def test_a_pin_signs_no_record(nora):
    """Signing wants the password, whoever has a PIN."""
    with_pin(nora)
    with database(access.command_line("tests")) as db:
        ada = patient(db)
        course(db, ada)
    with database(nora) as db:
        key = treated(db, ada, days_ago(1)).key
    meaning = next(iter(signing.MEANINGS))
    with pytest.raises(Refused, match="The password is wrong"), database(nora) as db:
        signing.sign(db, key, PIN, meaning)
    with database(nora) as db:
        assert signing.sign(db, key, PASSWORD, meaning).account_id == nora.account_id
