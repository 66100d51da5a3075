"""Each person's change at the fixed window as a bar, with a stub for everyone whose change nobody knows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.charts import mark_key
from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout
from clinic.outcomes.states import (
    NO_BASELINE,
    NO_SCORE,
    NOT_RESPONDED,
    RESPONDED,
    TOO_EARLY,
    TOO_MILD,
    WORSE,
)
from clinic.outcomes.waterfall import PERCENT, WITHOUT, Changes

MOST_BARS = 400
PLOT_PX = 320
WIDE, NARROW = 940, 320
RELIABLE = "reliable change"
JUDGED = (RESPONDED, NOT_RESPONDED, WORSE)
PATTERNS = {NO_SCORE: "/", NO_BASELINE: "\\", TOO_MILD: "-", TOO_EARLY: ""}
MARKS = {NO_SCORE: "▨", NO_BASELINE: "▧", TOO_MILD: "▤", TOO_EARLY: "□"}


def waterfall_figure(found: Changes, *, palette: Palette = LIGHT, narrow: bool = False) -> dict:
    """One bar per person from the greatest improvement to the greatest worsening, then a stub for each person
    without a change. Past 400 people a bar is the middle one of several, as wide as they are many."""
    table, size = _thinned(found.people)
    low, high = _reach(found)
    stub = 0.035 * (high - low)
    drawn = [_bars(table, state, palette) for state in JUDGED if (table["state"] == state).any()]
    place, stubs = len(found.people) + _pause(found), []
    for state in WITHOUT:
        if found.without[state]:
            stubs.append(_stubs(state, place, found.without[state], stub, size > 1, palette))
            place += found.without[state]
    lines = mark_key.lines(_entries(found, palette), NARROW if narrow else WIDE)
    left, foot, top = 58 if narrow else 72, 40, mark_key.height(lines)
    layout = plain_layout(palette, PLOT_PX + foot + top, left, 14, foot, top=top)
    constant, ticks = _thresholds(found, table, palette)
    layout |= {
        "barmode": "overlay",
        "bargap": 0,
        "annotations": [mark_key.note(lines, palette, left), *(note for _, note in constant)],
        "shapes": [shape for shape, _ in constant],
        "xaxis": _places_axis(place, found.started, size, palette, narrow),
        "yaxis": _change_axis(low, high, found.unit, palette),
    }
    return {"data": [*drawn, *stubs, *ticks], "layout": layout}


def _thinned(people: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """place, wide and source row for each bar; the second is how many people a bar is."""
    size = -(-len(people) // MOST_BARS) if len(people) > MOST_BARS else 1
    starts = np.arange(0, len(people), size)
    ends = np.minimum(starts + size, len(people))
    middle = (starts + ends - 1) // 2
    table = people.iloc[middle].reset_index(drop=True)
    return table.assign(row=middle, place=(starts + ends - 1) / 2, wide=ends - starts), size


def _pause(found: Changes) -> float:
    """Between the bars and the stubs."""
    return max(1.0, 0.015 * found.started) if len(found.people) and sum(found.without.values()) else 0.0


def _reach(found: Changes) -> tuple[float, float]:
    """Bottom and top of the axis; down is better."""
    most = 100.0 if found.unit == PERCENT else 10.0
    change = -found.people["better"].to_numpy(float)
    reliable = found.reliable if found.reliable is not None and np.ndim(found.reliable) == 0 else 0.0
    low = min([-most, *change])
    return 1.08 * low, 1.16 * max([0.2 * -low, reliable, *change])


def _bars(table: pd.DataFrame, state: str, palette: Palette) -> dict:
    rows = table[table["state"] == state]
    fill = {
        RESPONDED: palette.primary,
        NOT_RESPONDED: see_through(palette.primary, 0.35),
        WORSE: palette.worse,
    }[state]
    return {
        "type": "bar",
        "name": state,
        "x": rows["place"].tolist(),
        "y": (-rows["better"]).tolist(),
        "width": (0.86 * rows["wide"]).tolist(),
        "marker": {
            "color": fill,
            "line": {"width": 0.8, "color": palette.worse if state == WORSE else palette.score},
        },
        "customdata": rows[["baseline", "score"]].to_numpy().tolist(),
        "hovertemplate": "%{customdata[0]:.3~g} → %{customdata[1]:.3~g}<extra></extra>",
    }


def _stubs(state: str, place: float, count: int, high: float, together: bool, palette: Palette) -> dict:
    """Around zero, so that none looks like a change."""
    at = [place + (count - 1) / 2] if together else [place + each for each in range(count)]
    return {
        "type": "bar",
        "name": state,
        "x": at,
        "y": [2 * high] * len(at),
        "base": [-high] * len(at),
        "width": [0.86 * count if together else 0.86] * len(at),
        "marker": {
            "color": palette.surface,
            "line": {"width": 1, "color": palette.unknown},
            "pattern": {
                "shape": PATTERNS[state],
                "fillmode": "replace",
                "fgcolor": palette.unknown,
                "bgcolor": palette.surface,
                "fgopacity": 1,
                "size": 5,
                "solidity": 0.25,
            },
        },
        "hoverinfo": "skip",
    }


def _entries(found: Changes, palette: Palette) -> list[tuple[str, str, str]]:
    """Every group with its number: together they are everyone who started."""
    counts = found.people["state"].value_counts()
    colours = {
        RESPONDED: palette.primary,
        NOT_RESPONDED: see_through(palette.primary, 0.35),
        WORSE: palette.worse,
    }
    judged = [(mark_key.FULL, colours[state], f"{state} {int(counts.get(state, 0))}") for state in JUDGED]
    others = [
        (MARKS[state], palette.unknown, f"{state} {found.without[state]}")
        for state in WITHOUT
        if found.without[state]
    ]
    single = [
        ({"solid": "─", "dot": "┄"}[dash], palette.text, f"{words}, from each baseline")
        for words, value, _, dash in _rules(found)
        if np.ndim(value)
    ]
    return [("", palette.text, f"{found.started} started:"), *judged, *others, *single]


def _thresholds(found: Changes, table: pd.DataFrame, palette: Palette) -> tuple[list, list[dict]]:
    """A line across where the threshold is the same for all; where it depends on the baseline a tick at each bar, on
    the side to which the person moved."""
    constant, ticks = [], []
    for words, value, signs, dash in _rules(found):
        if np.ndim(value) == 0:
            constant += [_across(words, sign * float(value), found.unit, dash, palette) for sign in signs]
            continue
        side = np.where((table["better"] < 0) & (1 in signs), 1.0, -1.0)
        heights = side * value[table["row"]]
        ticks += [_ticks(words, heights, table, *look) for look in _twice(dash, palette)]
    return constant, ticks


def _rules(found: Changes) -> list[tuple]:
    wanted = [("response", found.response, (-1,), "solid"), (RELIABLE, found.reliable, (-1, 1), "dot")]
    return [each for each in wanted if each[1] is not None]


def _twice(dash: str, palette: Palette) -> list[tuple[str, str, float]]:
    """First in the colour of the ground and wider, so that a tick is seen on a dark bar too."""
    return [("solid", palette.background, 4.5), (dash, palette.text, 1.6)]


def _across(words: str, y: float, unit: str, dash: str, palette: Palette) -> tuple[dict, dict]:
    line = {"color": palette.text, "width": 1.2, "dash": dash}
    shape = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "y",
        "y0": y,
        "y1": y,
        "line": line,
        "layer": "above",
    }
    amount = f"{'−' if y < 0 else '+'}{abs(y):.3g}{' %' if unit == PERCENT else ''}"
    note = {
        "text": f"{words} {amount}",
        "xref": "paper",
        "x": 1,
        "xanchor": "right",
        "yref": "y",
        "y": y,
        "yanchor": "top" if y < 0 else "bottom",
        "showarrow": False,
        "bgcolor": palette.background,
        "font": {"size": 11, "color": palette.text},
    }
    return shape, note


def _ticks(
    words: str, heights: np.ndarray, table: pd.DataFrame, dash: str, colour: str, width: float
) -> dict:
    x, y = [], []
    for row, height in zip(table.itertuples(), heights.tolist(), strict=True):
        half = 0.43 * row.wide
        x += [row.place - half, row.place + half, None]
        y += [height, height, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": words,
        "x": x,
        "y": y,
        "connectgaps": False,
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


def _places_axis(end: float, started: int, size: int, palette: Palette, narrow: bool) -> dict:
    one = "one bar each" if size == 1 else f"a bar is {size} people"
    return {
        "range": [-0.8, max(end, 1) - 0.2],
        "showticklabels": False,
        "title": {
            "text": f"{started} people who started, {one}",
            "standoff": 6,
            "font": {"size": 11 if narrow else 11.5, "color": palette.muted},
        },
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def _change_axis(low: float, high: float, unit: str, palette: Palette) -> dict:
    words = "change, % of possible" if unit == PERCENT else "change in points"
    return {
        "range": [low, high],
        "ticksuffix": " %" if unit == PERCENT else "",
        "nticks": 7,
        "title": {
            "text": f"{words} (down is better)",
            "standoff": 6,
            "font": {"size": 12, "color": palette.text},
        },
        "gridcolor": palette.grid,
        "zeroline": True,
        "zerolinecolor": palette.muted,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }
