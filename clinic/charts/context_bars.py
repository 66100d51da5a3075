"""What lasted, as bars on rows: medicines filled, therapies and the like hollow, open where they go on beyond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from clinic.charts.axis import TimeAxis
from clinic.charts.context import Bar
from clinic.charts.context_places import Rows, Stretch, cut, headed, more, plain, stretches
from clinic.charts.context_words import MEDICATION, lasting
from clinic.charts.palette import see_through
from clinic.charts.sheet import Sheet, text_width

ROW_PX, HALF = 19, 0.38  # a row, and half a bar's share of it
MOST_ROWS = 6
TEXT_PX = 11.5
PAD_PX = 8  # around a label inside its bar


class Placed(NamedTuple):
    """A bar, its row, and its label from `x` pixels on."""

    bar: Bar
    place: Stretch
    row: int
    label: str
    x: float


def draw_bars(sheet: Sheet, axis: TimeAxis, bars: Sequence[Bar]) -> None:
    """Nothing, and no room taken, where no bar reaches the axis."""
    placed, rows, hidden = pack(sheet, axis, bars)
    if not placed:
        return
    limits = {"range": [rows - 0.5, -0.5], "tickvals": []}
    ref = headed(sheet, ROW_PX * rows, limits, *_said(placed, hidden))
    for each in placed:
        sheet.shapes.append(_body(sheet, ref, each))
        if each.label:
            _label(sheet, ref, each)
    sheet.data.append(_ends(sheet, ref, placed))


def pack(sheet: Sheet, axis: TimeAxis, bars: Sequence[Bar]) -> tuple[list[Placed], int, int]:
    """(placed bars, rows used, how many found no room). Those that began or ended within sight come first: they
    may explain a turn."""
    seen = stretches(axis, sheet.plot_width, bars)
    seen.sort(key=lambda pair: (_unchanged(pair[1]), pair[0].kind != MEDICATION, pair[0].start))
    rows, placed = Rows(MOST_ROWS), []
    for bar, place in seen:
        label, x, left, right = _labelled(bar.label, place, sheet.plot_width)
        row = rows.put(left, right)
        if row is not None:
            placed.append(Placed(bar, place, row, label, x))
    return placed, len(rows), len(seen) - len(placed)


def _unchanged(place: Stretch) -> bool:
    return place.began_earlier and place.goes_on


def _labelled(words: str, place: Stretch, plot_width: int) -> tuple[str, float, float, float]:
    """(label, its x, left, right of bar and label together): inside, else to the right, else to the left, else
    cut to the widest of the three."""
    need = text_width(" ".join(words.split()), TEXT_PX) + PAD_PX
    inside, right, left = (
        place.right - place.left - PAD_PX,
        plot_width - place.right - PAD_PX,
        place.left - PAD_PX,
    )
    if need <= inside or inside >= max(right, left):
        return cut(words, inside, TEXT_PX), place.left + PAD_PX, place.left, place.right
    if need <= right or right >= left:
        label = cut(words, right, TEXT_PX)
        return label, place.right + PAD_PX, place.left, place.right + PAD_PX + text_width(label, TEXT_PX)
    label = cut(words, left, TEXT_PX)
    x = place.left - PAD_PX - text_width(label, TEXT_PX)
    return label, x, x, place.right


def _said(placed: list[Placed], hidden: int) -> tuple[str, list[str]]:
    """The lane's name, and what its bars mean."""
    medicines = [each.bar.kind == MEDICATION for each in placed]
    name = "Medication" if all(medicines) else "Medication and therapy" if any(medicines) else "Therapy"
    words = [] if all(medicines) or not any(medicines) else ["filled: medicine, hollow: therapy"]
    if any(each.place.began_earlier or each.place.goes_on for each in placed):
        words.append("◂ ▸ beyond")
    return name, [*words, *more(hidden)]


def _body(sheet: Sheet, ref: str, placed: Placed) -> dict:
    palette, medicine = sheet.palette, placed.bar.kind == MEDICATION
    return {
        "type": "rect",
        "xref": "x",
        "yref": ref,
        "x0": placed.place.start,
        "x1": placed.place.end,
        "y0": placed.row - HALF,
        "y1": placed.row + HALF,
        "fillcolor": see_through(palette.muted, 0.22 if medicine else 0),
        "line": {"color": palette.muted, "width": 0 if medicine else 1},
        "layer": "below",
    }


def _label(sheet: Sheet, ref: str, placed: Placed) -> None:
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yanchor": "middle", "yref": ref}
    share = placed.x / sheet.plot_width
    place |= {"x": share, "y": placed.row}
    sheet.note(plain(placed.label), size=TEXT_PX, **place)


def _ends(sheet: Sheet, ref: str, placed: list[Placed]) -> dict:
    """A stroke where a bar began or ended, an arrow head where it goes on; hovering tells the rest."""
    marks = []
    for bar, place, row, _, _ in placed:
        words = f"<b>{plain(bar.label)}</b><br>{bar.kind}<br>{lasting(bar.start, bar.end)}"
        words += f"<br>{plain(bar.detail)}" if bar.detail else ""
        marks.append((place.start, row, "triangle-left" if place.began_earlier else "line-ns", words))
        marks.append((place.end, row, "triangle-right" if place.goes_on else "line-ns", words))
    x, rows, symbols, words = zip(*marks, strict=True)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "medication and therapy",
        "x": list(x),
        "y": list(rows),
        "xaxis": "x",
        "yaxis": ref,
        "cliponaxis": False,
        "marker": {
            "symbol": list(symbols),
            "size": [9 if symbol.startswith("tri") else 14 for symbol in symbols],
            "color": sheet.palette.muted,
            "opacity": 1,
            "line": {
                "color": sheet.palette.muted,
                "width": [0 if symbol.startswith("tri") else 2 for symbol in symbols],
            },
        },
        "hovertext": list(words),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
