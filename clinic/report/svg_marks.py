"""Marks, lines, areas and intervals of a scatter: everything but its words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from clinic.report.svg_axes import Frame
from clinic.report.svg_hatch import KNOWN as HATCH
from clinic.report.svg_hatch import pattern
from clinic.report.svg_known import NotDrawn, blank, only, spread, stroke

# Corners of each mark around its middle, for a size of 2.
CORNERS = {
    "triangle-up": ((0, -1.15), (1, 0.58), (-1, 0.58)),
    "triangle-down": ((0, 1.15), (1, -0.58), (-1, -0.58)),
    "triangle-right": ((1.15, 0), (-0.58, 1), (-0.58, -1)),
    "triangle-left": ((-1.15, 0), (0.58, 1), (0.58, -1)),
    "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "cross": (
        *((-0.4, -1), (0.4, -1), (0.4, -0.4), (1, -0.4), (1, 0.4), (0.4, 0.4)),
        *((0.4, 1), (-0.4, 1), (-0.4, 0.4), (-1, 0.4), (-1, -0.4), (-0.4, -0.4)),
    ),
    "x": (
        *((0, -0.5), (0.5, -1), (1, -0.5), (0.5, 0), (1, 0.5), (0.5, 1)),
        *((0, 0.5), (-0.5, 1), (-1, 0.5), (-0.5, 0), (-1, -0.5), (-0.5, -1)),
    ),
}
CROSSED = {"square-x": 1.0, "diamond-x": 0.65}  # and how far the cross inside reaches, in half sizes
LINES = frozenset({"color", "width", "dash", "shape"})
MARKER = frozenset({"size", "symbol", "color", "line", "opacity"})
ERROR = frozenset({"type", "array", "arrayminus", "symmetric", "color", "thickness", "width"})
Points = list[tuple[float, float] | None]


def stretches(points: Points) -> Iterator[list[tuple[float, float]]]:
    """Neighbours only: what is missing leaves a gap."""
    found: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point is not None:
            found.append(point)
        elif found:
            yield found
            found = []


def lines(each: dict[str, Any], points: Points) -> Iterator[str]:
    line = each["line"]
    only(line, LINES, "a line")
    if each.get("connectgaps"):
        raise NotDrawn("there is no way to draw a line over a gap")
    if not line.get("width", 2):
        return
    for stretch in stretches(points):
        path = " ".join(f"{x:.3f},{y:.3f}" for x, y in stepped(stretch, line.get("shape", "linear")))
        yield f'<polyline class="line" points="{path}" fill="none"{stroke(line)}/>'


def stepped(stretch: list[tuple[float, float]], shape: str) -> list[tuple[float, float]]:
    """Steps first along and then up ("hv"), up and then along ("vh"), or straight from point to point."""
    if shape == "linear":
        return stretch
    if shape not in ("hv", "vh"):
        raise NotDrawn(f"there is no way to draw a line of shape {shape}")
    found = stretch[:1]
    for before, after in pairwise(stretch):
        corner = (after[0], before[1]) if shape == "hv" else (before[0], after[1])
        found += [corner, after]
    return found


def area(each: dict[str, Any], points: Points) -> Iterator[str]:
    """The ground inside a closed line; its steps are those of the line."""
    if each["fill"] != "toself":
        raise NotDrawn(f"there is no way to fill {each['fill']}")
    fill, definition = each["fillcolor"], ""
    if hatch := each.get("fillpattern"):
        only(hatch, HATCH, "the pattern of an area")
        yield _polygons(each, points, fill) if hatch.get("bgcolor") == "rgba(0,0,0,0)" else ""
        fill, definition = pattern(hatch["shape"], hatch, hatch.get("bgcolor", "none"))
    yield definition + _polygons(each, points, fill)


def _polygons(each: dict[str, Any], points: Points, fill: str) -> str:
    shape = each.get("line", {}).get("shape", "linear")
    return "".join(
        f'<polygon class="area" points="{" ".join(f"{x:.3f},{y:.3f}" for x, y in stepped(stretch, shape))}" '
        f'fill="{fill}" stroke="none"/>'
        for stretch in stretches(points)
    )


def marks(each: dict[str, Any], points: Points) -> Iterator[str]:
    marker, count = each["marker"], len(points)
    only(marker, MARKER, "a mark")
    size, fill = spread(marker["size"], count), spread(marker.get("color", "none"), count)
    symbol = spread(marker.get("symbol", "circle"), count)
    line = marker.get("line", {})
    edge, thick = spread(line.get("color", "none"), count), spread(line.get("width", 0), count)
    seen = spread(marker.get("opacity", 1), count)
    for at, point in enumerate(points):
        if point is None:
            continue
        name, hollow = symbol[at].removesuffix("-open"), symbol[at].endswith("-open")
        ground, border = ("none", fill[at]) if hollow else (fill[at], edge[at])
        if name.startswith("line-"):
            border = edge[at] if not hollow else fill[at]
        faint = "" if seen[at] == 1 else f' opacity="{seen[at]:g}"'
        yield (
            f'<path class="mark" transform="translate({point[0]:.3f} {point[1]:.3f})" '
            f'd="{outline(name, size[at] / 2)}" fill="{ground}" stroke="{border}" '
            f'stroke-width="{thick[at]:g}"{faint}/>'
        )


def outline(symbol: str, half: float) -> str:
    """A path around (0, 0)."""
    if symbol == "circle":
        return f"M{-half:g} 0a{half:g} {half:g} 0 1 0 {2 * half:g} 0a{half:g} {half:g} 0 1 0 {-2 * half:g} 0z"
    if symbol == "line-ew":
        return f"M{-half:g} 0H{half:g}"
    if symbol == "line-ns":
        return f"M0 {-half:g}V{half:g}"
    if symbol == "x-thin":
        return f"M{-half:g} {-half:g}L{half:g} {half:g}M{-half:g} {half:g}L{half:g} {-half:g}"
    if symbol in CROSSED:
        return outline(symbol.removesuffix("-x"), half) + outline("x-thin", CROSSED[symbol] * half)
    if symbol not in CORNERS:
        raise NotDrawn(f"there is no way to draw a {symbol}")
    return "M" + "L".join(f"{x * half:.2f} {y * half:.2f}" for x, y in CORNERS[symbol]) + "z"


def intervals(frame: Frame, each: dict[str, Any], xs: list, ys: list) -> Iterator[str]:
    """The whiskers of each point, with a stroke across both ends; those of a missing end are left out."""
    for name in ("error_x", "error_y"):
        error = each.get(name)
        if not error:
            continue
        only(error, ERROR, "an interval")
        if error.get("type", "data") != "data":
            raise NotDrawn(f"there is no way to draw an interval that is {error['type']}")
        less = error["array"] if error.get("symmetric", "arrayminus" not in error) else error["arrayminus"]
        for x, y, up, down in zip(xs, ys, error["array"], less, strict=True):
            if blank(x) or blank(y) or (blank(up) and blank(down)):
                continue
            up, down = 0 if blank(up) else up, 0 if blank(down) else down
            yield _whisker(frame, each, error, (x, y), (down, up), name == "error_x")


def _whisker(frame: Frame, each: dict, error: dict, at: tuple, reach: tuple, lying: bool) -> str:
    xref, yref = each.get("xaxis", "x"), each.get("yaxis", "y")
    cap = error.get("width", 4)
    if lying:
        y = frame.y(at[1], yref)
        left, right = frame.x(at[0] - reach[0], xref), frame.x(at[0] + reach[1], xref)
        path = f"M{left:.3f} {y:.3f}H{right:.3f}"
        path += "".join(f"M{x:.3f} {y - cap:.3f}V{y + cap:.3f}" for x in (left, right)) if cap else ""
    else:
        x = frame.x(at[0], xref)
        low, high = frame.y(at[1] - reach[0], yref), frame.y(at[1] + reach[1], yref)
        path = f"M{x:.3f} {low:.3f}V{high:.3f}"
        path += "".join(f"M{x - cap:.3f} {y:.3f}H{x + cap:.3f}" for y in (low, high)) if cap else ""
    look = {"color": error["color"], "width": error.get("thickness", 2)}
    return f'<path class="interval" d="{path}" fill="none"{stroke(look)}/>'
