"""Where the words of the lane stand, so that none covers another; pixels and rows, nothing is drawn here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """Where a word stands: from `start` to `end` and its mark at `x`, in pixels of the plot; row 0 is the lowest."""

    x: float
    start: float
    end: float
    row: int

    @property
    def left(self) -> bool:
        return self.x - self.start > self.end - self.x

    def covers(self, other: Place) -> bool:
        return self.row == other.row and self.start < other.end and other.start < self.end

    def crosses(self, other: Place) -> bool:
        """Whether the line from this mark down to the panels runs through the other's word."""
        return self.row > other.row and other.start < self.x < other.end


def places(marks: Sequence[float], widths: Sequence[float], lowest: float, highest: float) -> list[Place]:
    """Rows such that no word covers another word or mark and, where it can be had, no line runs through a word.

    A word leans right of its mark or left of it, within `lowest` and `highest` where it fits. Several orders of
    placing are tried; the one with the fewest crossings, then the fewest rows, is kept.
    """
    order = list(range(len(marks)))
    fits = [x + wide <= highest for x, wide in zip(marks, widths, strict=True)]
    inner, outer = [at for at in order if fits[at]], [at for at in order if not fits[at]]
    turned = [order[at:] + order[:at] for at in order] or [order]
    tried = [
        order[::-1],
        inner[::-1] + outer,
        outer[::-1] + inner[::-1],
        *turned,
        *(each[::-1] for each in turned),
    ]
    packed = [_packed(each, marks, widths, lowest, highest, flat) for each in tried for flat in (False, True)]
    return min(packed, key=lambda found: (_crossings(found), max((each.row for each in found), default=0)))


def _packed(order: list[int], marks, widths, lowest: float, highest: float, flat: bool) -> list[Place]:
    """`flat` would rather lean left than stand higher."""
    placed: dict[int, Place] = {}
    for at in order:
        x, wide = marks[at], widths[at]
        leans = [(x - 6, x + wide)] if x + wide <= highest else []
        leans += [(x - wide, x + 6)] if x - wide >= lowest else []
        others = list(placed.values())
        could = [
            Place(x, *lean, row) for lean in leans or [(x - 6, x + wide)] for row in range(len(placed) + 1)
        ]
        free = [each for each in could if not any(each.covers(other) for other in others)]
        placed[at] = min(
            free, key=lambda each: (_new_crossings(each, others), each.left and not flat, each.row)
        )
    return [placed[at] for at in sorted(placed)]


def _new_crossings(one: Place, others: Sequence[Place]) -> int:
    return sum(one.crosses(other) + other.crosses(one) for other in others)


def _crossings(found: Sequence[Place]) -> int:
    return sum(one.crosses(other) for one in found for other in found)
