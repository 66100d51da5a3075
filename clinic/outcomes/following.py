"""One scale over one course: which of its scores may be judged, and on which day each was taken.

Everything that is said about a person on a scale reads the same rows, so that no two sentences count differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.outcomes import counting
from clinic.outcomes.baseline import Baseline, none_yet
from clinic.outcomes.clock import day

NO_DOSE = none_yet("the last complete score before the first dose will be the baseline")


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """`rows` are the complete totals since the first dose, oldest first, with the columns of `counting.judge` and
    `night` (whole local days since the first dose). `prorated` and `other_version` say how many totals were left out.
    Equal only to itself, since it holds a frame."""

    scale: Instrument
    baseline: Baseline
    rows: pd.DataFrame
    started: bool
    prorated: int = 0
    other_version: int = 0

    @property
    def counted(self) -> pd.DataFrame:
        """Those that count towards response (docs/clinical.md B.2)."""
        return self.rows[self.rows["counts"]]

    @property
    def early(self) -> pd.DataFrame:
        return self.rows[self.rows["early"]]

    @property
    def too_mild(self) -> bool:
        """docs/clinical.md B.5; without a caseness of its own only the floor of the scale is too mild."""
        if self.baseline.total is None:
            return False
        if self.scale.caseness is None:
            return self.scale.higher_is == "worse" and self.baseline.total <= self.scale.minimum
        return self.baseline.total < self.scale.caseness


def follow(
    scales: Mapping[str, Instrument],
    scores: pd.DataFrame,
    treatments: pd.DataFrame,
    starts: pd.DataFrame,
    course: str,
    baselines: Mapping[str, Baseline],
    *,
    zone: str = "UTC",
) -> list[Followed]:
    """Each of `scales` that has a total and was used, in the order given. `course` is the key of the person's latest
    course; before its first dose nothing of it can be judged."""
    used = [
        scale for scale in scales.values() if scale.has_total and (scores["instrument"] == scale.id).any()
    ]
    mine = starts[starts["episode"] == course]
    if not len(mine):
        none = scores.iloc[:0].assign(counts=False, early=False, night=0)
        return [Followed(scale, baselines.get(scale.id, NO_DOSE), none, False) for scale in used]
    start = mine["start"].iloc[0]
    judged = counting.judge(scores, treatments, mine, instruments=scales, zone=zone)
    judged = judged[judged["days_since_first"].notna()]
    judged = judged.assign(night=day(judged["taken_at"], zone) - day([start], zone)[0])
    return [
        _followed(scale, judged, baselines.get(scale.id) or none_yet("no valid baseline"), scores)
        for scale in used
    ]


def _followed(scale: Instrument, judged: pd.DataFrame, baseline: Baseline, scores: pd.DataFrame) -> Followed:
    """Totals of another definition version are a series of their own, so that none is compared with this baseline."""
    own = judged[(judged["instrument"] == scale.id) & judged["total"].notna()]
    version = _version(own, baseline, scores)
    same = own["version"] == version if version else pd.Series(True, own.index)
    whole = ~own["prorated"].astype(bool)
    rows = own[same & whole].reset_index(drop=True)
    return Followed(scale, baseline, rows, True, int((same & ~whole).sum()), int((~same).sum()))


def _version(own: pd.DataFrame, baseline: Baseline, scores: pd.DataFrame) -> str | None:
    """That of the baseline; where its score is not among these, as with a transferred one, that of the last score."""
    found = scores.loc[scores["assessment"] == baseline.assessment, "version"]
    if len(found):
        return found.iloc[0]
    return own["version"].iloc[-1] if len(own) else None


def days_and_totals(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What `durability` takes: days since the first dose, and totals."""
    return rows["night"].to_numpy(float), rows["total"].to_numpy(float)
