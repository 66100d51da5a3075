"""One scale: its whole native range, named bands, baseline, response and remission lines, and every score."""

from __future__ import annotations

import numpy as np

from clinic.charts.axis import TimeAxis
from clinic.charts.bands import draw_bands, ticks
from clinic.charts.panel import Panel
from clinic.charts.reference_lines import DASHES, Line, draw_corridor, draw_lines, reference_lines
from clinic.charts.score_labels import draw_labels
from clinic.charts.score_rows import UNCROWDED, Rows
from clinic.charts.sheet import HEADER_PX, SECOND_LINE_PX, Sheet
from clinic.instruments.definition import Instrument
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.clock import DAY

PRIMARY_PX, SECONDARY_PX, ONE_OF_MANY_PX = 216, 140, 112
MANY_PANELS = 4  # with more of them, all but the first are lower
CROWDED = 200  # scores: above it marks shrink once more
DIRECTION = {"worse": "higher is worse", "better": "higher is better", "neither": "neither end is better"}
SYMBOLS = np.array(["circle", "diamond", "square-x", "diamond-x"], object)  # + 1 if early, + 2 if prorated
MOST_A_DAY = 12  # scores looked at together
TOUCHING_PX = 4.0  # two scores of one day so close would pass for one


def draw_panel(
    sheet: Sheet,
    axis: TimeAxis,
    scale: Instrument,
    rows: Rows,
    baseline: Baseline | None,
    baseline_when: int | None,
    *,
    place: int,
    of: int,
    gap_days: int,
) -> list[tuple]:
    """Add the panel, number `place` from 0 `of` so many; returns (assessment, x, y) of every point drawn."""
    lines = reference_lines(scale, None if baseline is None else baseline.total)
    panel = _open(sheet, axis, scale, lines, _height(place, of))
    draw_bands(panel)
    start = axis.first if baseline_when is None else max(baseline_when, axis.first)
    if baseline is not None and baseline.total is not None:
        draw_corridor(panel, baseline.total, start)
    draw_lines(panel, lines, start)
    points = _series(panel, rows, gap_days)
    _untotalled(panel, rows)
    draw_labels(panel, rows)
    return points


def _height(place: int, of: int) -> int:
    if place == 0:
        return PRIMARY_PX
    return SECONDARY_PX if of <= MANY_PANELS else ONE_OF_MANY_PX


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
    points, mine = [], rows.with_total
    if not len(mine):
        return points
    marks = Marks(panel, rows)
    versions = rows.version[mine]
    found = dict.fromkeys(versions.tolist())
    for version in found:
        of_it = mine if len(found) == 1 else mine[versions == version]
        order, y = of_it.tolist(), rows.total[of_it].tolist()
        x = list(map(rows.x.__getitem__, order))
        points += zip(map(rows.assessment.__getitem__, order), x, y, strict=True)
        panel.sheet.data.append(_trace(panel, rows, of_it, x, y, marks, gap_days))
    return points


class Marks:
    """How each score looks: shape by its kind, filling by its rater, larger where another lies upon it."""

    def __init__(self, panel: Panel, rows: Rows):
        palette, self.size = panel.palette, _size(len(rows.with_total))
        kind = rows.early + 2 * rows.prorated
        solid = palette.score if panel.scale.rater == "clinician" else palette.surface
        fills = np.array([solid, *[palette.surface] * 3], object)
        self.symbols = SYMBOLS[kind]
        self.fills = fills[kind]
        self.sizes = self.size * (1 + 0.7 * _rings(rows, panel.px_per_point)) + 1.5 * (kind > 0)


def _trace(panel: Panel, rows: Rows, mine: np.ndarray, x: list, y: list, marks: Marks, gap_days: int) -> dict:
    palette = panel.palette
    symbols, fills, sizes = (each[mine].tolist() for each in (marks.symbols, marks.fills, marks.sizes))
    texts, dated = list(map(rows.hover.__getitem__, mine.tolist())), panel.axis.dated(rows.when[mine])
    # A None between two points breaks the line; from the end, so that the places stay right.
    columns = [(x, None), (y, None), (symbols, "circle"), (fills, palette.surface), (sizes, 0), (texts, "")]
    columns += [(each, "") for each in dated.values()]
    for gap in np.flatnonzero(np.diff(rows.when[mine] // DAY) > gap_days)[::-1] + 1:
        for column, blank in columns:
            column.insert(gap, blank)
    outline = 1.8 if marks.size > 5 else 1.2
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
        "line": {"color": palette.score, "width": 2 if marks.size > 5 else 1.2},
        "marker": {
            "symbol": symbols,
            "size": sizes,
            "color": fills,
            "opacity": 1,
            "line": {"color": palette.score, "width": outline},
        },
        "text": texts,
        **dated,
        "hovertemplate": f"<b>%{{y:.3~g}}</b> %{{text}}<br>{panel.axis.hover}<extra></extra>",
    }


def _size(count: int) -> float:
    return 9 if count <= UNCROWDED else 6 if count <= CROWDED else 4.5


def _rings(rows: Rows, px_per_point: float) -> np.ndarray:
    """Scores of one day that lie on each other: all but the last grow by a ring, so that each can be counted."""
    rings, days = np.zeros(len(rows.when), int), rows.when // DAY
    mine = rows.with_total
    same = days[mine[1:]] == days[mine[:-1]]
    if not same.any():
        return rings
    crowded = mine[np.union1d(np.flatnonzero(same), np.flatnonzero(same) + 1)].tolist()
    day, total = days.tolist(), rows.total.tolist()
    for place, at in enumerate(crowded):
        rings[at] = sum(
            day[later] == day[at] and abs(total[later] - total[at]) * px_per_point < TOUCHING_PX
            for later in crowded[place + 1 : place + 1 + MOST_A_DAY]
        )
    return rings


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
            "x": [rows.x[at] for at in mine],
            **panel.axis.dated(rows.when[mine]),
            "y": [panel.scale.minimum] * len(mine),
            "xaxis": "x",
            "yaxis": panel.ref,
            "cliponaxis": False,
            "marker": {"symbol": "x-thin", "size": 8, "line": ink},
            "text": [rows.hover[at] for at in mine],
            "hovertemplate": f"<b>no total</b> %{{text}}<br>{panel.axis.hover}<extra></extra>",
        }
    )
