"""Hatching, which says "missing" without a colour: lines of plotly's pattern fills as an SVG pattern."""

from __future__ import annotations

import hashlib
from typing import Any

from clinic.report.svg_known import NotDrawn, only, spread

KNOWN = frozenset({"shape", "size", "solidity", "fgcolor", "bgcolor", "fgopacity", "fillmode"})


def fills(marker: dict[str, Any], colours: list[str], where: str = "a bar") -> tuple[list[str], str]:
    """The fill of each bar, and the definitions of the patterns among them."""
    hatch = marker.get("pattern") or {}
    only(hatch, KNOWN, f"the pattern of {where}")
    if not hatch:
        return colours, ""
    if hatch.get("fillmode", "replace") != "replace":
        raise NotDrawn("there is no way to draw a pattern over a colour")
    shapes = spread(hatch.get("shape", ""), len(colours))
    made = [
        pattern(shape, hatch, ground=hatch.get("bgcolor", "none")) if shape else (colour, "")
        for shape, colour in zip(shapes, colours, strict=True)
    ]
    return [fill for fill, _ in made], "".join(dict.fromkeys(definition for _, definition in made))


def pattern(shape: str, hatch: dict[str, Any], ground: str) -> tuple[str, str]:
    """A reference and what it refers to; the name is made of the look, so that the same one may stand twice."""
    side, colour = float(hatch.get("size", 8)), hatch["fgcolor"]
    # Two half lines in the corners keep a slanted line whole across the tiles.
    paths = {
        "/": f"M0 {side}L{side} 0M{-side / 4} {side / 4}L{side / 4} {-side / 4}"
        f"M{0.75 * side} {1.25 * side}L{1.25 * side} {0.75 * side}",
        "\\": f"M0 0L{side} {side}M{-side / 4} {0.75 * side}L{side / 4} {1.25 * side}"
        f"M{0.75 * side} {-side / 4}L{1.25 * side} {side / 4}",
        "-": f"M0 {side / 2}L{side} {side / 2}",
    }
    if shape not in paths:
        raise NotDrawn(f"there is no way to hatch with {shape!r}")
    thick = max(side * hatch.get("solidity", 0.3), 0.6)
    look = f"{shape} {side} {colour} {ground} {thick}"
    name = f"hatch-{hashlib.sha256(look.encode()).hexdigest()[:10]}"
    back = (
        ""
        if ground in ("none", "rgba(0,0,0,0)")
        else f'<rect width="{side:g}" height="{side:g}" fill="{ground}"/>'
    )
    return f"url(#{name})", (
        f'<defs><pattern id="{name}" patternUnits="userSpaceOnUse" width="{side:g}" height="{side:g}">{back}'
        f'<path d="{paths[shape]}" fill="none" stroke="{colour}" stroke-width="{thick:g}"/></pattern></defs>'
    )
