"""Named bands: faint fills of one hue behind the scores, their names at the right margin."""

from __future__ import annotations

from clinic.charts.panel import Panel
from clinic.charts.sheet import BAND_TEXT_PX
from clinic.instruments.definition import Instrument


def ticks(scale: Instrument, px_per_point: float) -> list[float]:
    """Where bands begin, and the ends of the scale; without bands four even steps. None closer to the next than
    the height of its number."""
    if not scale.bands:
        step = (scale.maximum - scale.minimum) / 4
        return [round(scale.minimum + step * each) for each in range(5)]
    kept = [scale.minimum]
    for band in scale.bands[1:]:
        room = min(band.low - kept[-1], scale.maximum - band.low)
        if room * px_per_point >= BAND_TEXT_PX + 2:
            kept.append(band.low)
    return [*kept, scale.maximum]


def draw_bands(panel: Panel) -> None:
    """Fills meet half-way between whole totals, since a prorated 4.5 is read as 5; they run on into the right
    margin, where their names stand. A scale without bands gets a grid instead."""
    sheet, bands = panel.sheet, panel.scale.bands
    margin = {"xsizemode": "pixel", "xanchor": 1, "x0": 0, "x1": sheet.right}
    hairline = {"color": panel.palette.surface, "width": 1.2}
    for step, band in enumerate(bands):
        low = band.low - 0.5 if step else panel.limits[0]
        high = band.high + 0.5 if step < len(bands) - 1 else panel.limits[1]
        colour = panel.palette.tint(_severity(panel.scale, step), len(bands))
        for place in ({}, margin):
            panel.fill(low, high, colour, **place)
            if step:
                panel.level(low, hairline, **place)
        _name(panel, band.name, low, high)
    if not bands:
        sheet.axes["yaxis" + panel.ref[1:]] |= {"showgrid": True, "gridcolor": panel.palette.grid}


def _severity(scale: Instrument, step: int) -> int:
    """Counted from the mildest band, whichever way the scale runs."""
    return step if scale.higher_is == "worse" else len(scale.bands) - 1 - step


def _name(panel: Panel, name: str, low: float, high: float) -> None:
    """Two words take two lines on a phone; a band too thin for its name goes without."""
    narrow = panel.sheet.narrow
    text, size = (name.replace(" ", "<br>"), BAND_TEXT_PX - 1) if narrow else (name, BAND_TEXT_PX)
    if (high - low) * panel.px_per_point < size * (1 + text.count("<br>")) + 1:
        return
    place = {
        "xref": "paper",
        "x": 1,
        "xanchor": "right",
        "xshift": panel.sheet.right - 6,
        "yanchor": "middle",
    }
    panel.note(text, (low + high) / 2, size=size, colour=panel.palette.muted, align="right", **place)
