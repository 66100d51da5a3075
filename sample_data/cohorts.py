"""A cohort that the lead of the sample clinic kept under a name."""

from __future__ import annotations

from datetime import datetime, timedelta

from data_model import Account, Database, SavedCohort

NAME = "Anxiety, by infusion"
CHOSEN = {"route": "IV", "indication": "generalised anxiety"}
DAYS_AGO = 9


def keep(db: Database, accounts: dict[str, Account], end: datetime, key) -> None:
    lead = accounts["leo"]
    db.add(
        SavedCohort(
            key=key("cohort", NAME),
            name=NAME,
            chosen=CHOSEN,
            author=lead.name,
            author_id=lead.id,
            entered_at=end - timedelta(days=DAYS_AGO),
        )
    )
    db.flush()
