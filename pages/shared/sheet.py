"""Short facts and tables to be read, as HTML: they wrap, and on a phone each row becomes a block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st


@cache
def _style() -> str:
    return Path(__file__).with_name("sheet.css").read_text(encoding="utf-8")


def facts(sections: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Headings with sentences below them; a section without sentences is left out."""
    parts = [
        f"<h3>{escape(title)}</h3><ul>{''.join(f'<li>{escape(said)}</li>' for said in sentences)}</ul>"
        for title, sentences in sections
        if sentences
    ]
    _html("facts", "".join(parts))


def table(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], marked: Sequence[int] = ()
) -> None:
    """A table with a caption; a column without any text is left out. `marked` rows stand out."""
    used = [at for at in range(len(headings)) if any(row[at] for row in rows)]
    head = "".join(f"<th scope='col'>{escape(headings[at])}</th>" for at in used)
    body = "".join(_line(row, used, headings, number in marked) for number, row in enumerate(rows))
    _html("table", f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>{body}</table>")


def _line(row: Sequence[str], used: list[int], headings: Sequence[str], mark: bool) -> str:
    cells = "".join(
        f"<td data-heading='{escape(headings[at], quote=True)}'>{_cell(row[at])}</td>" for at in used
    )
    return f"<tr{' class=marked' if mark else ''}>{cells}</tr>"


def _cell(text: str) -> str:
    """A second line is small print: a rule's id below its words."""
    first, _, below = text.partition("\n")
    return escape(first) + (
        f"<small>{escape(below).replace('.', '.<wbr>').replace('_', '_<wbr>')}</small>" if below else ""
    )


def _html(kind: str, inner: str) -> None:
    st.html(f'<style>{_style()}</style><div class="sheet-{kind}">{inner}</div>')
