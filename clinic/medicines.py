"""To which class a drug of somebody's list belongs, by the first word of its name: "Lorazepam 1 mg" is lorazepam."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from clinic.patients import plain
from clinic.protocols.definition import Protocol

FILE = Path(__file__).with_name("medicines.toml")
# The classes of a protocol whose dose is drawn as a track.
TRACKED = ("drug.benzodiazepine", "drug.gabapentinoid")


def first_word(drug: str) -> str:
    """Without accents and in small letters; "" where the name has no letter."""
    found = re.search(r"[a-z][a-z-]*", plain(drug))
    return found[0] if found else ""


def is_tracked(protocol: Protocol, drug: str) -> bool:
    """Whether a class of TRACKED names the drug in this protocol."""
    name = first_word(drug)
    return any(
        name == plain(each) for known in protocol.concomitant if known.id in TRACKED for each in known.drugs
    )


def is_antidepressant(drug: str) -> bool:
    return first_word(drug) in antidepressants()


@cache
def antidepressants() -> frozenset[str]:
    """Generic names in small letters."""
    return frozenset(tomllib.loads(FILE.read_text(encoding="utf-8"))["antidepressants"])
