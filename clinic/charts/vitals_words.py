"""The figure of vital signs in words, for who does not see it; what is missing is said too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from clinic.charts.vitals_lane import Pin
from clinic.charts.vitals_limits import Limit, known_limits, tier_name, tiers_of
from clinic.charts.vitals_rows import NAMES, own_values, rows_of
from clinic.outcomes.wording import plural


def vitals_alt(
    vitals: pd.DataFrame,
    *,
    limits: Iterable[Sequence] = (),
    limits_before: Iterable[Sequence] = (),
    baseline: Mapping[str, float | None] | None = None,
    events: Iterable[Pin] = (),
) -> str:
    """The figure in words: first, highest and last pressure, lowest SpO₂, limits reached, events, what is missing."""
    rows = rows_of(vitals)
    parts = [_pressure_words(rows), _baseline_words(baseline), _lowest_words(rows)]
    parts += [
        _reached_words(rows, known_limits(limits), known_limits(limits_before)),
        _event_words(tuple(events)),
    ]
    return " ".join(part for part in parts if part)


def _pair(row) -> str:
    return f"{row['systolic']:.0f}/{row['diastolic']:.0f}"


def _pressure_words(rows: pd.DataFrame) -> str:
    both = rows[rows["systolic"].notna() & rows["diastolic"].notna()]
    if not len(both):
        return f"{plural(len(rows), 'row')} of vital signs, no blood pressure recorded."
    first, last, top = both.iloc[0], both.iloc[-1], both.iloc[int(np.argmax(both["systolic"]))]
    words = f"Blood pressure {_pair(first)} at minute {first['minute']:g}, highest {_pair(top)} at minute "
    words += f"{top['minute']:g}, last {_pair(last)} at minute {last['minute']:g}"
    missing = int(len(rows) - len(both))
    return f"{words}; not recorded in {missing} of {len(rows)} rows." if missing else f"{words}."


def _baseline_words(baseline: Mapping[str, float | None] | None) -> str:
    own = own_values(baseline)
    said = [f"{NAMES[column]} {own[column]:g}" for column in NAMES if column in own]
    return f"Before the dose: {', '.join(said)}." if said else ""


def _lowest_words(rows: pd.DataFrame) -> str:
    known = rows[rows["spo2"].notna()] if "spo2" in rows else rows[:0]
    if not len(known):
        return "Oxygen saturation not recorded." if len(rows) else ""
    lowest = known.iloc[int(np.argmin(known["spo2"]))]
    return f"Lowest oxygen saturation {lowest['spo2']:g} % at minute {lowest['minute']:g}."


def _reached_words(rows: pd.DataFrame, limits: list[Limit], before: list[Limit]) -> str:
    if not limits or not len(rows):
        return ""
    found = [
        f"{NAMES[column]} {value:g} at minute {minute:g} ({tier_name(tier)})"
        for column, tiers in tiers_of(rows, limits, before).items()
        for minute, value, tier in zip(rows["minute"], rows[column], tiers, strict=True)
        if tier
    ]
    return f"Limits reached: {', '.join(found)}." if found else "No limit reached by what was recorded."


def _event_words(events: tuple[Pin, ...]) -> str:
    ordered = sorted(events, key=lambda pin: (not pin.placed, pin.minute if pin.placed else 0))
    said = [
        f"{pin.said} at minute {pin.minute:g}" if pin.placed else f"{pin.said}, minute not recorded"
        for pin in ordered
    ]
    return f"Events: {'; '.join(said)}." if said else ""
