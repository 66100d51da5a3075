"""A figure as a drawing: from the same plotly dict as on the page to plain SVG, for paper and for one HTML file.

It knows what our own figures use and refuses the rest: a kind of trace, shape, mark or axis that it does not know is
an error, never something left out. Every point of the figure is one element: `bar`, `mark` or `value`.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from clinic.report.svg_axes import Frame, axes
from clinic.report.svg_text import block

# Corners of each mark around its middle, for a size of 2.
CORNERS = {
    "triangle-up": ((0, -1.15), (1, 0.58), (-1, 0.58)),
    "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "cross": (
        *((-0.4, -1), (0.4, -1), (0.4, -0.4), (1, -0.4), (1, 0.4), (0.4, 0.4)),
        *((0.4, 1), (-0.4, 1), (-0.4, 0.4), (-1, 0.4), (-1, -0.4), (-0.4, -0.4)),
    ),
}
CROSSED = {"square-x": 1.0, "diamond-x": 0.65}  # and how far the cross inside reaches, in half sizes
DASHES = {"solid": "", "dot": "1.5 3", "dash": "6 4", "longdash": "11 5"}
PLACES = {"top center": -1, "middle center": 0, "bottom center": 1}
MODES = {"lines", "markers", "text"}


class NotDrawn(ValueError):
    """The figure holds something that this writer does not know."""


def drawn(spec: dict[str, Any], width: float, alt: str = "") -> str:
    """The figure `width` pixels wide and as high as its layout says; `alt` is read out in its place."""
    layout = spec["layout"]
    frame = Frame(layout, width)
    parts = [
        *(shape(frame, each) for each in layout.get("shapes", [])),
        *axes(frame),
        *(trace(frame, each) for each in spec["data"]),
        *(annotation(frame, each) for each in layout.get("annotations", [])),
    ]
    size = f'viewBox="0 0 {frame.width:g} {frame.height:g}" width="{frame.width:g}" height="{frame.height:g}"'
    said = f'role="img" aria-label="{escape(alt)}"' if alt else 'aria-hidden="true"'
    font = escape(layout.get("font", {}).get("family", "sans-serif"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {said} font-family="{font}">{"".join(parts)}</svg>'
    )


# ---- traces ----------------------------------------------------------------------------------------------------


def trace(frame: Frame, each: dict[str, Any]) -> str:
    kind = each.get("type")
    if kind not in TRACES:
        raise NotDrawn(f"there is no way to draw a trace of type {kind!r}")
    name = escape(str(each.get("name", "")))
    return f'<g class="trace" data-name="{name}">{"".join(TRACES[kind](frame, each))}</g>'


def bars(frame: Frame, each: dict[str, Any]) -> Iterator[str]:
    """Floating bars with a width and an offset of their own."""
    marker, count = each["marker"], len(each["x"])
    fill, line, thick = (
        spread(value, count) for value in (marker["color"], marker["line"]["color"], marker["line"]["width"])
    )
    for at in range(count):
        left = each["x"][at] + each["offset"][at]
        x0, x1 = frame.x(left), frame.x(left + each["width"][at])
        low, high = (
            frame.y(value, each["yaxis"]) for value in (each["base"][at], each["base"][at] + each["y"][at])
        )
        yield (
            f'<rect class="bar" x="{x0:.3f}" y="{high:.3f}" width="{x1 - x0:.3f}" height="{low - high:.3f}" '
            f'fill="{fill[at]}" stroke="{line[at]}" stroke-width="{thick[at]:g}"/>'
        )


def scatter(frame: Frame, each: dict[str, Any]) -> Iterator[str]:
    modes = set(each["mode"].split("+"))
    if strange := modes - MODES:
        raise NotDrawn(f"there is no way to draw {', '.join(sorted(strange))}")
    if len(each["x"]) != len(each["y"]):
        raise NotDrawn(f"{each.get('name')} has {len(each['x'])} x and {len(each['y'])} y")
    points = [
        None if blank(x) or blank(y) else (frame.x(x), frame.y(y, each["yaxis"]))
        for x, y in zip(each["x"], each["y"], strict=True)
    ]
    if "lines" in modes:
        yield from lines(each, points)
    if "markers" in modes:
        yield from marks(each, points)
    if "text" in modes:
        yield from values(each, points)


TRACES = {"bar": bars, "scatter": scatter}


def lines(each: dict[str, Any], points: list) -> Iterator[str]:
    """Through neighbours only: what is missing leaves a gap."""
    stretch: list[tuple[float, float]] = []
    line = each["line"]
    for point in [*points, None]:
        if point is not None:
            stretch.append(point)
        elif stretch:
            path = " ".join(f"{x:.3f},{y:.3f}" for x, y in stretch)
            yield (
                f'<polyline class="line" points="{path}" fill="none" stroke="{line["color"]}" '
                f'stroke-width="{line["width"]:g}"{dashed(line)}/>'
            )
            stretch = []


def marks(each: dict[str, Any], points: list) -> Iterator[str]:
    marker, count = each["marker"], len(points)
    size, symbol, fill = (spread(marker[name], count) for name in ("size", "symbol", "color"))
    line, thick = (spread(marker["line"][name], count) for name in ("color", "width"))
    for at, point in enumerate(points):
        if point is not None:
            yield (
                f'<path class="mark" transform="translate({point[0]:.3f} {point[1]:.3f})" '
                f'd="{outline(symbol[at], size[at] / 2)}" fill="{fill[at]}" stroke="{line[at]}" '
                f'stroke-width="{thick[at]:g}"/>'
            )


def outline(symbol: str, half: float) -> str:
    """A path around (0, 0)."""
    if symbol == "circle":
        return f"M{-half:g} 0a{half:g} {half:g} 0 1 0 {2 * half:g} 0a{half:g} {half:g} 0 1 0 {-2 * half:g} 0z"
    if symbol == "line-ew":
        return f"M{-half:g} 0H{half:g}"
    if symbol == "x-thin":
        return f"M{-half:g} {-half:g}L{half:g} {half:g}M{-half:g} {half:g}L{half:g} {-half:g}"
    if symbol in CROSSED:
        return outline(symbol.removesuffix("-x"), half) + outline("x-thin", CROSSED[symbol] * half)
    if symbol not in CORNERS:
        raise NotDrawn(f"there is no way to draw a {symbol}")
    return "M" + "L".join(f"{x * half:.2f} {y * half:.2f}" for x, y in CORNERS[symbol]) + "z"


def values(each: dict[str, Any], points: list) -> Iterator[str]:
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


# ---- shapes and words --------------------------------------------------------------------------------------------


def shape(frame: Frame, each: dict[str, Any]) -> str:
    (x0, x1), (y0, y1) = (
        [frame.x(each[name], each["xref"]) for name in ("x0", "x1")],
        [frame.y(each[name], each["yref"]) for name in ("y0", "y1")],
    )
    faint = f' opacity="{each["opacity"]:g}"' if "opacity" in each else ""
    line = each.get("line", {})
    if each["type"] == "rect":
        return (
            f'<rect class="shape" x="{min(x0, x1):.3f}" y="{min(y0, y1):.3f}" width="{abs(x1 - x0):.3f}" '
            f'height="{abs(y1 - y0):.3f}" fill="{each["fillcolor"]}"{faint}/>'
        )
    if each["type"] == "line":
        return (
            f'<path class="shape" d="M{x0:.3f} {y0:.3f}L{x1:.3f} {y1:.3f}" fill="none" '
            f'stroke="{line["color"]}" stroke-width="{line["width"]:g}"{dashed(line)}{faint}/>'
        )
    raise NotDrawn(f"there is no way to draw a shape of type {each['type']!r}")


def annotation(frame: Frame, each: dict[str, Any]) -> str:
    x = frame.x(each["x"], each["xref"]) + each.get("xshift", 0)
    y = frame.y(each["y"], each["yref"]) - each.get("yshift", 0)
    return block(
        each["text"],
        x,
        y,
        size=each["font"]["size"],
        colour=each["font"]["color"],
        anchor={"left": "start", "center": "middle", "right": "end"}[each.get("xanchor", "center")],
        vertical=each.get("yanchor", "middle"),
        kind="note",
    )


def dashed(line: dict[str, Any]) -> str:
    dash = line.get("dash", "solid")
    if dash not in DASHES:
        raise NotDrawn(f"there is no way to draw a line that is {dash}")
    return f' stroke-dasharray="{DASHES[dash]}"' if DASHES[dash] else ""


def spread(value: Any, count: int) -> list:
    """One for each point, where one may stand for all."""
    return list(value) if isinstance(value, (list, tuple)) else [value] * count


def blank(value: Any) -> bool:
    return value is None or value != value
