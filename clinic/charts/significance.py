"""Baseline against endpoint, a mark per pair of scores: below the line is better, off the corridor reliably so."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.charts.bands import ticks
from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout
from clinic.instruments.definition import Instrument
from clinic.outcomes.yardsticks import NO_BASELINE, NO_SCORE, Held

PLOT_PX = 380
STRIP = 0.07  # of the scale's reach: how far beyond it those without a score stand
# Mark, its character in the key, and whether it is filled; told apart by form first.
MARKS = {
    "recovered": ("circle", "●"),
    "improved": ("diamond", "◆"),
    "unchanged": ("circle-open", "○"),
    "deteriorated": ("triangle-up-open", "△"),
    "harmed": ("triangle-up", "▲"),
    "": ("circle-open", "○"),
    NO_SCORE: ("line-ns-open", "|"),
    NO_BASELINE: ("", ""),
}
IN_WORDS = {
    "recovered": "recovered",
    "improved": "reliably better only",
    "unchanged": "within measurement error",
    "deteriorated": "reliably worse only",
    "harmed": "reliably worse and now a case",
    "": "not judged: no reliable change agreed",
    NO_SCORE: "no score in the window",
    NO_BASELINE: "no valid baseline: not drawn",
}


def scatter_figure(
    pairs: pd.DataFrame,
    counts: pd.DataFrame,
    scale: Instrument,
    held: Held,
    *,
    palette: Palette = LIGHT,
    narrow: bool = False,
) -> dict:
    """`pairs` and `counts` from `outcomes.yardsticks`. Equal pairs share one mark, which grows with their number;
    those without a score stand in a strip of their own along the edge, at their baseline."""
    rows = [
        (row.category, row.n) for row in counts.itertuples() if row.n or row.category not in ("", NO_BASELINE)
    ]
    foot = 56 + (19 * (len(rows) + 1) if narrow else 0)
    layout = plain_layout(palette, PLOT_PX + foot, 74, 12 if narrow else 262, foot, top=30)
    low, high = scale.minimum, scale.maximum
    edge = high + STRIP * (high - low)
    layout |= {
        "xaxis": _axis(scale, f"{scale.title} at baseline", high, palette),
        "yaxis": _endpoints(scale, edge, palette),
        "shapes": _lines(scale, held, palette),
        "annotations": [
            *_names(scale, held, palette, narrow),
            *_key(rows, len(pairs), palette, narrow),
        ],
    }
    groups = pairs[pairs["baseline"].notna()].assign(score=pairs["score"].fillna(edge))
    at = groups.groupby(["category", "baseline", "score"]).size().rename("n").reset_index()
    return {"data": [_marks(name, at[at["category"] == name], palette) for name in MARKS], "layout": layout}


def _axis(scale: Instrument, title: str, top: float, palette: Palette) -> dict:
    """The whole native range on both sides, so that the line of no change runs from corner to corner."""
    reach = scale.maximum - scale.minimum
    return {
        "range": [scale.minimum - 0.025 * reach, top + 0.035 * reach],
        "tickvals": ticks(scale, PLOT_PX / reach),
        "title": {"text": title, "standoff": 8, "font": {"size": 12.5, "color": palette.text}},
        "gridcolor": palette.grid,
        "zeroline": False,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }


def _endpoints(scale: Instrument, edge: float, palette: Palette) -> dict:
    """With a line of its own beyond the scale for those who have a baseline and no score."""
    axis = _axis(scale, "at the endpoint", edge, palette)
    values = axis["tickvals"]
    return axis | {"tickvals": [*values, edge], "ticktext": [*(f"{each:g}" for each in values), "no score"]}


def _lines(scale: Instrument, held: Held, palette: Palette) -> list[dict]:
    low, high = scale.minimum, scale.maximum
    shapes = []
    if held.points is not None:
        shapes.append(
            {
                "type": "path",
                "path": _corridor(low, high, held.points),
                "fillcolor": see_through(palette.muted, 0.14),
                "line": {"width": 0},
                "layer": "below",
            }
        )
    shapes.append(_line(low, low, high, high, palette.muted, "solid"))
    if held.cutoff is not None:
        shapes.append(_line(low, held.cutoff, high, held.cutoff, palette.severity, "dash"))
        shapes.append(_line(held.cutoff, low, held.cutoff, high, palette.severity, "dash"))
    return shapes


def _corridor(low: float, high: float, points: float) -> str:
    """Within measurement error: the band of ± points around no change, cut at the ends of the scale."""
    corners = [(low, low), (low, low + points), (high - points, high), (high, high), (high, high - points)]
    return "M" + "L".join(f"{x},{y}" for x, y in [*corners, (low + points, low)]) + "Z"


def _line(x0: float, y0: float, x1: float, y1: float, colour: str, dash: str) -> dict:
    line = {"color": colour, "width": 1.3, "dash": dash}
    return {"type": "line", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": line, "layer": "below"}


def _names(scale: Instrument, held: Held, palette: Palette, narrow: bool) -> list[dict]:
    low, high = scale.minimum, scale.maximum
    reach = high - low
    size = 10.5 if narrow else 11
    notes = [
        _name("worse ↑", low + 0.01 * reach, high - 0.02 * reach, "left", "top", palette.muted, size),
        _name("no change", low + 0.11 * reach, low + 0.1 * reach, "left", "top", palette.muted, size),
        _name("better ↓", high, low + 0.01 * reach, "right", "bottom", palette.muted, size),
    ]
    if scale.higher_is == "better":
        notes[0]["text"], notes[2]["text"] = "better ↑", "worse ↓"
    if held.cutoff is not None:
        words = f"a case from {scale.caseness:g}"
        notes.append(_name(words, high, held.cutoff, "right", "bottom", palette.severity, size))
    if held.points is not None:
        # On the lower edge of the corridor, where few people are: deep in the worse corner nobody reads it.
        words = f"± {held.points:g} points"
        place = low + 0.97 * reach - held.points
        notes.append(_name(words, low + 0.97 * reach, place, "right", "bottom", palette.muted, size))
    return notes


def _name(text: str, x: float, y: float, xanchor: str, yanchor: str, colour: str, size: float) -> dict:
    font = {"size": size, "color": colour}
    place = {"x": x, "xref": "x", "xanchor": xanchor, "y": y, "yref": "y", "yanchor": yanchor}
    return {"text": text, "showarrow": False, "font": font} | place


def _key(rows: list[tuple[str, int]], of: int, palette: Palette, narrow: bool) -> list[dict]:
    """Every category with its mark and its count: they sum to everybody whose window has passed."""
    lines = [
        f"<span style='color:{_colour(name, palette)}'>{MARKS[name][1] or '&nbsp;'}</span>  "
        f"<b>{n}</b> {IN_WORDS[name]}"
        for name, n in rows
    ]
    lines.append(f"<span style='color:{palette.muted}'>of {of} whose window has passed</span>")
    below = {"x": 0, "xanchor": "left", "xshift": -58, "y": 0, "yanchor": "top", "yshift": -52}
    beside = {"x": 1, "xanchor": "left", "xshift": 16, "y": 1, "yanchor": "top", "yshift": 0}
    return [
        {
            "text": "<br>".join(lines),
            "xref": "paper",
            "yref": "paper",
            "align": "left",
            "showarrow": False,
            "font": {"size": 12, "color": palette.text},
        }
        | (below if narrow else beside)
    ]


def _colour(name: str, palette: Palette) -> str:
    if name in ("deteriorated", "harmed"):
        return palette.worse
    return palette.score if name in ("recovered", "improved") else palette.unknown


def _marks(name: str, at: pd.DataFrame, palette: Palette) -> dict:
    colour = _colour(name, palette)
    n = at["n"].to_numpy(float)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": IN_WORDS[name],
        "x": at["baseline"].tolist(),
        "y": at["score"].tolist(),
        "customdata": at["n"].tolist(),
        "hovertemplate": "baseline %{x}, endpoint %{y}: %{customdata} people<extra></extra>"
        if name != NO_SCORE
        else "baseline %{x}, no score: %{customdata} people<extra></extra>",
        "marker": {
            "symbol": MARKS[name][0] or "circle-open",
            "size": _sizes(n).tolist(),
            "color": colour,
            "opacity": 0.85,
            "line": {"color": colour, "width": 1.5},
        },
        "cliponaxis": False,
    }


def _sizes(n: np.ndarray) -> np.ndarray:
    """Area grows with the number of people, up to a size that still tells neighbours apart."""
    return np.minimum(7.5 * np.sqrt(n), 22)
