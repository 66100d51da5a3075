"""Where a value of a plotly figure lies on the drawing, and its axes: panels on linear axes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from clinic.charts.sheet import text_width
from clinic.report.svg_known import NotDrawn, only, words_of
from clinic.report.svg_text import Runs, block

AXIS = words_of(
    "type range domain anchor position visible showgrid gridcolor gridwidth zeroline zerolinecolor showline linecolor "
    "showticklabels tickvals ticktext tickfont tickformat ticksuffix ticklabelstandoff dtick tick0 nticks tickmode "
    "title fixedrange automargin tickangle ticks ticklen tickcolor zerolinewidth linewidth"
)
FORMATS = {
    ".0%": lambda value: f"{value:.0%}",
    ",d": lambda value: f"{value:,.0f}",
    "": lambda value: f"{value:g}",
}


class Frame:
    """The plot inside its margins, in pixels from the upper left corner; `x` and `y` place values of an axis, shares
    of the plot ("paper") or of one panel ("y2 domain"). KeyError for an axis that the layout does not have. `seen`
    keeps what bars already stand where."""

    def __init__(self, layout: dict[str, Any], width: float):
        margin = layout["margin"]
        self.layout, self.width, self.height = layout, width, layout["height"]
        self.left, self.right = margin["l"], width - margin["r"]
        self.top, self.bottom = margin["t"], self.height - margin["b"]
        self.seen: dict[tuple[str, str], dict[Any, float]] = {}
        for ref in (*self.axes("x"), *self.axes("y")):
            only(self.axis(ref), AXIS, "an axis")
            if self.axis(ref).get("type", "linear") != "linear":
                raise ValueError("only a linear axis can be drawn")

    def x(self, value: float, ref: str = "x") -> float:
        return self.left + self._share(value, ref) * (self.right - self.left)

    def y(self, value: float, ref: str) -> float:
        return self.bottom - self._share(value, ref) * (self.bottom - self.top)

    def _share(self, value: float, ref: str) -> float:
        name, _, how = ref.partition(" ")
        if name == "paper":
            return value
        axis = self.axis(name)
        (start, end), (low, high) = axis.get("domain", (0, 1)), (0, 1) if how == "domain" else axis["range"]
        return start + (value - low) / (high - low) * (end - start)

    def axis(self, ref: str) -> dict[str, Any]:
        return self.layout[f"{ref[0]}axis{ref[1:]}"]

    def axes(self, way: str) -> list[str]:
        return [name.replace("axis", "", 1) for name in self.layout if name.startswith(f"{way}axis")]

    def across(self, ref: str) -> tuple[float, float]:
        """From where to where in pixels the lines of an axis reach: the panel of the axis that it is anchored to."""
        other = self.axis(ref).get("anchor", "free")
        way = self.y if ref[0] == "x" else self.x
        if other == "free":
            return way(0, "paper"), way(1, "paper")
        return way(0, f"{other} domain"), way(1, f"{other} domain")

    def clipped(self, each: dict[str, Any]) -> tuple[str, str]:
        """What keeps a trace inside its panel, where the page does."""
        if each.get("cliponaxis") is False:
            return "", ""
        xref, yref = f"{each.get('xaxis', 'x')} domain", f"{each.get('yaxis', 'y')} domain"
        (x0, x1), (y1, y0) = (
            [way(share, ref) for share in (0, 1)] for way, ref in ((self.x, xref), (self.y, yref))
        )
        box = f"{x0 - 7:.1f} {y0 - 7:.1f} {x1 - x0 + 14:.1f} {y1 - y0 + 14:.1f}"
        x, y, wide, high = box.split()
        name = "inside-" + re.sub(r"[^\d]+", "-", box)
        return f' clip-path="url(#{name})"', (
            f'<defs><clipPath id="{name}"><rect x="{x}" y="{y}" width="{wide}" height="{high}"/></clipPath></defs>'
        )


def shown(axis: dict[str, Any]) -> bool:
    return axis.get("visible", True) is not False


def grids(frame: Frame) -> Iterator[str]:
    """Faint lines and the one at zero, behind everything."""
    for ref in (*frame.axes("x"), *frame.axes("y")):
        axis = frame.axis(ref)
        if not shown(axis):
            continue
        if axis.get("showgrid") is not False and "gridcolor" in axis:
            yield from (_across(frame, ref, value, axis["gridcolor"]) for value, _ in labelled(axis))
        low, high = sorted(axis["range"])
        if axis.get("zeroline") and low <= 0 <= high:
            yield _across(frame, ref, 0, axis["zerolinecolor"])


def axes(frame: Frame) -> Iterator[str]:
    for ref in frame.axes("x"):
        if shown(frame.axis(ref)):
            yield from lying_axis(frame, ref)
    for ref in frame.axes("y"):
        if shown(frame.axis(ref)):
            yield from upright_axis(frame, ref)


def lying_axis(frame: Frame, ref: str) -> Iterator[str]:
    axis = frame.axis(ref)
    font = axis.get("tickfont", {})
    size, colour = font.get("size", 11), font.get("color", "#000000")
    y, _ = frame.across(ref)
    if axis.get("anchor") == "free":
        y = frame.y(axis.get("position", 0), "paper")
    start, end = (frame.x(share, f"{ref} domain") for share in (0, 1))
    if axis.get("showline"):
        yield _line(start, y, end, y, axis["linecolor"])
    told = list(labelled(axis)) if axis.get("showticklabels", True) else []
    lines = max((len(Runs(text).lines) for _, text in told), default=0)
    for value, text in told:
        at = frame.x(value, ref)
        if axis.get("showline"):
            yield _line(at, y, at, y + 4, axis["linecolor"])
        yield block(text, at, y + 6, size=size, colour=colour, anchor="middle", vertical="top", kind="tick")
    if title := axis.get("title"):
        font = title.get("font", {})
        below = min(y + 6 + 1.3 * size * lines + title.get("standoff", 4), frame.height - 16)
        look = {"size": font.get("size", 12), "colour": font.get("color", colour)}
        yield block(
            title["text"], (start + end) / 2, below, anchor="middle", vertical="top", kind="axis", **look
        )


def upright_axis(frame: Frame, ref: str) -> Iterator[str]:
    axis = frame.axis(ref)
    font = axis.get("tickfont", {})
    size, colour = font.get("size", 11), font.get("color", "#000000")
    left, _ = frame.across(ref)
    if axis.get("showline"):
        top, bottom = (frame.y(share, f"{ref} domain") for share in (1, 0))
        yield _line(left, top, left, bottom, axis["linecolor"])
    told = list(labelled(axis)) if axis.get("showticklabels", True) else []
    x = left - axis.get("ticklabelstandoff", 4)
    for value, text in told:
        yield block(text, x, frame.y(value, ref), size=size, colour=colour, anchor="end", kind="tick")
    if title := axis.get("title"):
        font = title.get("font", {})
        wide = max((text_width(text, size) for _, text in told), default=0)
        at = max(x - wide - title.get("standoff", 6) - 8, 9)
        middle = frame.y(0.5, f"{ref} domain")
        look = {"size": font.get("size", 12), "colour": font.get("color", colour)}
        inside = block(title["text"], at, middle, anchor="middle", kind="axis", **look)
        yield f'<g transform="rotate(-90 {at:.2f} {middle:.2f})">{inside}</g>'


def labelled(axis: dict[str, Any]) -> Iterator[tuple[float, str]]:
    """The ticks and their words, the axis's own where it names them."""
    values = axis["tickvals"] if "tickvals" in axis else ticks(axis)
    if (form := axis.get("tickformat", "")) not in FORMATS:
        raise NotDrawn(f"there is no way to write numbers as {form}")
    suffix = axis.get("ticksuffix", "")
    said = axis.get("ticktext") or [FORMATS[form](value) + suffix for value in values]
    yield from zip(values, said, strict=True)


def ticks(axis: dict[str, Any]) -> list[float]:
    """At the axis's own step, or at the round step that gives at most as many as it asks for."""
    low, high = sorted(axis["range"])
    step = axis.get("dtick") or round_step((high - low) / axis.get("nticks", 6))
    first = math.ceil(low / step - 1e-9)
    return [round(at * step, 9) for at in range(first, math.floor(high / step + 1e-9) + 1)]


def round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, not below `least`."""
    power = 10 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


def _across(frame: Frame, ref: str, value: float, colour: str) -> str:
    one, other = frame.across(ref)
    if ref[0] == "x":
        at = frame.x(value, ref)
        return _line(at, one, at, other, colour)
    at = frame.y(value, ref)
    return _line(one, at, other, at, colour)


def _line(x0: float, y0: float, x1: float, y1: float, colour: str) -> str:
    path = f"M{x0:.2f} {y0:.2f}L{x1:.2f} {y1:.2f}"
    return f'<path class="axis" d="{path}" fill="none" stroke="{colour}" stroke-width="1"/>'
