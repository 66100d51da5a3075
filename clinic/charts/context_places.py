"""Where context lies on a figure's time axis, in pixels, and which labels have room."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np

from clinic.charts.axis import TimeAxis
from clinic.charts.context import Bar, Step
from clinic.charts.sheet import HEADER_PX, LINE_TEXT_PX, SECOND_LINE_PX, Sheet, text_width
from clinic.outcomes.clock import DAY

EPOCH = date(1970, 1, 1).toordinal()
Lasting = TypeVar("Lasting", Bar, Step)
AIR_PX = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time clipped to the axis: its ends as plotly takes them and in pixels, and where it goes on beyond."""

    start: str | float
    end: str | float
    left: float
    right: float
    began_earlier: bool
    goes_on: bool


def midnight_of(day: date) -> int:
    """The wall-clock second at which a date begins."""
    return (day.toordinal() - EPOCH) * DAY


def noon_of(day: date) -> int:
    return midnight_of(day) + DAY // 2


def stretches(axis: TimeAxis, plot_width: int, lasting: Iterable[Lasting]) -> list[tuple[Lasting, Stretch]]:
    """Each thing with its stretch from its first to the end of its last day, without those of which nothing lies
    on the axis; all in one go, because few is what they are and each trip to numpy costs the same."""
    began = [(each, midnight_of(each.start), _end_of(each, axis.last + 1)) for each in lasting]
    seen = [(each, low, high) for each, low, high in began if low < axis.last and high > axis.first]
    if not seen:
        return []
    ends = np.clip([(low, high) for _, low, high in seen], axis.first, axis.last).ravel()
    x, pixels = axis.at(ends), axis.pixels(ends, plot_width).tolist()
    return [
        (
            each,
            Stretch(
                *x[2 * at : 2 * at + 2], *pixels[2 * at : 2 * at + 2], low < axis.first, high > axis.last
            ),
        )
        for at, (each, low, high) in enumerate(seen)
    ]


def _end_of(each: Lasting, never: int) -> int:
    return never if each.end is None else midnight_of(each.end) + DAY


class Rows:
    """Rows of a lane into which things are put so that none touch; `most` rows at most."""

    def __init__(self, most: int):
        self.most = most
        self.taken: list[list[tuple[float, float]]] = []

    def put(self, left: float, right: float) -> int | None:
        """The first row with room from left to right, which is then taken; None without any."""
        for row, taken in enumerate(self.taken):
            if all(right + AIR_PX <= low or left >= high + AIR_PX for low, high in taken):
                taken.append((left, right))
                return row
        if len(self.taken) == self.most:
            return None
        self.taken.append([(left, right)])
        return len(self.taken) - 1

    def __len__(self) -> int:
        return len(self.taken)


def cut(words: str, pixels: float, size: float) -> str:
    """What fits into so many pixels, with an ellipsis where it was longer; "" where hardly anything would."""
    words = " ".join(words.split())
    letters = int(pixels / text_width("x", size))
    if len(words) <= letters:
        return words
    return words[: letters - 1].rstrip() + "…" if letters >= 4 else ""


def headed(sheet: Sheet, plot_px: int, axis: dict, name: str, words: list[str]) -> str:
    """Open a strip under its name and what its marks mean, which on a phone takes lines of its own."""
    reach = sheet.width - sheet.left
    lines = _lines(words, reach)
    beside = text_width(name, 14.5) + text_width(" · ".join(words), LINE_TEXT_PX) <= reach
    ref = sheet.strip(plot_px, axis, HEADER_PX + (0 if beside else SECOND_LINE_PX * len(lines)))
    below = "".join(f"<br>{sheet.small(line)}" for line in lines)
    sheet.title(ref, sheet.named(name, " · ".join(words)) if beside else f"<b>{name}</b>{below}")
    return ref


def _lines(words: list[str], pixels: float) -> list[str]:
    lines: list[str] = []
    for each in words:
        longer = f"{lines[-1]} · {each}" if lines else each
        if lines and text_width(longer, LINE_TEXT_PX) <= pixels:
            lines[-1] = longer
        else:
            lines.append(each)
    return lines


def plain(words: str) -> str:
    """Typed text for a figure: plotly reads a little HTML, and this must not be any."""
    return html.escape(" ".join(words.split()), quote=False)


def more(hidden: int) -> Iterable[str]:
    """What a lane's title says of that for which there was no room."""
    return [f"and {hidden} more in the table"] if hidden else []
