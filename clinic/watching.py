"""Looks at what was recorded and raises what the rules of clinic/flags see in it."""

from __future__ import annotations

from data_model import Alert, Database, Patient, Treatment


def treatment(db: Database, record: Treatment) -> list[Alert]:
    """After anything about one treatment was written; raises each rule once for each thing it saw."""
    return []


def person(db: Database, patient: Patient) -> list[Alert]:
    """After a check or a score of one person was written."""
    return []


def sweep(db: Database) -> list[Alert]:
    """What only the passing of time makes due, over everybody under treatment."""
    return []
