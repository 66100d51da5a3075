"""Rules about what is looked at between treatments: what a check came to, and which one is due."""

from __future__ import annotations

from collections.abc import Iterator

from clinic.flags.by_treatment import hit, listens
from clinic.flags.facts import CheckAge, Facts
from clinic.flags.rule import Fired, Rule
from clinic.protocols.measures import VITAL_TIERS
from clinic.protocols.vitals import opening, sentence, words_of


def check(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """By what somebody found; without a finding nothing is said, and nothing is cleared."""
    urgencies = dict(rule.findings)
    for each in facts.checks:
        if each.kind == rule.check and each.finding in urgencies:
            about = f" ({each.text})" if each.text else ""
            saw = f"{opening(each.kind)} of {each.at:%-d %b %Y}: {each.finding}{about}."
            yield hit(rule, each, saw, urgencies[each.finding])


def check_value(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """The worst of the protocol's limits that the value reaches."""
    for each in facts.checks:
        broken = [
            limit
            for limit in facts.protocol.limits
            if each.kind == rule.check
            and limit.tier in rule.tiers
            and listens(rule, limit.id)
            and limit.broken_by(each.value)
        ]
        worst = max(broken, key=lambda limit: VITAL_TIERS.index(limit.tier), default=None)
        if worst is not None:
            yield hit(rule, each, sentence(worst, each.value, f"of {each.at:%-d %b %Y}"))


def check_overdue(rule: Rule, facts: Facts) -> Iterator[Fired]:
    for each in facts.check_ages:
        if listens(rule, each.limit.id) and each.limit.broken_by(each.days):
            yield hit(rule, each, overdue(each))


def overdue(each: CheckAge) -> str:
    about = opening(words_of(each.limit.measure))
    if each.ever:
        return f"{about}: {each.days:g} days (limit {each.limit.value:g})."
    return f"{about}: never recorded, {each.days:g} days since the first dose (limit {each.limit.value:g})."
