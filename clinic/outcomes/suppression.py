"""Which counts may leave the clinic: small ones are hidden, and so is what would give them away.

For one row of cells with a known total. Tables with totals in both directions, and two figures that differ by one
person, need more than this and are not to be published from here. Whatever is derived from a hidden cell
(percentage, median, interval) is hidden with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clinic.refused import BadInput

ALSO_HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Scheme:
    """Counts from 1 to below `below` are hidden; 0 may be shown, it points at nobody."""

    id: str
    below: int
    source: str
    evidence: str

    @property
    def mark(self) -> str:
        return f"<{self.below}"

    def small(self, count: int) -> bool:
        return 0 < count < self.below


CMS = Scheme("cms_lt11", 11, "CMS cell size policy, quoted by open repositories from ResDAC", "open code")
DEFAULT_MINIMUM = 10
LOWEST_MINIMUM = 5  # ours


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` and `total` as they may be shown (a number or a mark); `hidden` says which cells, for their rates."""

    cells: tuple[int | str, ...]
    total: int | str
    hidden: tuple[bool, ...]


def clinic_minimum(minimum: int = DEFAULT_MINIMUM) -> Scheme:
    """The clinic's own smallest count that may be shown."""
    if minimum < LOWEST_MINIMUM:
        raise BadInput(
            f"The smallest count shown outside the clinic is {LOWEST_MINIMUM} or more, not {minimum}."
        )
    return Scheme(f"clinic_lt{minimum}", minimum, "the clinic's setting", "ours")


def cells(counts: Sequence[int], scheme: Scheme) -> list[int | str]:
    """Each count on its own, for cells without a known total."""
    _must_count(counts)
    return [scheme.mark if scheme.small(count) else int(count) for count in counts]


def row(counts: Sequence[int], scheme: Scheme) -> Row:
    """Cells that sum to a total the reader knows.

    Where subtraction would give a hidden cell away the next smallest is hidden too. Then all hidden cells carry one
    mark: one that said "<11" beside one that did not would narrow both down.
    """
    _must_count(counts)
    hidden, mark = [scheme.small(count) for count in counts], scheme.mark
    total = cells([sum(counts)], scheme)[0]
    while total != scheme.mark and given_away(counts, hidden, scheme, mark):
        left = [place for place, count in enumerate(counts) if count and not hidden[place]]
        if not left:
            total = ALSO_HIDDEN
            break
        hidden[min(left, key=lambda place: counts[place])] = True
        mark = ALSO_HIDDEN
    shown = tuple(mark if hide else int(count) for count, hide in zip(counts, hidden, strict=True))
    return Row(shown, total, tuple(hidden))


def may_show_share(count: int, of: int, scheme: Scheme) -> bool:
    """A share shows both its count and the rest: 48 of 50 shows the 2."""
    _must_count([count, of - count])
    return of > 0 and not any(row([count, of - count], scheme).hidden)


def given_away(counts: Sequence[int], hidden: Sequence[bool], scheme: Scheme, mark: str) -> bool:
    """Whether the sum of the hidden cells, which the reader can subtract, leaves only one possibility: a single
    cell, all of them 1, or, where the mark says that each is small, all of them as large as a small one can be."""
    kept = {count for count, hide in zip(counts, hidden, strict=True) if hide}
    if sum(hidden) < 2:
        return sum(hidden) == 1
    return kept == {1} or (mark == scheme.mark and kept == {scheme.below - 1})


def _must_count(counts: Sequence[int]) -> None:
    if any(count < 0 or count != int(count) for count in counts):
        raise ValueError("a count is a whole number from 0 on")
