"""What a flag rule is, and what it is when it fires."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

# The most urgent first: at once, before leaving, same working day, before the next dose, at the next review.
URGENCIES = ("U0", "U1", "U2", "U3", "U4")


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule. `numbers` are its places among the 28 flags, none for a rule of our own. `on` names
    the kind of fact (keys.py says which other fields that kind has; the rest are empty). `says` has {saw} where the
    observation stands. A rule that `joins` another has no alert of its own: it joins or opens the other's."""

    id: str
    version: str
    title: str
    on: str
    trigger: str
    urgency: str
    says: str
    source: str
    evidence: str
    checked_by: str = ""
    numbers: tuple[int, ...] = ()
    joins: str | None = None
    limits: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    instrument: str | None = None
    case: str | None = None
    check: str | None = None
    limit: str | None = None
    afterwards: str | None = None
    started: str | None = None
    substance: str | None = None
    points: float | None = None
    percent: float | None = None
    days: float | None = None
    minutes: float | None = None
    sessions: float | None = None
    cadss_above: float | None = None
    moaas_below: float | None = None
    level_from: float | None = None
    findings: tuple[tuple[str, str], ...] = ()
    fingerprint: str = ""

    @property
    def name(self) -> str:
        """As it is published: `bp.pre@1`."""
        return f"{self.id}@{self.version}"

    @property
    def alert(self) -> str:
        """Under which rule its alert stands."""
        return self.joins or self.id

    def told(self, saw: str) -> str:
        return self.says.replace("{saw}", saw.strip()).strip()


@dataclass(frozen=True, slots=True)
class Fired:
    """That a rule saw something: once for each rule and `subject` (table:key of the row, and what else makes it one
    of its kind), `at` when it happened. `seen` is what it saw, `saw` that in the words of the rule."""

    rule: Rule
    subject: str
    at: datetime
    seen: str
    urgency: str

    @property
    def saw(self) -> str:
        return self.rule.told(self.seen)


def most_urgent(urgencies: Iterable[str]) -> str:
    return min(urgencies, key=URGENCIES.index)
