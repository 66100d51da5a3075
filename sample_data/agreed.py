"""The clinic's own numbers: the protocol of its country with two limits made tighter, under two names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from clinic import editions, protocols
from data_model import Account, Database, ProtocolApproval, ProtocolEdition

PROTOCOL = "uk"
VALUES = {"bp.pre.systolic.hold": 155, "spo2.pre.amber": 96}
WHY = "Agreed at the safety meeting: two people near 160 last winter; the oximeters read high."
NAMES = (("petra", "medical lead"), ("caspar", "second clinician"))


def agree(db: Database, accounts: dict[str, Account], end: datetime, key: Callable[..., str]) -> None:
    """Made and approved ninety days before the end of the story."""
    shipped = protocols.protocol(PROTOCOL)
    version, at = f"{shipped.version}+1", end - timedelta(days=90, hours=7)
    made = protocols.edited(shipped, VALUES, version=version)
    author = accounts[NAMES[0][0]]
    db.add(
        ProtocolEdition(
            key=key("edition", 1),
            protocol=PROTOCOL,
            base_version=shipped.version,
            version=version,
            values=VALUES,
            reason=WHY,
            fingerprint=made.fingerprint,
            made_at=at,
            made_by_id=author.id,
            made_by=author.name,
        )
    )
    for n, (username, capacity) in enumerate(NAMES, 1):
        account = accounts[username]
        db.add(
            ProtocolApproval(
                key=key("approval", n),
                protocol=PROTOCOL,
                version=version,
                fingerprint=made.fingerprint,
                account_id=account.id,
                name=account.name,
                role=account.role,
                capacity=capacity,
                approved_at=at + timedelta(hours=n),
            )
        )
    db.flush()
    db.info.pop(editions.reading.KEPT, None)
