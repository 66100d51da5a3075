"""How many of those whose window has passed have both a baseline and a score in it: what every rate stands on.

Instruments reference §2.12. Counted of everyone whose window has passed and not of those who finished induction, so
that people who left early are among the missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from clinic.outcomes.proportion import percent, wilson
from clinic.outcomes.states import TOO_EARLY

RULE = "completeness.pairs"
WARN_BELOW = 0.9
COMPARE_FROM = 0.7


@dataclass(frozen=True, slots=True)
class Pairs:
    """`n` of `of` people have a valid baseline and a score in the window that counts; of the others some have only
    one of the two, or neither."""

    n: int
    of: int
    only_baseline: int
    only_score: int

    @property
    def share(self) -> float | None:
        return self.n / self.of if self.of else None

    @property
    def neither(self) -> int:
        return self.of - self.n - self.only_baseline - self.only_score

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.n, self.of)

    @property
    def warns(self) -> bool:
        """Below nine in ten; also where nobody's window has passed."""
        return self.share is None or self.share < WARN_BELOW

    @property
    def may_compare(self) -> bool:
        """Below seven in ten no rate is set beside another clinic's, nor beside another clinician's."""
        return self.share is not None and self.share >= COMPARE_FROM

    @property
    def says(self) -> str:
        """`24 of 36 have a baseline and a score in the window (67 %), 9 only a baseline, 2 only a score, 1 neither`"""
        if not self.of:
            return "nobody's window has passed yet"
        parts = [
            f"{self.n} of {self.of} have a baseline and a score in the window ({percent(self.share, self.of)} %)"
        ]
        rest = (
            (self.only_baseline, "only a baseline"),
            (self.only_score, "only a score"),
            (self.neither, "neither"),
        )
        return ", ".join(parts + [f"{count} {words}" for count, words in rest if count])

    @property
    def warning(self) -> str:
        """What the reader has to be told, "" where nearly everybody is paired."""
        if not self.of or not self.warns:
            return ""
        told = (
            f"Too few pairs: {self.says}. Below {100 * WARN_BELOW:.0f} % a rate may owe more to who was asked than "
            "to who got better."
        )
        if self.may_compare:
            return told
        return f"{told} Below {100 * COMPARE_FROM:.0f} % nothing is compared with it."


def pairs(people: pd.DataFrame) -> Pairs:
    """`people` from `states.people`; whoever is too early is left out, a mild baseline is a baseline."""
    passed = people[people["state"] != TOO_EARLY]
    baseline, score = passed["baseline"].notna(), passed["score"].notna()
    return Pairs(
        n=int((baseline & score).sum()),
        of=len(passed),
        only_baseline=int((baseline & ~score).sum()),
        only_score=int((~baseline & score).sum()),
    )
