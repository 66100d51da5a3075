"""The clinic's logo as a drawing: a picture of any kind becomes SVG, which both kinds of paper can set."""

from __future__ import annotations

from html import escape

WIDTH, HEIGHT = 320, 80  # the frame into which it is fitted, at the right


def drawing(address: str | None) -> str:
    """`address` is the data: address of the settings; "" without a logo. A logo that cannot be read leaves the
    frame empty and keeps no letter from being printed."""
    if not address:
        return ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'aria-hidden="true"><image href="{escape(address, quote=True)}" width="{WIDTH}" height="{HEIGHT}" '
        'preserveAspectRatio="xMaxYMid meet"/></svg>'
    )
