"""One number of a clinic, and the circumstances under which it counts; what is unknown switches no limit off."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.instruments.rules import COMPARISONS, absent


@dataclass(frozen=True, slots=True)
class When:
    """The circumstances under which a limit counts; what is None does not restrict it."""

    first_on_route: bool | None = None
    stage: str | None = None
    symptoms: bool | None = None
    week_from: int | None = None
    week_to: int | None = None
    not_indication: str | None = None

    def applies(self, **known: object) -> bool:
        """Whether the limit counts. A circumstance that nobody has recorded (None or not given) counts as the
        one that makes the limit apply: what is unknown must not switch a limit off.

        `known`: first_on_route, stage, symptoms, week (of the course, from 1), indication.
        """
        week, indication = known.get("week"), known.get("indication")
        same = ("first_on_route", "stage", "symptoms")
        if any(differs(getattr(self, name), known.get(name)) for name in same):
            return False
        if self.week_from is not None and week is not None and week < self.week_from:
            return False
        if self.week_to is not None and week is not None and week > self.week_to:
            return False
        return self.not_indication is None or indication != self.not_indication


def differs(asked: object, known: object) -> bool:
    return asked is not None and known is not None and asked != known


@dataclass(frozen=True, slots=True)
class Limit:
    """One number of a clinic: `measure comparison value` is the breach. Route and substance None mean all.

    `outer` are the lowest and highest value that a clinic may give it (both allowed), `tighter_only` says that
    a change may only make it break sooner. `stricter_first`: one tier worse at a person's first dose by a route.
    """

    id: str
    measure: str
    phase: str
    comparison: str
    value: float
    tier: str
    wording: str
    source: str
    evidence: str
    route: str | None = None
    substance: str | None = None
    outer: tuple[float, float] | None = None
    locked: bool = False
    tighter_only: bool = False
    stricter_first: bool = False
    when: When = When()

    @property
    def says(self) -> str:
        """The breach in words, with the number as it is now; `wording` has {value} in its place."""
        return self.wording.replace("{value}", f"{self.value:g}")

    @property
    def group(self) -> str:
        """The first word of the id: bp, dose, weight, interval and so on."""
        return self.id.split(".", 1)[0]

    def broken_by(self, value: float | None) -> bool | None:
        """Whether this value breaks the limit; None for a value that is missing, which is not within it."""
        return None if absent(value) else COMPARISONS[self.comparison](value, self.value)

    def is_for(self, route: str | None, substance: str | None) -> bool:
        """A route or substance that is not asked about (None) restricts nothing."""
        return not differs(self.route, route) and not differs(self.substance, substance)
