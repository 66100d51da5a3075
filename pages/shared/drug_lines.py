"""The drug register as HTML: cards of what is in stock, and its lines, a corrected amount struck through beside the
right one. On a phone each line becomes a block."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from clinic.drug_log import WITNESSED, mg
from pages.shared import clock

LATE = timedelta(minutes=15)  # between the event and its entry, from which on both are shown
HEADINGS = ("Time", "What", "Amount", "Balance", "Product and lot", "Patient", "By", "Witness", "Note")
_TONES = {"expired": "bad", "expires soon": "soon", "expiry not recorded": "soon"}


@cache
def _style() -> str:
    return Path(__file__).with_name("drug_lines.css").read_text(encoding="utf-8")


def stock(shelf: pd.DataFrame) -> None:
    """Cards of `drug_log.stock`."""
    _html("drug-stock", "".join(_card(row) for row in shelf.itertuples()))


def _card(row) -> str:
    expires = f"expires {row.expiry:%-d %b %Y}" if row.expiry else ""
    state = row.state if row.state != "in date" else ""
    if row.state == "expired":
        expires, state = "", f"expired {row.expiry:%-d %b %Y}"
    said = [f"<p>{expires}</p>" if expires else ""]
    said.append(f"<p class='{_TONES[row.state]}'>{escape(state)}</p>" if state else "")
    if row.balance_mg < 0:
        said.append("<p class='bad'>below nought</p>")
    if row.loose_mg:
        said.append(
            f"<p class='soon'>{mg(row.loose_mg)} mg drawn outside of a treatment, not accounted for</p>"
        )
    return (
        f"<article><h3>{escape(row.product)}</h3><p>lot {escape(row.lot)}</p>"
        f"<p class='balance'>{mg(row.balance_mg)} mg</p>{''.join(said)}</article>"
    )


def register(lines: pd.DataFrame, zone: ZoneInfo, title: str, *, without: Iterable[str] = ()) -> None:
    """Lines of `drug_log.lines`, the newest first. `without` names headings that are left out."""
    headings = [each for each in HEADINGS if each not in without]
    head = "".join(f"<th scope='col'>{each}</th>" for each in headings)
    body = "".join(_line(row, zone, headings) for row in lines.iloc[::-1].itertuples())
    _html(
        "drug-lines",
        f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>",
    )


def _line(row, zone: ZoneInfo, headings: list[str]) -> str:
    cells = {
        "Time": _time(row, zone),
        "What": _what(row),
        "Amount": _amount(row),
        "Balance": f"{mg(row.balance_mg)} mg",
        "Product and lot": f"{escape(row.product)}<small>lot {escape(row.lot)}</small>",
        "Patient": escape(row.person or ""),
        "By": escape(row.author),
        "Witness": escape(_witness(row)),
        "Note": escape(row.note or ""),
    }
    below = " class='below'" if row.balance_mg < 0 else ""
    return (
        f"<tr{below}>"
        + "".join(f"<td data-heading='{name}'>{cells[name]}</td>" for name in headings)
        + "</tr>"
    )


def _time(row, zone: ZoneInfo) -> str:
    said = clock.moment(row.at, zone)
    if abs(row.entered_at - row.at) <= LATE:
        return said
    return f"{said}<small>entered {clock.moment(row.entered_at, zone)}</small>"


def _what(row) -> str:
    return (
        f"correction<small>of what was {escape(row.corrected_kind)}</small>"
        if row.corrects
        else escape(row.kind)
    )


def _witness(row) -> str:
    wanted = (row.corrected_kind or row.kind) in WITNESSED
    return row.witness or ("no witness" if wanted else "")


def _amount(row) -> str:
    """The amount that holds, after the one that does not. Readers that pass over strokes are told in words."""
    was, holds = (row.was_mg, row.amount_mg) if row.corrects else (row.amount_mg, row.stands_mg)
    if pd.isna(holds):
        return f"{mg(row.amount_mg)} mg"
    return f"<del>{mg(was)} mg</del> <span class='aside'>corrected to</span> <ins>{mg(holds)} mg</ins>"


def _html(kind: str, inner: str) -> None:
    st.html(f'<style>{_style()}</style><div class="{kind}">{inner}</div>')
