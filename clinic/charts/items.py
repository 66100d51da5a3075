"""Which symptoms moved: every answer of one scale by date, its number in the cell, the suicide item first.

One hue from faint to deep over the item's own range, so that the eye finds what the digits say; columns stand at equal
distances and carry their dates, because two forms of one day must both be readable. Doses between two forms are
marked above them. Where there are more forms than fit, the newest are in view and the box is drawn sideways for the
others, while the items' words stay where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout, text_width
from clinic.instruments import Instrument
from clinic.instruments.items import Item
from clinic.outcomes.clock import wall
from clinic.outcomes.wording import number, plural

CELL_WIDE, CELL_HIGH = 36, 24
PAGE_PX = {False: 990, True: 340}
TITLE_PX, FOOT_PX, TOP_PX = 11.5, 44, 26
LONGEST_TITLE = {False: 46, True: 14}  # letters of an item's words, wide and narrow
DEEPEST = 0.62
SKIPPED, NOT_APPLICABLE = "?", "–"


@dataclass(frozen=True, slots=True)
class Form:
    """One completed form: when it was taken and item id -> answer; None or absent is not answered. `only_total` is the
    total of a form that came without its answers, whose column stays empty and says so."""

    key: str
    taken_at: datetime
    answers: dict[str, int | float | None]
    only_total: float | None = None


@dataclass(frozen=True, slots=True)
class ItemFigure:
    """`cells` is (form key, item id, what stands in the cell) for every cell, columns oldest first; `in_view` is how
    many columns are seen before the box is moved."""

    spec: dict
    cells: list[tuple[str, str, str]]
    in_view: int


def item_figure(
    scale: Instrument,
    forms: Sequence[Form],
    doses: Sequence[datetime],
    *,
    palette: Palette = LIGHT,
    zone: str = "UTC",
    narrow: bool = False,
) -> ItemFigure:
    """Forms in any order; the newest column is on the right."""
    ordered = sorted(forms, key=lambda form: form.taken_at)
    items = rows_of(scale)
    grid = [[cell(form, item) for form in ordered] for item in items]
    shades = [[_share(form, item, scale.higher_is) for form in ordered] for item in items]
    spec = {
        "data": [
            _cells(scale, items, ordered, shades, grid, palette, zone),
            *_dose_marks(ordered, doses, palette),
        ],
        "layout": _layout(items, ordered, palette, zone, narrow),
    }
    cells = [
        (form.key, item.id, grid[row][column])
        for column, form in enumerate(ordered)
        for row, item in enumerate(items)
    ]
    return ItemFigure(spec, cells, min(_fitting(items, narrow), len(ordered)))


def rows_of(scale: Instrument) -> list[Item]:
    """The suicide item on top, then the others in the order of the form."""
    return sorted(
        (item for item in scale.items if item.scored), key=lambda item: item.id != scale.suicide_item
    )


def alt(scale: Instrument, forms: Sequence[Form], zone: str = "UTC") -> str:
    """What moved most, in words, between the first and the last form."""
    ordered = sorted((form for form in forms if form.only_total is None), key=lambda form: form.taken_at)
    if not ordered:
        return f"{scale.title}: no answers."
    first, last = ordered[0], ordered[-1]
    moved = [
        (item, first.answers[item.id], last.answers[item.id])
        for item in rows_of(scale)
        if first.answers.get(item.id) is not None and last.answers.get(item.id) is not None
    ]
    moved.sort(key=lambda each: -abs(each[2] - each[1]))
    days = [f"{wall([form.taken_at], zone)[0]:%-d %b %Y}" for form in (first, last)]
    words = [
        f"item {item.number} from {before:g} to {after:g}"
        for item, before, after in moved[:3]
        if before != after
    ]
    told = "; ".join(words) if words else "no item moved"
    return f"{scale.title}, {plural(len(ordered), 'form')} from {days[0]} to {days[1]}: {told}."


def cell(form: Form, item: Item) -> str:
    """The answer as its digit; a question mark for one left out, a dash for one that does not apply."""
    if form.only_total is not None:
        return ""
    answer = form.answers.get(item.id)
    if answer is None:
        return SKIPPED
    return NOT_APPLICABLE if answer in (item.as_blank, item.not_assessed) else f"{answer:g}"


def _share(form: Form, item: Item, higher_is: str) -> float | None:
    """How far towards the worst end of its own points the answer lies, 0 to 1."""
    points = item.points(form.answers.get(item.id))
    if points is None or item.most == item.least:
        return None
    share = (points - item.least) / (item.most - item.least)
    return 1 - share if higher_is == "better" else share


def _cells(scale, items, forms, shades, grid, palette: Palette, zone: str) -> dict:
    days = [f"{day:%-d %b %Y %H:%M}" for day in wall([form.taken_at for form in forms], zone)]
    return {
        "type": "heatmap",
        "name": scale.title,
        "x": list(range(len(forms))),
        "y": list(range(len(items))),
        "z": shades,
        "zmin": 0,
        "zmax": 1,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
        "colorscale": [[0, see_through(palette.severity, 0.03)], [1, see_through(palette.severity, DEEPEST)]],
        "hoverongaps": False,
        "customdata": [[f"{day} · {item.text}" for day in days] for item in items],
        "text": grid,
        "texttemplate": "%{text}",
        "textfont": {"size": 12.5, "color": palette.text},
        "hovertemplate": "%{customdata}<br>%{text}<extra></extra>",
    }


def _dose_marks(forms, doses, palette: Palette) -> list[dict]:
    """A bar above the gap between two forms for the doses given there, with their number."""
    counts: dict[int, int] = {}
    times = [form.taken_at for form in forms]
    for dose in doses:
        place = sum(at <= dose for at in times)
        counts[place] = counts.get(place, 0) + 1
    if not counts:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": "doses",
            "x": [place - 0.5 for place in sorted(counts)],
            "y": [-0.85] * len(counts),
            "marker": {"symbol": "line-ns", "size": 11, "line": {"color": palette.treatment, "width": 2}},
            "text": [f" {counts[place]}" if counts[place] > 1 else "" for place in sorted(counts)],
            "textposition": "middle right",
            "textfont": {"size": 10, "color": palette.treatment},
            "hovertext": [plural(counts[place], "dose") for place in sorted(counts)],
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
    ]


def _layout(items, forms, palette: Palette, zone: str, narrow: bool) -> dict:
    height = TOP_PX + len(items) * CELL_HIGH + FOOT_PX
    layout = plain_layout(palette, height, _left(items, narrow), 12, FOOT_PX, top=TOP_PX)
    fitting = _fitting(items, narrow)
    moves = len(forms) > fitting
    ends = [-0.75, max(len(forms), fitting) - 0.4]
    quiet = {"size": 10.5, "color": palette.muted}
    return layout | {
        "dragmode": "pan" if moves else False,
        "annotations": _totals(items, forms, palette),
        "xaxis": {
            "range": [ends[1] - fitting, ends[1]] if moves else ends,
            "minallowed": ends[0],
            "maxallowed": ends[1],
            "tickvals": list(range(len(forms))),
            "ticktext": _dates(wall([form.taken_at for form in forms], zone)),
            "tickangle": 0,
            "ticks": "",
            "tickfont": quiet,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": not moves,
        },
        "yaxis": {
            "range": [len(items) - 0.5, -1.2],
            "tickvals": list(range(len(items))),
            "ticktext": [_name(item, narrow) for item in items],
            "ticks": "",
            "ticklabelstandoff": 6,
            "tickfont": {"size": TITLE_PX, "color": palette.text},
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
    }


def _left(items, narrow: bool) -> int:
    return round(max((text_width(_name(item, narrow), TITLE_PX) for item in items), default=60)) + 22


def _fitting(items, narrow: bool) -> int:
    """How many columns have room beside the items' words."""
    return max((PAGE_PX[narrow] - _left(items, narrow)) // CELL_WIDE, 4)


def _dates(days: pd.DatetimeIndex) -> list[str]:
    return [
        f"{day:%-d %b}" + (f"<br>{day:%Y}" if _first_of_year(days, n) else "") for n, day in enumerate(days)
    ]


def _totals(items, forms, palette: Palette) -> list[dict]:
    """Upright in the empty column of a form that came as a total."""
    return [
        {
            "text": f"total only: {number(form.only_total)}",
            "x": column,
            "y": (len(items) - 1) / 2,
            "textangle": -90,
            "showarrow": False,
            "font": {"size": 11, "color": palette.muted},
        }
        for column, form in enumerate(forms)
        if form.only_total is not None
    ]


def _first_of_year(days: pd.DatetimeIndex, n: int) -> bool:
    return n == 0 or days[n].year != days[n - 1].year


def _name(item: Item, narrow: bool) -> str:
    """The item's number and as much of its words as has room."""
    longest = LONGEST_TITLE[narrow]
    text = item.text or ""
    short = text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
    return f"{item.number} {short}".strip()
