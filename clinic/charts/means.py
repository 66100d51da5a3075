"""Mean or median score over weeks: the same people over a thin line of each, n printed at every point."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.charts import key
from clinic.charts.bands import ticks
from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout
from clinic.instruments.definition import Instrument

THIN_LINES_UP_TO = 400
MEAN_PX = 300
LABELS_WIDE, LABELS_NARROW = 27, 13  # weeks whose number and n fit side by side


def mean_figure(
    long: pd.DataFrame,
    same: pd.DataFrame,
    scale: Instrument,
    everyone: pd.DataFrame | None = None,
    *,
    could_have: pd.DataFrame | None = None,
    palette: Palette = LIGHT,
    narrow: bool = False,
) -> dict:
    """The mean or median of the same people with its 95 % interval and n at each point, over a thin line per person.

    `long` has patient, week, total (drawn up to 400 people, above that as the middle 80 %); `same` and `everyone`
    are from `weekly`, means or medians by their column; `everyone` is dotted, with its own n below. `could_have`
    (week, n) adds how many had come so far, so that the difference to n is who is missing.
    """
    few = long["patient"].nunique() <= THIN_LINES_UP_TO
    data = _thin_lines(long, palette) if few else _spread(long, palette)
    rows = [("same people", same, palette.score)]
    if everyone is not None:
        data.append(_mean_line(everyone, palette, "everyone"))
        rows.append(("everyone", everyone, palette.muted))
    if could_have is not None:
        rows.append(("started", could_have, palette.muted))
    data.append(_mean_line(same, palette, "same"))
    weeks = sorted(int(week) for week in long.loc[long["total"].notna(), "week"].unique())
    shown = weeks[:: -(-len(weeks) // (LABELS_NARROW if narrow else LABELS_WIDE))] if weeks else []
    below = 54 + 18 * len(rows)
    parts = _key(same, everyone is not None, few)
    foot = below + key.height(parts, narrow)
    left = 70 if narrow else 82
    layout = plain_layout(palette, MEAN_PX + foot, left, 16, foot, top=12)
    layout |= {
        "annotations": _counts(rows, shown, narrow, left)
        + key.notes(parts, palette, left=left, below=below, narrow=narrow),
        "xaxis": _weeks_axis(weeks, shown, palette),
        "yaxis": _totals_axis(scale, palette),
    }
    return {"data": data, "layout": layout}


def _key(same: pd.DataFrame, everyone: bool, few: bool) -> tuple[str, ...]:
    middle = middle_of(same)
    return (
        f"solid: {middle} of the same people with its 95 % interval",
        *([f"dotted: {middle} of everyone with a score"] if everyone else []),
        "thin: each person" if few else "shaded: the middle 80 %",
    )


def middle_of(table: pd.DataFrame) -> str:
    """Which of the two a table of `weekly` holds."""
    return "median" if "median" in table else "mean"


def _weeks_axis(weeks: list[int], shown: list[int], palette: Palette) -> dict:
    return {
        "range": [min(weeks, default=0) - 0.35, max(weeks, default=1) + 0.35],
        "tickvals": shown,
        "title": {"text": "weeks since the first dose", "standoff": 6, "font": {"size": 11.5}},
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": palette.rule,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }


def _totals_axis(scale: Instrument, palette: Palette) -> dict:
    """The whole native range: a cut axis would make every fall look steep."""
    reach = scale.maximum - scale.minimum
    return {
        "range": [scale.minimum - 0.02 * reach, scale.maximum + 0.02 * reach],
        "tickvals": ticks(scale, MEAN_PX / reach),
        "title": {"text": scale.title, "standoff": 8, "font": {"size": 12.5, "color": palette.text}},
        "gridcolor": palette.grid,
        "zeroline": False,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }


def _thin_lines(long: pd.DataFrame, palette: Palette) -> list[dict]:
    """All people in one trace, a blank between two of them."""
    known = long[long["total"].notna()].sort_values(["patient", "week"])
    ends = np.flatnonzero(known["patient"].to_numpy()[1:] != known["patient"].to_numpy()[:-1]) + 1
    x = np.insert(known["week"].to_numpy(float), ends, np.nan)
    y = np.insert(known["total"].to_numpy(float), ends, np.nan)
    people = max(long["patient"].nunique(), 1)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "each person",
            "x": [None if each != each else each for each in x.tolist()],
            "y": [None if each != each else each for each in y.tolist()],
            "connectgaps": False,
            "hoverinfo": "skip",
            "line": {"color": see_through(palette.muted, max(0.12, min(0.35, 12 / people))), "width": 1},
        }
    ]


def _spread(long: pd.DataFrame, palette: Palette) -> list[dict]:
    """Past a few hundred people lines are a blot: the 10th to the 90th percentile of whoever has a score."""
    edges = long[long["total"].notna()].groupby("week")["total"].quantile([0.1, 0.9]).unstack()
    weeks = [int(week) for week in edges.index]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "middle 80 %",
            "x": weeks + weeks[::-1],
            "y": edges[0.1].tolist() + edges[0.9].tolist()[::-1],
            "fill": "toself",
            "fillcolor": see_through(palette.muted, 0.14),
            "line": {"width": 0},
            "hoverinfo": "skip",
        }
    ]


def _mean_line(means: pd.DataFrame, palette: Palette, who: str) -> dict:
    same = who == "same"
    middle = middle_of(means)
    colour = palette.score if same else palette.muted
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": f"{middle} of the same people" if same else f"{middle} of everyone with a score",
        "x": means["week"].tolist(),
        "y": means[middle].tolist(),
        "line": {"color": colour, "width": 2.6 if same else 1.6, "dash": "solid" if same else "dot"},
        "marker": {"size": 8 if same else 6, "color": colour if same else palette.surface},
        "customdata": means["n"].tolist(),
        "hovertemplate": f"week %{{x}}: {middle} %{{y:.1f}}, n = %{{customdata}}<extra></extra>",
    }
    line["marker"]["line"] = {"color": palette.surface if same else colour, "width": 1.4}
    if same:
        line["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": (means["high"] - means[middle]).fillna(0).tolist(),
            "arrayminus": (means[middle] - means["low"]).fillna(0).tolist(),
            "color": colour,
            "thickness": 1.4,
            "width": 5,
        }
    return line


def _counts(rows, shown: list[int], narrow: bool, left: int) -> list[dict]:
    """n under each week, one line per mean, named at the left edge."""
    notes = []
    for at, (name, means, colour) in enumerate(rows):
        below = {"yref": "paper", "y": 0, "yanchor": "top", "yshift": -46 - 18 * at, "showarrow": False}
        font = {"size": 11, "color": colour}
        name = name.replace(" people", "") if narrow else name
        named = {"text": f"n {name}", "xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - left}
        notes.append(named | below | {"font": font})
        notes += [
            {"text": f"{n}", "xref": "x", "x": week, "xanchor": "center"} | below | {"font": font}
            for week, n in zip(means["week"].tolist(), means["n"].tolist(), strict=True)
            if week in shown
        ]
    return notes
