"""The printable report: figures of this visit, ticked by the lead, with all their definitions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from clinic import accounts, board_report
from clinic.board_report import Figure
from data_model import Database, database
from pages.outcomes.board import SEEN, Board
from pages.shared.words import as_typed

Make = Callable[[Database, list[Figure]], bytes | str]


def show(board: Board) -> None:
    """Only figures drawn under the present choice of people can be ticked: a report has one."""
    seen: dict[str, Figure] = st.session_state.get(SEEN, {})
    drawn = [each for each in seen.values() if each.filters == board.filters]
    if not drawn:
        st.info("Open the parts above: each figure that you have looked at can then be ticked here.")
        return
    st.caption(
        f"Counts from 1 to {board.smallest - 1} are hidden in print, with what would give them away. Figures with a "
        "mark for each person are not printed; their tables are."
    )
    chosen = [
        each
        for each in drawn
        if st.checkbox(as_typed(each.named), value=True, key=f"print {each.key}", help=as_typed(each.key))
    ]
    if not chosen:
        st.info("Tick at least one figure.")
        return
    with st.container(horizontal=True):
        _button(board, chosen, "PDF", "application/pdf", board_report.pdf)
        _button(board, chosen, "HTML", "text/html", board_report.html)


def _button(board: Board, chosen: list[Figure], label: str, mime: str, make: Make) -> None:
    st.download_button(
        label,
        data=partial(made, st.user.get("access"), chosen, make),
        file_name=f"outcomes-{board.as_of.astimezone(board.zone):%Y-%m-%d}.{label.lower()}",
        mime=mime,
        icon=":material/print:" if label == "PDF" else ":material/html:",
        on_click="ignore",
        key=f"report {label}",
    )


def made(access: str | None, chosen: list[Figure], make: Make) -> bytes | str:
    """Runs apart from the page, some time after it was drawn: who is asking is looked up anew."""
    with database(accounts.actor_of(access)) as db:
        return make(db, chosen)
