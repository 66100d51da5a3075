"""What a definition says about a scale without changing any score: it may grow without a new version."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

FAMILIES = (
    "depression",
    "anxiety",
    "obsessive-compulsive",
    "trauma",
    "suicidality",
    "functioning",
    "quality of life",
    "global impression",
    "dosing session",
    "mania and psychosis",
    "sleep",
    "pleasure",
    "alcohol",
    "bladder",
)
RELIABILITIES = ("alpha", "test-retest", "inter-rater")

# Keys of a file that are not part of its fingerprint.
ABOUT = frozenset(
    {
        "checked_by",
        "checked_on",
        "next_review",
        "measures",
        "family",
        "timing",
        "traps",
        "columns",
        "hides_suicide_item",
        "loinc",
        "reliability",
    }
)


@dataclass(frozen=True, slots=True)
class Loinc:
    """Codes of the form, of its total and of its items in their order; None or "" where none was verified."""

    panel: str | None
    total: str | None
    items: tuple[str, ...]
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Reliability:
    """One published figure. With the `sd` of the same sample it gives the reliable change of that sample;
    `supports` is the id of the change rule that stands on it."""

    kind: str
    value: float
    sd: float | None
    supports: str | None
    sample: str
    source: str
    evidence: str

    @property
    def rc95(self) -> float | None:
        """1.96 · SD · √2 · √(1 − r), in points (Jacobson and Truax 1991); None without an SD."""
        return None if self.sd is None else 1.96 * self.sd * sqrt(2) * sqrt(1 - self.value)
