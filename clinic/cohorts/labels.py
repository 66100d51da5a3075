"""What people are called in the frames of Outcomes: patients by key or pseudonym, clinicians by name or pseudonym."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pandas as pd
from sqlmodel import select

from clinic.access import can
from clinic.patients import pseudonym
from data_model import Account, Database

NOBODY = "nobody in particular"


def of_patients(courses: pd.DataFrame, names: bool) -> np.ndarray:
    """One text per course. Pseudonyms have five letters, so that among many thousands two people share one: the later
    of them gets a number behind it, or they would be counted as one."""
    keys = courses["patient"].to_numpy(object)
    if names:
        return keys
    persons, first, each = np.unique(courses["person"].to_numpy(), return_index=True, return_inverse=True)
    seen: Counter[str] = Counter()
    called = np.empty(len(persons), object)
    for n, key in enumerate(keys[first]):
        name = pseudonym(key)
        seen[name] += 1
        called[n] = name if seen[name] == 1 else f"{name}·{seen[name]}"
    return called[each]


def of_clinicians(db: Database) -> dict[str, str]:
    """Key of the account -> what this reader may call its clinician."""
    names = can(db.actor, "see names")
    found = db.exec(select(Account.key, Account.name).order_by(Account.name, Account.id))
    return {key: name if names else _clinician(key) for key, name in found}


def _clinician(key: str) -> str:
    """As a patient's pseudonym, and never mistaken for one."""
    return "C-" + hashlib.sha256(f"clinician {key}".encode()).hexdigest()[:5].upper()
