"""Where people leave: from the first treatment to the sixth and on to maintenance, and why they stopped.

Everybody is in every step, so that each step sums to all who started: came so far, in maintenance with fewer
treatments, left before, or still on the way. Those still on the way are in no rate; what they could change stands
beside it as the lowest and the highest share that is still possible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.outcomes.clock import day, seconds
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
AFTER_A_GAP = (
    r"^\d+ days(?= without a treatment; another course was started$)"  # as `gap.start_anew` writes it
)
OTHER = "another reason, given once"


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
    table = table.assign(**_given(table["episode"], treatments))
    started = len(table)
    table = table[table["doses"] > 0].reset_index(drop=True)
    quiet = day([now], zone)[0] - day(table["last"], zone) > gap_days
    ended = (table["stage"] == "ended").to_numpy()
    table["maintenance"] = table["maintenance_at"].notna()
    table["silent"] = quiet & ~ended
    table["state"] = np.select(
        [table["maintenance"], ended | quiet], ["maintenance", "left"], default="under way"
    )
    table["stopped_after"] = np.where(table["state"] == "left", np.minimum(table["doses"], steps), 0)
    return Flow(_steps(table, steps), table, started, started - len(table), gap_days)


def _given(episodes: pd.Series, treatments: pd.DataFrame) -> dict[str, object]:
    """doses and last (when the last of them was) of each course, by position instead of by name: there are many."""
    at = pd.Index(episodes).get_indexer(treatments["episode"])
    times, at = seconds(treatments["started_at"])[at >= 0], at[at >= 0]
    last = np.zeros(len(episodes), np.int64)
    np.maximum.at(last, at, times)
    return {
        "doses": np.bincount(at, minlength=len(episodes)),
        "last": pd.to_datetime(last, unit="s", utc=True),
    }


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


def reasons(found: Flow) -> pd.DataFrame:
    """reason, people, after_1 …: why those who left stopped, the most frequent first, by the treatments they had
    had; they sum to all who left. Reasons given once share a line (`shared`)."""
    left = found.courses[found.courses["state"] == "left"]
    silent = SILENT.format(days=found.gap_days)
    words = shared(left["end_reason"]).mask(left["silent"], silent)
    top = len(found.steps) - 1
    counts = pd.crosstab(words, left["stopped_after"]).reindex(columns=range(1, top + 1), fill_value=0)
    counts = counts.astype(int)
    counts.columns = [f"after_{step}" for step in range(1, top + 1)]
    counts.insert(0, "people", counts.sum(axis=1))
    last = counts.index.isin([OTHER, NOT_RECORDED, silent])
    order = np.lexsort((counts.index.to_numpy(str), -counts["people"].to_numpy(), last))
    return counts.iloc[order].rename_axis("reason").reset_index()


def shared(typed: pd.Series) -> pd.Series:
    """Reasons as they may stand in a figure about many: what was typed about one person alone may say who it was, so
    a reason that nobody shares becomes `OTHER`, and none at all `NOT_RECORDED`. How long a gap was is left out."""
    words = typed.fillna("").astype(str).str.strip().str.replace(AFTER_A_GAP, "a long time", regex=True)
    once = words.map(words.value_counts()) == 1
    return words.mask(once, OTHER).mask(words == "", NOT_RECORDED).astype(object)
