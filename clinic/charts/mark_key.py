"""What the marks of a figure mean, in lines above it: a mark, then its words with how many have it."""

from __future__ import annotations

from collections.abc import Sequence

from clinic.charts.palette import Palette
from clinic.charts.sheet import text_width

SIZE = 11.5
LINE_PX = 18
BETWEEN = "\u2003"  # as wide as a letter is high
HATCHED = "▨"
FULL, HOLLOW = "■", "□"


def lines(entries: Sequence[tuple[str, str, str]], width: float) -> list[str]:
    """The entries (mark or "", colour, words) as lines that fit in `width` pixels."""
    found, used = [], width
    for mark, colour, words in entries:
        text = f"<span style='color:{colour}'>{mark}</span> {words}" if mark else words
        needed = text_width(words, SIZE) + 3 * SIZE
        if used + needed > width:
            found.append(text)
            used = needed
        else:
            found[-1] += BETWEEN + text
            used += needed
    return found


def note(found: Sequence[str], palette: Palette, left: int) -> dict:
    """The lines as one annotation above the plot, from the figure's left edge."""
    return {
        "text": "<br>".join(found),
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 4 - left,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 6,
        "align": "left",
        "showarrow": False,
        "font": {"size": SIZE, "color": palette.text},
    }


def height(found: Sequence[str]) -> int:
    return LINE_PX * len(found) + 10
