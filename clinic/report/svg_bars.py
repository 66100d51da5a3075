"""Bars of a plotly figure, upright or lying: floating, stacked, hatched, with an interval and words in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clinic.report.svg_axes import Frame
from clinic.report.svg_hatch import fills
from clinic.report.svg_known import NotDrawn, blank, only, spread, words_of
from clinic.report.svg_marks import intervals
from clinic.report.svg_text import block

KNOWN = words_of(
    "type name x y base width offset orientation xaxis yaxis marker error_x error_y text textangle textfont "
    "textposition insidetextanchor cliponaxis customdata hoverinfo hovertemplate hovertext"
)
MARKER = frozenset({"color", "line", "pattern", "opacity"})


def bars(frame: Frame, each: dict[str, Any]) -> Iterator[str]:
    only(each, KNOWN, "bars")
    only(each["marker"], MARKER, "the marks of bars")
    if each["marker"].get("opacity", 1) != 1:
        raise NotDrawn("there is no way to draw bars that let the ground through by an opacity of their own")
    spans = list(extents(frame, each))
    line, count = each["marker"].get("line", {}), len(spans)
    fill, definitions = fills(each["marker"], spread(each["marker"]["color"], count))
    edge, thick = spread(line.get("color", "none"), count), spread(line.get("width", 0), count)
    yield definitions
    for at, span in enumerate(spans):
        if span is not None:
            x, y, wide, high = span
            yield (
                f'<rect class="bar" x="{x:.3f}" y="{y:.3f}" width="{wide:.3f}" height="{high:.3f}" '
                f'fill="{fill[at]}" stroke="{edge[at]}" stroke-width="{thick[at]:g}"/>'
            )
    yield from words(each, spans)
    lying = each.get("orientation") == "h"
    base = spread(each.get("base") or 0, count)
    ends = {
        name: [
            None if blank(value) else value + (base[at] if (name == "x") == lying else 0)
            for at, value in enumerate(each[name])
        ]
        for name in "xy"
    }
    yield from intervals(frame, each, ends["x"], ends["y"])


def extents(frame: Frame, each: dict[str, Any]) -> Iterator[tuple[float, float, float, float] | None]:
    """x, y, width and height of each in pixels; None where a value is missing."""
    lying = each.get("orientation", "v") == "h"
    along, across = (each["x"], each["y"]) if lying else (each["y"], each["x"])
    count = len(across)
    wide = spread(each.get("width"), count)
    if any(width is None for width in wide):
        raise NotDrawn(f"the bars “{each.get('name')}” do not say how wide they are")
    offset = spread(each.get("offset"), count)
    base = list(bases(frame, each, along, across))
    xref, yref = each.get("xaxis", "x"), each.get("yaxis", "y")
    for at in range(count):
        if blank(along[at]) or blank(across[at]):
            yield None
            continue
        start = across[at] + (-wide[at] / 2 if offset[at] is None else offset[at])
        ends = (base[at], base[at] + along[at]), (start, start + wide[at])
        xs, ys = ends if lying else ends[::-1]
        left, right = sorted(frame.x(value, xref) for value in xs)
        top, bottom = sorted(frame.y(value, yref) for value in ys)
        yield left, top, right - left, bottom - top


def bases(frame: Frame, each: dict[str, Any], along: list, across: list) -> Iterator[float]:
    """Where each begins: at its own base, or on top of what already stands at its place."""
    base, mode = each.get("base"), frame.layout.get("barmode", "group")
    panel = (each.get("xaxis", "x"), each.get("yaxis", "y"))
    drawn = frame.seen.setdefault(panel, {})
    if mode == "group" and drawn and each.get("offset") is None:
        raise NotDrawn("there is no way to draw two kinds of bars beside each other")
    if mode not in ("group", "overlay", "stack"):
        raise NotDrawn(f"there is no way to draw bars as {mode}")
    for at, value in enumerate(along):
        under = spread(base, len(along))[at] if base is not None else 0
        if mode == "stack" and base is None:
            under = drawn.get(across[at], 0)
        drawn[across[at]] = under + (0 if blank(value) else value)
        yield under


def words(each: dict[str, Any], spans: list) -> Iterator[str]:
    """In the middle of the bar; those that do not fit are not written by the page either."""
    place = each.get("textposition", "none")
    if "text" not in each or place == "none":
        return
    if place != "inside" or each.get("insidetextanchor") != "middle":
        raise NotDrawn(f"there is no way to write {place} of a bar")
    said, font = spread(each["text"], len(spans)), each["textfont"]
    colour = spread(font["color"], len(spans))
    for at, span in enumerate(spans):
        if span is None or not said[at] or span[2] < 0.5 * font["size"] * len(str(said[at])):
            continue
        x, y, wide, high = span
        yield block(
            str(said[at]),
            x + wide / 2,
            y + high / 2,
            size=font["size"],
            colour=colour[at],
            anchor="middle",
            kind="value",
        )
