"""Half-filled forms whose truth is a row in the store: seeded from it once, written back every few seconds.

Widgets use `on_change="ignore"`: typing causes no rerun, and the timer's fragment collects what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

EVERY = "2s"


def seed(values: Mapping[str, Any]) -> None:
    """Puts stored values under the widgets' keys before the widgets are drawn. What this browser already has
    is newer than the store and stays."""
    for name, value in values.items():
        st.session_state.setdefault(name, value)


def typed(names: Mapping[str, str]) -> dict[str, Any]:
    """field -> what the widget of that key says now."""
    return {field: st.session_state.get(name) for field, name in names.items()}
