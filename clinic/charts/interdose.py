"""How long does a dose last: one thin line per interval over days since the dose, the latest bold.

Only totals of one scale that looks back a week or less (clinic/outcomes/benefit.py). Grey lines are the past, the
mark on each is where half of the gain was lost again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import BAND_TEXT_PX, plain_layout, text_width
from clinic.instruments import Instrument
from clinic.outcomes.benefit import Interval, usually
from clinic.outcomes.wording import number, plural

HEIGHT, LEFT, FOOT, TOP = 300, 34, 44, 14
EARLIER_OPACITY = 0.45


@dataclass(frozen=True, slots=True)
class InterdoseFigure:
    """`points` is (dose number, day, total) of everything drawn; what was before the dose stands on day 0."""

    spec: dict
    points: list[tuple[int, float, float]]


def interdose_figure(
    found: Sequence[Interval], scale: Instrument, *, palette: Palette = LIGHT, narrow: bool = False
) -> InterdoseFigure:
    """`found` are the intervals of one person, oldest first, those that cannot be judged too."""
    shown = [each for each in found if each.days]
    traces, points = [], []
    for each in shown:
        latest = each is shown[-1]
        days, totals = _line(each)
        points += [(each.number, day, total) for day, total in zip(days, totals, strict=True)]
        traces.append(_trace(each, days, totals, latest, palette))
        if each.judged and each.by != inf:
            traces.append(_half_lost(each, palette, latest))
    return InterdoseFigure({"data": traces, "layout": _layout(shown, scale, palette, narrow)}, points)


def alt(found: Sequence[Interval], scale: Instrument) -> str:
    """The figure in one sentence; the same words stand under it."""
    judged = [each for each in found if each.judged]
    usual = usually(found)
    told = f"{scale.title} after {plural(len(found), 'dose')}"
    if not judged:
        return f"{told}: no interval has enough scores to say how long a dose lasts."
    latest = judged[-1]
    last = f"after dose {latest.number} half of the gain was lost {_when(latest)}"
    if usual is None:
        return f"{told}: {last}; {plural(len(judged), 'interval')} of 3 for a median."
    return f"{told}: {last}; median of {usual.intervals} intervals {usual.says} ({usual.censored} still holding)."


def _when(each: Interval) -> str:
    return (
        f"not within {each.after:.0f} days"
        if each.by == inf
        else f"between day {each.after:.0f} and {each.by:.0f}"
    )


def _line(each: Interval) -> tuple[list[float], list[float]]:
    days, totals = [round(day, 3) for day in each.days], list(each.totals)
    if each.before is None:
        return days, totals
    return [0.0, *days], [each.before, *totals]


def _trace(each: Interval, days, totals, latest: bool, palette: Palette) -> dict:
    colour = palette.score if latest else see_through(palette.unknown, EARLIER_OPACITY)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": f"after dose {each.number}",
        "x": days,
        "y": totals,
        "cliponaxis": False,
        "line": {"color": colour, "width": 2.6 if latest else 1.1},
        "marker": {
            "size": 8 if latest else 5,
            "color": palette.surface,
            "opacity": 1,
            "line": {"color": colour, "width": 1.8 if latest else 1},
        },
        "hovertemplate": f"dose {each.number}, day %{{x:.0f}}: %{{y}}<extra></extra>",
    }


def _half_lost(each: Interval, palette: Palette, latest: bool) -> dict:
    """A cross where half of the gain was seen to be lost."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"half lost, dose {each.number}",
        "x": [round(each.by, 3)],
        "y": [each.totals[each.days.index(each.by)]],
        "cliponaxis": False,
        "marker": {
            "symbol": "x-thin",
            "size": 12 if latest else 8,
            "line": {"color": palette.worse if latest else palette.unknown, "width": 2},
        },
        "hovertemplate": f"half of the gain of dose {each.number} lost by day %{{x:.0f}}<extra></extra>",
    }


def _layout(shown: Sequence[Interval], scale: Instrument, palette: Palette, narrow: bool) -> dict:
    last = max((each.days[-1] for each in shown), default=14.0)
    label = f"dose {shown[-1].number}" if shown else ""
    right = 20 if narrow else round(text_width(label, 12)) + 16
    layout = plain_layout(palette, HEIGHT, LEFT, right, FOOT, top=TOP)
    quiet = {"size": BAND_TEXT_PX, "color": palette.muted}
    notes = []
    if shown:
        end = shown[-1]
        notes.append(
            {
                "text": f"{label}: {number(end.totals[-1])}" if narrow else label,
                "x": end.days[-1],
                "y": end.totals[-1],
                "xanchor": "right" if narrow else "left",
                "yanchor": "bottom" if narrow else "middle",
                "xshift": 0 if narrow else 8,
                "yshift": 8 if narrow else 0,
                "showarrow": False,
                "font": {"size": 12, "color": palette.score},
            }
        )
    return layout | {
        "annotations": notes,
        "xaxis": {
            "range": [-last * 0.03, last * 1.03],
            "title": {"text": "days since the dose", "standoff": 4, "font": quiet},
            "tickfont": quiet,
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "linecolor": palette.rule,
            "dtick": 7 if last > 10 else 1,
            "tick0": 0,
            "fixedrange": True,
        },
        "yaxis": {
            "range": [scale.minimum, scale.maximum],
            "tickfont": quiet,
            "gridcolor": palette.grid,
            "zeroline": False,
            "nticks": 6,
            "fixedrange": True,
        },
    }
