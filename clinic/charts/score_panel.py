"""One scale: its whole native range, named bands, baseline, response and remission lines, and every score."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from clinic.charts.axis import TimeAxis
from clinic.charts.palette import see_through
from clinic.charts.sheet import BAND_TEXT_PX, HEADER_PX, LINE_TEXT_PX, Sheet, apart
from clinic.instruments.definition import Instrument, Rule
from clinic.outcomes import change
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.clock import DAY
from clinic.outcomes.wording import number

PRIMARY_PX, SECONDARY_PX = 216, 140
LABEL_PX = 14.0
UNCROWDED = 60  # scores: above that marks shrink, and no label may lie over them
SECOND_LINE_PX = 16
DASHES = {"dash": "- -", "dot": "···", "solid": "—"}
CIRCLE, EARLY, PRORATED, EARLY_PRORATED = "circle", "diamond", "square-x", "diamond-x"


@dataclass(frozen=True, slots=True)
class Rows:
    """One scale's scores as plain arrays, in order of time; `when` is wall-clock seconds."""

    assessment: list[str]
    when: np.ndarray
    total: np.ndarray
    version: np.ndarray
    prorated: np.ndarray
    early: np.ndarray
    hover: list[str]


def draw_panel(
    sheet: Sheet,
    axis: TimeAxis,
    scale: Instrument,
    rows: Rows,
    baseline: Baseline | None,
    baseline_when: int | None,
    *,
    primary: bool,
    gap_days: int,
) -> list[tuple]:
    """Add the panel; returns (assessment, x, y) of every point drawn."""
    plot_px = PRIMARY_PX if primary else SECONDARY_PX
    reach = scale.maximum - scale.minimum
    limits = [scale.minimum - 0.05 * reach, scale.maximum + 0.1 * reach]
    px_per_point = plot_px / (limits[1] - limits[0])
    lines = reference_lines(scale, None if baseline is None else baseline.total)
    header = HEADER_PX + (SECOND_LINE_PX if sheet.narrow and lines else 0)
    ref = sheet.strip(plot_px, {"range": limits, "tickvals": ticks(scale, px_per_point)}, header)
    sheet.title(ref, panel_title(scale, sheet, lines))
    _bands(sheet, ref, scale, limits, px_per_point)
    start = axis.first if baseline_when is None else max(baseline_when, axis.first)
    if baseline is not None and baseline.total is not None:
        _corridor(sheet, axis, ref, scale, baseline.total, start)
    _lines(sheet, axis, ref, lines, start, px_per_point, limits)
    has_total = ~np.isnan(rows.total)
    points = _series(sheet, axis, ref, scale, rows, has_total, gap_days)
    _untotalled(sheet, axis, ref, scale, rows, ~has_total)
    _values(sheet, axis, ref, scale, rows, has_total)
    if not has_total.any():
        _empty(sheet, ref, scale)
    return points


def panel_title(scale: Instrument, sheet: Sheet, lines) -> str:
    """Name and what it is; on a phone the lines' words stand here too, because beside the panel is no room."""
    rater = "self-report" if scale.rater == "self" else "clinician-rated"
    words = [rater] if sheet.narrow else [scale.construct, rater, scale.recall]
    text = sheet.named(scale.title, " · ".join([*words, f"higher is {scale.higher_is}"]))
    if sheet.narrow and lines:
        text += "<br>" + sheet.small("   ".join(f"{DASHES[dash]} {words}" for _, words, dash, _ in lines))
    return text


def ticks(scale: Instrument, px_per_point: float) -> list[float]:
    """Where bands begin, and the ends of the scale; without bands four even steps. None closer than a figure's
    height to the one below, except the top."""
    if not scale.bands:
        step = (scale.maximum - scale.minimum) / 4
        return [round(scale.minimum + step * each) for each in range(5)]
    kept = [scale.minimum]
    for band in scale.bands[1:]:
        room = min(band.low - kept[-1], scale.maximum - band.low)
        if room * px_per_point >= BAND_TEXT_PX + 2:
            kept.append(band.low)
    return [*kept, scale.maximum]


def reference_lines(scale: Instrument, baseline: float | None) -> list[tuple[float, str, str, str]]:
    """(y, words, dash, colour role) of baseline, default response rule and default remission rule."""
    lines = []
    if baseline is not None:
        points = change.error_points(scale, baseline)
        reach = "" if points is None else f" ±{number(points)}"
        lines.append((baseline, f"baseline {number(baseline)}{reach}", "dash", "text"))
        rule = scale.default_response
        response = rule.line(baseline) if rule else None
        too_mild = scale.caseness is not None and baseline < scale.caseness
        if response is not None and response >= scale.minimum and not too_mild:
            lines.append(
                (response, f"response ≤ {highest_that_meets(rule, baseline, response)}", "dot", "text")
            )
    if scale.default_remission and not scale.default_remission.needs_baseline:
        condition = scale.default_remission.conditions[0]
        sign = {"<=": "≤", ">=": "≥"}.get(condition.comparison, condition.comparison)
        # Whole totals: "< 5" ends half a point below 5 and "≤ 7" half a point above 7, as the bands do.
        edge = condition.value + (-0.5 if condition.comparison == "<" else 0.5)
        lines.append((edge, f"remission {sign} {number(condition.value)}", "solid", "muted"))
    return lines


def highest_that_meets(rule: Rule, baseline: float, line: float) -> int:
    """The highest whole total that meets a response rule whose line lies at `line`: the rule itself is asked."""
    whole = math.floor(line) + 1
    while whole >= rule.floor and not rule.met(whole, baseline):
        whole -= 1
    return whole


def _bands(sheet: Sheet, ref: str, scale: Instrument, limits, px_per_point: float) -> None:
    """Faint fills that meet half-way between whole totals, since a prorated 4.5 is read as 5; they run on into
    the right margin, where their names stand."""
    palette, steps = sheet.palette, len(scale.bands)
    for step, band in enumerate(scale.bands):
        low = band.low - 0.5 if step else limits[0]
        high = band.high + 0.5 if step < steps - 1 else limits[1]
        fill = palette.tint(step if scale.higher_is == "worse" else steps - 1 - step, steps)
        sheet.shapes.append(_rect(ref, low, high, fill))
        margin = {"xsizemode": "pixel", "xanchor": 1, "x0": 0, "x1": sheet.right}
        sheet.shapes.append(_rect(ref, low, high, fill) | margin)
        if step:
            sheet.shapes.append(_edge(sheet, ref, low))
            sheet.shapes.append(_edge(sheet, ref, low) | margin)
        _band_name(sheet, ref, band.name, (low + high) / 2, (high - low) * px_per_point)
    if not steps:
        sheet.axes["yaxis" + ref[1:]] |= {"showgrid": True, "gridcolor": palette.grid}


def _band_name(sheet: Sheet, ref: str, name: str, y: float, height_px: float) -> None:
    """At the right edge; a name of two words takes two lines on a phone. A band too thin for it goes without."""
    text = name.replace(" ", "<br>") if sheet.narrow else name
    size = BAND_TEXT_PX - 1 if sheet.narrow else BAND_TEXT_PX
    if height_px < size * (1 + text.count("<br>")) + 1:
        return
    place = {"xref": "paper", "x": 1, "xanchor": "right", "xshift": sheet.right - 6}
    sheet.note(
        text, size=size, colour=sheet.palette.muted, align="right", **place, yref=ref, y=y, yanchor="middle"
    )


def _rect(ref: str, low: float, high: float, fill: str, x0=0, x1=1, xref: str = "paper") -> dict:
    return {
        "type": "rect",
        "xref": xref,
        "yref": ref,
        "x0": x0,
        "x1": x1,
        "y0": low,
        "y1": high,
        "fillcolor": fill,
        "line": {"width": 0},
        "layer": "below",
    }


def _edge(sheet: Sheet, ref: str, y: float) -> dict:
    """A hairline of the page's own colour between two bands."""
    line = {"color": sheet.palette.surface, "width": 1.2}
    place = {"type": "line", "xref": "paper", "yref": ref, "x0": 0, "x1": 1, "y0": y, "y1": y}
    return place | {"line": line, "layer": "below"}


def _corridor(sheet: Sheet, axis: TimeAxis, ref: str, scale: Instrument, baseline: float, start: int) -> None:
    """Baseline ± reliable change: what lies inside could be measurement error."""
    points = change.error_points(scale, baseline)
    if points is None:
        return
    low, high = max(baseline - points, scale.minimum), min(baseline + points, scale.maximum)
    x0, x1 = axis.at([start, axis.last])
    sheet.shapes.append(_rect(ref, low, high, sheet.palette.error_fill, x0, x1, "x"))


def _lines(sheet, axis, ref, lines, start, px_per_point, limits) -> None:
    """Each line from the baseline on (remission: all along), its words beside its right end."""
    palette = sheet.palette
    colours = {"text": palette.text, "muted": palette.muted}
    places = [(y - limits[0]) * px_per_point for y, *_ in lines]
    for (y, words, dash, role), place, moved in zip(lines, places, apart(places, LABEL_PX), strict=True):
        x0, x1 = axis.at([axis.first if dash == "solid" else start, axis.last])
        line = {"color": colours[role], "width": 1, "dash": dash}
        sheet.shapes.append(
            {"type": "line", "xref": "x", "yref": ref, "x0": x0, "x1": x1, "y0": y, "y1": y, "line": line}
            | {"layer": "below", "opacity": 0.75}
        )
        if not sheet.narrow:
            place_at = {"x": 1, "xref": "paper", "xshift": 7, "xanchor": "left", "yanchor": "middle"}
            shift = moved - place
            sheet.note(
                words, size=LINE_TEXT_PX, colour=colours[role], yref=ref, y=y, yshift=shift, **place_at
            )


def _series(sheet, axis, ref, scale, rows: Rows, has_total, gap_days) -> list[tuple]:
    """One trace per definition version: two versions are two series and are never joined."""
    points = []
    size = 9 if has_total.sum() <= UNCROWDED else 6 if has_total.sum() <= 200 else 4.5
    rings = _rings(rows)
    for version in dict.fromkeys(rows.version):
        mine = np.flatnonzero(has_total & (rows.version == version))
        if not len(mine):
            continue
        x, y = axis.at(rows.when[mine]), rows.total[mine].tolist()
        points += [(rows.assessment[at], *place) for at, *place in zip(mine, x, y, strict=True)]
        sheet.data.append(_trace(sheet, axis, ref, scale, rows, mine, x, y, size, rings, gap_days))
    return points


def _trace(sheet, axis, ref, scale, rows: Rows, mine, x, y, size, rings, gap_days) -> dict:
    palette = sheet.palette
    filled = scale.rater == "clinician"
    symbols = [_symbol(rows.early[at], rows.prorated[at]) for at in mine]
    fills = [palette.score if filled and symbol == CIRCLE else palette.surface for symbol in symbols]
    larger = [0 if symbol == CIRCLE else 1.5 for symbol in symbols]
    sizes = [size * (1 + 0.7 * rings[at]) + more for at, more in zip(mine, larger, strict=True)]
    texts = [rows.hover[at] for at in mine]
    # A None between two points breaks the line; from the end, so that the places stay right.
    columns = ((x, None), (y, None), (symbols, CIRCLE), (fills, palette.surface), (sizes, 0), (texts, ""))
    for gap in np.flatnonzero(np.diff(rows.when[mine] // DAY) > gap_days)[::-1] + 1:
        for column, blank in columns:
            column.insert(gap, blank)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": scale.title,
        "x": x,
        "y": y,
        "xaxis": "x",
        "yaxis": ref,
        "cliponaxis": False,
        "connectgaps": False,
        "line": {"color": palette.score, "width": 2 if size > 5 else 1.2},
        "marker": {
            "symbol": symbols,
            "size": sizes,
            "color": fills,
            "opacity": 1,
            "line": {"color": palette.score, "width": 1.8 if size > 5 else 1.2},
        },
        "text": texts,
        "hovertemplate": f"<b>%{{y:.3~g}}</b> %{{text}}<br>{axis.hover}<extra></extra>",
    }


def _symbol(early: bool, prorated: bool) -> str:
    if prorated:
        return EARLY_PRORATED if early else PRORATED
    return EARLY if early else CIRCLE


def _rings(rows: Rows) -> list[int]:
    """Equal totals of one day lie on each other: all but the last grow by a ring, so that each can be counted."""
    later: dict[tuple, int] = {}
    rings = []
    for place in zip((rows.when // DAY).tolist()[::-1], rows.total.tolist()[::-1], strict=True):
        rings.append(later.get(place, 0))
        later[place] = rings[-1] + 1
    return rings[::-1]


def _untotalled(sheet, axis, ref, scale, rows: Rows, without) -> None:
    """Forms that came to no total stand as a small cross on the floor: they exist and say nothing about height."""
    mine = np.flatnonzero(without)
    if not len(mine):
        return
    sheet.data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "no total",
            "x": axis.at(rows.when[mine]),
            "y": [scale.minimum] * len(mine),
            "xaxis": "x",
            "yaxis": ref,
            "cliponaxis": False,
            "marker": {"symbol": "x-thin", "size": 8, "line": {"color": sheet.palette.muted, "width": 1.6}},
            "text": [rows.hover[at] for at in mine],
            "hovertemplate": f"<b>no total</b> %{{text}}<br>{axis.hover}<extra></extra>",
        }
    )


def _values(sheet, axis, ref, scale, rows: Rows, has_total) -> None:
    """First, best and last in numbers, no others: the rest is in the table."""
    mine = np.flatnonzero(has_total)
    if not len(mine):
        return
    totals = rows.total[mine]
    last, first = len(mine) - 1, 0
    best = int(np.argmin(totals) if scale.higher_is == "worse" else np.argmax(totals))
    low = (totals - scale.minimum) / (scale.maximum - scale.minimum) < 0.09
    labels = {}
    if totals[best] != totals[last] and best != first:
        labels[best] = (f"best {number(totals[best])}", "top center" if low[best] else "bottom center")
    if last != first:
        falls = totals[1] <= totals[0]
        labels[first] = (number(totals[first]), "top center" if falls or low[first] else "bottom center")
    labels[last] = (f"<b>{number(totals[last])}</b>", _last_side(totals, low))
    for at, (words, side) in labels.items():
        sheet.note(
            words,
            size=14 if at == last else 12,
            colour=sheet.palette.text,
            xref="x",
            yref=ref,
            x=axis.at([rows.when[mine[at]]])[0],
            y=float(totals[at]),
            **(
                {}
                if len(mine) > UNCROWDED
                else {"bgcolor": see_through(sheet.palette.surface, 0.6), "borderpad": 0}
            ),
            **SIDES[side],
        )


SIDES = {
    "top center": {"xanchor": "center", "yanchor": "bottom", "yshift": 7},
    "bottom center": {"xanchor": "center", "yanchor": "top", "yshift": -7},
}


def _last_side(totals: np.ndarray, low: np.ndarray) -> str:
    """Above the last point, or below it when the line comes down from there and there is room."""
    if len(totals) > 1 and totals[-2] > totals[-1] and not low[-1]:
        return "bottom center"
    return "top center"


def _empty(sheet: Sheet, ref: str, scale: Instrument) -> None:
    sheet.note(
        f"no {scale.title} score yet",
        size=12.5,
        colour=sheet.palette.muted,
        xref="paper",
        yref=ref,
        x=0.5,
        y=(scale.minimum + scale.maximum) / 2,
        xanchor="center",
        yanchor="middle",
        bgcolor=see_through(sheet.palette.surface, 0.85),
        borderpad=4,
    )
