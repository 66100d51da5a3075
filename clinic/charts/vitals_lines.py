"""Heart rate and oxygen saturation as lines; breathing rate and MOAA/S as rows of figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.charts.palette import Palette
from clinic.charts.sheet import HEADER_PX, Sheet, text_width
from clinic.charts.vitals_limits import LOW_IS_WORSE, TIERS, is_marked, tier_name
from clinic.charts.vitals_marks import draw_limits, halo, limit_words, missing_words, tier_colour
from clinic.charts.vitals_rows import SMALL_ROWS

LINES = (
    ("heart_rate", "Heart rate", "per minute", (40, 120)),
    ("spo2", "Oxygen saturation", "% SpO₂", (88, 100)),
)
SMALL_PX, ROW_PX = 76, 19


def draw_line(sheet: Sheet, rows: pd.DataFrame, minute, line, limits, tiers, before) -> str:
    column, name, unit, usual = line
    palette = sheet.palette
    value = rows[column].to_numpy(float) if column in rows else np.full(len(rows), np.nan)
    known = [each for each in value if each == each]
    mine = [limit for limit in limits if limit.column == column]
    own = [before[column]] if column in before else []
    seen = [*known, *own, *usual, *(limit.value for limit in mine)]
    per_px = (max(seen) - min(seen)) / (SMALL_PX - 22)
    ends = [min(seen) - 11 * per_px, max(seen) + 11 * per_px]
    header = HEADER_PX + (16 if sheet.narrow and mine else 0)
    ref = sheet.strip(
        SMALL_PX, {"range": ends, "nticks": 4, "showgrid": not mine, "gridcolor": palette.grid}, header
    )
    missing = missing_words(sheet, len(rows) - len(known), len(rows)) if known else " · not recorded"
    sheet.title(ref, sheet.named(name, unit + missing) + (limit_words(sheet, mine) if sheet.narrow else ""))
    draw_limits(sheet, ref, mine, ends[0], 1 / per_px, before, (column,))
    mine_tiers = tiers.get(column, [None] * len(rows))
    sheet.data.append(_line_trace(sheet, ref, name, minute, value, mine_tiers, column in LOW_IS_WORSE))
    return ref


def _line_trace(sheet: Sheet, ref: str, name: str, minute, value, tiers, low: bool) -> dict:
    palette = sheet.palette
    colours = [tier_colour(palette, tier) for tier in tiers]
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "name": name,
        "x": minute.tolist(),
        "y": [None if each != each else each for each in value.tolist()],
        "xaxis": "x",
        "yaxis": ref,
        "connectgaps": False,
        "cliponaxis": False,
        "line": {"color": palette.score, "width": 1.8},
        "marker": {
            "size": [10 if is_marked(tier) else 7 for tier in tiers],
            "symbol": [TIERS[tier].symbol if is_marked(tier) else "circle" for tier in tiers],
            "color": [
                c if is_marked(tier) else palette.surface for c, tier in zip(colours, tiers, strict=True)
            ],
            "line": {"color": colours, "width": 1.6},
            "opacity": 1,
        },
        "text": _worst_and_last(value, low),
        "textposition": "bottom center" if low else "top center",
        "textfont": {
            "size": 11,
            "color": [palette.event if is_marked(tier) else palette.text for tier in tiers],
            "shadow": halo(palette),
        },
        "hovertext": [f" · {tier_name(tier)}" if tier else "" for tier in tiers],
        "hovertemplate": "minute %{x}: %{y}%{hovertext}<extra></extra>",
    }


def _worst_and_last(value: np.ndarray, low: bool) -> list[str]:
    """In figures stand the extreme and the last value only."""
    if np.isnan(value).all():
        return [""] * len(value)
    last = int(np.flatnonzero(~np.isnan(value))[-1])
    shown = {int(np.nanargmin(value) if low else np.nanargmax(value)), last}
    return [f"{each:g}" if at in shown else "" for at, each in enumerate(value)]


def draw_small_rows(sheet: Sheet, rows: pd.DataFrame, minute, columns: list[str], tiers, span) -> str:
    """Breathing rate and MOAA/S as figures at their minutes, a tier with its mark behind the figure; where figures
    would touch, every other one stands lower."""
    figures = {column: _figures(rows[column].to_numpy(float), tiers[column]) for column in columns}
    px = (minute - span[0]) * sheet.plot_width / (span[1] - span[0])
    lower = {column: _staggered(px, figures[column]) for column in columns}
    depth = 2 if any(any(each) for each in lower.values()) else 1
    tops = [-depth * at for at in range(len(columns))]
    axis = {
        "range": [tops[-1] - depth + 0.5, 0.5],
        "tickvals": [top - (depth - 1) / 2 for top in tops],
        "ticktext": [SMALL_ROWS[column][0] for column in columns],
    }
    ref = sheet.strip((15 if depth > 1 else ROW_PX) * depth * len(columns), axis, 8)
    for top, column in zip(tops, columns, strict=True):
        sheet.data.append(
            _figure_row(sheet, ref, column, minute, rows[column].to_numpy(float), figures[column])
        )
        known = [at for at, each in enumerate(figures[column]) if each]
        sheet.data[-1]["y"] = [top - lower[column][at] for at in known]
        sheet.data[-1]["textfont"]["color"] = [_row_colour(sheet.palette, tiers[column][at]) for at in known]
    return ref


def _figures(value: np.ndarray, tiers: list[str | None]) -> list[str]:
    """ "" for what was not recorded."""
    return [
        "" if each != each else f"{each:g}{TIERS[tier].mark}" if is_marked(tier) else f"{each:g}"
        for each, tier in zip(value, tiers, strict=True)
    ]


def _row_colour(palette: Palette, tier: str | None) -> str:
    return tier_colour(palette, tier) if tier else palette.text


def _staggered(px: np.ndarray, figures: list[str]) -> list[int]:
    """1 for each figure that would touch the one before it in the upper half of the row."""
    end, found = -np.inf, []
    for at, text in zip(px, figures, strict=True):
        half = text_width(text, 12) / 2 + 1
        free = at - half >= end
        found.append(0 if free or not text else 1)
        end = at + half if free and text else end
    return found


def _figure_row(sheet: Sheet, ref: str, column: str, minute, value: np.ndarray, figures: list[str]) -> dict:
    known = ~np.isnan(value)
    name = SMALL_ROWS[column][1]
    return {
        "type": "scatter",
        "mode": "text",
        "name": name,
        "x": minute[known].tolist(),
        "text": [each for each in figures if each],
        "customdata": value[known].tolist(),
        "textfont": {"size": 11, "shadow": halo(sheet.palette)},
        "xaxis": "x",
        "yaxis": ref,
        "cliponaxis": False,
        "hovertemplate": f"minute %{{x}}: {name} %{{customdata}}<extra></extra>",
    }
