"""A figure as a drawing: from the same plotly dict as on the page to plain SVG, for paper and for one HTML file.

It knows what our own figures use and refuses the rest: a kind of trace, shape, mark or axis, or a property of one, that
it does not know is an error, never something left out. Every point of the figure is one element: `bar`, `mark` or
`value`.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from clinic.report.svg_axes import Frame, axes, grids
from clinic.report.svg_bars import bars
from clinic.report.svg_known import NotDrawn, blank, only, spread, words_of
from clinic.report.svg_marks import Points, area, intervals, lines, marks
from clinic.report.svg_notes import annotation, shape
from clinic.report.svg_text import block

__all__ = ["NotDrawn", "drawn", "spread"]

PLACES = {"top center": -1, "middle center": 0, "bottom center": 1}
MODES = {"lines", "markers", "text"}
SCATTER = words_of(
    "type mode name x y xaxis yaxis line marker fill fillcolor fillpattern error_x error_y text textfont textposition "
    "connectgaps cliponaxis customdata hoverinfo hoveron hovertemplate hovertext"
)


def drawn(spec: dict[str, Any], width: float, alt: str = "") -> str:
    """The figure `width` pixels wide and as high as its layout says; `alt` is read out in its place."""
    layout = spec["layout"]
    frame = Frame(layout, width)
    over = [each for each in layout.get("shapes", []) if each.get("layer", "above") == "above"]
    under = [each for each in layout.get("shapes", []) if each.get("layer", "above") != "above"]
    parts = [
        *grids(frame),
        *(shape(frame, each) for each in under),
        *axes(frame),
        *(trace(frame, each) for each in spec["data"]),
        *(shape(frame, each) for each in over),
        *(annotation(frame, each) for each in layout.get("annotations", [])),
    ]
    size = f'viewBox="0 0 {frame.width:g} {frame.height:g}" width="{frame.width:g}" height="{frame.height:g}"'
    said = f'role="img" aria-label="{escape(alt)}"' if alt else 'aria-hidden="true"'
    font = escape(layout.get("font", {}).get("family", "sans-serif"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {said} font-family="{font}">{"".join(parts)}</svg>'
    )


def trace(frame: Frame, each: dict[str, Any]) -> str:
    kind = each.get("type")
    if kind not in TRACES:
        raise NotDrawn(f"there is no way to draw a trace of type {kind!r}")
    name = escape(str(each.get("name", "")))
    inside = "".join(TRACES[kind](frame, each))
    clip, definition = frame.clipped(each)
    return f'{definition}<g class="trace" data-name="{name}"{clip}>{inside}</g>'


def scatter(frame: Frame, each: dict[str, Any]) -> Iterator[str]:
    only(each, SCATTER, "a scatter")
    modes = set(each["mode"].split("+"))
    if strange := modes - MODES:
        raise NotDrawn(f"there is no way to draw {', '.join(sorted(strange))}")
    if len(each["x"]) != len(each["y"]):
        raise NotDrawn(f"{each.get('name')} has {len(each['x'])} x and {len(each['y'])} y")
    xref, yref = each.get("xaxis", "x"), each.get("yaxis", "y")
    points: Points = [
        None if blank(x) or blank(y) else (frame.x(x, xref), frame.y(y, yref))
        for x, y in zip(each["x"], each["y"], strict=True)
    ]
    if each.get("fill", "none") != "none":
        yield from area(each, points)
    if "lines" in modes:
        yield from lines(each, points)
    yield from intervals(frame, each, each["x"], each["y"])
    if "markers" in modes:
        yield from marks(each, points)
    if "text" in modes:
        yield from values(each, points)


TRACES = {"bar": bars, "scatter": scatter}


def values(each: dict[str, Any], points: Points) -> Iterator[str]:
    """Numbers at their points, on a halo of the ground's colour that keeps them readable on lines."""
    count = len(points)
    said, font = spread(each["text"], count), each["textfont"]
    colour, size = spread(font.get("color", "#000000"), count), spread(font["size"], count)
    above = spread(each.get("marker", {}).get("size", 0), count)
    place = each.get("textposition", "middle center")
    if place not in PLACES:
        raise NotDrawn(f"there is no way to write at {place}")
    for at, point in enumerate(points):
        if point is None or not said[at]:
            continue
        way = PLACES[place]
        y = point[1] + way * (above[at] / 2 + 3 + size[at] / 2)
        yield block(
            said[at], point[0], y, size=size[at], colour=colour[at], anchor="middle", halo=True, kind="value"
        )
