"""How many days each treatment lasted, by its number: a point per interval, the median as a stroke or a box of bounds.

A full point: half of the gain was lost by then. A hollow one with its tip up: it still held at the last score, so the
truth lies higher.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pandas as pd

from clinic.charts import key
from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout
from clinic.outcomes.benefit_by_number import says

PLOT_PX = 250
ROWS = (("judged", "can say"), ("held", "still holding"), ("silent", "cannot say"))
KEY = (
    "dot: half of the gain was lost by that day",
    "hollow: it still held at the last score",
    "box: where the median lies, from three on",
)
POINTS_UP_TO = 2_000


def benefit_figure(
    found: pd.DataFrame, table: pd.DataFrame, *, palette: Palette = LIGHT, narrow: bool = False
) -> dict:
    """`found` is of `benefit_by_number.intervals`, `table` of its `by_number`; every row that can say is a point, up to
    two thousand, above that the medians alone."""
    rows = table.assign(silent=table["treatments"] - table["judged"])
    can = found[(found["why"] == "") & found["number"].isin(rows["number"])]
    drawn = can if len(can) <= POINTS_UP_TO else can.iloc[:0]
    top = _top(can, rows)
    below = 64 + 17 * len(ROWS)
    foot, left = below + key.height(KEY, narrow), 78 if narrow else 106
    layout = plain_layout(palette, PLOT_PX + foot + 26, left, 14, foot, top=26)
    quiet = {"size": 11.5, "color": palette.muted}
    last = max([*rows["number"].tolist(), 6])
    axis = {"zeroline": False, "fixedrange": True, "tickfont": quiet}
    layout |= {
        "annotations": _medians_in_words(rows, palette, narrow)
        + _counts(rows, palette, left)
        + key.notes(KEY, palette, left=left, below=below, narrow=narrow),
        "shapes": [_median(row, top, palette) for row in rows.itertuples() if row.low == row.low],
        "xaxis": axis
        | {
            "range": [0.4, last + 0.6],
            "dtick": 1,
            "showgrid": False,
            "showline": True,
            "linecolor": palette.rule,
            "title": {"text": "treatment number", "standoff": 4, "font": quiet},
        },
        "yaxis": axis
        | {
            "range": [0, top],
            "title": {"text": "days", "standoff": 6, "font": {"size": 12, "color": palette.text}},
            "gridcolor": palette.grid,
            "dtick": 7 if top <= 63 else 28,
        },
    }
    held = drawn["by"] == inf
    data = [
        _points(drawn[~held], "by", "circle", palette),
        _points(drawn[held], "after", "triangle-up-open", palette),
    ]
    return {"data": data, "layout": layout}


def _top(can: pd.DataFrame, rows: pd.DataFrame) -> float:
    known = np.r_[can["by"].to_numpy(float), can["after"].to_numpy(float), rows["high"].to_numpy(float)]
    known = known[np.isfinite(known)]
    return 7 * (float(known.max()) // 7 + 1.5) if len(known) else 28.0


def _points(rows: pd.DataFrame, column: str, symbol: str, palette: Palette) -> dict:
    """Beside each other, so that many at one place can be told apart; the shift says nothing."""
    nth = rows.groupby("number").cumcount().to_numpy()
    count = rows.groupby("number")["number"].transform("size").to_numpy()
    shift = np.where(count > 1, 0.36 * (((nth * (sqrt(5) - 1) / 2) % 1) - 0.5), 0.0)
    words = "still held at the last score, day" if column == "after" else "half of the gain lost by day"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": words,
        "x": (rows["number"].to_numpy(float) + shift).round(3).tolist(),
        "y": rows[column].round(2).tolist(),
        "marker": {
            "symbol": symbol,
            "size": 7.5,
            "color": palette.score if symbol.endswith("open") else see_through(palette.score, 0.55),
            "line": {"width": 1.3, "color": palette.score},
        },
        "hovertemplate": f"{words} %{{y:.0f}}<extra></extra>",
    }


def _median(row, top: float, palette: Palette) -> dict:
    """A stroke as thick as what is not known: from the earliest to the latest possible median, open upwards where
    the latest is not reached."""
    high = min(row.high, top)
    box = {"type": "rect", "xref": "x", "yref": "y", "layer": "above"}
    place = {
        "x0": row.number - 0.34,
        "x1": row.number + 0.34,
        "y0": row.low,
        "y1": max(high, row.low + top * 0.004),
    }
    line = {"width": 1.6, "color": palette.text, "dash": "dot" if row.high == inf else "solid"}
    return box | place | {"line": line, "fillcolor": see_through(palette.text, 0.05)}


def _medians_in_words(rows: pd.DataFrame, palette: Palette, narrow: bool) -> list[dict]:
    font = {"size": 10 if narrow else 12, "color": palette.text}
    above = {"yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 4, "showarrow": False, "font": font}
    return [
        {"text": f"<b>{_said(row, narrow)}</b>", "x": row.number, "xref": "x"} | above
        for row in rows.itertuples()
        if row.low == row.low
    ]


def _said(row, narrow: bool) -> str:
    words = says(row.low, row.high)
    return words.removesuffix(" d") if narrow else words


def _counts(rows: pd.DataFrame, palette: Palette, left: int) -> list[dict]:
    notes, font = [], {"size": 11, "color": palette.muted}
    for line, (column, name) in enumerate(ROWS):
        below = {"yref": "paper", "y": 0, "yanchor": "top", "yshift": -46 - 17 * line, "showarrow": False}
        named = {"text": name, "xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - left}
        notes.append(named | below | {"font": font})
        notes += [
            {"text": f"{n}", "xref": "x", "x": x, "xanchor": "center"} | below | {"font": font}
            for x, n in zip(rows["number"].tolist(), rows[column].tolist(), strict=True)
        ]
    return notes
