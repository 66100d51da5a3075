"""What a printed sheet is made of, before anybody typesets it: sections of blocks, down to single cells.

Everything is plain data that fits into JSON; HTML and PDF are drawn from the same. What was typed by people stays
text: nothing here is markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NOT_RECORDED = "not recorded"
# Controls, and what turns the direction of the text after it: shown by their code.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")

Cell = dict[str, Any]
Block = dict[str, Any]


def printable(text: object) -> str:
    """The text as it was typed, with codes in place of what would not show or would turn the line around."""
    plain = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub(lambda found: code(found.group()), plain)


def code(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def cell(text: object = None, *, old: Iterable[object] = (), strong: bool = False) -> Cell:
    """One value. None or "" is not recorded, and says so; `old` is what stood there before, struck through."""
    missing = text is None or text == ""
    return {
        "text": NOT_RECORDED if missing else printable(text),
        "missing": missing,
        "old": [NOT_RECORDED if each in (None, "") else printable(each) for each in old],
        "strong": strong,
    }


def nothing() -> Cell:
    """A cell in which nothing belongs: empty, which is not the same as not recorded."""
    return cell(" ")


def section(title: str, *blocks: Block | None) -> dict[str, Any]:
    return {"title": title, "blocks": [block for block in blocks if block]}


def facts(*pairs: tuple[str, Cell]) -> Block:
    return {"kind": "facts", "facts": [{"label": label, "value": value} for label, value in pairs]}


def says(text: str, *, loud: bool = False) -> Block:
    """A sentence; `loud` ones stand in a frame."""
    return {"kind": "says", "text": printable(text), "loud": loud}


def figure(svg: str, alt: str) -> Block:
    return {"kind": "figure", "svg": svg, "alt": alt}


def table(
    title: str,
    columns: Mapping[str, float],
    rows: Sequence[tuple[str, Sequence[Cell]]],
    *,
    empty: str = "",
    note: str = "",
) -> Block | None:
    """`columns` are headings and their share of the width. A row is its mark ("", "amber", "grave") and its cells.
    Without rows the sentence `empty` stands there instead, or nothing."""
    if not rows:
        return says(empty) if empty else None
    return {
        "kind": "table",
        "title": title,
        "headings": list(columns),
        "widths": list(columns.values()),
        "rows": [{"mark": mark, "cells": list(cells)} for mark, cells in rows],
        "note": printable(note),
    }
