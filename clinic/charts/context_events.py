"""Dated events as marks with a letter by kind; what ends a response at once is filled and always named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from clinic.charts.axis import TimeAxis
from clinic.charts.context import Happened
from clinic.charts.context_places import AIR_PX, Rows, cut, headed, more, noon_of, plain
from clinic.charts.context_words import KINDS, letter, short
from clinic.charts.sheet import Sheet, text_width
from clinic.outcomes.wording import date_words

ROW_PX, MARK_PX = 21, 16
FOOT_PX = 6  # between the lowest row and the time axis
MOST_ROWS = 4
TEXT_PX = 11.5
LONGEST_PX = 190  # of a label
SYMBOLS = {"M": "square", "L": "circle", "C": "diamond", "T": "hexagon"}


class Placed(NamedTuple):
    """An event, its x, its row, and its label with the side of the mark on which it stands."""

    event: Happened
    x: str | float
    row: int
    label: str
    rightwards: bool


def draw_events(sheet: Sheet, axis: TimeAxis, events: Sequence[Happened]) -> None:
    """Nothing, and no room taken, without an event from the axis' beginning on."""
    times = [noon_of(each.on) for each in events]
    seen = [each for each, when in zip(events, times, strict=True) if axis.first <= when <= axis.last]
    earlier = sum(when < axis.first for when in times)
    placed, rows = pack(sheet, axis, seen)
    if not placed:
        return
    limits = [rows - 0.5 + FOOT_PX / ROW_PX, -0.5]
    said = _said(placed, earlier, len(seen) - len(placed))
    ref = headed(sheet, ROW_PX * rows + FOOT_PX, {"range": limits, "tickvals": []}, "Events", said)
    sheet.data.append(_marks(sheet, ref, placed))
    for each in placed:
        if each.label:
            _label(sheet, ref, each)


def pack(sheet: Sheet, axis: TimeAxis, events: Sequence[Happened]) -> tuple[list[Placed], int]:
    """(placed events in order of time, rows used). What decides is placed first and never left out; another
    event loses first its words, then its place."""
    rows, placed = Rows(MOST_ROWS), []
    order = sorted(events, key=lambda each: (each.decides is None, each.on))
    times = [noon_of(each.on) for each in order]
    pixels = axis.pixels(times, sheet.plot_width).tolist()
    for event, x, pixel in zip(order, axis.at(times), pixels, strict=True):
        found = _place(rows, pixel, event, sheet.plot_width + sheet.right)
        if found:
            placed.append(Placed(event, x, *found))
    placed.sort(key=lambda each: each.event.on)
    return placed, len(rows)


def _place(rows: Rows, x: float, event: Happened, reach: float) -> tuple[int, str, bool] | None:
    """(row, label, whether it stands on the right); a label may reach into the right margin."""
    half = MARK_PX / 2
    words = short(event.decides) if event.decides else event.words
    rightwards = reach - x >= x or text_width(words, TEXT_PX) <= reach - x - half - AIR_PX
    room = (reach - x if rightwards else x) - half - AIR_PX
    label = cut(words, min(room, LONGEST_PX), TEXT_PX)
    wide = half + AIR_PX + text_width(label, TEXT_PX) if label else half
    row = rows.put(x - half, x + wide) if rightwards else rows.put(x - wide, x + half)
    if row is None and not event.decides:
        label, row = "", rows.put(x - half, x + half)
    if row is None:
        return (len(rows) - 1, label, rightwards) if event.decides else None
    return row, label, rightwards


def _said(placed: list[Placed], earlier: int, hidden: int) -> list[str]:
    present = {each.event.kind for each in placed}
    words = [f"{mark} {kind.split()[0]}" for kind, mark in KINDS.items() if kind in present]
    if any(each.event.decides for each in placed):
        words.append("filled: ends a response")
    if earlier:
        words.append(f"◂ {earlier} earlier")
    return [*words, *more(hidden)]


def _marks(sheet: Sheet, ref: str, placed: list[Placed]) -> dict:
    palette = sheet.palette
    letters = [letter(each.event.kind) for each in placed]
    strong = [each.event.decides is not None for each in placed]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": "events",
        "x": [each.x for each in placed],
        "y": [each.row for each in placed],
        "xaxis": "x",
        "yaxis": ref,
        "cliponaxis": False,
        "marker": {
            "symbol": [SYMBOLS.get(each, "square") for each in letters],
            "size": [MARK_PX + 2 if each else MARK_PX for each in strong],
            "opacity": 1,
            "color": [palette.event if each else palette.surface for each in strong],
            "line": {
                "color": [palette.event if each else palette.muted for each in strong],
                "width": 1.3,
            },
        },
        "text": letters,
        "textposition": "middle center",
        "textfont": {
            "size": 10,
            "weight": 600,
            "color": [palette.surface if each else palette.text for each in strong],
        },
        "hovertext": [_hover(each.event) for each in placed],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _label(sheet: Sheet, ref: str, placed: Placed) -> None:
    side = 1 if placed.rightwards else -1
    strong = placed.event.decides is not None
    words = f"<b>{plain(placed.label)}</b>" if strong else plain(placed.label)
    sheet.note(
        words,
        size=TEXT_PX,
        colour=sheet.palette.event if strong else sheet.palette.text,
        xref="x",
        x=placed.x,
        xanchor="left" if placed.rightwards else "right",
        xshift=side * (MARK_PX / 2 + AIR_PX),
        y=placed.row,
        yref=ref,
        yanchor="middle",
    )


def _hover(event: Happened) -> str:
    strong = f"<br>{plain(event.decides)}: ends a response" if event.decides else ""
    return f"<b>{date_words(event.on)}</b> · {event.kind}<br>{plain(event.words)}{strong}"
