"""What the writers of figures share: refusing what they do not know, and values that stand for one point or for all."""

from __future__ import annotations

from typing import Any

DASHES = {"solid": "", "dot": "1.5 3", "dash": "6 4", "longdash": "11 5"}


class NotDrawn(ValueError):
    """The figure holds something that this writer does not know."""


def words_of(text: str) -> frozenset[str]:
    """The names of properties, which stand in one text with blanks between them."""
    return frozenset(text.split())


def only(found: dict[str, Any], known: frozenset[str], what: str) -> None:
    """Raises NotDrawn for a property that nobody draws, so that none is left out in silence."""
    if strange := set(found) - known:
        raise NotDrawn(f"there is no way to draw {', '.join(sorted(strange))} of {what}")


def spread(value: Any, count: int) -> list:
    """One for each point, where one may stand for all."""
    return list(value) if isinstance(value, (list, tuple)) else [value] * count


def blank(value: Any) -> bool:
    return value is None or value != value


def dashed(line: dict[str, Any]) -> str:
    dash = line.get("dash", "solid")
    if dash not in DASHES:
        raise NotDrawn(f"there is no way to draw a line that is {dash}")
    return f' stroke-dasharray="{DASHES[dash]}"' if DASHES[dash] else ""


def stroke(line: dict[str, Any]) -> str:
    """Of a plotly line; nothing for one without width."""
    if not line.get("width"):
        return ' stroke="none"'
    return f' stroke="{line["color"]}" stroke-width="{line["width"]:g}"{dashed(line)}'
