"""Kaplan–Meier figures: a step per look at which an event was seen, numbers at risk below, ended where few are left.

Events are seen at looks and lie somewhere before them: the step is drawn at the look, and dotted where it would be
had each event come right after the look before.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from textwrap import wrap

import numpy as np

from clinic.charts import key
from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout, text_width
from clinic.outcomes.survival import FEWEST_INSIDE, FEWEST_OUTSIDE, Curve, until_at_risk

PLOT_PX = 230
HEAD_WIDE, HEAD_NARROW = 66, 84  # title, median and who is in it; on a phone the last takes two lines
FOOT_PX = 74
KEY = (
    "steps: at the score that showed it",
    "dotted: as early as it can have been",
    "upright strokes: last seen so far",
    "dashed: fewer than 10 people left",
    "shaded: 95 % interval",
)
NARROW_CHARACTERS = 52
TICKS_UP_TO = 300  # censored people drawn one by one; above that they are a smear


@dataclass(frozen=True, slots=True)
class Panel:
    """One curve under its title, and who is in it in words. `rising`: drawn as those who have had the event, else as
    those still without it. `earliest` is the same people with each event right after the look before, or None."""

    title: str
    who: str
    curve: Curve
    earliest: Curve | None = None
    rising: bool = False


def survival_figure(
    panels: list[Panel],
    *,
    unit: str = "days",
    axis: str,
    palette: Palette = LIGHT,
    narrow: bool = False,
) -> dict:
    """Panels beside each other, on a phone below each other, all on the same axes; `axis` says from when."""
    rows = len(panels) if narrow else 1
    columns = 1 if narrow else len(panels)
    foot = key.height(KEY, narrow)
    head = HEAD_NARROW if narrow else HEAD_WIDE
    height = rows * (head + PLOT_PX + FOOT_PX)
    left, right = (58, 14) if narrow else (66, 18)
    longest = max((panel.curve.ends for panel in panels), default=0.0)
    step, last = axis_step(longest, 4 if narrow else 6 if columns > 1 else 12, unit)
    layout = plain_layout(palette, height + foot, left, right, foot, top=0)
    layout["annotations"], layout["shapes"], data = [], [], []
    for at, panel in enumerate(panels):
        row, column = (at, 0) if narrow else (0, at)
        number = "" if at == 0 else str(at + 1)
        x, y = f"x{number}", f"y{number}"
        layout[f"xaxis{number}"] = _x_axis(y, column, columns, step, last, axis, palette)
        layout[f"yaxis{number}"] = _y_axis(
            x, height - row * (head + PLOT_PX + FOOT_PX) - head, height, palette
        )
        data += _lines(panel, x, y, palette)
        layout["annotations"] += _words(panel, x, y, step, last, unit, palette, narrow)
        layout["shapes"] += _median(panel, x, y, palette)
    layout["annotations"] += key.notes(KEY, palette, left=left, below=0, narrow=narrow)
    return {"data": data, "layout": layout}


def axis_step(longest: float, ticks: int, unit: str) -> tuple[float, float]:
    """Distance of the ticks and the end of the axis: whole weeks where the unit is days."""
    steps = (7, 14, 28, 56, 84, 168, 364) if unit == "days" else (1, 2, 3, 5, 10, 20)
    longest = max(longest, steps[0])
    step = next((each for each in steps if longest / each <= ticks), steps[-1])
    return step, step * ceil(longest / step)


def median_words(curve: Curve, unit: str = "days") -> str:
    """`median 35 days (28–49)`, the interval's open end in words, or why there is none."""
    if curve.median is None:
        return "median not reached"
    low, high = curve.median_interval
    ends = (
        f"{low:g}–{high:g}"
        if None not in (low, high)
        else f"{low:g} to not reached"
        if low is not None
        else ""
    )
    return f"median {curve.median:g} {unit}" + (f" (95 % interval {ends})" if ends else "")


def _lines(panel: Panel, x: str, y: str, palette: Palette) -> list[dict]:
    curve, sign = panel.curve, panel.rising
    low, high = _steps(curve, curve.low, sign), _steps(curve, curve.high, sign)
    sure = until_at_risk(curve, FEWEST_OUTSIDE)
    base = {"type": "scatter", "mode": "lines", "xaxis": x, "yaxis": y, "hoverinfo": "skip"}
    band = base | {
        "name": "95 % interval",
        "x": low[0] + high[0][::-1],
        "y": low[1] + high[1][::-1],
        "fill": "toself",
        "fillcolor": see_through(palette.score, 0.14),
        "line": {"width": 0},
    }
    data = [band]
    if panel.earliest is not None:
        early = _steps(panel.earliest, panel.earliest.survival, sign)
        early_line = {"color": palette.muted, "width": 1.2, "dash": "dot"}
        data.append(base | {"name": "at the earliest", "x": early[0], "y": early[1], "line": early_line})
    few, whole = _steps(curve, curve.survival, sign), _steps(sure, sure.survival, sign)
    thin = {"color": palette.score, "width": 1.4, "dash": "dash"}
    data.append(base | {"name": "fewer than 10 left", "x": few[0], "y": few[1], "line": thin})
    thick = {"color": palette.score, "width": 2.4}
    hover = {"hoverinfo": None, "hovertemplate": "%{x:g}: %{y:.0%}<extra></extra>"}
    data.append(base | {"name": panel.title, "x": whole[0], "y": whole[1], "line": thick} | hover)
    data.append(_censored(panel, x, y, palette))
    return data


def _steps(curve: Curve, shares: np.ndarray, rising: bool) -> tuple[list, list]:
    """Corners of the line from day 0 to where it ends; where a limit is unknown it stays where it was."""
    known = ~np.isnan(shares)
    times, shares = curve.time[known], shares[known]
    x = np.concatenate([[0], np.repeat(times, 2), [max(curve.ends, times[-1] if len(times) else 0)]])
    y = np.concatenate([[1, 1], np.repeat(shares, 2)])
    y = y[: len(x)]
    return x.tolist(), (1 - y if rising else y).tolist()


def _censored(panel: Panel, x: str, y: str, palette: Palette) -> dict:
    times = panel.curve.censored()
    times = times[times <= panel.curve.ends] if panel.curve.n <= TICKS_UP_TO else times[:0]
    shares = np.array([panel.curve.at(time)[0] for time in times])
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "last seen without it",
        "xaxis": x,
        "yaxis": y,
        "x": times.tolist(),
        "y": (1 - shares if panel.rising else shares).tolist(),
        "marker": {
            "symbol": "line-ns",
            "size": 7,
            "line": {"width": 1.1, "color": palette.text},
        },
        "hoverinfo": "skip",
    }


def _median(panel: Panel, x: str, y: str, palette: Palette) -> list[dict]:
    """From the axis at one half to the line and down, only where it is reached."""
    if panel.curve.median is None:
        return []
    line = {"color": palette.muted, "width": 1, "dash": "dash"}
    base = {"type": "line", "xref": x, "yref": y, "line": line}
    at = panel.curve.median
    return [
        base | {"x0": 0, "x1": at, "y0": 0.5, "y1": 0.5},
        base | {"x0": at, "x1": at, "y0": 0, "y1": 0.5},
    ]


def _words(
    panel: Panel, x: str, y: str, step: float, last: float, unit: str, palette: Palette, narrow: bool
) -> list[dict]:
    """Title and median above, numbers at risk below, and why the line ends."""
    curve = panel.curve
    size = 12 if narrow else 12.5
    above = {
        "xref": f"{x} domain",
        "x": 0,
        "yref": f"{y} domain",
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
    }
    told = median_words(curve, unit) if curve.n >= FEWEST_INSIDE else "fewer than 5 people: no curve"
    who = "<br>".join(wrap(panel.who, NARROW_CHARACTERS)) if narrow else panel.who
    small = f"<span style='font-size:{size - 1.5}px;color:{palette.muted}'>"
    words = f"<b>{panel.title}</b><br>{told}<br>{small}{who}</span>"
    notes = [_note(words, size, palette.text, above | {"yshift": 6, "xshift": -44 if narrow else -50})]
    ticks = np.arange(0, last + step / 2, step)
    left = curve.remaining(ticks)
    below = {"xref": x, "yref": f"{y} domain", "y": 0, "yanchor": "top", "xanchor": "center", "yshift": -50}
    for at, n in zip(ticks.tolist(), left.tolist(), strict=True):
        colour = palette.text if n >= FEWEST_OUTSIDE else palette.muted
        notes.append(_note(f"{n}", 11.5, colour, below | {"x": at}))
    name = below | {"xref": f"{x} domain", "x": 0, "xanchor": "right", "xshift": -13}
    notes.append(_note("at risk", 11, palette.muted, name))
    if curve.n and 0 < curve.ends < curve.followed[-1]:
        _, low, high = curve.at(curve.ends)
        top = 1 - low if panel.rising else high
        words = f"fewer than {FEWEST_INSIDE} left"
        from_right = curve.ends + last * text_width(words, 11) / 420 > last
        notes.append(
            _note(
                words,
                11,
                palette.muted,
                {
                    "xref": x,
                    "x": curve.ends,
                    "yref": y,
                    "y": top,
                    "xanchor": "right" if from_right else "left",
                    "yanchor": "bottom",
                    "xshift": -2 if from_right else 4,
                    "yshift": 3,
                },
            )
        )
    return notes


def _note(text: str, size: float, colour: str, place: dict) -> dict:
    return {
        "text": text,
        "showarrow": False,
        "align": "left",
        "font": {"size": size, "color": colour},
    } | place


def _x_axis(y: str, column: int, columns: int, step: float, last: float, axis: str, palette: Palette) -> dict:
    gap = 0.09 if columns > 1 else 0
    width = (1 - gap * (columns - 1)) / columns
    return {
        "anchor": y,
        "domain": [column * (width + gap), column * (width + gap) + width],
        "range": [-0.01 * last, last * 1.02],
        "tick0": 0,
        "dtick": step,
        "title": {"text": axis, "standoff": 4, "font": {"size": 11.5, "color": palette.muted}},
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": palette.rule,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }


def _y_axis(x: str, top: int, height: int, palette: Palette) -> dict:
    """`top` is the upper edge of the plot in pixels above the foot."""
    return {
        "anchor": x,
        "domain": [(top - PLOT_PX) / height, top / height],
        "range": [-0.01, 1.03],
        "tickvals": [0, 0.25, 0.5, 0.75, 1],
        "tickformat": ".0%",
        "gridcolor": palette.grid,
        "zeroline": False,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }
