"""One line of Today: who, what was seen, by which rule, and since when; and the lines of one person together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinic.patients import Person
from data_model import Alert


@dataclass(frozen=True, slots=True)
class Entry:
    """`kind` is one of `signs.KINDS`. With an `instrument` the way to act is to record it; with an `alert` to answer
    it."""

    person: Person
    kind: str
    title: str
    saw: str
    rule: str
    since: datetime
    alert: Alert | None = None
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that put one person on the list, the gravest first."""

    person: Person
    entries: tuple[Entry, ...]
