"""The names under a version of a protocol, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from data_model import ProtocolApproval
from data_model.accounts import Role

# One of each approves a version (docs/clinical.md, third paragraph); the roles that may sign as each.
MEDICAL_LEAD, SECOND = "medical lead", "second clinician"
CAPACITIES: dict[str, frozenset[Role]] = {
    MEDICAL_LEAD: frozenset({Role.LEAD, Role.CLINICIAN}),
    SECOND: frozenset({Role.CLINICIAN}),
}
NOBODY = "nobody at this clinic has approved it yet"


@dataclass(frozen=True, slots=True)
class Approval:
    """`by` has (name, role, capacity, when) of each who signed, the first first. `says` goes on a sentence."""

    approved: bool
    by: tuple[tuple[str, Role, str, datetime], ...]
    says: str


def approval_of(rows: Sequence[ProtocolApproval], zone: ZoneInfo) -> Approval:
    """What the names under one content come to."""
    by = tuple((row.name, row.role, row.capacity, row.approved_at) for row in rows)
    return Approval(both(rows), by, _says(rows, zone))


def both(rows: Sequence[ProtocolApproval]) -> bool:
    """Whether two people signed, one in each capacity."""
    return any(
        one.account_id != other.account_id
        for one in rows
        for other in rows
        if (one.capacity, other.capacity) == (MEDICAL_LEAD, SECOND)
    )


def _says(rows: Sequence[ProtocolApproval], zone: ZoneInfo) -> str:
    if not rows:
        return NOBODY
    names = " and ".join(
        f"{row.name} ({row.capacity}, {row.approved_at.astimezone(zone):%-d %b %Y})" for row in rows
    )
    if both(rows):
        return f"approved by {names}"
    signed = {row.capacity for row in rows}
    missing = " and ".join(f"a {capacity}" for capacity in CAPACITIES if capacity not in signed)
    return f"signed by {names}, not approved until {missing} signs too"
