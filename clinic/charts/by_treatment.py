"""Responded by treatment 1 … 6, of the same people at every number; who is unknown is hatched on top."""

from __future__ import annotations

from clinic.charts import key
from clinic.charts.palette import LIGHT, Palette
from clinic.charts.sheet import plain_layout
from clinic.outcomes.by_treatment import ByTreatment, days_needed
from clinic.outcomes.proportion import percent

PLOT_PX = 240
ROWS = (
    ("not_responded", "not seen to respond", "not so far"),
    ("unknown", "unknown (hatched)", "▨ unknown"),
    ("too_mild", "baseline too mild", "too mild"),
    ("had", "had so many at all", "came so far"),
)
KEY = (
    "full: responded, with its 95 % interval",
    "hatched: unknown, so the top is the share if all of them had",
    "the same people at every number",
)


def by_treatment_figure(found: ByTreatment, *, palette: Palette = LIGHT, narrow: bool = False) -> dict:
    """Full bar: responded. Hatched: unknown, so that its top is the share if all of them had. The rest to the line of
    100 % did not respond or began too mild. Whiskers are 95 % Wilson intervals of the full bar."""
    rows, of = found.table, max(found.of, 1)
    x = rows["number"].tolist()
    bars = _bar("responded", x, (rows["responded"] / of).tolist(), palette)
    bars["marker"] = {"color": palette.primary, "line": {"width": 1.2, "color": palette.score}}
    hatched = _bar("unknown", x, (rows["unknown"] / of).tolist(), palette)
    hatched["base"] = (rows["responded"] / of).tolist()
    hatched["marker"] = {
        "color": palette.unknown,
        "line": {"width": 1.2, "color": palette.unknown},
        "pattern": {
            "shape": "/",
            "fillmode": "replace",
            "fgcolor": palette.unknown,
            "bgcolor": palette.surface,
            "fgopacity": 1,
            "size": 6,
            "solidity": 0.2,
        },
    }
    below = 64 + 17 * len(ROWS)
    foot, left, top = below + key.height(KEY, narrow), 78 if narrow else 126, 62
    layout = plain_layout(palette, top + PLOT_PX + foot, left, 14, foot, top=top)
    quiet = {"size": 11.5, "color": palette.muted}
    axis = {"zeroline": False, "fixedrange": True, "tickfont": quiet}
    layout |= {
        "barmode": "overlay",
        "annotations": [
            _who(found, palette, left),
            *_labels(found, palette, narrow),
            *_counts(found, palette, left, narrow),
            *key.notes(KEY, palette, left=left, below=below, narrow=narrow),
        ],
        "xaxis": axis
        | {
            "range": [0.4, max(x) + 0.6],
            "tickvals": x,
            "showgrid": False,
            "showline": True,
            "linecolor": palette.rule,
            "title": {"text": "by treatment number", "standoff": 4, "font": quiet},
        },
        "yaxis": axis
        | {
            "range": [0, 1.02],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "tickformat": ".0%",
            "gridcolor": palette.grid,
        },
    }
    return {"data": [bars, hatched, *([_whiskers(found, palette)] if found.of else [])], "layout": layout}


def _bar(name: str, x: list, y: list, palette: Palette) -> dict:
    return {"type": "bar", "name": name, "x": x, "y": y, "width": 0.58, "hoverinfo": "skip"}


def _whiskers(found: ByTreatment, palette: Palette) -> dict:
    rows = found.table
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "95 % interval",
        "x": rows["number"].tolist(),
        "y": rows["share"].tolist(),
        "marker": {"size": 1, "color": palette.text},
        "hoverinfo": "skip",
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (rows["high"] - rows["share"]).tolist(),
            "arrayminus": (rows["share"] - rows["low"]).tolist(),
            "color": palette.text,
            "thickness": 1.2,
            "width": 4,
        },
    }


def _labels(found: ByTreatment, palette: Palette, narrow: bool) -> list[dict]:
    """n and share over each bar, clear of the whisker and of the hatching."""
    notes = []
    for row in found.table.itertuples() if found.of else ():
        share = f"{percent(row.share, found.of)} %"
        text = (
            f"<b>{row.responded}</b><br>{share}"
            if narrow
            else f"<b>{row.responded}</b> of {found.of}<br>{share}"
        )
        place = {"x": row.number, "y": max(row.high, row.most), "yanchor": "bottom", "yshift": 3}
        font = {"size": 11 if narrow else 12, "color": palette.text}
        notes.append({"text": text, "showarrow": False, "font": font} | place)
    return notes


def _who(found: ByTreatment, palette: Palette, left: int) -> dict:
    words = (
        f"{found.started} started: {found.of} at least {days_needed()} days ago, {found.too_early} too early"
    )
    place = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - left, "yref": "paper", "y": 1}
    font = {"size": 11.5, "color": palette.muted}
    return {"text": words, "showarrow": False, "font": font, "yanchor": "bottom", "yshift": 42} | place


def _counts(found: ByTreatment, palette: Palette, left: int, narrow: bool) -> list[dict]:
    """Under each bar who is unknown, who began too mild, and how many had so many treatments at all."""
    notes, font = [], {"size": 11, "color": palette.muted}
    for line, (column, wide, short) in enumerate(ROWS):
        below = {"yref": "paper", "y": 0, "yanchor": "top", "yshift": -46 - 17 * line, "showarrow": False}
        named = {
            "text": short if narrow else wide,
            "xref": "paper",
            "x": 0,
            "xanchor": "left",
            "xshift": 4 - left,
        }
        notes.append(named | below | {"font": font})
        notes += [
            {"text": f"{n}", "xref": "x", "x": x, "xanchor": "center"} | below | {"font": font}
            for x, n in zip(found.table["number"].tolist(), found.table[column].tolist(), strict=True)
        ]
    return notes
