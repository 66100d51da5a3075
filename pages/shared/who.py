"""Who is looking at the page: the actor behind the access key that the gate put on this connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from clinic import accounts, patients
from clinic.access import can
from data_model import Actor, database

_of_this_run: ContextVar[Actor | None] = ContextVar("actor of this run", default=None)


def actor() -> Actor | None:
    """None for a stranger, and from the next action on for an account that was ended or locked.

    Only the gate can set the key (it strips what a browser sends under that name), so it can be trusted.
    Looked up anew in each run; a page need not repeat what the menu has just asked.
    """
    return _of_this_run.get() or accounts.actor_of(st.user.get("access"))


@contextmanager
def looking(actor: Actor) -> Iterator[None]:
    """Inside, which is the rest of one run, `actor` is who is looking."""
    found = _of_this_run.set(actor)
    try:
        yield
    finally:
        _of_this_run.reset(found)


SWITCH = "privacy mode"


def privacy(actor: Actor) -> None:
    """The switch that hides names from whoever looks over a shoulder; nobody without names needs it."""
    if actor.account_id is None or not can(actor, "see names"):
        return
    st.session_state[SWITCH] = patients.private(actor)
    st.toggle(
        "Privacy mode",
        key=SWITCH,
        on_change=_switched,
        help="Initials, record number and year of birth instead of names: on lists, patients' pages, figures, "
        "downloads and prints. The full name stays where the right person has to be told from others: on the page of a "
        "treatment (order, start, leaving, signing), where a patient is registered or moved, and on the REMS form. "
        "What somebody wrote into a note is shown as written.",
    )


def _switched() -> None:
    with database(actor()) as db:
        patients.keep_private(db, st.session_state[SWITCH])
