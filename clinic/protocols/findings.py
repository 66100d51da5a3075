"""What a rule about an order saw, and which of several findings is the worst."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clinic.protocols.definition import Protocol
from clinic.protocols.measures import DOSE_TIERS
from clinic.protocols.vitals import opening


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule saw; `id` is the rule's. Without a value where the rule is not about a number."""

    id: str
    tier: str
    says: str
    value: float | None = None


def worst(findings: Iterable[Finding]) -> Finding | None:
    """The one of the highest tier, the first of several; None if no rule saw anything."""
    return max(findings, key=severity, default=None)


def severity(finding: Finding) -> int:
    return DOSE_TIERS.index(finding.tier)


def ruled(protocol: Protocol, id: str, saw: str) -> Finding:
    rule = protocol.rule(id)
    return Finding(rule.id, rule.tier, f"{opening(saw)}: {rule.says}.")
