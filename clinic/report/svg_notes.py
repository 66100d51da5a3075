"""What lies under and over the points of a figure: shapes and words."""

from __future__ import annotations

import re
from typing import Any

from clinic.charts.sheet import text_width
from clinic.report.svg_axes import Frame
from clinic.report.svg_known import NotDrawn, only, stroke, words_of
from clinic.report.svg_text import LINE, Runs, block

SHAPE = words_of("type xref yref x0 x1 y0 y1 path fillcolor line layer opacity")
NOTE = words_of(
    "text x y xref yref xshift yshift xanchor yanchor font align showarrow bgcolor hovertext captureevents"
)
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def shape(frame: Frame, each: dict[str, Any]) -> str:
    only(each, SHAPE, "a shape")
    faint = f' opacity="{each["opacity"]:g}"' if "opacity" in each else ""
    line = each.get("line", {})
    if each["type"] == "path":
        made = f'd="{placed(frame, each)}" fill="{each.get("fillcolor", "none")}"{stroke(line)}'
        return f'<path class="shape" {made}{faint}/>'
    (x0, x1), (y0, y1) = (
        [frame.x(each[name], each.get("xref", "x")) for name in ("x0", "x1")],
        [frame.y(each[name], each.get("yref", "y")) for name in ("y0", "y1")],
    )
    if each["type"] == "rect":
        return (
            f'<rect class="shape" x="{min(x0, x1):.3f}" y="{min(y0, y1):.3f}" width="{abs(x1 - x0):.3f}" '
            f'height="{abs(y1 - y0):.3f}" fill="{each.get("fillcolor", "none")}"{stroke(line)}{faint}/>'
        )
    if each["type"] == "line":
        return (
            f'<path class="shape" d="M{x0:.3f} {y0:.3f}L{x1:.3f} {y1:.3f}" fill="none"{stroke(line)}{faint}/>'
        )
    raise NotDrawn(f"there is no way to draw a shape of type {each['type']!r}")


def placed(frame: Frame, each: dict[str, Any]) -> str:
    """A path of values ("M0,0L5,5Z") as one of pixels."""
    if not re.fullmatch(r"[MLZ\d.,\s+e-]+", each["path"]):
        raise NotDrawn("there is no way to draw a path of anything but straight lines")
    return re.sub(
        r"(-?[\d.]+(?:e[+-]?\d+)?)[,\s]\s*(-?[\d.]+(?:e[+-]?\d+)?)",
        lambda pair: (
            f"{frame.x(float(pair[1]), each.get('xref', 'x')):.3f} {frame.y(float(pair[2]), each.get('yref', 'y')):.3f}"
        ),
        each["path"],
    )


def annotation(frame: Frame, each: dict[str, Any]) -> str:
    only(each, NOTE, "a note")
    if each.get("showarrow"):
        raise NotDrawn("there is no way to draw an arrow")
    x = frame.x(each["x"], each.get("xref", "x")) + each.get("xshift", 0)
    y = frame.y(each["y"], each.get("yref", "y")) - each.get("yshift", 0)
    size, anchor = each["font"]["size"], ANCHORS[each.get("xanchor", "center")]
    vertical = each.get("yanchor", "middle")
    return ground(each, x, y, size, anchor, vertical) + block(
        each["text"],
        x,
        y,
        size=size,
        colour=each["font"]["color"],
        anchor=anchor,
        vertical=vertical,
        kind="note",
    )


def ground(each: dict[str, Any], x: float, y: float, size: float, anchor: str, vertical: str) -> str:
    """A piece of ground under the words, where they lie on lines."""
    if not each.get("bgcolor"):
        return ""
    lines = ["".join(text for text, _ in line) for line in Runs(each["text"]).lines]
    wide, high = max(text_width(line, size) for line in lines) + 4, LINE * size * len(lines)
    left = x - {"start": 2.0, "middle": wide / 2, "end": wide - 2}[anchor]
    top = y - {"top": 0.0, "middle": 0.5, "bottom": 1.0}[vertical] * high
    return (
        f'<rect class="ground" x="{left:.3f}" y="{top:.3f}" width="{wide:.3f}" height="{high:.3f}" '
        f'fill="{each["bgcolor"]}"/>'
    )
