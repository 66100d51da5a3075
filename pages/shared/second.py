"""A second person confirms at the same tablet: who, and their own password or PIN."""

from __future__ import annotations

import streamlit as st

from clinic.accounts import second
from data_model import database
from pages.shared import who
from pages.shared.words import as_typed


def ask(label: str, right: str | None, key: str) -> tuple[str, str] | None:
    """A choice of the colleagues who have this right, one field for a secret, and a button that says `label`.

    (user name, secret) in the run in which the button was pressed, otherwise None; what to do with them is
    `clinic.accounts.second.confirm_other`'s, before anything is written. The secret is in the session's state no
    more once this returned, and the field is empty again, so that nobody finds it who opens the same place later.
    """
    actor = who.actor()
    with database(actor) as db:
        people = {one[0]: one[1:] for one in second.who_may(db, right, without=actor.account_id)}
    if not people:
        st.text(f"Nobody else here may {right}." if right else "Nobody else works here.")
        return None
    with st.form(f"{key}:second", clear_on_submit=True, border=False):
        username = st.selectbox(
            "Who confirms",
            list(people),
            index=0 if len(people) == 1 else None,
            format_func=lambda one: " · ".join(people[one]),
            placeholder="Choose a colleague",
            key=f"{key}:who",
        )
        secret = st.text_input(
            "Their password or PIN", type="password", autocomplete="off", key=f"{key}:secret"
        )
        st.caption(f"{as_typed(actor.name)} stays signed in.")
        pressed = st.form_submit_button(label, type="primary")
    if not pressed:
        return None
    del st.session_state[f"{key}:secret"]
    return _complete(username, secret)


def _complete(username: str | None, secret: str) -> tuple[str, str] | None:
    if username and secret:
        return username, secret
    st.error(
        "Choose who confirms." if not username else "Their password or PIN is missing.",
        icon=":material/error:",
    )
    return None
