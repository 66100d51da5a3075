"""The most concerning answer about suicide of the last 28 days, across all scales that ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.instruments.items import Level
from clinic.outcomes.clock import day
from clinic.outcomes.wording import date_words, number, plural

RULE = "suicidality.last28d"
WITHIN_DAYS = 28
ASKED = ("yes", "no", "skipped")

# A skipped item ranks above an endorsed "0": it is treated as a positive answer until somebody has asked.
ORDER = ("none", "skipped", "review", "urgent")


@dataclass(frozen=True, slots=True)
class Suicidality:
    """`level` is one of "urgent", "review", "skipped", "none" or "not asked"; None where nothing was asked."""

    level: str
    instrument: str | None
    value: float | None
    taken_at: pd.Timestamp | None
    days_since_asked: int | None
    asked: int
    says: str


def recent(
    scores: pd.DataFrame,
    instruments: Mapping[str, Instrument],
    now,
    *,
    zone: str = "UTC",
    within_days: int = WITHIN_DAYS,
) -> Suicidality:
    """One person's state from all scales; silence is "not asked", never "none". Days are the clinic's days."""
    asked = scores[scores["suicide_state"].isin(ASKED)]
    if not len(asked):
        return Suicidality(
            "not asked", None, None, None, None, 0, "Suicidal thoughts were never asked about."
        )
    ages = day([now], zone)[0] - day(asked["taken_at"], zone)
    since = int(ages.min())
    inside = asked[ages <= within_days]
    if not len(inside):
        says = f"Suicidal thoughts not asked about in the last {within_days} days; last asked {_ago(since)}."
        return Suicidality("not asked", None, None, None, since, 0, says)
    ranked = [
        (ORDER.index(level_of(row, instruments)), _share(row, instruments), row) for row in _rows(inside)
    ]
    rank, _, worst = max(enumerate(ranked), key=lambda each: (*each[1][:2], each[0]))[1]
    value = None if pd.isna(worst["suicide"]) else float(worst["suicide"])
    return Suicidality(
        level=ORDER[rank],
        instrument=worst["instrument"],
        value=value,
        taken_at=worst["taken_at"],
        days_since_asked=since,
        asked=len(inside),
        says=_says(ORDER[rank], worst, len(inside), since, instruments, zone, within_days),
    )


def level_of(row: Mapping, instruments: Mapping[str, Instrument]) -> str:
    """ "urgent", "review", "skipped" or "none" of one asked form, by the scale's own suicide flag."""
    if row["suicide_state"] == "skipped" or pd.isna(row["suicide"]):
        return "review" if row["suicide_state"] == "yes" else "skipped"
    flag = instruments[row["instrument"]].suicide_flag
    if flag is not None and row["suicide"] >= flag.urgent_from:
        return "urgent"
    return "review" if row["suicide_state"] == "yes" else "none"


def answer_words(scale: Instrument, value: float) -> str:
    """`PHQ-9 item 9 = 2`; of a form read as a level `C-SSRS screener: item 4 endorsed`."""
    if scale.level is None:
        return f"{scale.asks} = {number(value)}"
    if value == Level.BEHAVIOUR:
        return f"{scale.title}: recent behaviour reported"
    return f"{scale.title}: " + (f"item {value:g} endorsed" if value else "past behaviour reported")


def _rows(frame: pd.DataFrame) -> list[dict]:
    return frame[["instrument", "suicide", "suicide_state", "taken_at"]].to_dict("records")


def _share(row: Mapping, instruments: Mapping[str, Instrument]) -> float:
    """The answer as a share of the item's maximum: only to order answers of one level from different scales."""
    if pd.isna(row["suicide"]):
        return 0.0
    scale = instruments[row["instrument"]]
    top = next((item.maximum for item in scale.items if item.id == scale.suicide_item), Level.BEHAVIOUR)
    return float(row["suicide"]) / top


def _says(level, worst, asked, since, instruments, zone, within_days) -> str:
    scale = instruments[worst["instrument"]]
    when = date_words(pd.Timestamp(worst["taken_at"]).tz_convert(zone))
    last = f"last asked {_ago(since)}"
    if level == "skipped":
        return f"{scale.asks} skipped on {when}: ask before the person leaves; {last}."
    if level == "none":
        answers = plural(asked, "answer")
        return f"No suicide item endorsed in {answers} of the last {within_days} days; {last}."
    said = (
        f"{scale.asks} = yes" if pd.isna(worst["suicide"]) else answer_words(scale, float(worst["suicide"]))
    )
    return f"{said} on {when}, the most concerning answer of the last {within_days} days; {last}."


def _ago(days: int) -> str:
    if days < 2:
        return "yesterday" if days == 1 else "today"
    return f"{days} days ago"
