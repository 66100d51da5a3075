"""What happened around the treatments, as plain values for the context lane of a patient's figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasted: a medicine, a therapy, an admission. `end` is None while it goes on. `kind` is
    "medication" or the kind of an event note."""

    label: str
    kind: str
    start: date
    end: date | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One dose of a drug whose amount is drawn as a track, until the next step or `end`; `mg_per_day` is None where
    nobody noted a number."""

    drug: str
    start: date
    end: date | None
    mg_per_day: float | None


@dataclass(frozen=True, slots=True)
class Happened:
    """One dated event. `decides` says in words what ends a response at once, if it is that."""

    on: date
    kind: str
    words: str
    decides: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Everything of one person, oldest first."""

    bars: tuple[Bar, ...] = ()
    steps: tuple[Step, ...] = ()
    events: tuple[Happened, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.bars or self.steps or self.events)
