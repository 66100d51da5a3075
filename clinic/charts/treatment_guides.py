"""Where doses fell, seen from the scores."""

from __future__ import annotations

from clinic.charts.doses import Doses
from clinic.charts.palette import Palette
from clinic.charts.sheet import Sheet

GUIDES_UP_TO = 8


def draw_guides(sheet: Sheet, doses: Doses, panels: list[str]) -> None:
    """Dotted lines for a few, short ticks on the floor for many: lines would hide the scores."""
    for ref in panels:
        if len(doses) > GUIDES_UP_TO:
            sheet.data.append(_ticks(sheet, ref, doses.x))
        else:
            sheet.shapes += [_guide(sheet.palette, ref, x) for x in doses.x]


def _guide(palette: Palette, ref: str, x) -> dict:
    line = {"color": palette.treatment, "width": 1, "dash": "dot"}
    place = {"xref": "x", "yref": f"{ref} domain", "x0": x, "x1": x, "y0": 0, "y1": 1}
    return {"type": "line", **place, "line": line, "opacity": 0.45, "layer": "below"}


def _ticks(sheet: Sheet, ref: str, places: list) -> dict:
    floor = sheet.axes["yaxis" + ref[1:]]["range"][0]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "treatments",
        "x": places,
        "y": [floor] * len(places),
        "xaxis": "x",
        "yaxis": ref,
        "hoverinfo": "skip",
        "marker": {"symbol": "line-ns", "size": 12, "line": {"color": sheet.palette.treatment, "width": 1}},
    }
