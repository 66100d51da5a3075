"""What a control chart draws: the points, centre and limits, what the unknown could change, the moving ranges."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.charts.palette import Palette, see_through
from clinic.outcomes.control import RUN, Chart
from clinic.outcomes.wording import MONTHS


def line(chart: Chart, palette: Palette) -> list[dict]:
    """Whole months joined, a gap where nobody was; the others hollow and by themselves."""
    rows = chart.rows
    whole = rows["value"].where(rows["used"])
    signal = rows["signals"].ne("")
    if chart.kind == RUN and chart.runs.signals:
        used = rows.index[rows["used"]]
        signal = signal | rows.index.isin([used[at] for at in chart.runs.in_longest])
    solid = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "whole months",
        "x": list(range(len(rows))),
        "y": _plain(whole),
        "connectgaps": False,
        "line": {"color": palette.score, "width": 1.8},
        "marker": {
            "color": palette.score,
            "opacity": 1,
            "size": [11 if flagged else 7 for flagged in signal],
            "symbol": ["diamond" if flagged else "circle" for flagged in signal],
            "line": {"color": palette.surface, "width": 1.2},
        },
        "customdata": _said(rows),
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    growing = rows["value"].where(~rows["used"])
    hollow = {
        "type": "scatter",
        "mode": "markers",
        "name": "months not whole yet",
        "x": list(range(len(rows))),
        "y": _plain(growing),
        "marker": {
            "color": palette.surface,
            "size": 8,
            "symbol": "circle",
            "line": {"color": palette.score, "width": 1.6},
        },
        "customdata": _said(rows),
        "hovertemplate": "%{customdata}, not whole yet<extra></extra>",
    }
    return [solid, hollow]


def unknown(rows: pd.DataFrame, palette: Palette) -> list[dict]:
    if "unknown" not in rows or not rows["unknown"].any():
        return []
    up = np.divide(rows["unknown"], rows["of"], out=np.zeros(len(rows)), where=rows["of"] > 0)
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "if all unknown had responded",
            "x": list(range(len(rows))),
            "y": _plain(rows["value"]),
            "marker": {"size": 1, "color": palette.unknown},
            "hoverinfo": "skip",
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": up.tolist(),
                "arrayminus": [0] * len(rows),
                "color": palette.unknown,
                "thickness": 1,
                "width": 4,
            },
        }
    ]


def limits(chart: Chart, palette: Palette) -> list[dict]:
    """Centre, and limits as stairs where they follow the number of people. Dotted beyond the months that made them."""
    rows = chart.rows
    every = list(range(len(rows)))
    drawn = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "median" if chart.kind == RUN else "mean",
            "x": [-0.5, len(rows) - 0.5],
            "y": [_or_none(chart.centre)] * 2,
            "line": {"color": palette.text, "width": 1.4},
            "hoverinfo": "skip",
        }
    ]
    for side in () if chart.kind == RUN else ("low", "high"):
        drawn.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": f"{side} limit",
                "x": every,
                "y": _plain(rows[side].bfill().ffill()),
                "line": {"color": palette.muted, "width": 1.3, "dash": "dash", "shape": "hvh"},
                "hoverinfo": "skip",
            }
        )
    return drawn


def ranges(chart: Chart, palette: Palette) -> list[dict]:
    rows, count = chart.rows, len(chart.rows)
    flagged = rows["range_signal"].tolist()
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "limit of the ranges",
            "x": [-0.5, count - 0.5],
            "y": [chart.range_limit] * 2,
            "yaxis": "y2",
            "line": {"color": palette.muted, "width": 1.3, "dash": "dash"},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "moving range",
            "x": list(range(count)),
            "y": _plain(rows["range"]),
            "yaxis": "y2",
            "connectgaps": False,
            "line": {"color": see_through(palette.score, 0.7), "width": 1.2},
            "marker": {
                "color": palette.score,
                "opacity": 1,
                "size": [10 if each else 5 for each in flagged],
                "symbol": ["diamond" if each else "circle" for each in flagged],
            },
            "hovertemplate": "change from the point before: %{y:.1f}<extra></extra>",
        },
    ]


def _said(rows: pd.DataFrame) -> list[str]:
    return [
        f"{MONTHS[month.month - 1]} {month.year}: {count} of {of}"
        for month, count, of in zip(rows["month"], rows["count"], rows["of"], strict=True)
    ]


def _plain(values: pd.Series) -> list[float | None]:
    return [None if each != each else float(each) for each in values.tolist()]


def _or_none(value: float) -> float | None:
    return None if value != value else value
