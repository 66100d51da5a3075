"""Who is looking at the page: the actor behind the access key that the gate put on this connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from clinic import accounts
from data_model import Actor

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
