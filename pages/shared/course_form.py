"""What is asked when a course of care starts; the same fields wherever it is started."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from clinic import episodes, instruments
from data_model.episodes import Indication
from pages.shared import clock


def fields(key: Callable[[str], str], indication: Indication | None = None) -> dict[str, Any]:
    """The named arguments of `episodes.start`; `key` makes a widget's key of its name."""
    listed = list(Indication)
    with st.grid(2, min_column_width=260):
        chosen = st.selectbox(
            "For",
            listed,
            listed.index(indication) if indication else 0,
            format_func=lambda i: i.value,
            key=key("indication"),
        )
        led = episodes.leading(chosen)
        catalogue = instruments.catalogue()
        primary = st.selectbox(
            "Primary scale",
            sorted(catalogue, key=lambda name: (name != led.id, catalogue[name].title)),
            format_func=lambda name: catalogue[name].title,
            key=key(f"scale {chosen}"),
        )
        consent_on = st.date_input(
            "Consent given on",
            None,
            clock.EARLIEST,
            clock.LATEST,
            format="DD/MM/YYYY",
            key=key("consent on"),
        )
        consent_to = st.text_input("Consent to", "ketamine treatment", key=key("consent to"))
    goal = st.text_input("One goal in the patient's own words", key=key("goal"))
    return {
        "indication": chosen,
        "primary_instrument": primary,
        "consent_on": consent_on,
        "consent_to": consent_to,
        "goal": goal or None,
    }
