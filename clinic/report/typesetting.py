"""From data to PDF: a typst template that is given the data as JSON, so that nothing in it is ever read as markup.

No font of the computer, no package and no network is used; a letter that our fonts lack is printed as its code.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import typst

from clinic.report.cells import code

ROOM = Path(__file__).parents[1]  # a template may import from any folder of clinic/, and from nowhere else
TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(__file__).parent / "fonts"
# Words longer than this many letters may be broken anywhere; a table's cells are narrow, the footer is not.
LONGEST = {"cells": 15, "facts": 24, "lines": 40, "stamp": 200}
_INVISIBLE = set("\n\t\u00a0\u200b\u200c\u200d\u200e\u200f")


def pdf(template: str | Path, data: dict[str, Any]) -> bytes:
    """A template is a file of TEMPLATES, or the whole path of one elsewhere in this room.

    Tagged, with its title and the pictures in words: PDF/UA-1. A text that this standard refuses must not keep
    a record from being printed: it is then made without the standard's name on it."""
    try:
        return accessible(template, data)
    except typst.TypstError:
        return typst.compile(str(TEMPLATES / template), format="pdf", **_given(data))


def accessible(template: str | Path, data: dict[str, Any]) -> bytes:
    """Raises TypstError for a text that a font cannot set, among others."""
    return typst.compile(str(TEMPLATES / template), format="pdf", pdf_standards=["ua-1"], **_given(data))


def pictures(template: str | Path, data: dict[str, Any], ppi: float = 100) -> list[bytes]:
    """The same pages as PNG, to look at."""
    made = typst.compile(str(TEMPLATES / template), format="png", ppi=ppi, **_given(data))
    return made if isinstance(made, list) else [made]


def said(template: str | Path, data: dict[str, Any], label: str) -> Any:
    """What a template says of itself under a label, such as where the text ended."""
    found = typst.query(str(TEMPLATES / template), f"<{label}>", field="value", one=True, **_given(data))
    return json.loads(found)


def _given(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "root": str(ROOM),
        "font_paths": [str(FONTS)],
        "ignore_system_fonts": True,
        "sys_inputs": {"data": json.dumps(settable(data), ensure_ascii=False)},
    }


def settable(value: Any, where: str = "stamp") -> Any:
    """The data with every text in letters that the fonts have, and with places to break in the longest words."""
    if isinstance(value, dict):
        return {
            name: each if name == "svg" else settable(each, name if name in LONGEST else where)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [settable(each, where) for each in value]
    return breakable(in_our_letters(value), LONGEST[where]) if isinstance(value, str) else value


def in_our_letters(text: str) -> str:
    """A mark that stands on a letter wants a font that has both; what no font has, or Unicode does not
    know, is said by its code."""
    found: list[str] = []
    base = ""
    for each in text:
        kind = unicodedata.category(each)
        on_letter = kind.startswith("M")
        fits = kind != "Cn" and settled(base + each if on_letter else each)
        found.append(each if fits else code(each))
        base = base if on_letter and fits else each if fits else "]"
    return "".join(found)


def settled(letters: str) -> bool:
    """Whether one of our fonts has all of these; what is invisible needs none."""
    wanted = {ord(each) for each in letters if each not in _INVISIBLE}
    return any(wanted <= font for font in covered())


def breakable(text: str, longest: int) -> str:
    """A space of no width after every `longest` letters of a word that is longer."""
    return re.sub(
        rf"\S{{{longest + 1},}}",
        lambda word: "\u200b".join(
            word.group()[at : at + longest] for at in range(0, len(word.group()), longest)
        ),
        text,
    )


@cache
def covered() -> tuple[frozenset[int], ...]:
    """For each font in fonts/, in the order in which typst tries them, every character that it has a letter for."""
    listed = (FONTS / "covered.txt").read_text(encoding="ascii").split("# ")[1:]
    return tuple(frozenset(_characters(each.partition("\n")[2])) for each in listed)


def _characters(stretches: str) -> Iterator[int]:
    for stretch in stretches.split():
        first, _, last = stretch.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)
