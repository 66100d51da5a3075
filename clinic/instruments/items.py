"""What a form consists of: its items, and the groups of items that a definition makes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from numbers import Integral

KINDS = ("rating", "yes_no", "analogue", "date")
LEVEL = "level"  # a flag on this word reads the highest item endorsed, not one item


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the form. `options` are the accepted answers in the order in which they are shown.

    `not_assessed` is an answer that scores 0; `as_blank` is one that is recorded and counts as a blank.
    `ask_if` names the item that must be answered with 1 or more before this one is asked. `weights` turn
    an answer into other points than itself.
    """

    id: str
    number: int
    text: str
    minimum: int
    maximum: int
    options: tuple[tuple[int, str], ...]
    not_assessed: int | None = None
    as_blank: int | None = None
    kind: str = "rating"
    ask_if: str | None = None
    scored: bool = True
    anchors: tuple[str, ...] = ()
    weights: tuple[tuple[int, int], ...] = ()

    @property
    def is_date(self) -> bool:
        return self.kind == "date"

    @property
    def least(self) -> int:
        """The fewest points that this item can add."""
        return min((value for _, value in self.weights), default=self.minimum)

    @property
    def most(self) -> int:
        return max((value for _, value in self.weights), default=self.maximum)

    def accepts(self, answer: int | str) -> bool:
        if self.is_date:
            return is_date_text(answer)
        return self.minimum <= answer <= self.maximum or answer in (self.not_assessed, self.as_blank)

    def points(self, answer: int | None) -> int | None:
        """The answer as it enters a sum; a blank stays blank."""
        if answer is None or answer == self.as_blank:
            return None
        if answer == self.not_assessed:
            return 0
        return dict(self.weights)[answer] if self.weights else answer

    def asked(self, answers: dict) -> bool:
        """Whether a form with these answers puts this question at all."""
        before = answers.get(self.ask_if) if self.ask_if else 1
        return isinstance(before, Integral) and before >= 1


@dataclass(frozen=True, slots=True)
class Flag:
    """An item that must reach a person: "review" from one answer on, "urgent" from another."""

    name: str
    item: str
    says: str
    review_from: int
    urgent_from: int
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Subscale:
    """A number from some items: their sum, or how many reach `at_least` (`except_from` overrides it).

    `weights` turn answers into the points of this subscale, where they differ from those of the total.
    """

    name: str
    title: str
    method: str
    items: tuple[str, ...]
    at_least: int | None
    except_from: tuple[tuple[str, int], ...]
    source: str
    evidence: str
    weights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Domain:
    """Items of which only the highest enters the total."""

    name: str
    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A verdict in words by a method that `scoring.METHODS` knows; each method reads its own keys."""

    name: str
    method: str
    source: str
    evidence: str
    counts: str = ""
    core: tuple[str, ...] = ()
    other_from: int = 0
    major_from: int = 0
    needs: tuple[tuple[str, int], ...] = ()
    only: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    value: int = 0


@dataclass(frozen=True, slots=True)
class Level:
    """A form that is read as the highest item endorsed, never as a sum, with behaviour beside it.

    `recent` names the item that asks whether the behaviour was recent; without one every behaviour is.
    `past_behaviour` and `recent_behaviour` are the least triage that behaviour allows.
    """

    items: tuple[str, ...]
    behaviour: str
    recent: str | None
    low_from: int
    moderate_from: int
    high_from: int
    past_behaviour: str
    recent_behaviour: str
    source: str
    evidence: str

    BEHAVIOUR = 6  # how recent behaviour is stored beside the levels 1 to 5
    TRIAGE = ("none", "low", "moderate", "high")

    def tier(self, level: int, behaviour: str) -> str:
        """The triage of the highest item endorsed and of "none", "past" or "recent" behaviour: the graver."""
        edges = (self.low_from, self.moderate_from, self.high_from)
        thoughts = sum(level >= edge for edge in edges)
        floors = {"none": "none", "past": self.past_behaviour, "recent": self.recent_behaviour}
        return self.TRIAGE[max(thoughts, self.TRIAGE.index(floors[behaviour]))]


@dataclass(frozen=True, slots=True)
class Conversion:
    """A table from whole totals to another metric: `values[total - start]`."""

    name: str
    title: str
    start: int
    values: tuple[float, ...]
    source: str
    evidence: str

    def of(self, total: float | None, prorated: bool) -> float | None:
        """None for a prorated total: the published tables want all items."""
        return None if total is None or prorated else self.values[int(total) - self.start]


def is_date_text(text: object) -> bool:
    """`2026-05-03`, or less of it where no more is known: `2026-05`, `2026`."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError:
        return False
    return True
