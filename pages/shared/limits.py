"""Limits of a protocol as HTML: under what each group measures, with the room that a clinic has, and the shipped
number struck through where the clinic has one of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from clinic.protocols.definition import Protocol
from clinic.protocols.limit import Limit
from clinic.protocols.parts import about, heading, part_of, room, together
from clinic.protocols.table import bounds, circumstances, stricter

HEADINGS = ("what follows", "breach", "in words", "may be set to", "source")
SIGNS = {">": ">", ">=": "≥", "<": "<", "<=": "≤"}
# Tier -> its words and how deep its tint is, in %.
TIERS = {
    "info": ("counted only", 0),
    "warn": ("wants a reason", 9),
    "strong": ("second clinician", 18),
    "block": ("order blocked", 30),
    "amber": ("amber", 9),
    "hold": ("hold", 18),
    "no_start": ("do not start", 30),
    "red": ("red", 22),
    "critical": ("critical", 32),
}
WORST = ("block", "no_start", "critical")


@cache
def _style() -> str:
    return Path(__file__).with_name("limits.css").read_text(encoding="utf-8")


def table(title: str, limits: Sequence[Limit], shipped: Protocol) -> None:
    """Every limit of a part; what differs from the shipped protocol is marked, with the shipped number."""
    known = {limit.id: limit for limit in shipped.limits}
    head = "".join(f"<th scope='col'>{name}</th>" for name in HEADINGS)
    body = "".join(
        f"<tbody><tr class='about'><th colspan='5' scope='rowgroup'>{escape(measured)}</th></tr>"
        + "".join(_row(limit, known.get(limit.id, limit)) for limit in some)
        + "</tbody>"
        for measured, some in together(limits).items()
    )
    _html(f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>{body}</table>")


def changes(
    title: str, found: Iterable[tuple[Limit | None, Limit | None]], one: str = "before", other: str = "after"
) -> None:
    """Limits that differ between two versions, which `one` and `other` name; None where one has no such limit."""
    headings = ("limit", one, other)
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in headings)
    body = "".join(_change(before, after, headings) for before, after in found)
    _html(
        f"<table class='changes'><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def named(one: Protocol, other: Protocol, ids: Iterable[str]) -> list[tuple[Limit | None, Limit | None]]:
    """The limits of these ids in both."""
    before, after = ({limit.id: limit for limit in each.limits} for each in (one, other))
    return [(before.get(id), after.get(id)) for id in ids]


def breach(limit: Limit) -> str:
    return f"{SIGNS[limit.comparison]} {limit.value:g}"


def tier_words(limit: Limit) -> str:
    return TIERS[limit.tier][0]


def _row(limit: Limit, was: Limit) -> str:
    own = limit.value != was.value
    says = "; ".join(part for part in (limit.says, circumstances(limit.when), stricter(limit)) if part)
    shipped = f"<s>{was.value:g}</s>{_small(f'shipped: {was.value:g}')}" if own else ""
    cells = (
        _tier(limit),
        f"<span class='number'>{escape(breach(limit))}</span>{shipped}",
        escape(says[:1].upper() + says[1:]) + _small(limit.id),
        escape(bounds(limit)) + _room(limit, was),
        escape(limit.source) + f"<br><span class='evidence {limit.evidence}'>{limit.evidence}</span>",
    )
    tds = "".join(
        f"<td data-heading='{name}'>{cell}</td>" for name, cell in zip(HEADINGS, cells, strict=True)
    )
    return f"<tr{' class=own' if own else ''}>{tds}</tr>"


def _change(before: Limit | None, after: Limit | None, headings: Sequence[str]) -> str:
    limit = after or before
    cells = (
        f"{escape(about(limit))} {_tier(limit)}{_small(f'{heading(part_of(limit))} · {limit.id}')}",
        f"<s>{escape(breach(before))}</s>" if before else "no such limit",
        f"<span class='number'>{escape(breach(after))}</span>" if after else "no such limit",
    )
    tds = "".join(
        f"<td data-heading='{escape(name, quote=True)}'>{cell}</td>"
        for name, cell in zip(headings, cells, strict=True)
    )
    return f"<tr>{tds}</tr>"


def _tier(limit: Limit) -> str:
    words, depth = TIERS[limit.tier]
    worst = " worst" if limit.tier in WORST else ""
    return f"<span class='tier{worst}' style='--depth:{depth}%'>{words}</span>"


def _room(limit: Limit, was: Limit) -> str:
    """Where the number lies between the outer bounds, and the shipped one as a ring; words stand beside it."""
    span = room(was)
    if span is None or span[0] == span[1]:
        return ""
    low, high = span
    marks = [("is", limit.value)] if limit.value == was.value else [("was", was.value), ("is", limit.value)]
    dots = "".join(
        f"<i class='{kind}' style='left:{100 * (value - low) / (high - low):.1f}%'></i>"
        for kind, value in marks
    )
    return f"<span class='room' aria-hidden='true'>{dots}</span>"


def _small(text: str) -> str:
    return f"<span class='small'>{escape(text).replace('.', '.<wbr>').replace('_', '_<wbr>')}</span>"


def _html(inner: str) -> None:
    st.html(f'<style>{_style()}</style><div class="limits">{inner}</div>')
