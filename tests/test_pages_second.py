"""The part of a page where a second person confirms, as Streamlit runs it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from data_model import Actor
from tests.people import PASSWORD, access_key, staff


@pytest.fixture
def nora(sqlite_store) -> Actor:
    return staff("nurse", "nora")


def asked(nora: Actor, right: str | None = "prescribe") -> AppTest:
    test = AppTest.from_string(
        f"""
import streamlit as st
from clinic.accounts import second
from data_model import database
from pages.shared import refusals, who
from pages.shared.second import ask

with refusals.in_words():
    given = ask("Confirm", {right!r}, "of:one")
    if given:
        with database(who.actor()) as db:
            confirmed = second.confirm_other(db, *given, right={right!r})
        st.text(f"confirmed by {{confirmed.name}} beside {{who.actor().name}}")
"""
    )
    test.user = {"access": access_key(nora)}
    return test.run()


def confirmed(test: AppTest, username: str | None, secret: str) -> list[str]:
    """What the page says after that choice and that secret."""
    if username:
        test.selectbox[0].select(username)
    test.text_input[0].input(secret)
    test.button[0].click().run()
    assert not test.exception
    return [one.value for one in (*test.text, *test.error)]


def kept(test: AppTest) -> str:
    """Everything that the session still holds, the field's value among it."""
    return str(test.session_state._state.filtered_state)


def test_a_colleague_with_the_right_confirms_and_the_nurse_stays(nora):
    for username in ("mina", "max"):
        staff("clinician", username, may_prescribe=True)
    staff("clinician", "pia")
    test = asked(nora)
    assert test.selectbox[0].options == ["Max Test · clinician", "Mina Test · clinician"]
    assert test.selectbox[0].value is None
    assert confirmed(test, "mina", PASSWORD) == ["confirmed by Mina Test beside Nora Test"]
    assert PASSWORD not in kept(test)


def test_a_wrong_secret_is_a_sentence_and_is_not_kept(nora):
    staff("clinician", "mina", may_prescribe=True)
    test = asked(nora)
    assert "Nothing was confirmed" in confirmed(test, None, "guessed it here")[0]
    assert "guessed it here" not in kept(test)


def test_what_is_missing_is_said(nora):
    for username in ("mina", "max"):
        staff("clinician", username, may_prescribe=True)
    test = asked(nora)
    assert confirmed(test, None, PASSWORD) == ["Choose who confirms."]
    assert confirmed(test, "mina", "") == ["Their password or PIN is missing."]


def test_where_nobody_else_has_the_right_it_says_so(nora):
    test = asked(nora)
    assert [one.value for one in test.text] == ["Nobody else here may prescribe."]
    assert not test.text_input
