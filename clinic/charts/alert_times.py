"""How long alerts stood open: one dot for each, by urgency, on minutes that grow tenfold.

A full dot is closed, a hollow one is still open at its present age. The stroke is the time by which half were closed,
open ones counted for as long as they have been.
"""

from __future__ import annotations

import math

import pandas as pd

from clinic.charts.palette import LIGHT, Palette
from clinic.charts.sheet import plain_layout

ROW_PX = 46
WORDS = {"U0": "at once", "U1": "before leaving", "U2": "same day", "U3": "next dose", "U4": "next review"}
TICKS = ((1, "1 min"), (10, "10 min"), (60, "1 h"), (1440, "1 day"), (10080, "1 week"), (100800, "10 weeks"))
# Dots of one row lie on so many lines, that many at the same minute can be counted.
LANES = 7


def alert_figure(
    found: pd.DataFrame, summary: pd.DataFrame, now, *, palette: Palette = LIGHT, narrow: bool = False
) -> dict:
    """`found` is of `clinic.alerts.times`, `summary` of `time_to_close` by urgency; every row of `found` is a dot."""
    rows = list(summary["urgency"])
    ages = (pd.Timestamp(now) - found["raised"]).dt.total_seconds() / 60
    minutes = found["minutes_to_closed"].fillna(ages).clip(lower=0.5)
    lanes = found.groupby("urgency").cumcount() % LANES
    y = [
        rows.index(urgency) + 0.09 * (lane - LANES // 2)
        for urgency, lane in zip(found["urgency"], lanes, strict=True)
    ]
    is_open = found["closed"].isna()
    dots = _dots(minutes, y, is_open, found, palette)
    strokes = [
        _stroke(at, median, palette)
        for at, median in enumerate(summary["median_minutes"])
        if not math.isnan(median)
    ]
    layout = plain_layout(palette, ROW_PX * max(len(rows), 1) + 40, 60 if narrow else 150, 16, 30)
    layout |= {
        "shapes": strokes,
        "xaxis": _minutes_axis(max(minutes.max(), 60) if len(minutes) else 60, palette, narrow),
        "yaxis": {
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": [name if narrow else f"{name}, {WORDS[name]}" for name in rows],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "tickfont": {"size": 12.5},
        },
    }
    return {"data": [dots], "layout": layout}


def _dots(
    minutes: pd.Series, y: list[float], is_open: pd.Series, found: pd.DataFrame, palette: Palette
) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": minutes.tolist(),
        "y": y,
        "marker": {
            "size": 8,
            "symbol": ["circle-open" if each else "circle" for each in is_open],
            "color": [palette.muted if each else palette.score for each in is_open],
            "opacity": 0.75,
            "line": {"width": 1.4},
        },
        "text": [
            f"{rule}, {'open for' if each else 'closed after'} {in_words(minute)}"
            for rule, each, minute in zip(found["rule"], is_open, minutes, strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _stroke(at: int, median: float, palette: Palette) -> dict:
    place = {"x0": max(median, 0.5), "x1": max(median, 0.5), "y0": at - 0.4, "y1": at + 0.4}
    return {"type": "line", "xref": "x", "yref": "y", "line": {"width": 2.5, "color": palette.text}} | place


def _minutes_axis(longest: float, palette: Palette, narrow: bool) -> dict:
    shown = TICKS[::2] if narrow else TICKS
    return {
        "type": "log",
        "range": [math.log10(0.4), math.log10(longest * 1.6)],
        "tickvals": [value for value, _ in shown],
        "ticktext": [words for _, words in shown],
        "gridcolor": palette.grid,
        "zeroline": False,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }


def in_words(minutes: float) -> str:
    if math.isnan(minutes):
        return "not reached"
    if minutes < 60:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} days"
