"""The names of `clinic.cohorts` by which older callers ask for it."""

from __future__ import annotations

from clinic.cohorts import Choice, cohort, options
from clinic.cohorts import Frames as Cohort
from data_model import Database

__all__ = ["Choice", "Cohort", "cohort", "routes_and_indications"]


def routes_and_indications(db: Database) -> tuple[list[str], list[str]]:
    """What there is to filter by."""
    found = options(db, Choice())
    return list(found["route"]), list(found["indication"])
