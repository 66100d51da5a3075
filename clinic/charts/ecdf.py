"""How many of everyone improved by at least so much, and where the line may lie for those who are unknown."""

from __future__ import annotations

import numpy as np

from clinic.charts import mark_key
from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout
from clinic.outcomes.proportion import percent
from clinic.outcomes.waterfall import PERCENT, Changes, at_least

PLOT_PX = 320
WIDE, NARROW = 940, 320


def ecdf_figure(found: Changes, *, palette: Palette = LIGHT, narrow: bool = False) -> dict:
    """Share of everyone whose window has passed that improved by at least so much, who is unknown as the hatched
    band above: the truth lies inside it."""
    table, (low, high) = at_least(found).iloc[::-1], _amounts(found)
    amounts, unknown = table["better"].tolist(), found.missing / found.of if found.of else 0.0
    x, seen = _stepped([*amounts, high], [*table["share"].tolist(), 0.0], low)
    _, most = _stepped([*amounts, high], [*table["highest"].tolist(), unknown], low)
    unit = " %" if found.unit == PERCENT else ""
    marks = [] if found.response is None or np.ndim(found.response) else [found.response]
    better = "" if narrow else "improved at least so much, "
    lines = mark_key.lines(
        [
            ("━", palette.score, f"{better}of {found.of} people whose window has passed"),
            (mark_key.HATCHED, palette.unknown, f"{found.missing} of them unknown: where the line may lie"),
        ],
        NARROW if narrow else WIDE,
    )
    left, foot, top = 58 if narrow else 72, 48, mark_key.height(lines)
    layout = plain_layout(palette, PLOT_PX + foot + top, left, 24, foot, top=top)
    layout |= {
        "annotations": [
            mark_key.note(lines, palette, left),
            *(_said_at(found, value, palette, narrow) for value in marks),
        ],
        "shapes": [_upright(value, palette) for value in marks],
        "xaxis": _amount_axis(found, unit, palette, narrow),
        "yaxis": {
            "range": [0, 1.16],
            "tickvals": [0, 0.2, 0.4, 0.6, 0.8, 1],
            "tickformat": ".0%",
            "gridcolor": palette.grid,
            "zeroline": True,
            "zerolinecolor": palette.rule,
            "tickfont": {"size": 11.5, "color": palette.muted},
            "fixedrange": True,
        },
    }
    band = [_unknown_band(x, seen, most, palette)] if found.missing else []
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": "improved at least so much",
        "x": x,
        "y": seen,
        "line": {"color": palette.score, "width": 2.4},
        "hovertemplate": f"at least %{{x:.3~g}}{unit} better: %{{y:.1%}}<extra></extra>",
    }
    return {"data": [*band, line], "layout": layout}


def _stepped(amounts: list[float], shares: list[float], low: float) -> tuple[list[float], list[float]]:
    """Up to and with each amount its share, then down: amounts from the smallest, the line from `low` on."""
    x = [low, *(each for amount in amounts for each in (amount, amount))][:-1]
    return x, [each for share in shares for each in (share, share)]


def _unknown_band(x: list, seen: list, most: list, palette: Palette) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "if the unknown had too",
        "x": x + x[::-1],
        "y": most + seen[::-1],
        "fill": "toself",
        "fillcolor": see_through(palette.unknown, 0.12),
        "fillpattern": {
            "shape": "/",
            "fgcolor": palette.unknown,
            "bgcolor": "rgba(0,0,0,0)",
            "size": 7,
            "solidity": 0.15,
        },
        "line": {"color": palette.unknown, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _said_at(found: Changes, value: float, palette: Palette, narrow: bool) -> dict:
    """How many reached the response rule's amount, with the bound, at the top of its line."""
    n = int((found.people["better"] >= value - 1e-9).sum())
    unit = "%" if found.unit == PERCENT else "points"
    text = f"at least {value:.3g} {unit} better: <b>{n}</b> of {found.of}"
    if found.of:
        most = percent((n + found.missing) / found.of, found.of)
        text += f"<br>{percent(n / found.of, found.of)} %, {most} % if all unknown too"
    return {
        "text": text,
        "x": value,
        "xref": "x",
        "xanchor": "right",
        "xshift": -6,
        "y": 1,
        "yref": "paper",
        "yanchor": "top",
        "yshift": -4,
        "align": "right",
        "showarrow": False,
        "bgcolor": palette.background,
        "font": {"size": 11 if narrow else 12, "color": palette.text},
    }


def _upright(value: float, palette: Palette) -> dict:
    return {
        "type": "line",
        "xref": "x",
        "x0": value,
        "x1": value,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": palette.text, "width": 1.2},
    }


def _amounts(found: Changes) -> tuple[float, float]:
    """From below the least improvement to above the greatest."""
    better = found.people["better"]
    low = min([0.0, *better])
    high = max([100.0 if found.unit == PERCENT else 10.0, *better])
    return low - 0.02 * (high - low), high + 0.02 * (high - low)


def _amount_axis(found: Changes, unit: str, palette: Palette, narrow: bool) -> dict:
    words = "per cent of what was possible" if unit else "points"
    return {
        "range": list(_amounts(found)),
        "ticksuffix": unit,
        "nticks": 5 if narrow else 9,
        "title": {
            "text": "better by at least" if narrow else f"better by at least ({words}; below 0 is worse)",
            "standoff": 6,
            "font": {"size": 11.5, "color": palette.muted},
        },
        "showgrid": False,
        "zeroline": True,
        "zerolinecolor": palette.rule,
        "showline": True,
        "linecolor": palette.rule,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }
