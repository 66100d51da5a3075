"""Where a value of a plotly figure lies on the drawing, and its axes: strips under each other on one linear axis."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from clinic.report.svg_text import block


class Frame:
    """The plot inside its margins, in pixels from the upper left corner; `x` and `y` place values of an axis, shares
    of the plot ("paper") or of one strip ("y2 domain"). KeyError for an axis that the layout does not have."""

    def __init__(self, layout: dict[str, Any], width: float):
        margin = layout["margin"]
        self.layout, self.width, self.height = layout, width, layout["height"]
        self.left, self.right = margin["l"], width - margin["r"]
        self.top, self.bottom = margin["t"], self.height - margin["b"]
        if layout["xaxis"].get("type", "linear") != "linear":
            raise ValueError("only a linear axis can be drawn")

    def x(self, value: float, ref: str = "x") -> float:
        low, high = {"x": self.layout["xaxis"]["range"], "paper": (0, 1)}[ref]
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float, ref: str) -> float:
        name, _, how = ref.partition(" ")
        if name == "paper":
            strip, (low, high) = (0, 1), (0, 1)
        else:
            axis = self.axis(name)
            strip, (low, high) = axis["domain"], (0, 1) if how == "domain" else axis["range"]
        share = strip[0] + (value - low) / (high - low) * (strip[1] - strip[0])
        return self.bottom - share * (self.bottom - self.top)

    def axis(self, ref: str) -> dict[str, Any]:
        return self.layout["yaxis" + ref[1:]]

    @property
    def strips(self) -> list[str]:
        return [name.replace("axis", "", 1) for name in self.layout if name.startswith("yaxis")]


def axes(frame: Frame) -> Iterator[str]:
    yield from time_axis(frame)
    for ref in frame.strips:
        yield from value_axis(frame, ref)


def time_axis(frame: Frame) -> Iterator[str]:
    axis = frame.layout["xaxis"]
    font = axis.get("tickfont", {})
    size, colour = font.get("size", 11), font.get("color", "#000000")
    y = frame.bottom
    if axis.get("showline"):
        yield _line(frame.left, y, frame.right, y, axis["linecolor"])
    for value, text in labelled(axis):
        at = frame.x(value)
        yield _line(at, y, at, y + 4, axis.get("linecolor", colour))
        yield block(text, at, y + 6, size=size, colour=colour, anchor="middle", vertical="top", kind="tick")
    if title := axis.get("title"):
        size = title.get("font", {}).get("size", 12)
        middle = (frame.left + frame.right) / 2
        place = {"anchor": "middle", "vertical": "bottom", "kind": "axis"}
        yield block(title["text"], middle, frame.height - 1, size=size, colour=colour, **place)


def value_axis(frame: Frame, ref: str) -> Iterator[str]:
    axis = frame.axis(ref)
    size, colour = axis["tickfont"]["size"], axis["tickfont"]["color"]
    for value, text in labelled(axis):
        y = frame.y(value, ref)
        if axis.get("showgrid"):
            yield _line(frame.left, y, frame.right, y, axis["gridcolor"])
        x = frame.left - axis.get("ticklabelstandoff", 4)
        yield block(text, x, y, size=size, colour=colour, anchor="end", kind="tick")


def labelled(axis: dict[str, Any]) -> Iterator[tuple[float, str]]:
    """The ticks and their words, the axis's own where it names them."""
    values = axis["tickvals"] if "tickvals" in axis else ticks(axis)
    said = axis.get("ticktext") or [f"{value:g}" for value in values]
    yield from zip(values, said, strict=True)


def ticks(axis: dict[str, Any]) -> list[float]:
    """At the axis's own step, or at the round step that gives at most as many as it asks for."""
    low, high = axis["range"]
    step = axis.get("dtick") or round_step((high - low) / axis.get("nticks", 6))
    first = math.ceil(low / step - 1e-9)
    return [round(at * step, 9) for at in range(first, math.floor(high / step + 1e-9) + 1)]


def round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, not below `least`."""
    power = 10 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


def _line(x0: float, y0: float, x1: float, y1: float, colour: str) -> str:
    path = f"M{x0:.2f} {y0:.2f}L{x1:.2f} {y1:.2f}"
    return f'<path class="axis" d="{path}" fill="none" stroke="{colour}" stroke-width="1"/>'
