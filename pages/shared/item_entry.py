"""The rows of a questionnaire, made for the keyboard: a digit answers the item in focus and goes to the next.

A component of our own because nine radio widgets would want two keys an item and a rerun each.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import streamlit as st

from clinic.instruments import Instrument, Item

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "clinic_item_entry",
    html='<div class="items"></div>',
    css=(_HERE / "item_entry.css").read_text(encoding="utf-8"),
    js=(_HERE / "item_entry.js").read_text(encoding="utf-8"),
)
# From so many characters, or so many answers with words, the answers of an item stand below each other.
LONG, MANY = 26, 5


def item_entry(
    instrument: Instrument, answers: dict[str, int | str], *, key: str
) -> tuple[dict[str, int | str | None], bool]:
    """Draws the items and returns (answers so far, whether Enter asked to save).

    Digits answer and go on, "-" takes an answer back, arrows move, Enter saves. Every change reaches the
    server at once, so that the caller can store it. A question that is asked only after a yes appears with
    that yes, and goes with its answer when the yes is taken back.
    """
    key = key.replace("_", "=")  # Streamlit refuses two underscores in a row, which a random key may have
    state = st.session_state.get(key)
    now: dict[str, Any] = dict((state or {}).get("answers") or answers)
    result = _component(
        key=key,
        data={
            "stem": instrument.stem,
            "headings": list(instrument.columns.values()),
            "rows": rows(instrument),
            "answers": now,
        },
        default={"answers": answers},
        on_answers_change=_nothing,
        on_save_change=_nothing,
    )
    return dict(result.answers or {}), bool(result.save)


def rows(instrument: Instrument) -> list[dict[str, Any]]:
    """One row for each number of the form: one item, or several that are rated side by side. Of a pair of which
    one is answered each row says so."""
    either = {item: pair for pair in instrument.one_of for item in pair}
    grouped: dict[int | str, list[Item]] = {}
    for item in instrument.items:
        grouped.setdefault(item.number if instrument.columns else item.id, []).append(item)
    return [_row(instrument, items, either) for items in grouped.values()]


def _row(instrument: Instrument, items: list[Item], either: dict[str, tuple[str, str]]) -> dict[str, Any]:
    number = {item.id: item.number for item in instrument.items}
    first = items[0]
    other = next((name for name in either.get(first.id, ()) if name != first.id), None)
    return {
        "label": _label(first.number, _together(items) if len(items) > 1 else first.text),
        "note": f"Answer this or {number[other]}, not both." if other else "",
        "items": [_item(instrument, item) for item in items],
    }


def _label(number: int, text: str) -> str:
    """`5. mood` of `Item 5 (mood)`, `Item 5` and `Situation 5 (social)` as they are: the number stands there once."""
    if text.startswith(f"Situation {number} "):
        return text
    named = re.fullmatch(rf"(?:Item|Dimension) {number}(?: \((.*)\))?", text)
    if named is None:
        return f"{number}. {text}"
    return f"{number}. {named[1]}" if named[1] else text


def _together(items: list[Item]) -> str:
    """What the texts of items of one row begin with: `Situation 1 (performance)`."""
    texts = [item.text for item in items]
    common = next(n for n in range(len(texts[0]), -1, -1) if all(t.startswith(texts[0][:n]) for t in texts))
    return re.sub(r"[\s,;:–-]+$", "", texts[0][:common]) or texts[0]


def _item(instrument: Instrument, item: Item) -> dict[str, Any]:
    options = [[value, "" if label == str(value) else label] for value, label in item.options]
    labels = [label for _, label in options if label]
    return {
        "id": item.id,
        "kind": item.kind,
        "options": options,
        "range": [item.minimum, item.maximum],
        "anchors": list(item.anchors),
        "tall": len(labels) > MANY or (len(labels) > 2 and max(map(len, labels)) > LONG),
        "aside": item.as_blank if item.as_blank is not None else item.not_assessed,
        "ask": item.id == instrument.suicide_item,
        "after": item.ask_if,
        "heading": instrument.columns.get(re.sub(r"[0-9]", "", item.id), ""),
    }


def _nothing() -> None:
    """A change reruns the part of the page around the component; there is nothing more to do."""
