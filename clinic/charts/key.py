"""What the marks of a figure mean, in words at its foot: on a phone a line for each."""

from __future__ import annotations

from clinic.charts.palette import Palette

LINE_PX = 16
END_PX = 6


def lines(parts: tuple[str, ...], narrow: bool) -> list[str]:
    return list(parts) if narrow else [" · ".join(parts)]


def height(parts: tuple[str, ...], narrow: bool) -> int:
    """Pixels that the foot of the figure must have for it."""
    return LINE_PX * len(lines(parts, narrow)) + END_PX


def notes(parts: tuple[str, ...], palette: Palette, *, left: int, below: int, narrow: bool) -> list[dict]:
    """Annotations from `below` pixels under the plot on, at the left edge of a figure whose margin is `left`."""
    place = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - left, "yref": "paper", "y": 0}
    look = {
        "showarrow": False,
        "align": "left",
        "yanchor": "top",
        "font": {"size": 11, "color": palette.muted},
    }
    return [
        place | look | {"text": words, "yshift": -below - LINE_PX * at}
        for at, words in enumerate(lines(parts, narrow))
    ]
