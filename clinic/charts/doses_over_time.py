"""Doses of one substance and route by month and by treatment number: median and middle half, n at each point."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.charts import key
from clinic.charts.doses import nice_top
from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout

PLOT_PX = 210
HEAD_PX = 14
LABELS_WIDE, LABELS_NARROW = 18, 7  # months or numbers whose name and n fit side by side


def month_figure(
    table: pd.DataFrame, way: str, unit: str, *, palette: Palette = LIGHT, narrow: bool = False
) -> dict:
    """`table` of `doses.by_month`, `way` the substance and route in words. A month without a known dose breaks the
    line."""
    x = list(range(len(table)))
    names = [f"{month:%b}<br>{month:%Y}" for month in table["month"]]
    lines = [("everyone", table.assign(x=x), palette.score)]
    parts = (f"{way}: median dose and middle half",)
    return _figure(lines, names, "", parts, unit, table["high"], palette, narrow)


def number_figure(
    everyone: pd.DataFrame,
    same: pd.DataFrame,
    way: str,
    unit: str,
    *,
    palette: Palette = LIGHT,
    narrow: bool = False,
) -> dict:
    """Both of `doses.by_number`: the same people at every number as a line, everyone dotted."""
    last = int(max(everyone["number"].max() if len(everyone) else 1, 1))
    names = [str(number) for number in range(1, last + 1)]
    lines = [
        ("same people", same.assign(x=same["number"] - 1), palette.score),
        ("everyone", everyone.assign(x=everyone["number"] - 1), palette.muted),
    ]
    highest = pd.concat([everyone["high"], same["high"]])
    parts = (
        f"{way}: median dose and middle half",
        "solid: the same people at every number",
        "dotted: everyone who came so far",
    )
    return _figure(lines, names, "treatment number", parts, unit, highest, palette, narrow)


def _figure(
    lines,
    names: list[str],
    title: str,
    parts: tuple[str, ...],
    unit: str,
    highest: pd.Series,
    palette: Palette,
    narrow: bool,
) -> dict:
    every = -(-len(names) // (LABELS_NARROW if narrow else LABELS_WIDE)) or 1
    shown = list(range(0, len(names), every))
    counts = [row for name, table, colour in lines for row in _rows_of(name, table, colour)]
    below = 72 + 17 * len(counts)
    foot, left = below + key.height(parts, narrow), 78 if narrow else 104
    layout = plain_layout(palette, HEAD_PX + PLOT_PX + foot, left, 16, foot, top=HEAD_PX)
    quiet = {"size": 11.5, "color": palette.muted}
    axis = {"zeroline": False, "fixedrange": True, "tickfont": quiet}
    layout |= {
        "annotations": _counts(counts, shown, left, narrow)
        + key.notes(parts, palette, left=left, below=below, narrow=narrow),
        "xaxis": axis
        | {
            "range": [-0.5, max(len(names) - 0.5, 0.5)],
            "tickvals": shown,
            "ticktext": [names[at] for at in shown],
            "title": {"text": title, "standoff": 4, "font": quiet},
            "showgrid": False,
            "showline": True,
            "linecolor": palette.rule,
        },
        "yaxis": axis
        | {
            "range": [0, nice_top(highest.to_numpy(float)) * 1.06],
            "title": {"text": unit, "standoff": 8, "font": {"size": 12, "color": palette.text}},
            "gridcolor": palette.grid,
        },
    }
    data = [
        trace
        for name, table, colour in reversed(lines)
        for trace in _line(name, table, colour, unit, palette)
    ]
    return {"data": data, "layout": layout}


def _line(name: str, table: pd.DataFrame, colour: str, unit: str, palette: Palette) -> list[dict]:
    """Median with the middle half as whiskers; hollow points where everyone is only the background."""
    main = colour == palette.score
    middle = [None if value != value else value for value in table["median"].tolist()]
    whiskers = {
        "type": "data",
        "symmetric": False,
        "array": (table["high"] - table["median"]).fillna(0).tolist(),
        "arrayminus": (table["median"] - table["low"]).fillna(0).tolist(),
        "color": colour if main else see_through(palette.muted, 0.7),
        "thickness": 1.3,
        "width": 4 if main else 0,
    }
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": table["x"].tolist(),
            "y": middle,
            "connectgaps": False,
            "line": {"color": colour, "width": 2.2 if main else 1.5, "dash": "solid" if main else "dot"},
            "marker": {
                "size": 7.5 if main else 6,
                "color": colour if main else palette.surface,
                "line": {"width": 1.3, "color": colour},
            },
            "error_y": whiskers,
            "hovertemplate": f"{name}: median %{{y:.2f}} {unit}<extra></extra>",
        }
    ]


def _rows_of(name: str, table: pd.DataFrame, colour: str) -> list[tuple[str, dict[int, int], str]]:
    """People under each point, and treatments whose dose is not known where there are any."""
    at = table["x"].tolist()
    rows = [(f"n {name}", dict(zip(at, table["people"].tolist(), strict=True)), colour)]
    unknown = (table["treatments"] - table["known"]).tolist()
    if np.sum(unknown):
        rows.append(("dose unknown", dict(zip(at, unknown, strict=True)), colour))
    return rows


def _counts(rows, shown: list[int], left: int, narrow: bool) -> list[dict]:
    notes = []
    for line, (name, counts, colour) in enumerate(rows):
        below = {"yref": "paper", "y": 0, "yanchor": "top", "yshift": -54 - 17 * line, "showarrow": False}
        font = {"size": 11, "color": colour}
        words = name.replace(" people", "") if narrow else name
        named = {"text": words, "xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - left}
        notes.append(named | below | {"font": font})
        notes += [
            {"text": f"{counts[at]}", "xref": "x", "x": at, "xanchor": "center"} | below | {"font": font}
            for at in shown
            if at in counts
        ]
    return notes
