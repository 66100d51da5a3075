"""After how many treatments a response began: of everyone who started long enough ago to have had so many.

The denominator is fixed by the day of the first dose alone. One that asked for six treatments would leave out those
who stopped before, and one that let in quick responders early would weigh them more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.outcomes.clock import day
from clinic.outcomes.proportion import percent, wilson
from clinic.outcomes.states import NO_BASELINE, TOO_MILD
from clinic.outcomes.survival import FEWEST_INSIDE, Curve, kaplan_meier, until_at_risk

RULE = "response.by_treatment"  # ours
UP_TO = 6
DAYS_EACH, DAYS_MORE = (
    7,
    14,
)  # a treatment a week, and two weeks for the scores that show and confirm a response


@dataclass(frozen=True, slots=True)
class ByTreatment:
    """`table` has number, responded, not_responded, unknown, too_mild (which sum to `of`), had (so many treatments),
    share, low, high (Wilson) and most (the share if all the unknown had responded). `started` = `of` + `too_early`.
    `curve` is Kaplan–Meier over treatments instead of days, of those with a verdict."""

    table: pd.DataFrame
    of: int
    too_early: int
    started: int
    curve: Curve

    @property
    def says(self) -> str:
        if not self.of:
            return f"Nobody of {self.started} started {days_needed()} days ago or earlier."
        told = [self._by(number) for number in (3, UP_TO)]
        return f"{'; '.join(told)}."

    def _by(self, number: int) -> str:
        row = self.table.set_index("number").loc[number]
        low, high, most = (percent(row[name], self.of) for name in ("low", "high", "most"))
        text = (
            f"by treatment {number} {row['responded']:.0f} of {self.of} had responded "
            f"({percent(row['share'], self.of)} %, 95 % interval {low}–{high} %)"
        )
        if row["unknown"]:
            text += f", {row['unknown']:.0f} unknown ({most} % if all of them had)"
        return text


def days_needed(up_to: int = UP_TO) -> int:
    return DAYS_EACH * up_to + DAYS_MORE


def by_treatment(
    courses: pd.DataFrame,
    treatments: pd.DataFrame,
    seen: pd.DataFrame,
    responses: pd.DataFrame,
    now,
    *,
    up_to: int = UP_TO,
    zone: str = "UTC",
) -> ByTreatment:
    """`seen` and `responses` are of `time_to`, over the same courses. A response counts by the treatment that came
    before its first score; somebody without any look by then is unknown, as is whoever has no valid baseline."""
    table = courses.reset_index(drop=True)
    could = day([now], zone)[0] - day(table["start"], zone) >= days_needed(up_to)
    event = responses["event"].fillna(False).to_numpy(bool)
    given, why = responses["given"].to_numpy(), responses["why_none"].to_numpy()
    first_look = seen.groupby("course")["given"].min().reindex(range(len(table))).to_numpy(float)
    had = table["episode"].map(treatments.groupby("episode").size()).fillna(0).to_numpy()
    of, rows = int(could.sum()), []
    for number in range(1, up_to + 1):
        responded = could & event & (given <= number)
        mild = could & (why == TOO_MILD)
        unseen = (why == "") & ~responded & ~(first_look <= number)
        unknown = could & ((why == NO_BASELINE) | unseen)
        n, missing = int(responded.sum()), int(unknown.sum())
        low, high = wilson(n, of) or (np.nan, np.nan)
        rows.append(
            {
                "number": number,
                "responded": n,
                "not_responded": of - n - missing - int(mild.sum()),
                "unknown": missing,
                "too_mild": int(mild.sum()),
                "had": int((could & (had >= number)).sum()),
                "share": n / of if of else np.nan,
                "low": low,
                "high": high,
                "most": (n + missing) / of if of else np.nan,
            }
        )
    curve = until_at_risk(kaplan_meier(responses["given"], responses["event"]), FEWEST_INSIDE)
    return ByTreatment(pd.DataFrame(rows), of, len(table) - of, len(table), curve)
