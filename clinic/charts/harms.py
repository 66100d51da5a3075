"""Adverse events by term: how many treatments of 100 had it, and how many people of 100, each with its exact interval.

A full dot with its interval is the term at any severity, a hollow triangle moderate or severe, a diamond severe. Both
panels have an axis of their own: one person has many treatments.
"""

from __future__ import annotations

from html import escape
from textwrap import wrap

import pandas as pd

from clinic.charts.palette import LIGHT, Palette
from clinic.charts.sheet import plain_layout, text_width

ROW_PX, NARROW_ROW_PX = 26, 31
NARROW_LEFT = 100
HEAD_PX, NARROW_HEAD_PX, FOOT_PX = 64, 84, 40
GAP = 0.075  # of the height, between the two panels of a phone
LONGEST = 28  # letters of a term on the axis
LINE = 15  # of them in one line on a phone
KEY = "Adverse events   ● any severity, with its interval   △ moderate or severe   ◆ severe"
MARKS = (
    ("n", "circle", 8.5, "any severity"),
    ("moderate", "triangle-up-open", 12, "moderate or severe"),
    ("severe", "diamond", 7, "severe"),
)
PANELS = (("treatments", "of 100 treatments"), ("people", "of 100 people treated"))


def harms_figure(table: pd.DataFrame, *, palette: Palette = LIGHT, narrow: bool = False) -> dict:
    """`table` is of `harms.by_term`; every row is drawn, with its numbers in words at the right edge."""
    names = [_short(term, narrow) for term in table["what"]]
    left = NARROW_LEFT if narrow else round(max((text_width(name, 12.5) for name in names), default=60)) + 16
    rows = max(len(table), 1)
    panels = 2 if narrow else 1
    row, head = (NARROW_ROW_PX, NARROW_HEAD_PX) if narrow else (ROW_PX, HEAD_PX)
    layout = plain_layout(palette, panels * (row * rows + head) + FOOT_PX, left, 8, FOOT_PX, top=head)
    layout["annotations"] = []
    data = []
    for at, (who, unit) in enumerate(PANELS):
        across, down = _place(at, narrow)
        axis = "" if at == 0 else "2"
        data += _marks(table, who, f"x{axis}", f"y{axis}", palette)
        layout[f"xaxis{axis}"] = _rates_axis(table, who, across, f"y{axis}", palette, narrow)
        layout[f"yaxis{axis}"] = _terms_axis(names, down, f"x{axis}", palette, labels=narrow or at == 0)
        layout["annotations"].append(_heading(table, who, unit, across, down, left, palette, narrow))
        layout["annotations"] += _words(table, who, across, f"y{axis}", palette, narrow)
    layout["annotations"] += _key(palette, left, narrow)
    if not len(table):
        layout["annotations"].append(_nothing(palette))
    return {"data": data, "layout": layout}


def _place(at: int, narrow: bool) -> tuple[list[float], list[float]]:
    """Shares of width and of height: beside each other, on a phone below each other; the rest is for the numbers."""
    if narrow:
        height = (1 - GAP) / 2
        return [0.0, 0.44], [1 - height, 1.0] if at == 0 else [0.0, height]
    return [0.52 * at, 0.52 * at + 0.3], [0.0, 1.0]


def _marks(table: pd.DataFrame, who: str, x: str, y: str, palette: Palette) -> list[dict]:
    of = table[f"of_{who}"].to_numpy(float)
    traces = []
    for name, symbol, size, words in MARKS:
        n = table[f"{name}_{who}"].to_numpy(float)
        shown = [at for at in range(len(table)) if n[at] > 0]
        colour = palette.event if name == "severe" else palette.score
        trace = {
            "type": "scatter",
            "mode": "markers",
            "name": words,
            "x": [100 * n[at] / of[at] for at in shown],
            "y": shown,
            "xaxis": x,
            "yaxis": y,
            "marker": {
                "symbol": symbol,
                "size": size,
                "color": colour,
                "line": {"width": 1.6, "color": colour},
            },
            "text": [f"{words}: {n[at]:.0f} of {of[at]:.0f} {who}" for at in shown],
            "hovertemplate": "%{text}<extra></extra>",
        }
        if name == "n":
            trace["error_x"] = _interval(table.iloc[shown], who, trace["x"], palette)
        traces.append(trace)
    return traces


def _interval(some: pd.DataFrame, who: str, at: list[float], palette: Palette) -> dict:
    return {
        "type": "data",
        "symmetric": False,
        "array": (some[f"high_{who}"].to_numpy(float) - at).tolist(),
        "arrayminus": (at - some[f"low_{who}"].to_numpy(float)).tolist(),
        "color": palette.score,
        "thickness": 1.3,
        "width": 4,
    }


def _rates_axis(
    table: pd.DataFrame, who: str, across: list[float], anchor: str, palette: Palette, narrow: bool
) -> dict:
    top = float(table[f"high_{who}"].max()) if len(table) else 10.0
    return {
        "domain": across,
        "anchor": anchor,
        "range": [-0.02 * top, min(1.05 * top, 102)],
        "nticks": 4 if narrow else 6,
        "gridcolor": palette.grid,
        "zeroline": True,
        "zerolinecolor": palette.rule,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }


def _terms_axis(names: list[str], down: list[float], anchor: str, palette: Palette, *, labels: bool) -> dict:
    return {
        "domain": down,
        "anchor": anchor,
        "range": [max(len(names), 1) - 0.5, -0.5],
        "tickvals": list(range(len(names))),
        "ticktext": names if labels else [""] * len(names),
        "tickfont": {"size": 12},
        "ticklabelstandoff": 6,
        "gridcolor": palette.grid,
        "zeroline": False,
        "fixedrange": True,
    }


def _heading(
    table: pd.DataFrame, who: str, unit: str, across, down, left: int, palette: Palette, narrow: bool
) -> dict:
    """Of what, over the panel; on a phone from the edge."""
    counted = f"{table[f'of_{who}'].iloc[0]} in all" if len(table) else ""
    return {
        "text": f"<b>{unit}</b>  <span style='color:{palette.muted}'>{counted}</span>",
        "x": across[0],
        "xref": "paper",
        "xanchor": "left",
        "xshift": 8 - left if narrow else 0,
        "y": down[1],
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 6,
        "showarrow": False,
        "font": {"size": 12.5, "color": palette.text},
    }


def _words(table: pd.DataFrame, who: str, across, axis: str, palette: Palette, narrow: bool) -> list[dict]:
    """At the right edge of each row how many, the rate and its interval."""
    notes = []
    columns = (f"n_{who}", f"of_{who}", f"low_{who}", f"high_{who}")
    for at, (n, total, low, high) in enumerate(table[list(columns)].itertuples(index=False)):
        share = f"{100 * n / total:.1f} ({low:.1f}–{high:.1f})"
        notes.append(
            {
                "text": f"<b>{n}</b> · <span style='color:{palette.muted}'>{share}</span>",
                "x": across[1],
                "xref": "paper",
                "xanchor": "left",
                "xshift": 8,
                "y": at,
                "yref": axis,
                "yanchor": "middle",
                "showarrow": False,
                "align": "left",
                "font": {"size": 11 if narrow else 12, "color": palette.text},
            }
        )
    return notes


def _key(palette: Palette, left: int, narrow: bool) -> list[dict]:
    """What the three marks mean, above everything."""
    text = KEY.replace("   ●", "<br>●").replace("   △", "<br>△") if narrow else KEY
    place = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": 8 - left, "align": "left"}
    above = {"y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 26 if narrow else 34, "showarrow": False}
    return [{"text": text, "font": {"size": 11.5, "color": palette.muted}, **place, **above}]


def _nothing(palette: Palette) -> dict:
    return {
        "text": "no adverse event on record",
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": 0.5,
        "yref": "paper",
        "showarrow": False,
        "font": {"size": 12.5, "color": palette.muted},
    }


def _short(term: str, narrow: bool) -> str:
    """Typed by people: shown as text, not too long; on a phone in two lines."""
    term = term if len(term) <= LONGEST else term[: LONGEST - 1].rstrip() + "…"
    lines = wrap(term, LINE)[:2] if narrow else [term]
    return "<br>".join(escape(line, quote=False) for line in lines)
