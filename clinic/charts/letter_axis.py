"""The time axis of a letter's figure: numbers of days inside, dates outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from clinic.charts.palette import Palette

EPOCH = date(1970, 1, 1)
MOST = 9  # dates on one axis
DAYS = (1, 2, 7, 14)
MONTHS = (1, 2, 3, 6, 12, 24, 60)


def axis_of(span: tuple[float, float], palette: Palette) -> dict[str, Any]:
    """From first to last day with a little room at both ends; `span` in days since 1970."""
    room = max((span[1] - span[0]) * 0.03, 0.6)
    low, high = span[0] - room, span[1] + room
    days = dates(low, high)
    return {
        "type": "linear",
        "range": [low, high],
        "showgrid": False,
        "showline": True,
        "linecolor": palette.rule,
        "tickvals": [(day - EPOCH).days for day in days],
        "ticktext": said(days),
        "tickfont": {"size": 10.5, "color": palette.muted},
    }


def dates(low: float, high: float) -> list[date]:
    """Days or whole weeks of a short time, firsts of months of a longer one: never more than MOST."""
    for step in DAYS:
        if (found := list(_every(low, high, step))) and len(found) <= MOST:
            return found
    for step in MONTHS:
        found = list(_firsts(low, high, step))
        if len(found) <= MOST:
            return found
    return found[:: -(-len(found) // MOST)]


def _every(low: float, high: float, step: int) -> Iterator[date]:
    at = int(-(-low // 1))
    if step >= 7:
        at += (4 - at) % 7  # 5 Jan 1970, day 4, was a Monday
    while at <= high:
        yield EPOCH + timedelta(days=at)
        at += step


def _firsts(low: float, high: float, step: int) -> Iterator[date]:
    first = EPOCH + timedelta(days=int(low // 1))
    month = first.year * 12 + first.month - 1
    month += -month % step
    while True:
        day = date(month // 12, month % 12 + 1, 1)
        month += step
        if (day - EPOCH).days > high:
            return
        if (day - EPOCH).days >= low:
            yield day


def said(days: list[date]) -> list[str]:
    """`3 May`, with the year below the first and below each that begins another."""
    words = []
    for at, day in enumerate(days):
        new = at == 0 or days[at - 1].year != day.year
        words.append(f"{day:%-d %b}<br>{day.year}" if new else f"{day:%-d %b}")
    return words
