"""What a rating scale is: the frozen shape that a definition file is read into, and what a form comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clinic.instruments.about import Loinc, Reliability
from clinic.instruments.items import Algorithm, Conversion, Domain, Flag, Item, Level, Subscale
from clinic.instruments.rules import Band, BandSet, Change, Rule

# How far a statement in a definition can be trusted; shown wherever the statement is.
EVIDENCE = ("published", "open code", "unverified", "ours")
# How answers become a total; what is not in WITH_TOTAL has none.
SCORINGS = ("sum", "domains", "level", "events", "profile")
WITH_TOTAL = ("sum", "domains")


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
    scoring: str
    one_of: tuple[tuple[str, str], ...]
    domains: tuple[Domain, ...]
    level: Level | None
    conversion: Conversion | None
    allow_not_applicable: int
    measures: str
    family: str
    timing: str
    traps: tuple[str, ...]
    columns: dict[str, str]
    hides_suicide_item: bool
    checked_on: date | None
    loinc: Loinc | None
    reliability: tuple[Reliability, ...]
    fingerprint: str

    @property
    def has_total(self) -> bool:
        """Whether there is a number to draw; a level, a list of events and a profile have none."""
        return self.scoring in WITH_TOTAL

    @property
    def scored_items(self) -> tuple[Item, ...]:
        """The items that the result is made of."""
        return tuple(item for item in self.items if item.scored)

    @property
    def totals_only(self) -> bool:
        """Whether the scale's holder allows no items here, so that a total is all that can be entered."""
        return not self.items

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
        """The item that asks about suicide, or "level" where the whole form does; None means that this scale
        never makes anybody look safe."""
        flag = self.suicide_flag
        return flag.item if flag else None

    @property
    def suicide_flag(self) -> Flag | None:
        return next((flag for flag in self.flags if flag.name == "suicide"), None)

    @property
    def asks(self) -> str:
        """What asks about suicide, as people call it: `PHQ-9 item 9`, or the name of a form of its own."""
        item = next((item for item in self.items if item.id == self.suicide_item), None)
        return f"{self.title} item {item.number}" if item else self.title

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
    """What one set of answers comes to. Unknown is None or "unknown", never False and never 0.

    `suicide` is the suicide answer as it is stored beside the score, `suicide_state` one of "yes", "no",
    "skipped" and "not asked".
    """

    total: float | None
    prorated: bool
    missing: tuple[str, ...]
    band: str | None
    flags: dict[str, str]
    levels: dict[str, str]
    subscales: dict[str, float | None]
    checks: dict[str, bool | None]
    suicide: int | None = None
    suicide_state: str = "not asked"

    @property
    def complete(self) -> bool:
        """Only a complete score may be a baseline, a response, a remission or the end of an alert."""
        return self.total is not None and not self.prorated


def default_of(rules):
    """The one marked as default, or None."""
    return next((rule for rule in rules if rule.default), None)
