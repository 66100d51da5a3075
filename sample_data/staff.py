"""Who works in the sample clinic, and which of them was on duty."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

import numpy as np

from clinic.accounts import passwords
from data_model import Account, Database
from data_model.accounts import Role
from sample_data.cast import COLLEAGUES, DEMO_ACCOUNTS, LEADS_WITH_NAMES, PASSWORD, PRESCRIBERS, SITES

NOBODYS = "!"  # matches no password


def engage(db: Database, since: datetime, key) -> dict[str, Account]:
    """Writes the accounts, all opened before the year began; user name -> account.

    `clinic.accounts.create` opens accounts now and hashes a password for each, which is slow on purpose.
    """
    rows = [
        (username, name, role, SITES.get(username), True, True) for username, _, name, role in DEMO_ACCOUNTS
    ]
    rows += [(username, name, role, site, here, False) for username, name, role, site, here in COLLEAGUES]
    accounts = {
        username: Account(
            key=key("account", username),
            username=username,
            name=name,
            role=Role(role),
            site=site,
            active=here,
            may_prescribe=username in PRESCRIBERS,
            sees_names=username in LEADS_WITH_NAMES,
            password_hash=demo_hash() if demo else NOBODYS,
            created_at=since + timedelta(minutes=5 * n),
        )
        for n, (username, name, role, site, here, demo) in enumerate(rows)
    }
    db.add_all(accounts.values())
    db.flush()
    return accounts


@cache
def demo_hash() -> str:
    return passwords.hashed(PASSWORD)


class Duty:
    """Nurses by site; the one who left worked in the first half of the year only."""

    def __init__(self, accounts: dict[str, Account], end: datetime):
        self.accounts = accounts
        self.gone_since = end - timedelta(days=180)

    def nurse(self, rng: np.random.Generator, site: str, at: datetime) -> Account:
        here = [
            account
            for account in self.accounts.values()
            if account.role == Role.NURSE
            and account.site == site
            and (account.active or at < self.gone_since)
        ]
        return here[int(rng.integers(len(here)))]

    def clinician(self, username: str) -> Account:
        return self.accounts[username]
