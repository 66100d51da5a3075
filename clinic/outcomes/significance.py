"""Clinically significant change after Jacobson and Truax (1991), as the R package `clinicalsignificance` counts it.

Implementations differ (another one takes ≥ 1.96, asks for no clinical start and knows a sixth category), so the
definition belongs beside the figure: `DEFINITION`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinic.outcomes.change import cutoffs, deviation_of_difference, reliable_change_index
from clinic.refused import BadInput

RULE = "significance.jacobson_truax_strict"
RELIABLE_BEYOND = 1.96
CUTOFFS = ("a", "b", "c")
CATEGORIES = ("recovered", "improved", "unchanged", "deteriorated", "harmed")
DEFINITION = (
    "reliable: |RCI| above 1.96; recovered: reliably better, from the clinical to the functional side of the "
    "cut-off; improved: reliably better only; harmed: reliably worse, from the functional to the clinical side; "
    "deteriorated: reliably worse only"
)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a pair of scores is held against: `deviation` is the clinical group's SD, `difference_deviation` Sdiff."""

    cutoff_name: str
    cutoff: float
    deviation: float
    reliability: float
    difference_deviation: float
    higher_is_better: bool = False

    @property
    def reliable_points(self) -> float:
        """RC95: a change beyond this many points is reliable."""
        return RELIABLE_BEYOND * self.difference_deviation


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """`n` complete pairs, counted by category; `categories` has one entry per row, None for the `missing`."""

    n: int
    missing: int
    yardstick: Yardstick
    counts: dict[str, int]
    categories: np.ndarray


def yardstick(
    clinical: tuple[float, float],
    reliability: float,
    functional: tuple[float, float] | None = None,
    *,
    cutoff: str = "c",
    higher_is_better: bool = False,
) -> Yardstick:
    """Groups as (mean, SD). `a` needs the clinical group alone; `c` is preferred where the two groups overlap."""
    problems = _problems(clinical[1], reliability, functional, cutoff)
    if problems:
        raise BadInput(*problems)
    found = cutoffs(clinical, functional or clinical, higher_is_better=higher_is_better)
    return Yardstick(
        cutoff_name=cutoff,
        cutoff=getattr(found, cutoff),
        deviation=clinical[1],
        reliability=reliability,
        difference_deviation=deviation_of_difference(clinical[1], reliability),
        higher_is_better=higher_is_better,
    )


def category(before: float | None, after: float | None, by: Yardstick) -> str | None:
    """One pair; None when either score is missing."""
    return categories([before], [after], by)[0]


def categories(before, after, by: Yardstick) -> np.ndarray:
    """One of `CATEGORIES` per row, None where a score is missing.

    A score on the cut-off itself is on neither side as a start or an end of recovery: it is a functional start
    and a clinical end, as in the R package.
    """
    before, after = np.asarray(before, float), np.asarray(after, float)
    sign = 1 if by.higher_is_better else -1
    index = sign * reliable_change_index(before, after, by.difference_deviation)
    clinical_start = sign * before < sign * by.cutoff
    functional_end = sign * after > sign * by.cutoff
    better, worse = index > RELIABLE_BEYOND, index < -RELIABLE_BEYOND
    found = np.select(
        [better & clinical_start & functional_end, better, worse & ~clinical_start & ~functional_end, worse],
        ["recovered", "improved", "harmed", "deteriorated"],
        default="unchanged",
    ).astype(object)
    found[np.isnan(index)] = None
    return found


def judge(
    before: Sequence[float],
    after: Sequence[float],
    *,
    reliability: float,
    functional: tuple[float, float] | None = None,
    clinical: tuple[float, float] | None = None,
    cutoff: str = "c",
    higher_is_better: bool = False,
) -> Group | None:
    """Everyone's category. Without `clinical` its mean and SD come from the starts of the complete pairs, which
    an entry criterion may have narrowed; None when these are fewer than two or all the same."""
    before, after = np.asarray(before, float), np.asarray(after, float)
    paired = ~np.isnan(before) & ~np.isnan(after)
    if clinical is None:
        starts = before[paired]
        if len(starts) < 2 or not starts.std() > 0:
            return None
        clinical = float(starts.mean()), float(starts.std(ddof=1))
    by = yardstick(clinical, reliability, functional, cutoff=cutoff, higher_is_better=higher_is_better)
    found = categories(before, after, by)
    counts = {name: int((found == name).sum()) for name in CATEGORIES}
    return Group(int(paired.sum()), int((~paired).sum()), by, counts, found)


def _problems(deviation, reliability, functional, cutoff) -> list[str]:
    problems = []
    if cutoff not in CUTOFFS:
        problems.append(f"There is no cut-off {cutoff}: choose a, b or c.")
    elif cutoff != "a" and functional is None:
        problems.append(f"Cut-off {cutoff} needs the mean and the standard deviation of a functional group.")
    if not 0 <= reliability < 1:
        problems.append(f"A reliability lies from 0 to below 1, not at {reliability:g}.")
    if not deviation > 0:
        problems.append(f"A standard deviation lies above 0, not at {deviation:g}.")
    return problems
