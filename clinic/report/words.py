"""How a stored value is said on paper: numbers with their unit, times in the clinic's zone.

Each takes a value as it is in the store or as an amendment kept it (dates and times as ISO text), and gives None for
what is not recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

LATE = timedelta(minutes=15)  # from here on the time of entry is said beside the time of the event


def text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return value.value if isinstance(value, StrEnum) else str(value)


def number(unit: str) -> Callable[[Any], str | None]:
    return lambda value: None if value is None else f"{float(value):g} {unit}".rstrip()


def day(value: date | str | None) -> str | None:
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return None if value is None else f"{value:%-d %b %Y}"


def moment(zone: ZoneInfo) -> Callable[[Any], str | None]:
    """Day and minute in the clinic's zone."""

    def said(value: datetime | str | None) -> str | None:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        return None if value is None else f"{value.astimezone(zone):%-d %b %Y %H:%M}"

    return said


def clock(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else f"{at.astimezone(zone):%H:%M}"


def by_at(name: str | None, at: datetime | None, zone: ZoneInfo) -> str | None:
    """`Nora Quist, 25 Nov 2026 14:02`; None where nobody did it."""
    said = [part for part in (name, moment(zone)(at)) if part]
    return ", ".join(said) or None


def entered(
    author: str | None, entered_at: datetime | None, happened: datetime | None, zone: ZoneInfo
) -> str:
    """Who entered a row, with the time of entry where that is far from the event (docs/clinical.md H)."""
    late = happened and entered_at and abs(entered_at - happened) > LATE
    return f"{author or 'nobody by name'}{f', entered {moment(zone)(entered_at)}' if late else ''}"


def sentence(said: str) -> str:
    return said[:1].upper() + said[1:]
