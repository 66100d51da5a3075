"""Who, and what was seen of them by which rule: HTML, with everything that somebody typed escaped."""

from __future__ import annotations

from html import escape

from clinic.patients import Person


def who(person: Person) -> str:
    return (
        f"<p class='today-who'><strong>{escape(person.name)}</strong> <span>{escape(person.line)}</span></p>"
    )


def line(title: str, saw: str, below: list[str], mark: str = "") -> str:
    """`mark` is the urgency of an alert, which a stripe beside the words repeats."""
    small = "".join(f"<small>{escape(each)}</small>" for each in below if each)
    return f"<li class='{mark}'><strong>{escape(title)}</strong> {escape(saw)}{small}</li>"


def listed(items: list[str]) -> str:
    return f"<ul class='today-lines'>{''.join(items)}</ul>" if items else ""
