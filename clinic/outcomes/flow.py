"""Where people leave: from the first treatment to the sixth and on to maintenance, and why they stopped.

Everybody is in every step, so that each step sums to all who started: came so far, in maintenance with fewer
treatments, left before, or still on the way. Those still on the way are in no rate; what they could change stands
beside it as the lowest and the highest share that is still possible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.outcomes.clock import day
from clinic.outcomes.proportion import wilson

RULE = "flow.steps6"
STEPS = 6
MAINTENANCE = "Maintenance"

REACHED = "came so far"
AHEAD = "in maintenance with fewer treatments"
LEFT = "stopped before"
UNDER_WAY = "still on the way"
PARTS = (REACHED, AHEAD, LEFT, UNDER_WAY)

NO_TREATMENTS = "treatments not recorded"
NOT_RECORDED = "ended, reason not recorded"
SILENT = "no end recorded, no treatment for more than {days} days"
OTHER = "another reason, said once each"


@dataclass(frozen=True, slots=True)
class Flow:
    """`steps` has step, one column per part, could (came so far or left), share, low, high (Wilson), lowest, highest.

    `courses` is one row per course that has treatments: episode, doses, maintenance, state ("left", "under way" or
    "maintenance") and stopped_after (0 = has not stopped). `unknown` courses have no treatment on record.
    """

    steps: pd.DataFrame
    courses: pd.DataFrame
    started: int
    unknown: int
    gap_days: int


def flow(
    courses: pd.DataFrame,
    treatments: pd.DataFrame,
    standing: pd.DataFrame,
    now,
    *,
    gap_days: int,
    zone: str = "UTC",
    steps: int = STEPS,
) -> Flow:
    """`standing` has episode, stage, ended_at, end_reason, maintenance_at. Who is in maintenance has gone through;
    anybody else has left once the course has ended, or after `gap_days` without a treatment, ended or not."""
    table = courses[["episode"]].merge(standing, on="episode", how="left", validate="one_to_one")
    mine = treatments[treatments["episode"].isin(table["episode"])]
    by_course = mine.groupby("episode")["started_at"].agg(["size", "max"])
    table["doses"] = table["episode"].map(by_course["size"]).fillna(0).astype(int)
    last = table["episode"].map(by_course["max"])
    started = len(table)
    known = table["doses"] > 0
    table, last = table[known].reset_index(drop=True), last[known].reset_index(drop=True)
    quiet = day([now], zone)[0] - day(last, zone) > gap_days
    ended = (table["stage"] == "ended").to_numpy()
    table["maintenance"] = table["maintenance_at"].notna()
    table["silent"] = quiet & ~ended
    table["state"] = np.select(
        [table["maintenance"], ended | quiet], ["maintenance", "left"], default="under way"
    )
    table["stopped_after"] = np.where(table["state"] == "left", np.minimum(table["doses"], steps), 0)
    return Flow(_steps(table, steps), table, started, started - len(table), gap_days)


def _steps(table: pd.DataFrame, steps: int) -> pd.DataFrame:
    doses, through = table["doses"].to_numpy(), table["maintenance"].to_numpy(bool)
    left = (table["state"] == "left").to_numpy()
    rows = []
    for step in range(1, steps + 1):
        came = doses >= step
        rows.append((f"Treatment {step}", came, through & ~came, left & ~came))
    rows.append((MAINTENANCE, through, np.zeros(len(table), bool), left))
    return pd.DataFrame([_row(name, *parts) for name, *parts in rows])


def _row(name: str, came: np.ndarray, ahead: np.ndarray, left: np.ndarray) -> dict:
    everyone = len(came)
    counts = [int(part.sum()) for part in (came, ahead, left)]
    waiting = everyone - sum(counts)
    could = everyone - waiting
    low, high = wilson(counts[0], could) or (np.nan, np.nan)
    return {
        "step": name,
        **dict(zip(PARTS, [*counts, waiting], strict=True)),
        "could": could,
        "share": counts[0] / could if could else np.nan,
        "low": low,
        "high": high,
        "lowest": counts[0] / everyone if everyone else np.nan,
        "highest": (counts[0] + waiting) / everyone if everyone else np.nan,
    }


def reasons(found: Flow, *, every_word: bool = False) -> pd.DataFrame:
    """reason, people, after_1 … : why those who left stopped, the most frequent first, by treatments had; they sum
    to all who left. `every_word`: reasons given once are written out too, else they share a line, because what was
    typed about one person may say who it was."""
    left = found.courses[found.courses["state"] == "left"]
    said = left["end_reason"].fillna("").str.strip()
    words = np.select(
        [left["silent"], said == ""], [SILENT.format(days=found.gap_days), NOT_RECORDED], default=said
    )
    words = pd.Series(words, index=left.index, dtype=object)
    typed = ~left["silent"] & (said != "")
    if not every_word:
        once = words.map(words.value_counts()) == 1
        words = words.mask(once & typed, OTHER)
    counts = pd.crosstab(words, left["stopped_after"])
    top = len(found.steps) - 1
    counts = counts.reindex(columns=range(1, top + 1), fill_value=0).astype(int)
    counts.columns = [f"after_{step}" for step in range(1, top + 1)]
    counts.insert(0, "people", counts.sum(axis=1))
    last = counts.index.isin([OTHER, NOT_RECORDED, SILENT.format(days=found.gap_days)])
    order = np.lexsort((counts.index.to_numpy(str), -counts["people"].to_numpy(), last))
    return counts.iloc[order].rename_axis("reason").reset_index()
