"""Few points in time: is there more than chance around their median? The two tests of Anhøj and Olesen (2014).

They look at the order alone, so that they hold for shares and for rates, and need no limits, which a handful of
points cannot give.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, floor, log2

import numpy as np

from clinic.outcomes.wording import plural

RULE_LONG, RULE_FEW = "run.longest", "run.crossings"
LEAST = 10  # points off the median below which order cannot surprise


@dataclass(frozen=True, slots=True)
class Runs:
    """`useful` points lie off the median; `longest` of them in a row lie on one side; `crossings` join two sides.

    A run longer than `longest_by_chance`, or fewer crossings than `fewest_by_chance`, is more than chance; both are
    None below ten useful points, where nothing is looked for.
    """

    median: float
    useful: int
    runs: int
    longest: int
    crossings: int
    longest_by_chance: int | None
    fewest_by_chance: int | None
    in_longest: tuple[int, ...]

    @property
    def signals(self) -> tuple[str, ...]:
        if self.longest_by_chance is None:
            return ()
        found = {
            RULE_LONG: self.longest > self.longest_by_chance,
            RULE_FEW: self.crossings < self.fewest_by_chance,
        }
        return tuple(rule for rule, holds in found.items() if holds)


def runs(values) -> Runs:
    """`values` without gaps, in their order; `in_longest` are their places. The limits are the rounded log₂(n) + 3
    and the 5 % quantile of a binomial of n − 1 tosses of a coin."""
    values = np.asarray(values, float)
    median = float(np.median(values)) if len(values) else float("nan")
    places = np.flatnonzero(values != median)
    above = values[places] > median
    useful = len(places)
    changes = np.flatnonzero(above[1:] != above[:-1]) + 1
    pieces = np.split(places, changes) if useful else []
    longest = max(pieces, key=len, default=np.zeros(0, int))
    enough = useful >= LEAST
    return Runs(
        median,
        useful,
        len(pieces),
        len(longest),
        len(changes),
        floor(log2(useful) + 3.5) if enough else None,
        _coin_quantile(0.05, useful - 1) if enough else None,
        tuple(longest.tolist()),
    )


def in_words(found: Runs) -> str:
    """What the order of the points says, in one sentence."""
    if found.longest_by_chance is None:
        return f"{found.useful} of the points lie off the median: too few (below {LEAST}) to tell chance from change."
    said = (
        f"the longest run has {plural(found.longest, 'point')} (by chance up to {found.longest_by_chance}), "
        f"and the line crosses the median {plural(found.crossings, 'time')} "
        f"(by chance at least {found.fewest_by_chance})"
    )
    if found.signals:
        return f"More than chance: {said}."
    return f"No more than chance: {said}."


def _coin_quantile(probability: float, tosses: int) -> int:
    """The smallest k with P(heads ≤ k) ≥ probability."""
    below, k = 0.0, -1
    while below < probability:
        k += 1
        below += comb(tosses, k) / 2**tosses
    return k
