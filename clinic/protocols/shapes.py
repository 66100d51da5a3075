"""The frozen shapes of the rows and tables of a definition file; limits have a file of their own."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.instruments.rules import absent


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule without a number of its own, such as a product that nobody knows, with the tier it raises."""

    id: str
    tier: str
    says: str
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A ratio between two numbers that gives away a typing error: from `low` to `high`, both included.
    `of` is "weight" (to the last weight) or "dose" (to what the order's other numbers, or the last dose, say)."""

    id: str
    of: str
    low: float
    high: float
    tier: str
    says: str
    source: str
    evidence: str

    def seen_in(self, ratio: float | None) -> bool | None:
        return None if absent(ratio) else self.low <= ratio <= self.high


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the observation. Either named minutes `at`, or one `every` so many minutes up to `until`: "stop"
    (the end of the dose), "leaving" (the minimum observation), or a minute from the start. `after` is the anchor:
    minutes count from "start" or "stop". `window` names the tolerance: "during" or "after"."""

    window: str
    after: str = "start"
    at: tuple[int, ...] = ()
    every: int | None = None
    begins: int = 0
    until: int | str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to observe after one substance by one route; route and substance None mean all others. The minimum
    observation is the limit that `minimum` names, an observation is due there too."""

    id: str
    minimum: str
    stretches: tuple[Stretch, ...]
    source: str
    evidence: str
    route: str | None = None
    substance: str | None = None


@dataclass(frozen=True, slots=True)
class Windows:
    """For how many minutes an observation counts: `during` and `after` either side of a due time, `pre` before
    the start, `leaving` before somebody leaves. Each is the id of a limit."""

    pre: str
    during: str
    after: str
    leaving: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Doses in mg/kg that a published schedule climbs. A step up on it raises neither the escalation rules nor
    a "warn" on mg/kg; the stronger tiers and the limits in mg stand. Leaving it is rule `ladder.left`."""

    id: str
    title: str
    route: str
    substance: str
    steps: tuple[float, ...]
    days_between: float
    says: str
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Product:
    """One strength on the shelf. `device_mg` for what is given by the device, `dilute_for` the routes by which
    it must not be given undiluted, `routes` those it may be given by."""

    id: str
    title: str
    substance: str
    routes: tuple[str, ...]
    source: str
    evidence: str
    mg_per_ml: float | None = None
    device_mg: float | None = None
    dilute_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighing:
    """The arithmetic of ideal (Devine) and adjusted weight and of the units; kilograms, inches, centimetres."""

    ideal_male_kg: float
    ideal_female_kg: float
    ideal_kg_per_inch: float
    ideal_from_inches: float
    adjusted_share: float
    cm_per_inch: float
    kg_per_lb: float
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Concomitant:
    """A class of other drugs and how much it matters: tiers "none", "note", "amber", "red".

    `same_day` is the tier if it was taken today, `with_same_day` names classes that make it `with_tier` if they
    were taken today, `by_route` gives routes a tier of their own. `asks` is what to ask about it.
    """

    id: str
    title: str
    drugs: tuple[str, ...]
    tier: str
    says: str
    source: str
    evidence: str
    same_day: str | None = None
    with_same_day: tuple[str, ...] = ()
    with_tier: str | None = None
    by_route: tuple[tuple[str, str], ...] = ()
    asks: str = ""


@dataclass(frozen=True, slots=True)
class GateItem:
    """One question before the dose. `go_if` is the answer ("yes" or "no") with which a dose may start, `else_`
    the verdict after the other one. `lasts`: "visit" (the same calendar day), "course", or the id of the limit on
    its age. Asked only by `route`, of `substance` and of `sex`, where given."""

    id: str
    title: str
    asks: str
    go_if: str
    else_: str
    lasts: str
    source: str
    evidence: str
    route: str | None = None
    substance: str | None = None
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that must be so before somebody leaves. `method` says by what it is judged: "minutes", "ticked",
    "blood_pressure", "oxygen", "sedation", "dissociation" or "score"; `limits` names the limits it reads."""

    id: str
    title: str
    method: str
    source: str
    evidence: str
    limits: tuple[str, ...] = ()
    substance: str | None = None


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something seen or said that is an emergency at any blood pressure."""

    id: str
    title: str
    tier: str
    says: str
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What the law or a regulator wants around a treatment; `days` is the time it leaves, if it names one."""

    id: str
    title: str
    says: str
    source: str
    evidence: str
    days: int | None = None
    substance: str | None = None
