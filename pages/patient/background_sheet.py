"""The make-up of the background: sections with their rows, and the small forms behind "Add" and "Edit"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from clinic import background
from data_model import Database, database
from pages.patient.seen import Seen
from pages.shared import refusals, who

SHOWN = 6  # rows of a section before somebody asks for all


@dataclass(frozen=True, slots=True)
class Sheet:
    """One patient's background in one run. Each save begins a new round, whose forms are empty and closed."""

    seen: Seen
    round: int
    edits: bool

    @classmethod
    def of(cls, seen: Seen) -> Sheet:
        number = st.session_state.setdefault(seen.key("background round"), 0)
        return cls(seen, number, seen.may(background.RIGHT))

    def key(self, name: str) -> str:
        return self.seen.key(f"background {self.round} {name}")

    def save(self, says: str, work: Callable[[Database], object]) -> None:
        """Writes in a transaction of its own; the figure above is to know of it, so the whole page runs again."""
        with refusals.in_words():
            with database(who.actor()) as db:
                work(db)
            st.session_state[self.seen.key("background round")] = self.round + 1
            st.session_state["just saved"] = says
            st.rerun()


@cache
def style() -> str:
    return Path(__file__).with_name("background.css").read_text(encoding="utf-8")


@contextmanager
def section(title: str, add: Callable[[], None] | None = None, label: str = "Add") -> Iterator[None]:
    """A heading, with what `add` puts beside it, and whatever comes below."""
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.header(title, anchor=False, width="content")
            if add is not None:
                add()
        yield


def listed(sheet: Sheet, name: str, rows: Sequence[Any], show: Callable[[Any], None]) -> None:
    """The first of them, and all once somebody asks."""
    if not rows:
        words("", "Nothing recorded.")
    every = sheet.seen.key(f"all of {name}")
    some = rows if st.session_state.get(every) else rows[:SHOWN]
    for row in some:
        show(row)
    if len(some) < len(rows):
        label = f"Show all {len(rows)}"
        st.button(
            label,
            key=sheet.key(every),
            type="tertiary",
            on_click=st.session_state.update,
            args=({every: True},),
        )


@contextmanager
def row(main: str, small: str = "", *, past: bool = False, late: bool = False) -> Iterator[None]:
    """One entry; what the caller adds stands at its right end."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        words(main, small, past=past, late=late)
        yield


def words(main: str, small: str, *, past: bool = False, late: bool = False) -> None:
    """`past` is what does not hold any more; `late` is said in words too."""
    kind = f"known{' past' if past else ''}{' late' if late else ''}"
    parts = f"<b>{escape(main)}</b>" if main else ""
    parts += f"<small>{escape(small)}</small>" if small else ""
    st.html(f'<div class="{kind}">{parts}</div>')


@contextmanager
def popover(sheet: Sheet, label: str, name: str, icon: str | None = None) -> Iterator[bool]:
    """Gives whether it is open; what nobody opened is not built."""
    opened = st.popover(label, type="tertiary", icon=icon, key=sheet.key(name), on_change="rerun")
    with opened:
        yield bool(opened.open)


def add(sheet: Sheet, name: str, fields: Callable[[Callable[[str], str]], dict], save: Callable) -> None:
    """The button beside a heading; `save(db, patient_key, **fields)`."""
    with popover(sheet, "Add", f"add {name}", ":material/add:") as opened:
        if not opened:
            return
        with st.form(sheet.key(f"form {name}"), border=False):
            values = fields(lambda field: sheet.key(f"{name} {field}"))
            sent = st.form_submit_button("Save", type="primary")
        if sent:
            sheet.save("Saved.", lambda db: save(db, sheet.seen.patient.key, **values))


def edit(
    sheet: Sheet,
    of: Any,
    fields: Callable[..., dict] | None,
    save: Callable | None,
    more: dict[str, Callable[[], None]] | None = None,
) -> None:
    """The way to put a row right or to take it back; `more` are ways of its own, which come first.
    `save(db, patient_key, key, row_version, **fields)` on top of the version that is on the screen."""
    with popover(sheet, "Edit", f"edit {of.key}") as opened:
        if not opened:
            return
        ways = dict(more or {})
        if fields is not None:
            ways["Correct"] = lambda: _correct(sheet, of, fields, save)
        ways["Take back"] = lambda: take_back(sheet, of.__tablename__, of.key)
        chosen = st.segmented_control(
            "What to do",
            list(ways),
            default=next(iter(ways)),
            key=sheet.key(f"way {of.key}"),
            label_visibility="collapsed",
            required=True,
        )
        ways[chosen]()


def _correct(sheet: Sheet, of: Any, fields: Callable[..., dict], save: Callable) -> None:
    seen = sheet.key(f"version {of.key}")
    version = st.session_state.setdefault(seen, of.row_version)
    with st.form(sheet.key(f"correct {of.key}"), border=False):
        values = fields(lambda field: sheet.key(f"{of.key} {field}"), of)
        sent = st.form_submit_button("Save", type="primary")
    if sent:
        sheet.save("Corrected.", lambda db: save(db, sheet.seen.patient.key, of.key, version, **values))


def take_back(sheet: Sheet, table: str, key: str) -> None:
    with st.form(sheet.key(f"take back {key}"), border=False):
        reason = st.text_input("Why was it wrong?", key=sheet.key(f"why {key}"))
        st.caption("It leaves this list and the figure, and stays in the audit trail.")
        sent = st.form_submit_button("Take back")
    if sent:
        patient = sheet.seen.patient.key
        sheet.save("Taken back.", lambda db: background.take_back(db, patient, table, key, reason))
