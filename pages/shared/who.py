"""Who is looking at the page: the actor behind the access key that the gate put on this connection."""

from __future__ import annotations

import streamlit as st

from clinic import accounts
from data_model import Actor


def actor() -> Actor | None:
    """None for a stranger, and from the next action on for an account that was ended or locked.

    Only the gate can set the key (it strips what a browser sends under that name), so it can be trusted.
    """
    key = st.user.get("access")
    return accounts.actor_of(key) if key else None
