"""What a treatment protocol is: one version of a definition file, read, with what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clinic.protocols.limit import Limit, differs
from clinic.protocols.shapes import (
    Concomitant,
    Criterion,
    Duty,
    GateItem,
    Ladder,
    Product,
    Rule,
    Schedule,
    Slip,
    Symptom,
    Weighing,
    Windows,
)


@dataclass(frozen=True, slots=True, eq=False)
class Protocol:
    """One version of a clinic's way of treating. Judgements made by it name its id and version. `pre_dose` are the
    measures without which the gate is not complete."""

    id: str
    version: str
    title: str
    says: str
    place: str
    extends: str | None
    checked_by: str
    next_review: date
    pre_dose: tuple[str, ...]
    limits: tuple[Limit, ...]
    rules: tuple[Rule, ...]
    slips: tuple[Slip, ...]
    schedules: tuple[Schedule, ...]
    windows: Windows
    ladders: tuple[Ladder, ...]
    products: tuple[Product, ...]
    weighing: Weighing
    concomitant: tuple[Concomitant, ...]
    gate: tuple[GateItem, ...]
    leaving: tuple[Criterion, ...]
    symptoms: tuple[Symptom, ...]
    duties: tuple[Duty, ...]
    fingerprint: str

    @property
    def name(self) -> str:
        """As it is stored beside what it judged: `adult@1.0`."""
        return f"{self.id}@{self.version}"

    def limit(self, id: str) -> Limit:
        """KeyError if the protocol has none of that id."""
        return {limit.id: limit for limit in self.limits}[id]

    def rule(self, id: str) -> Rule:
        """KeyError if the protocol has none of that id."""
        return {rule.id: rule for rule in self.rules}[id]

    def limits_for(
        self, phase: str, route: str | None = None, substance: str | None = None
    ) -> tuple[Limit, ...]:
        """The limits of a phase that hold for this route and substance; None asks for those of every one."""
        return tuple(
            limit for limit in self.limits if limit.phase == phase and limit.is_for(route, substance)
        )

    def group(self, name: str) -> tuple[Limit, ...]:
        """The limits whose id begins with this word."""
        return tuple(limit for limit in self.limits if limit.group == name)

    @property
    def intervals(self) -> tuple[Limit, ...]:
        return self.group("interval")

    @property
    def escalation(self) -> tuple[Limit, ...]:
        return self.group("escalation")

    @property
    def weight_rules(self) -> tuple[Limit, ...]:
        return self.group("weight")

    def schedule(self, route: str | None, substance: str | None) -> Schedule | None:
        """The one that fits both most closely; None where nobody has named one."""
        fitting = [each for each in self.schedules if suits(each, route, substance)]
        return max(fitting, key=closeness, default=None)

    def minimum_minutes(self, route: str | None, substance: str | None) -> Limit | None:
        """The minimum observation, as a limit on minutes since start or since stop (its measure says which)."""
        found = self.schedule(route, substance)
        return self.limit(found.minimum) if found else None

    def products_of(self, substance: str | None, route: str | None = None) -> tuple[Product, ...]:
        return tuple(
            each
            for each in self.products
            if not differs(each.substance, substance) and (route is None or route in each.routes)
        )


def suits(each, route: str | None, substance: str | None) -> bool:
    """Whether something that may name a route and a substance is meant for these; unlike a limit's, an unknown
    route does not fit what is meant for one route."""
    return each.route in (None, route) and each.substance in (None, substance)


def closeness(schedule: Schedule) -> tuple[bool, bool]:
    """What is meant for the substance goes before what is meant for the route."""
    return schedule.substance is not None, schedule.route is not None
