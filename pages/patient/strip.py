"""A row of short verdicts, each with the sentence and the rule behind it; on a phone two beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

_BREAKS = re.compile(r"[._](?=[a-z])")  # where an id may be broken; a version stays whole


@dataclass(frozen=True, slots=True)
class Cell:
    """`mark` is "asks" where a rule asks for a look, "worse" for worsening, which alone has a colour; both have a sign,
    so that nothing is told by colour alone, and nothing is green."""

    title: str
    value: str
    detail: str = ""
    rule: str = ""
    mark: str = ""


@cache
def _style() -> str:
    return Path(__file__).with_name("strip.css").read_text(encoding="utf-8")


def strip(label: str, cells: Iterable[Cell]) -> None:
    inner = "".join(_cell(each) for each in cells)
    st.html(
        f'<style>{_style()}</style><dl class="verdicts" aria-label="{escape(label, quote=True)}">{inner}</dl>'
    )


def _cell(each: Cell) -> str:
    sign = "<span aria-hidden='true'>▲ </span>" if each.mark else ""
    detail = escape(each.detail).replace(" %", "\u00a0%")
    rule = _BREAKS.sub(r"\g<0><wbr>", escape(each.rule))
    return (
        f"<div{f' class={each.mark}' if each.mark else ''}><dt>{escape(each.title)}</dt>"
        f"<dd><strong>{sign}{escape(each.value)}</strong><span>{detail}</span>"
        f"{f'<small>{rule}</small>' if rule else ''}</dd></div>"
    )
