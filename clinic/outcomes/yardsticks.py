"""What a scale's own definition offers to judge a pair of scores by: its reliable change, and where a case begins.

The cut-off c of Jacobson and Truax needs the mean and SD of people who are well; no definition here has them. The
scale's caseness stands in its place, named as such, and without one nobody can be called recovered.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan

import numpy as np
import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.outcomes import significance
from clinic.outcomes.significance import RELIABLE_BEYOND, Yardstick
from clinic.outcomes.states import TOO_EARLY

RULE = "significance.reliable_across_caseness"
CASENESS = "caseness"
NO_SCORE, NO_BASELINE = "no score in window", "no valid baseline"


@dataclass(frozen=True, slots=True)
class Held:
    """`by` is None where the definition has no reliable change in points. `rules` decide; `unverified` are those
    among them that nobody has checked; `says` is the rule in words, or what is wanting."""

    by: Yardstick | None
    cutoff: float | None
    rules: tuple[str, ...]
    unverified: tuple[str, ...]
    says: str

    @property
    def points(self) -> float | None:
        """A change of so many points or more is reliable."""
        return None if self.by is None else round(self.by.reliable_points, 6)


def held(scale: Instrument) -> Held:
    """The definition's default change, reached inclusively, and its caseness.

    A case begins at the caseness itself, so on a scale of whole points the cut-off lies half a point below it.
    """
    change, case = scale.default_change, scale.too_mild_below
    cutoff = None if case is None else scale.caseness - 0.5
    named = [f"{each.id} {scale.version}" for each in (change, case) if each]
    open_ones = [
        f"{each.id} {scale.version}" for each in (change, case) if each and each.evidence == "unverified"
    ]
    if change is None or change.points is None:
        says = f"the definition of {scale.title} has no agreed reliable change, so nobody is called better or worse"
        return Held(None, cutoff, tuple(named), tuple(open_ones), says)
    by = Yardstick(
        cutoff_name=CASENESS,
        cutoff=inf if cutoff is None else cutoff,  # out of reach: everybody stays on one side of it
        deviation=nan,
        reliability=nan,
        difference_deviation=_just_below(change.points) / RELIABLE_BEYOND,
        higher_is_better=scale.higher_is == "better",
    )
    says = f"reliable: {change.says}; {_cutoff_words(scale)}"
    return Held(by, cutoff, (RULE, *named), tuple(open_ones), says)


def pairs(people: pd.DataFrame, scale: Instrument) -> pd.DataFrame:
    """Baseline, score and category of each person on this scale whose window has passed: one of
    `significance.CATEGORIES`, NO_SCORE or NO_BASELINE; "" where the scale cannot say. `people` from `states.people`."""
    own = people[(people["instrument"] == scale.id) & (people["state"] != TOO_EARLY)]
    found = own[["patient", "baseline", "score"]].reset_index(drop=True)
    by = held(scale).by
    judged = "" if by is None else significance.categories(found["baseline"], found["score"], by)
    kind = pd.Series(judged, index=found.index, dtype=object)
    kind = kind.mask(found["score"].isna(), NO_SCORE).mask(found["baseline"].isna(), NO_BASELINE)
    return found.assign(category=kind)


def counted(pairs: pd.DataFrame) -> pd.DataFrame:
    """category, n, of: every category of the scatter in the order it is read; the n sum to everybody's pairs."""
    order = [*significance.CATEGORIES, "", NO_SCORE, NO_BASELINE]
    n = pairs["category"].value_counts()
    kept = [name for name in order if name or n.get("", 0)]
    return pd.DataFrame({"category": kept, "n": [int(n.get(name, 0)) for name in kept], "of": len(pairs)})


def _just_below(points: float) -> float:
    """The arithmetic asks for more than its threshold, the definitions name the smallest change that counts."""
    return float(np.nextafter(points, 0)) * (1 - 1e-9)


def _cutoff_words(scale: Instrument) -> str:
    if scale.caseness is None:
        return "the definition has neither norms of people who are well nor a caseness, so nobody is called recovered"
    return (
        f"recovered or harmed: across {scale.caseness:g}, the scale's caseness, in place of cut-off c, for which the "
        "definition has no norms of people who are well"
    )
