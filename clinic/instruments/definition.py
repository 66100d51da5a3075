"""What a rating scale is: the frozen shapes that a definition file is read into."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from datetime import date

COMPARISONS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}

# How far a statement in a definition can be trusted; shown wherever the statement is.
EVIDENCE = ("published", "open code", "unverified", "ours")


@dataclass(frozen=True, slots=True)
class Item:
    """One rated line; `options` are the accepted answers, of which `not_assessed` (if any) scores 0."""

    id: str
    number: int
    text: str
    minimum: int
    maximum: int
    options: tuple[tuple[int, str], ...]
    not_assessed: int | None = None

    def accepts(self, answer: int) -> bool:
        return self.minimum <= answer <= self.maximum or answer == self.not_assessed

    def points(self, answer: int | None) -> int | None:
        """The answer as it enters a sum; a blank stays blank."""
        return 0 if answer is not None and answer == self.not_assessed else answer


@dataclass(frozen=True, slots=True)
class Band:
    """A named stretch of whole totals, both ends included."""

    name: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class BandSet:
    """One source's way of naming totals; sources differ, so the set has a rule id of its own."""

    id: str
    bands: tuple[Band, ...]
    source: str
    evidence: str
    default: bool = False

    def band(self, total: float | None) -> str | None:
        """The band of a total; a prorated total is rounded half up first (4.5 is 5, not 4)."""
        if absent(total):
            return None
        whole = half_up(total)
        return next((band.name for band in self.bands if band.low <= whole <= band.high), None)


@dataclass(frozen=True, slots=True)
class Condition:
    """One half of a rule: `measure` ("total", "fall" in points, "fall_percent") compared with `value`."""

    measure: str
    comparison: str
    value: float

    def holds(self, measured: float) -> bool:
        return COMPARISONS[self.comparison](measured, self.value)


@dataclass(frozen=True, slots=True)
class Rule:
    """A named criterion; every condition must hold. `floor` is the lowest total of the scale."""

    id: str
    says: str
    conditions: tuple[Condition, ...]
    source: str
    evidence: str
    default: bool = False
    floor: float = 0.0

    @property
    def name(self) -> str:
        """The id without the instrument: `madrs.remission.le12` is `remission_le12`."""
        return self.id.split(".", 1)[1].replace(".", "_")

    @property
    def needs_baseline(self) -> bool:
        return any(condition.measure != "total" for condition in self.conditions)

    def met(self, total: float | None, baseline: float | None = None) -> bool | None:
        """Whether the criterion holds; None when a number it needs is missing or the fall is undefined."""
        measured = [self._measure(condition.measure, total, baseline) for condition in self.conditions]
        if None in measured:
            return None
        pairs = zip(self.conditions, measured, strict=True)
        return all(condition.holds(value) for condition, value in pairs)

    def line(self, baseline: float | None = None) -> float | None:
        """The total at which the criterion begins to hold, as drawn in a figure; None without a baseline."""
        edges = [self._edge(condition, baseline) for condition in self.conditions]
        return None if None in edges else min(edges)

    def _measure(self, measure: str, total: float | None, baseline: float | None) -> float | None:
        if absent(total):
            return None
        if measure == "total":
            return total
        if measure == "fall_percent":
            return percent_improvement(baseline, total, self.floor)
        return None if absent(baseline) else baseline - total

    def _edge(self, condition: Condition, baseline: float | None) -> float | None:
        if condition.measure == "total":
            return condition.value
        if absent(baseline):
            return None
        if condition.measure == "fall":
            return baseline - condition.value
        return self.floor + (baseline - self.floor) * (100 - condition.value) / 100


@dataclass(frozen=True, slots=True)
class Change:
    """A difference worth calling a change: at least `points`, or at least `percent` of the baseline."""

    id: str
    says: str
    points: float | None
    percent: float | None
    source: str
    evidence: str
    default: bool = False


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
    """A number from some items: their sum, or how many reach `at_least` (`except_from` overrides it)."""

    name: str
    title: str
    method: str
    items: tuple[str, ...]
    at_least: int | None
    except_from: tuple[tuple[str, int], ...]
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A verdict in words from a counting subscale, by a method that `scoring.METHODS` knows."""

    name: str
    method: str
    counts: str
    core: tuple[str, ...]
    other_from: int
    major_from: int
    source: str
    evidence: str


@dataclass(frozen=True, slots=True, eq=False)
class Instrument:
    """One published version of a rating scale; equal only to itself, so it is cheap as a key."""

    id: str
    version: str
    title: str
    name: str
    construct: str
    rater: str
    recall: str
    recall_days: int
    minimum: int
    maximum: int
    higher_is: str
    stem: str
    items: tuple[Item, ...]
    allow_missing: int
    band_sets: tuple[BandSet, ...]
    text: str
    licence: str
    holder: str
    notice: str
    source: str
    unverified: tuple[str, ...]
    checked_by: str
    next_review: date
    responses: tuple[Rule, ...]
    partials: tuple[Rule, ...]
    remissions: tuple[Rule, ...]
    checks: tuple[Rule, ...]
    too_mild_below: Rule | None
    change: tuple[Change, ...]
    meaningful: tuple[Change, ...]
    flags: tuple[Flag, ...]
    subscales: tuple[Subscale, ...]
    algorithms: tuple[Algorithm, ...]
    fingerprint: str

    @property
    def bands(self) -> tuple[Band, ...]:
        """The default set of bands; empty where no source names any."""
        chosen = default_of(self.band_sets)
        return chosen.bands if chosen else ()

    @property
    def default_response(self) -> Rule | None:
        return default_of(self.responses)

    @property
    def default_partial(self) -> Rule | None:
        """What counts as "partly" where the response rule is not met; None where nobody has named it."""
        return default_of(self.partials)

    @property
    def default_remission(self) -> Rule | None:
        return default_of(self.remissions)

    @property
    def default_change(self) -> Change | None:
        """The reliable change behind the arrow and the corridor; None where no threshold is agreed."""
        return default_of(self.change)

    @property
    def caseness(self) -> float | None:
        """Below this baseline there is no response verdict (rule `too_mild_below`)."""
        return self.too_mild_below.conditions[0].value if self.too_mild_below else None

    @property
    def suicide_item(self) -> str | None:
        """The item that asks about suicide; None means that this scale never makes anybody look safe."""
        return next((flag.item for flag in self.flags if flag.name == "suicide"), None)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.responses + self.partials + self.remissions + self.checks

    def rule(self, rule_id: str) -> Rule:
        """The response, remission or check rule of that id; KeyError if the scale has none."""
        return {rule.id: rule for rule in self.rules}[rule_id]

    def band(self, total: float | None) -> str | None:
        chosen = default_of(self.band_sets)
        return chosen.band(total) if chosen else None


@dataclass(frozen=True, slots=True)
class Score:
    """What one set of answers comes to. Unknown is None or "unknown", never False and never 0."""

    total: float | None
    prorated: bool
    missing: tuple[str, ...]
    band: str | None
    flags: dict[str, str]
    levels: dict[str, str]
    subscales: dict[str, float | None]
    checks: dict[str, bool | None]

    @property
    def complete(self) -> bool:
        """Only a complete score may be a baseline, a response, a remission or the end of an alert."""
        return self.total is not None and not self.prorated


def default_of(rules):
    """The one marked as default, or None."""
    return next((rule for rule in rules if rule.default), None)


def absent(number: float | None) -> bool:
    """None and NaN are both a missing number."""
    return number is None or number != number


def half_up(total: float) -> int:
    """Nearest whole number, halves upwards; Python's round() would send 4.5 to 4 and into the wrong band."""
    return math.floor(total + 0.5)


def percent_improvement(baseline: float | None, total: float | None, floor: float = 0.0) -> float | None:
    """100 · (baseline − total) / (baseline − floor), lower being better; worsening is negative, not clipped.

    `floor` is the scale's lowest total (4 for four items coded 1–7). None when a number is missing or the
    baseline is at the floor, where a percentage means nothing.
    """
    if absent(baseline) or absent(total) or baseline <= floor:
        return None
    return 100 * (baseline - total) / (baseline - floor)
