"""Who moved from which severity to which: at baseline, at the end of induction, and at the last score after that.

At most three looks, each with "no score" as a band of its own. A score is used for one look only: who has none
after the window has no last one, and nothing is carried forward. The end of induction is the window's day, not the
sixth treatment, so that those who left stay in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.instruments.definition import Instrument, default_of
from clinic.outcomes import counting
from clinic.outcomes.clock import DAY, day, seconds
from clinic.outcomes.states import TOO_EARLY, Window
from clinic.refused import BadInput

RULE = "shift.three_looks"
NO_SCORE = "no score"
LOOKS = ("baseline", "end", "last")


@dataclass(frozen=True, slots=True)
class Shift:
    """`people`: patient and the band at each look; `bands` from mildest to gravest, then "no score". `too_early` is
    who started but whose window is still open: in no look."""

    people: pd.DataFrame
    bands: tuple[str, ...]
    too_early: int

    @property
    def n(self) -> int:
        return len(self.people)

    @property
    def started(self) -> int:
        return self.n + self.too_early

    def counts(self, look: str) -> pd.Series:
        """How many in each band, in order of the bands; they sum to `n`."""
        return self.people[look].value_counts().reindex(self.bands, fill_value=0)

    def matrix(self, before: str, after: str) -> pd.DataFrame:
        """Rows: where they were at `before`; columns: at `after`."""
        table = pd.crosstab(self.people[before], self.people[after])
        return table.reindex(index=self.bands, columns=self.bands, fill_value=0)

    def moves(self, before: str, after: str) -> dict[str, int]:
        """milder, same, graver, unknown (no score at one of the two)."""
        table = self.matrix(before, after).to_numpy()
        known = table[:-1, :-1]
        milder, graver = int(np.tril(known, -1).sum()), int(np.triu(known, 1).sum())
        same = int(np.trace(known))
        return {
            "milder": milder,
            "same": same,
            "graver": graver,
            "unknown": int(table.sum()) - milder - same - graver,
        }


def shift(
    people: pd.DataFrame,
    scores: pd.DataFrame,
    treatments: pd.DataFrame,
    courses: pd.DataFrame,
    scale: Instrument,
    window: Window,
    *,
    zone: str = "UTC",
) -> Shift:
    """`people` is from `states.people`, each person once, of which those on `scale` are taken; `courses` are all of
    theirs, since what was scored after the next course began is not of this one. Raises BadInput for a scale
    without bands."""
    if not scale.bands:
        raise BadInput(f"{scale.title} has no published bands of severity.")
    own = people[people["instrument"] == scale.id]
    seen = own[own["state"] != TOO_EARLY].reset_index(drop=True)
    last = _last_after(seen, scores, treatments, courses, scale, window, zone)
    looks = {"baseline": seen["baseline"], "end": seen["score"], "last": last}
    table = pd.DataFrame({"patient": seen["patient"]})
    for look, totals in looks.items():
        table[look] = _bands(scale, totals.to_numpy(float))
    names = (*(band.name for band in scale.bands), NO_SCORE)
    return Shift(table, names, len(own) - len(seen))


def _bands(scale: Instrument, totals: np.ndarray) -> np.ndarray:
    """The band of each total; only as many calls as there are different totals."""
    chosen = default_of(scale.band_sets)
    named = {total: chosen.band(total) for total in np.unique(totals[~np.isnan(totals)])}
    return np.array([named.get(total) or NO_SCORE for total in totals.tolist()], object)


def _last_after(seen, scores, treatments, courses, scale, window, zone) -> pd.Series:
    """The last score that counts, taken after the window and before the person's next course, by row of `seen`."""
    if not len(seen):
        return pd.Series(dtype=float)
    row = pd.Index(seen["patient"]).get_indexer(scores["patient"])
    taken, starts = seconds(scores["taken_at"]), seconds(seen["start"])
    closes = window.day + window.either_side
    usable = (
        (row >= 0)
        & (scores["instrument"] == scale.id).to_numpy()
        & scores["total"].notna().to_numpy()
        & ~scores["prorated"].to_numpy(bool)
    )
    usable[usable] &= (taken >= starts[row] + (closes - 1) * DAY)[usable] & (
        taken < _next_start(seen, courses)[row]
    )[usable]
    mine, row, taken = scores[usable], row[usable], taken[usable]
    hours = counting.hours_since(mine, treatments["patient"], treatments["started_at"], zone)
    kept = ~(hours < counting.HOURS_AFTER_DOSE)
    found = pd.DataFrame({"row": row, "taken": taken, "total": mine["total"].to_numpy(float)})[kept]
    last = found.sort_values("taken", kind="stable").drop_duplicates("row", keep="last").set_index("row")
    last = last.reindex(range(len(seen)))
    nights = day(pd.to_datetime(last["taken"], unit="s", utc=True), zone) - day(seen["start"], zone)
    return last["total"].where(nights > closes)


def _next_start(seen: pd.DataFrame, courses: pd.DataFrame) -> np.ndarray:
    """Seconds at which the same person's next course began, the end of time where there is none."""
    ordered = courses[["episode", "patient", "start"]].sort_values(["patient", "start"], kind="stable")
    after = ordered.groupby("patient", sort=False)["start"].shift(-1)
    following = seen[["episode"]].merge(ordered[["episode"]].assign(until=after), on="episode", how="left")[
        "until"
    ]
    return np.where(following.isna(), np.iinfo(np.int64).max, seconds(following))
