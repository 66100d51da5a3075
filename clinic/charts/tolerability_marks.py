"""The marks of the figure of tolerability: values, limits, what is missing, and the axis of treatment numbers."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from clinic.charts.sheet import BAND_TEXT_PX, Sheet
from clinic.charts.vitals_limits import TIERS
from clinic.outcomes.tolerability import Tolerated

NUMBER_PX = 24  # a number over a mark needs so much width, else only extremes carry one
FEWEST_PLACES = 6  # one treatment alone does not take the whole width
STEPS = (1, 2, 5, 10, 20, 50, 100)
LETTERS = {"IV": "IV", "IM": "IM", "SC": "SC", "IN": "IN", "SL": "SL", "oral": "po"}


def draw_limits(sheet: Sheet, ref: str, limits: list, top: float, floor: float = -inf) -> None:
    """Those that lie within the panel, with their tier at the right margin; on a phone the line alone."""
    shown = [(tier, value) for tier, value in limits if floor < value < top]
    for tier, value in shown:
        sheet.shapes.append(
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "yref": ref,
                "y0": value,
                "y1": value,
                "line": {"color": sheet.palette.muted, "width": 1, "dash": TIERS[tier].dash},
                "layer": "below",
            }
        )
    for tier, value in shown if not sheet.narrow else ():
        place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yref": ref, "y": value}
        sheet.note(f"{value:g} {tier}", size=10.5, colour=sheet.palette.muted, yanchor="middle", **place)


def by_tier(sheet: Sheet, trace: dict, values: list, limits: list, low: bool = False) -> None:
    """What reached red or critical has the mark of its tier, and its colour."""
    reached = [
        [tier for tier, limit in limits if (value < limit if low else value >= limit) and TIERS[tier].symbol]
        for value in values
    ]
    worst = [max(tiers, key=lambda tier: TIERS[tier].rank, default=None) for tiers in reached]
    colours = [sheet.palette.event if tier else sheet.palette.treatment for tier in worst]
    trace["marker"] |= {
        "symbol": [TIERS[tier].symbol if tier else "circle" for tier in worst],
        "size": [10 if tier else 8 for tier in worst],
        "color": colours,
        "line": {"width": 1.6, "color": colours},
    }


def stems_of(sheet: Sheet, ref: str, stems: list[int], peaks: list, measure: str) -> dict:
    x = [place for at in stems for place in (at, at, None)]
    y = [value for at in stems for value in (peaks[at].before, peaks[at].highest, None)]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"{measure} rise",
        "x": x,
        "y": y,
        "xaxis": "x",
        "yaxis": ref,
        "line": {"color": sheet.palette.treatment, "width": 2},
        "hoverinfo": "skip",
    }


def marks(sheet: Sheet, ref: str, name: str, at: list[int], values: list, symbol: str, size: float) -> dict:
    colour = sheet.palette.treatment
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": list(at),
        "y": [float(value) for value in values],
        "xaxis": "x",
        "yaxis": ref,
        "cliponaxis": False,
        "marker": {
            "symbol": symbol,
            "size": size,
            "opacity": 1,  # plotly fades marks of several sizes
            "color": colour,
            "line": {"width": 1.6, "color": colour},
        },
        "hovertemplate": "%{hovertext}<extra></extra>"
        if symbol != "line-ew"
        else "before: %{y}<extra></extra>",
    }


def figures(sheet: Sheet, ref: str, values: list, texts: dict[int, str], *, weight: list) -> None:
    """Numbers over the marks: every one where there is room, else the gravest first."""
    step = sheet.plot_width / max(len(values), FEWEST_PLACES)
    chosen: list[int] = []
    for at in sorted(texts, key=lambda each: -weight[each]):
        if all(abs(at - other) * step >= NUMBER_PX for other in chosen):
            chosen.append(at)
    sheet.data.append(
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": "in figures",
            "marker": {"size": 13, "opacity": 0},  # keeps the number clear of the mark
            "x": sorted(chosen),
            "y": [float(values[at]) for at in sorted(chosen)],
            "text": [texts[at] for at in sorted(chosen)],
            "textposition": "top center",
            "textfont": {"size": 11, "color": sheet.palette.text},
            "xaxis": "x",
            "yaxis": ref,
            "cliponaxis": False,
            "hoverinfo": "skip",
        }
    )


def absent(sheet: Sheet, ref: str, values: list, floor: float, top: float) -> None:
    missing = [at for at, value in enumerate(values) if value is None]
    foot = floor + (top - floor) * 0.06
    trace = marks(sheet, ref, "not recorded", missing, [foot] * len(missing), "line-ew", 8)
    trace["marker"]["line"] = {"width": 2, "color": sheet.palette.unknown}
    trace["hovertemplate"] = "not recorded<extra></extra>"
    sheet.data.append(trace)


def numbers_axis(sheet: Sheet, found: Sequence[Tolerated]) -> None:
    """Numbers within each course with the route below; a hairline where a new course begins."""
    n = max(len(found), FEWEST_PLACES)
    room = 9 if sheet.narrow else 24
    step = next(each for each in (*STEPS, len(found) + 1) if len(found) / each <= room)
    places = [at for at in range(len(found)) if at % step == 0 or found[at].given.number == 1]
    palette = sheet.palette
    sheet.time_axis = {
        "type": "linear",
        "anchor": sheet.strips[-1][0],
        "range": [-0.6, n - 0.4],
        "tickvals": places,
        "ticktext": [f"{found[at].given.number}<br>{LETTERS[found[at].given.route]}" for at in places],
        "tickfont": {"size": BAND_TEXT_PX, "color": palette.muted},
        "title": {"text": "treatment", "standoff": 4, "font": {"size": BAND_TEXT_PX, "color": palette.muted}},
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": palette.rule,
        "fixedrange": True,
    }
    for at in np.flatnonzero([each.given.number == 1 for each in found])[1:]:
        sheet.shapes.append(
            {
                "type": "line",
                "xref": "x",
                "x0": float(at) - 0.5,
                "x1": float(at) - 0.5,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": palette.rule, "width": 1},
            }
        )
        words = f"course of {found[at].given.started_at:%b %Y}"
        place = {"xref": "x", "xanchor": "left", "xshift": 4, "yref": "paper", "y": 1, "yanchor": "top"}
        sheet.note(words, size=10.5, colour=palette.muted, x=float(at) - 0.5, **place)
