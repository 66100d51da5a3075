"""One scale: its whole native range, named bands, baseline, response and remission lines, and every score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clinic.charts.axis import TimeAxis
from clinic.charts.bands import draw_bands, ticks
from clinic.charts.palette import see_through
from clinic.charts.panel import Panel
from clinic.charts.reference_lines import DASHES, Line, draw_corridor, draw_lines, reference_lines
from clinic.charts.sheet import HEADER_PX, Sheet
from clinic.instruments.definition import Instrument
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.clock import DAY
from clinic.outcomes.wording import number

PRIMARY_PX, SECONDARY_PX = 216, 140
SECOND_LINE_PX = 16
UNCROWDED, CROWDED = 60, 200  # scores: above these marks shrink, and no label may lie over them
DIRECTION = {"worse": "higher is worse", "better": "higher is better", "neither": "neither end is better"}
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

    @property
    def with_total(self) -> np.ndarray:
        return np.flatnonzero(~np.isnan(self.total))


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
    lines = reference_lines(scale, None if baseline is None else baseline.total)
    panel = _open(sheet, axis, scale, lines, PRIMARY_PX if primary else SECONDARY_PX)
    draw_bands(panel)
    start = axis.first if baseline_when is None else max(baseline_when, axis.first)
    if baseline is not None and baseline.total is not None:
        draw_corridor(panel, baseline.total, start)
    draw_lines(panel, lines, start)
    points = _series(panel, rows, gap_days)
    _untotalled(panel, rows)
    _values(panel, rows)
    return points


def _open(sheet: Sheet, axis: TimeAxis, scale: Instrument, lines: list[Line], plot_px: int) -> Panel:
    """A strip for the scale's whole range, with room above the top for a number."""
    reach = scale.maximum - scale.minimum
    limits = (scale.minimum - 0.05 * reach, scale.maximum + 0.1 * reach)
    px_per_point = plot_px / (limits[1] - limits[0])
    header = HEADER_PX + (SECOND_LINE_PX if sheet.narrow and lines else 0)
    ref = sheet.strip(plot_px, {"range": list(limits), "tickvals": ticks(scale, px_per_point)}, header)
    sheet.title(ref, panel_title(scale, sheet, lines))
    return Panel(sheet, axis, ref, scale, limits, px_per_point)


def panel_title(scale: Instrument, sheet: Sheet, lines: list[Line]) -> str:
    """Name and what it is; on a phone the lines' words stand here too, because beside the panel is no room."""
    rater = "self-report" if scale.rater == "self" else "clinician-rated"
    words = [rater] if sheet.narrow else [scale.construct, rater, scale.recall]
    text = sheet.named(scale.title, " · ".join([*words, DIRECTION[scale.higher_is]]))
    if sheet.narrow and lines:
        text += "<br>" + sheet.small("   ".join(f"{DASHES[line.dash]} {line.words}" for line in lines))
    return text


def _series(panel: Panel, rows: Rows, gap_days: int) -> list[tuple]:
    """One trace per definition version: two versions are two series and are never joined."""
    points, rings = [], _rings(rows)
    for version in dict.fromkeys(rows.version):
        mine = rows.with_total[rows.version[rows.with_total] == version]
        if not len(mine):
            continue
        x, y = panel.axis.at(rows.when[mine]), rows.total[mine].tolist()
        points += [(rows.assessment[at], *place) for at, *place in zip(mine, x, y, strict=True)]
        panel.sheet.data.append(_trace(panel, rows, mine, x, y, rings, gap_days))
    return points


def _trace(
    panel: Panel, rows: Rows, mine: np.ndarray, x: list, y: list, rings: list[int], gap_days: int
) -> dict:
    palette, size = panel.palette, _size(len(rows.with_total))
    symbols = [_symbol(rows.early[at], rows.prorated[at]) for at in mine]
    solid = palette.score if panel.scale.rater == "clinician" else palette.surface
    fills = [solid if symbol == CIRCLE else palette.surface for symbol in symbols]
    larger = [0 if symbol == CIRCLE else 1.5 for symbol in symbols]
    sizes = [size * (1 + 0.7 * rings[at]) + more for at, more in zip(mine, larger, strict=True)]
    texts = [rows.hover[at] for at in mine]
    # A None between two points breaks the line; from the end, so that the places stay right.
    columns = ((x, None), (y, None), (symbols, CIRCLE), (fills, palette.surface), (sizes, 0), (texts, ""))
    for gap in np.flatnonzero(np.diff(rows.when[mine] // DAY) > gap_days)[::-1] + 1:
        for column, blank in columns:
            column.insert(gap, blank)
    outline = 1.8 if size > 5 else 1.2
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": panel.scale.title,
        "x": x,
        "y": y,
        "xaxis": "x",
        "yaxis": panel.ref,
        "cliponaxis": False,
        "connectgaps": False,
        "line": {"color": palette.score, "width": 2 if size > 5 else 1.2},
        "marker": {
            "symbol": symbols,
            "size": sizes,
            "color": fills,
            "opacity": 1,
            "line": {"color": palette.score, "width": outline},
        },
        "text": texts,
        "hovertemplate": f"<b>%{{y:.3~g}}</b> %{{text}}<br>{panel.axis.hover}<extra></extra>",
    }


def _size(count: int) -> float:
    return 9 if count <= UNCROWDED else 6 if count <= CROWDED else 4.5


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


def _untotalled(panel: Panel, rows: Rows) -> None:
    """Forms that came to no total stand as a small cross on the floor: they exist and say nothing about height."""
    mine = np.flatnonzero(np.isnan(rows.total))
    if not len(mine):
        return
    ink = {"color": panel.palette.muted, "width": 1.6}
    panel.sheet.data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "no total",
            "x": panel.axis.at(rows.when[mine]),
            "y": [panel.scale.minimum] * len(mine),
            "xaxis": "x",
            "yaxis": panel.ref,
            "cliponaxis": False,
            "marker": {"symbol": "x-thin", "size": 8, "line": ink},
            "text": [rows.hover[at] for at in mine],
            "hovertemplate": f"<b>no total</b> %{{text}}<br>{panel.axis.hover}<extra></extra>",
        }
    )


ABOVE = {"xanchor": "center", "yanchor": "bottom", "yshift": 7}
BELOW = {"xanchor": "center", "yanchor": "top", "yshift": -7}


def _values(panel: Panel, rows: Rows) -> None:
    """First, best and last in numbers, no others: the rest is in the table."""
    mine = rows.with_total
    if not len(mine):
        _empty(panel)
        return
    ground = (
        {} if len(mine) > UNCROWDED else {"bgcolor": see_through(panel.palette.surface, 0.6), "borderpad": 0}
    )
    for at, words, size, side in _labels(panel.scale, rows.total[mine]):
        x = panel.axis.at([rows.when[mine[at]]])[0]
        panel.note(words, float(rows.total[mine[at]]), size=size, xref="x", x=x, **ground, **side)


def _labels(scale: Instrument, totals: np.ndarray) -> list[tuple[int, str, float, dict]]:
    """(position, words, size, side) of first, best and last; one point is only the last. A label stands on the
    side away from its line, and above where the floor is near."""
    first, last = 0, len(totals) - 1
    best = int(np.argmin(totals) if scale.higher_is == "worse" else np.argmax(totals))
    low = (totals - scale.minimum) / (scale.maximum - scale.minimum) < 0.09
    labels = []
    if last != first:
        rises = totals[1] > totals[0]
        labels.append((first, number(totals[first]), 12, BELOW if rises and not low[first] else ABOVE))
    if totals[best] != totals[last] and best != first:
        labels.append((best, f"best {number(totals[best])}", 12, ABOVE if low[best] else BELOW))
    came_down = last != first and totals[-2] > totals[-1]
    labels.append(
        (last, f"<b>{number(totals[last])}</b>", 14, BELOW if came_down and not low[last] else ABOVE)
    )
    return labels


def _empty(panel: Panel) -> None:
    scale = panel.scale
    place = {"xref": "paper", "x": 0.5, "xanchor": "center", "yanchor": "middle", "borderpad": 4}
    ground = see_through(panel.palette.surface, 0.85)
    middle = (scale.minimum + scale.maximum) / 2
    text = f"no {scale.title} score yet"
    panel.note(text, middle, size=12.5, colour=panel.palette.muted, bgcolor=ground, **place)
