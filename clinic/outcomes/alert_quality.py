"""Whether alerts were answered: raised, seen, closed, and the time by which half were.

Times run from the opening; what is still waiting counts for as long as it has waited (Kaplan–Meier), so that a rule
whose alerts nobody closes does not look fast. An alert that was raised again is not seen until somebody sees it anew.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.outcomes.proportion import wilson
from clinic.outcomes.survival import kaplan_meier

RULE = "alerts.answered"
SEEN_FIRST = ("U0", "U1", "U2")  # the others close with one click (docs/clinical.md J)
COLUMNS = [
    "raised", "to_see", "seen", "closed", "open",
    "seen_low", "seen_high", "closed_low", "closed_high", "half_seen", "half_closed",
]  # fmt: skip


def table(alerts: pd.DataFrame, now, by: str = "urgency") -> pd.DataFrame:
    """One row per urgency or rule. `alerts` has urgency, rule, raised, seen, closed (times, missing where nobody
    has). `to_see` are those that want to be seen first; an interval is of seen out of those, and of closed out of
    raised; half_seen and half_closed are minutes, NaN where half are not reached."""
    rows = [(name, *_row(some, pd.Timestamp(now))) for name, some in alerts.groupby(by, sort=True)]
    return pd.DataFrame(rows, columns=[by, *COLUMNS])


def overall(alerts: pd.DataFrame, now) -> pd.DataFrame:
    """The same for all of them, as one row."""
    return table(alerts.assign(all="all alerts"), now, by="all")


def _row(some: pd.DataFrame, now: pd.Timestamp) -> tuple:
    first = some[some["urgency"].isin(SEEN_FIRST)]
    seen, closed = int(first["seen"].notna().sum()), int(some["closed"].notna().sum())
    return (
        len(some), len(first), seen, closed, len(some) - closed,
        *(wilson(seen, len(first)) or (np.nan, np.nan)),
        *(wilson(closed, len(some)) or (np.nan, np.nan)),
        _half(first, "seen", now),
        _half(some, "closed", now),
    )  # fmt: skip


def _half(some: pd.DataFrame, what: str, now: pd.Timestamp) -> float:
    """Minutes until half were; one that was closed without being seen waits for it no longer."""
    ends = some[what].fillna(some["closed"]).fillna(now)
    minutes = np.maximum((ends - some["raised"]).dt.total_seconds().to_numpy(float) / 60, 0)
    median = kaplan_meier(minutes, some[what].notna().to_numpy(bool)).median
    return np.nan if median is None else median
