"""Blood pressure as bars that float from diastolic to systolic, with their numbers and limits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from clinic.charts.palette import Palette, see_through
from clinic.charts.sheet import HEADER_PX, Sheet
from clinic.charts.vitals_limits import TIERS, graver, is_marked, tier_name
from clinic.charts.vitals_marks import draw_limits, halo, limit_words, marks_trace, missing_words, tier_colour

USUAL_MMHG = (70, 150)  # at least this much of the axis is drawn
PRESSURE_PX = 206
ROOMY_PX = 640  # as much room wants the longest title
NUMBER_PX = 21  # the least room between numbers on neighbouring bars


def draw_pressure(sheet: Sheet, rows: pd.DataFrame, minute: np.ndarray, span, limits, tiers, before) -> str:
    low, high = rows["diastolic"].to_numpy(float), rows["systolic"].to_numpy(float)
    mine = [limit for limit in limits if limit.column in ("systolic", "diastolic")]
    own = [before[column] for column in ("systolic", "diastolic") if column in before]
    seen = [
        value
        for value in [*low, *high, *own, *(limit.value for limit in mine), *USUAL_MMHG]
        if value == value
    ]
    per_px = (max(seen) - min(seen)) / (PRESSURE_PX - 58)
    ends = [min(seen) - 28 * per_px, max(seen) + 30 * per_px]
    header = HEADER_PX + (16 if sheet.narrow and mine else 0)
    ref = sheet.strip(PRESSURE_PX, {"range": ends, "dtick": 20, "tick0": 0}, header)
    half = int((np.isnan(low) ^ np.isnan(high)).sum())
    none = int((np.isnan(low) & np.isnan(high)).sum())
    words = "mmHg, bar from diastolic to systolic" if sheet.plot_width >= ROOMY_PX else "mmHg"
    words += missing_words(sheet, none, len(rows)) if none < len(rows) else " · not recorded"
    words += f" · {half} {'half' if sheet.narrow else 'half recorded'}" if half else ""
    sheet.title(ref, sheet.named("Blood pressure", words) + limit_words(sheet, mine))
    _own_corridor(sheet, ref, before)
    draw_limits(sheet, ref, mine, ends[0], 1 / per_px, before, ("systolic", "diastolic"))
    ends_tiers = list(zip(tiers["diastolic"], tiers["systolic"], strict=True))
    whole = ~np.isnan(low) & ~np.isnan(high)
    _bars(
        sheet,
        ref,
        minute[whole],
        low[whole],
        high[whole],
        [graver(*ends_tiers[at]) for at in np.flatnonzero(whole)],
        span,
    )
    _halves(sheet, ref, minute, low, high)
    _numbers(sheet, ref, minute, low, high, ends_tiers, span, per_px)
    return ref


def _own_corridor(sheet: Sheet, ref: str, before: Mapping[str, float]) -> None:
    if "systolic" in before and "diastolic" in before:
        place = {
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "yref": ref,
            "y0": before["diastolic"],
            "y1": before["systolic"],
        }
        fill = see_through(sheet.palette.score, 0.08)
        sheet.shapes.append(
            {"type": "rect", **place, "fillcolor": fill, "line": {"width": 0}, "layer": "below"}
        )


def _bars(sheet: Sheet, ref: str, minute, low, high, tiers, span) -> None:
    """Pressures of one minute stand side by side, so that none hides another."""
    palette = sheet.palette
    wide = _bar_minutes(minute, span, sheet)
    _, inverse, count = np.unique(minute, return_inverse=True, return_counts=True)
    share = count[inverse] if len(minute) else np.array([])
    nth = np.array([int((minute[:at] == minute[at]).sum()) for at in range(len(minute))])
    colours = [tier_colour(palette, tier) for tier in tiers]
    sheet.data.append(
        {
            "type": "bar",
            "name": "blood pressure",
            "x": minute.tolist(),
            "base": low.tolist(),
            "y": (high - low).tolist(),
            "width": (wide / share).tolist() if len(minute) else [],
            "offset": (wide * (nth / share - 0.5)).tolist() if len(minute) else [],
            "xaxis": "x",
            "yaxis": ref,
            "cliponaxis": False,
            "marker": {
                "color": [
                    mixed(c, palette.surface, _filling(t)) for c, t in zip(colours, tiers, strict=True)
                ],
                "line": {"color": colours, "width": [2 if is_marked(tier) else 1.4 for tier in tiers]},
            },
            "customdata": [[float(a), float(b)] for a, b in zip(high, low, strict=True)],
            "hovertext": [f" · {tier_name(tier)}" if tier else "" for tier in tiers],
            "hovertemplate": "minute %{x}: %{customdata[0]:.0f}/%{customdata[1]:.0f}%{hovertext}<extra></extra>",
        }
    )


def _filling(tier: str | None) -> float:
    return 0.18 if tier is None else {"amber": 0.3, "critical": 1.0}.get(tier, 0.55)


def mixed(colour: str, ground: str, share: float) -> str:
    """`share` of a colour on an opaque ground, so that lines behind a bar do not show through it."""
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02X}" for one, other in pairs)


def _bar_minutes(minute: np.ndarray, span, sheet: Sheet) -> float:
    per_px = (span[1] - span[0]) / sheet.plot_width
    gaps = np.diff(np.unique(minute[~np.isnan(minute)]))
    return float(max(min(13 * per_px, 0.7 * gaps.min() if len(gaps) else np.inf), 3 * per_px))


def _halves(sheet: Sheet, ref: str, minute, low, high) -> None:
    """A pressure of which only one half was recorded stands as a dash at that height."""
    alone = np.isnan(low) ^ np.isnan(high)
    if alone.any():
        x, y = minute[alone].tolist(), np.where(np.isnan(low), high, low)[alone].tolist()
        trace = marks_trace(sheet, ref, "one half recorded", x, y, "line-ew", sheet.palette.score, 12)
        trace["marker"]["line"]["width"] = 2
        del trace["hoverinfo"]
        sheet.data.append(
            trace | {"hovertemplate": "minute %{x}: %{y}, other value not recorded<extra></extra>"}
        )


def _numbers(sheet: Sheet, ref: str, minute, low, high, tiers, span, per_px: float) -> None:
    """The numbers at the ends of the bars as far as they do not touch, and the mark of each red or critical end."""
    px = (minute - span[0]) * sheet.plot_width / (span[1] - span[0])
    for end, values, up in ((1, high, 1), (0, low, -1)):
        mine = [tier[end] for tier in tiers]
        every = up > 0 or not sheet.narrow
        shown = _shown(px, values, mine, every)
        sheet.data.append(
            {
                "type": "scatter",
                "mode": "text",
                "name": "systolic in figures" if up > 0 else "diastolic in figures",
                "x": minute[shown].tolist(),
                "y": values[shown].tolist(),
                "text": [
                    f"<b>{values[at]:.0f}</b>" if is_marked(mine[at]) else f"{values[at]:.0f}" for at in shown
                ],
                "textposition": "top center" if up > 0 else "bottom center",
                "textfont": {
                    "size": 11,
                    "color": [_number_colour(sheet.palette, mine[at], up > 0) for at in shown],
                    "shadow": halo(sheet.palette),
                },
                "xaxis": "x",
                "yaxis": ref,
                "cliponaxis": False,
                "hoverinfo": "skip",
            }
        )
        _end_marks(sheet, ref, minute, values, mine, set(shown), up * per_px)


def _number_colour(palette: Palette, tier: str | None, systolic: bool) -> str:
    return palette.event if is_marked(tier) else palette.text if systolic else palette.muted


def _shown(px, values, tiers, every: bool) -> list[int]:
    """Which numbers fit, in order of weight: red and critical ones, the peak, the ends, then from left to right."""
    known = [at for at in range(len(values)) if values[at] == values[at]]
    if not known:
        return []
    peak = max(known, key=lambda at: values[at])
    marked = sorted((at for at in known if is_marked(tiers[at])), key=lambda at: -TIERS[tiers[at]].rank)
    order = marked + ([peak, known[0], known[-1], *known] if every else [])
    chosen: list[int] = []
    for at in order:
        if all(abs(px[at] - px[other]) >= NUMBER_PX for other in chosen):
            chosen.append(at)
    return sorted(chosen)


def _end_marks(sheet: Sheet, ref: str, minute, values, tiers, numbered: set[int], up: float) -> None:
    mine = [at for at in range(len(values)) if is_marked(tiers[at])]
    if mine:
        y = [float(values[at] + up * (21 if at in numbered else 9)) for at in mine]
        symbols = [TIERS[tiers[at]].symbol for at in mine]
        x = minute[mine].tolist()
        sheet.data.append(marks_trace(sheet, ref, "red and critical", x, y, symbols, sheet.palette.event, 8))
