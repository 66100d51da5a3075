"""Time told in treatments: each dose at a whole number, and what fell between two of them in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clinic.outcomes.clock import DAY

ALONE_DAYS = 7  # the unit after a single treatment, which has no interval of its own
TAIL_SHARE, TAIL_LEAST = (
    0.5,
    3.0,
)  # follow-up takes at most half as much room as the treatments, or three units


@dataclass(frozen=True, slots=True)
class Numbering:
    """`knots` are the wall-clock seconds of the doses, none twice, and lie at 1, 2, 3, …; `names` are their
    numbers as the treatments bear them. `before` and `after` are the seconds of one unit outside of them."""

    knots: np.ndarray
    names: tuple[str, ...]
    before: float
    after: float

    def at(self, when: np.ndarray) -> np.ndarray:
        """Strictly increasing in time, so that order and equality survive."""
        when = np.asarray(when, float)
        inner = np.interp(when, self.knots, np.arange(1.0, len(self.knots) + 1))
        left = np.minimum(when - self.knots[0], 0) / self.before
        return inner + left + np.maximum(when - self.knots[-1], 0) / self.after


def numbering(given: np.ndarray, numbers: list[int], times: np.ndarray) -> Numbering:
    """What came before the first treatment takes one unit at most. After the last a unit is the median interval,
    or longer where the follow-up is so long that it would crowd the treatments."""
    knots, first = np.unique(given, return_index=True)
    usual = float(np.median(np.diff(knots))) if len(knots) > 1 else float(ALONE_DAYS * DAY)
    tail = max(float(times.max() - knots[-1]), 0.0)
    room = max(TAIL_SHARE * len(knots), TAIL_LEAST)
    names = tuple(str(numbers[at]) for at in first)
    return Numbering(knots, names, max(usual, float(knots[0] - times.min())), max(usual, tail / room))
