"""Numbers, dates and ages as a reader says them."""

from __future__ import annotations

from math import isfinite

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: float) -> str:
    """A total as on paper: no decimals unless prorated, and a real minus sign."""
    if not isfinite(value):
        return "–"
    text = f"{abs(value):.1f}".removesuffix(".0")
    return f"−{text}" if value < 0 and text != "0" else text


def signed(value: float) -> str:
    """`+3`, `−12`, `±0`: a change always carries its sign."""
    text = number(value)
    return "±0" if text == "0" else text if value < 0 else f"+{text}"


def plural(count: int, thing: str, things: str | None = None) -> str:
    return f"{count} {thing if count == 1 else things or thing + 's'}"


def date_words(when) -> str:
    """`3 May 2026`: the month spelled, so that nobody reads it the other way round."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def age_in_words(days: float) -> str:
    """The age of a finding: `today`, `yesterday`, `9 days old`, then weeks, months, years, always rounded down."""
    whole = int(days // 1)
    if whole < 0:
        return "dated in the future"
    if whole < 2:
        return "today" if whole == 0 else "yesterday"
    if whole < 28:
        return f"{whole} days old"
    if whole < 70:
        return f"{whole // 7} weeks old"
    if whole < 730:
        return f"{int(whole / 30.44)} months old"
    return f"{whole // 365} years old"
