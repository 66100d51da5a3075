"""The rows of a questionnaire, made for the keyboard: a digit answers the item in focus and goes to the next.

A component of our own because nine radio widgets would want two keys an item and a rerun each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from clinic.instruments import Instrument

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "clinic_item_entry",
    html='<div class="items"></div>',
    css=(_HERE / "item_entry.css").read_text(encoding="utf-8"),
    js=(_HERE / "item_entry.js").read_text(encoding="utf-8"),
)


def item_entry(
    instrument: Instrument, answers: dict[str, int], *, key: str
) -> tuple[dict[str, int | None], bool]:
    """Draws the items and returns (answers so far, whether Enter asked to save).

    Digits answer and go on, "-" takes an answer back, arrows move, Enter saves. Every change reaches the
    server at once, so that the caller can store it.
    """
    state = st.session_state.get(key)
    now: dict[str, Any] = dict((state or {}).get("answers") or answers)
    result = _component(
        key=key,
        data={
            "stem": instrument.stem,
            "items": [
                {
                    "id": item.id,
                    "number": str(item.number),
                    "text": item.text,
                    "options": [[value, label] for value, label in item.options],
                    "ask": item.id == instrument.suicide_item,
                }
                for item in instrument.items
            ],
            "answers": now,
        },
        default={"answers": answers},
        on_answers_change=_nothing,
        on_save_change=_nothing,
    )
    return dict(result.answers or {}), bool(result.save)


def _nothing() -> None:
    """A change reruns the part of the page around the component; there is nothing more to do."""
