"""One answer on the sheet, and what it may be taken from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from clinic.report import words
from clinic.report.gathering import Record


@dataclass(frozen=True, slots=True)
class Fact:
    """`answer` is "yes" or "no", or for a fact in words "given"; "" is not recorded. `note` stands beside it."""

    answer: str = ""
    text: str = ""
    note: str = ""


NOT_KNOWN = Fact()


@dataclass(frozen=True, slots=True)
class Known:
    """What the sheet is filled from. `medicines` are (class, drug) of the list of medicines on that day, `earlier`
    counts the person's esketamine treatments before this one, `enrolled` is the course's answer about enrolment."""

    record: Record
    medicines: list[tuple[str, str]] = field(default_factory=list)
    earlier: int = 0
    enrolled: str | None = None


def said(text: Any) -> Fact:
    plain = words.text(text)
    return Fact("given", plain) if plain else NOT_KNOWN


def yes_no(answer: bool | None, note: str = "") -> Fact:
    return NOT_KNOWN if answer is None else Fact("yes" if answer else "no", note=note)
