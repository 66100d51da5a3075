"""The rows of a figure of vital signs: its measures, under the store's names or the short ones, and which was
recorded."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

# The store's names and the short ones; both are read.
SHORT = {
    "systolic_mmhg": "systolic",
    "diastolic_mmhg": "diastolic",
    "heart_rate_bpm": "heart_rate",
    "spo2_percent": "spo2",
}
SMALL_ROWS = {"respiratory_rate": ("breaths", "breathing rate"), "moaas": ("MOAA/S", "MOAA/S")}
NAMES = {"systolic": "systolic", "diastolic": "diastolic", "heart_rate": "heart rate", "spo2": "SpO₂"} | {
    column: words for column, (_, words) in SMALL_ROWS.items()
}


def rows_of(vitals: pd.DataFrame) -> pd.DataFrame:
    rows = vitals.rename(columns=SHORT)
    numbers = {c: pd.to_numeric(rows[c]).astype(float) for c in ("minute", *NAMES) if c in rows}
    return rows.assign(**numbers).sort_values("minute", kind="stable")


def recorded(value) -> bool:
    return value is not None and value == value


def pre_dose(vitals: pd.DataFrame) -> dict[str, float]:
    """The last value of each measure up to minute 0; a measure that was not recorded before the dose is absent."""
    rows = rows_of(vitals)
    before = rows[rows["minute"] <= 0]
    columns = [column for column in NAMES if column in rows]
    return {
        column: float(before[column].dropna().iloc[-1]) for column in columns if before[column].notna().any()
    }


def own_values(baseline: Mapping[str, float | None] | None) -> dict[str, float]:
    """The person's own values before the dose, under the short names, as far as there are any."""
    return {SHORT.get(name, name): value for name, value in (baseline or {}).items() if recorded(value)}
