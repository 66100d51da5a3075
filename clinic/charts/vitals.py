"""Vital signs of one finished treatment over its minutes: what was measured, unsmoothed, with the limits drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import Sheet, apart
from clinic.outcomes.wording import plural

# Recheck and stop-and-act limits while the drug runs; a clinic's settings replace them.
LIMITS = {"systolic": (160, 180), "diastolic": (100, 110)}
PRESSURE_PX, SMALL_PX = 150, 72
WIDE, NARROW = 880, 358


def vitals_figure(
    vitals: pd.DataFrame,
    *,
    given_minutes: float | None = None,
    limits: Mapping[str, tuple[float, float]] = LIMITS,
    palette: Palette = LIGHT,
    narrow: bool = False,
) -> dict:
    """Blood pressure as floating bars, heart rate and oxygen saturation in panels of their own.

    `vitals` has minute (from the start of the dose, negative before it), systolic, diastolic, heart_rate, spo2;
    NaN is not recorded and leaves a gap. `given_minutes` shades the time in which the drug was given.
    """
    sheet = Sheet(palette, narrow, 34, 12 if narrow else 96, 42, NARROW if narrow else WIDE)
    rows = vitals.sort_values("minute", kind="stable")
    minute = rows["minute"].to_numpy(float)
    span = _span(minute, given_minutes)
    pressure = _pressure(sheet, rows, minute, span, limits)
    pulse = _line(sheet, rows, minute, "heart_rate", "Heart rate", "per minute", (40, 120))
    oxygen = _line(sheet, rows, minute, "spo2", "Oxygen saturation", "% SpO₂", (88, 100))
    if given_minutes:
        for ref in (pressure, pulse, oxygen):
            _given(sheet, ref, given_minutes)
    sheet.time_axis = {
        "anchor": oxygen,
        "range": list(span),
        "title": {"text": "minutes from the start of the dose", "standoff": 4, "font": {"size": 11.5}},
        "nticks": 6 if narrow else 12,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": palette.rule,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }
    return sheet.spec()


def vitals_alt(vitals: pd.DataFrame) -> str:
    """The figure in one sentence: first, highest and last pressure, and what was not recorded."""
    rows = vitals.sort_values("minute", kind="stable")
    both = rows[rows["systolic"].notna() & rows["diastolic"].notna()]
    if not len(both):
        return f"{plural(len(rows), 'row')} of vital signs, no blood pressure recorded."
    first, last, top = both.iloc[0], both.iloc[-1], both.loc[both["systolic"].idxmax()]
    words = f"Blood pressure {_pair(first)} at minute {first['minute']:g}, highest {_pair(top)} at minute "
    words += f"{top['minute']:g}, last {_pair(last)} at minute {last['minute']:g}"
    missing = int(len(rows) - len(both))
    return f"{words}; not recorded in {missing} of {len(rows)} rows." if missing else f"{words}."


def _pair(row) -> str:
    return f"{row['systolic']:.0f}/{row['diastolic']:.0f}"


def _span(minute: np.ndarray, given: float | None) -> tuple[float, float]:
    first = min(0.0, float(np.nanmin(minute))) if len(minute) else 0.0
    last = max(float(np.nanmax(minute)) if len(minute) else 0.0, given or 0.0, first + 30)
    room = 0.04 * (last - first)
    return first - room, last + room


def _pressure(sheet: Sheet, rows: pd.DataFrame, minute: np.ndarray, span, limits) -> str:
    palette = sheet.palette
    low, high = rows["diastolic"].to_numpy(float), rows["systolic"].to_numpy(float)
    seen = np.concatenate([low, high, np.array([60.0, limits["systolic"][1]])])
    ends = [10 * np.floor(np.nanmin(seen) / 10) - 5, 10 * np.ceil(np.nanmax(seen) / 10) + 12]
    ref = sheet.strip(PRESSURE_PX, {"range": ends, "nticks": 6, "showgrid": True, "gridcolor": palette.grid})
    sheet.title(ref, sheet.named("Blood pressure", "mmHg · bar from diastolic to systolic"))
    _limits(sheet, ref, limits, PRESSURE_PX / (ends[1] - ends[0]))
    whole = ~np.isnan(low) & ~np.isnan(high)
    over = whole & ((high >= limits["systolic"][1]) | (low >= limits["diastolic"][1]))
    sheet.data.append(
        {
            "type": "bar",
            "name": "blood pressure",
            "x": minute[whole].tolist(),
            "base": low[whole].tolist(),
            "y": (high - low)[whole].tolist(),
            "width": [_bar_minutes(minute, span, sheet)] * int(whole.sum()),
            "xaxis": "x",
            "yaxis": ref,
            "marker": {
                "color": [see_through(palette.event if hit else palette.score, 0.35) for hit in over[whole]],
                "line": {
                    "color": [palette.event if hit else palette.score for hit in over[whole]],
                    "width": 1.4,
                },
            },
            "text": [f"{top:.0f}" for top in high[whole]],
            "textposition": "outside",
            "textangle": 0,
            "constraintext": "none",
            "cliponaxis": False,
            "textfont": {"size": 10.5, "color": palette.text},
            "customdata": low[whole].tolist(),
            "hovertemplate": "minute %{x}: %{text}/%{customdata:.0f}<extra></extra>",
        }
    )
    _halves(sheet, ref, minute, low, high)
    return ref


def _halves(sheet: Sheet, ref: str, minute, low, high) -> None:
    """A pressure of which only one half was recorded stands as a dash at that height."""
    alone = np.isnan(low) ^ np.isnan(high)
    if alone.any():
        sheet.data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "one half recorded",
                "x": minute[alone].tolist(),
                "y": np.where(np.isnan(low), high, low)[alone].tolist(),
                "xaxis": "x",
                "yaxis": ref,
                "marker": {
                    "symbol": "line-ew",
                    "size": 12,
                    "line": {"color": sheet.palette.score, "width": 2},
                },
                "hovertemplate": "minute %{x}: %{y}, other value not recorded<extra></extra>",
            }
        )


def _bar_minutes(minute: np.ndarray, span, sheet: Sheet) -> float:
    per_px = (span[1] - span[0]) / sheet.plot_width
    gaps = np.diff(np.unique(minute[~np.isnan(minute)]))
    return float(max(min(12 * per_px, 0.7 * gaps.min() if len(gaps) else np.inf), 3 * per_px))


def _line(sheet: Sheet, rows: pd.DataFrame, minute, column: str, name: str, unit: str, usual) -> str:
    palette = sheet.palette
    value = rows[column].to_numpy(float)
    known = value[~np.isnan(value)]
    low, high = (min(known.min(), usual[0]), max(known.max(), usual[1])) if len(known) else usual
    room = 0.08 * (high - low)
    axis = {"range": [low - room, high + room], "nticks": 4, "showgrid": True, "gridcolor": palette.grid}
    ref = sheet.strip(SMALL_PX, axis)
    sheet.title(ref, sheet.named(name, unit if len(known) else f"{unit} · not recorded"))
    sheet.data.append(
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": minute.tolist(),
            "y": [None if each != each else each for each in value.tolist()],
            "xaxis": "x",
            "yaxis": ref,
            "connectgaps": False,
            "cliponaxis": False,
            "line": {"color": palette.score, "width": 1.8},
            "marker": {"size": 7, "color": palette.surface, "line": {"color": palette.score, "width": 1.6}},
            "hovertemplate": "minute %{x}: %{y}<extra></extra>",
        }
    )
    return ref


def _limits(sheet: Sheet, ref: str, limits, px_per_mmhg: float) -> None:
    """Dotted where a recheck is due, dashed red where it stops; named at the right edge."""
    palette = sheet.palette
    lines = [
        (limit, f"{name} {limit:g}", colour, dash)
        for name, pair in limits.items()
        for limit, colour, dash in zip(pair, (palette.muted, palette.event), ("dot", "dash"), strict=True)
    ]
    places = [limit * px_per_mmhg for limit, *_ in lines]
    for (y, words, colour, dash), place, moved in zip(lines, places, apart(places, 13), strict=True):
        line = {"color": colour, "width": 1, "dash": dash}
        ends = {"type": "line", "xref": "paper", "yref": ref, "x0": 0, "x1": 1, "y0": y, "y1": y}
        sheet.shapes.append(ends | {"line": line, "layer": "below"})
        if not sheet.narrow:
            side = {"x": 1, "xref": "paper", "xshift": 7, "xanchor": "left", "yanchor": "middle"}
            sheet.note(words, size=11, colour=colour, y=y, yref=ref, yshift=moved - place, **side)


def _given(sheet: Sheet, ref: str, minutes: float) -> None:
    sheet.shapes.append(
        {
            "type": "rect",
            "xref": "x",
            "yref": f"{ref} domain",
            "x0": 0,
            "x1": minutes,
            "y0": 0,
            "y1": 1,
            "fillcolor": see_through(sheet.palette.treatment, 0.09),
            "line": {"width": 0},
            "layer": "below",
        }
    )
