"""Whose patients Today is about: one's own, those of one's site, or everybody's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic import accounts
from clinic.access import require
from clinic.refused import BadInput
from data_model import Account, Actor, Database

OWN, TEAM, CLINIC = "own", "team", "clinic"
SCOPES = (OWN, TEAM, CLINIC)
PREFERENCE = "today_scope"


@dataclass(frozen=True, slots=True)
class Scope:
    """`clinician_id` and `site` are those of whoever looks; a team is everybody who is treated at their site."""

    name: str = CLINIC
    clinician_id: int | None = None
    site: str | None = None

    def holds(self, rows: pd.DataFrame) -> np.ndarray:
        """Which rows (with clinician and site of the patient) lie within."""
        if self.name == OWN:
            return rows["clinician"].to_numpy(float) == (self.clinician_id or -1)
        if self.name == TEAM:
            return (rows["site"] == self.site).to_numpy(bool)
        return np.ones(len(rows), bool)

    def has(self, clinician_id: int | None, site: str | None) -> bool:
        """The same for one patient."""
        if self.name == OWN:
            return clinician_id is not None and clinician_id == self.clinician_id
        return self.name == CLINIC or site == self.site


EVERYBODY = Scope()


def preferred(actor: Actor) -> str:
    """What this person chose last; everybody, until they choose: nobody is hidden by a setting that was not made."""
    chosen = dict(actor.preferences).get(PREFERENCE)
    return chosen if chosen in SCOPES else CLINIC


def choose(db: Database, name: str) -> None:
    """Remembers a choice for the next time. Raises BadInput."""
    if name not in SCOPES:
        raise BadInput(f"“{name}” is no choice; there are {', '.join(SCOPES)}.")
    accounts.set_preference(db, PREFERENCE, name)


def scope(db: Database, name: str) -> Scope:
    """Somebody without a site has no team but the clinic."""
    require(db, "see today")
    account = db.get(Account, db.actor.account_id) if db.actor.account_id else None
    if account is None or (name == TEAM and not account.site):
        return EVERYBODY
    return Scope(name, account.id, account.site)
