"""Courses as lanes: treatments as ticks, responses as bars, a loss as a cross, an arrow for what goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from clinic.charts import mark_key
from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout
from clinic.outcomes.swim import ENDED, GOES_ON, SILENT, Lane
from clinic.outcomes.wording import plural

LANE_PX = 24
WEEK = 7
NAME_WIDE, NAME_NARROW = 24, 12  # letters
REASON_WIDE = 44
ROOM_FOR_REASON = 1.34  # a reason stands to the right of where its course ended


def swim_figure(
    lanes: Sequence[Lane],
    names: dict[str, str],
    of: str,
    *,
    gap_days: int,
    palette: Palette = LIGHT,
    narrow: bool = False,
) -> dict:
    """One page of courses, the first begun on top. `names` by course is what this reader may call the person; `of`
    says which page of how many."""
    lines = mark_key.lines(_entries(lanes, gap_days, palette), 320 if narrow else 940)
    left, foot, top = 98 if narrow else 190, 46, mark_key.height(lines)
    layout = plain_layout(palette, LANE_PX * max(len(lanes), 1) + foot + top, left, 14, foot, top=top)
    layout |= {
        "bargap": 0,
        "barmode": "overlay",
        "annotations": [
            mark_key.note(lines, palette, left),
            *([] if narrow else (_reason(at, lane, palette) for at, lane in enumerate(lanes) if _says(lane))),
        ],
        "xaxis": _weeks_axis(lanes, of, palette, narrow),
        "yaxis": _names_axis([names.get(lane.episode, "") for lane in lanes], narrow),
    }
    rows = list(enumerate(lanes))
    data = [
        _paths("seen", _followed(rows), palette.muted, 1.4, "solid"),
        _paths("not seen since", _unseen(rows), palette.unknown, 1.4, "dot"),
        _bars(rows, palette),
        _paths("lost in between", _between(rows), palette.worse, 2, "dot"),
        _paths("treatment", _upright(rows, lambda lane: lane.doses, 0.34), palette.treatment, 2, "solid"),
        _paths("ended", _upright(rows, _end, 0.36), palette.text, 3.4, "solid"),
        _losses(rows, palette),
        *(_arrows(rows, how, palette) for how in (GOES_ON, SILENT)),
    ]
    return {"data": [each for each in data if len(each["x"])], "layout": layout}


def _followed(rows) -> list[tuple]:
    return [(0, lane.until if lane.how == ENDED else lane.seen, at, at) for at, lane in rows]


def _unseen(rows) -> list[tuple]:
    return [(lane.seen, lane.until, at, at) for at, lane in rows if lane.how != ENDED]


def _between(rows) -> list[tuple]:
    return [
        (each.holds_to, each.lost, at, at)
        for at, lane in rows
        for each in lane.responses
        if each.lost is not None
    ]


def _upright(rows, days, half: float) -> list[tuple]:
    return [(each, each, at - half, at + half) for at, lane in rows for each in days(lane)]


def _end(lane: Lane) -> tuple[float, ...]:
    return (lane.until,) if lane.how == ENDED else ()


def _paths(name: str, segments: Iterable[tuple], colour: str, width: float, dash: str) -> dict:
    """All segments (x0, x1, y0, y1) of one kind as one trace."""
    x, y = [], []
    for x0, x1, y0, y1 in segments:
        x += [x0 / WEEK, x1 / WEEK, None]
        y += [y0, y1, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "connectgaps": False,
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


def _bars(rows, palette: Palette) -> dict:
    held = [(at, each) for at, lane in rows for each in lane.responses]
    return {
        "type": "bar",
        "orientation": "h",
        "name": "responded",
        "x": [(each.holds_to - each.begins) / WEEK for _, each in held],
        "base": [each.begins / WEEK for _, each in held],
        "y": [at for at, _ in held],
        "width": [0.5] * len(held),
        "marker": {
            "color": see_through(palette.primary, 0.4),
            "line": {"width": 1, "color": palette.score},
        },
        "hoverinfo": "skip",
    }


def _losses(rows, palette: Palette) -> dict:
    lost = [(at, each) for at, lane in rows for each in lane.responses if each.lost is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "response lost",
        "x": [each.lost / WEEK for _, each in lost],
        "y": [at for at, _ in lost],
        "marker": {"symbol": "x", "size": 10, "color": palette.worse},
        "customdata": [escape(each.why) for _, each in lost],
        "hovertemplate": "response lost by week %{x:.1f}: %{customdata}<extra></extra>",
    }


def _arrows(rows, how: str, palette: Palette) -> dict:
    """Full where the course goes on, hollow where nothing was heard for long."""
    mine = [(at, lane) for at, lane in rows if lane.how == how]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": how,
        "x": [lane.until / WEEK for _, lane in mine],
        "y": [at for at, _ in mine],
        "marker": {
            "symbol": "triangle-right",
            "size": 11,
            "color": palette.text if how == GOES_ON else palette.surface,
            "line": {"width": 1.4, "color": palette.text if how == GOES_ON else palette.unknown},
        },
        "hoverinfo": "skip",
    }


def _says(lane: Lane) -> str:
    return "; ".join(part for part in (lane.end_reason, lane.unjudged) if part)


def _reason(at: int, lane: Lane, palette: Palette) -> dict:
    """What was typed is text, never markup."""
    return {
        "text": escape(_cut(_says(lane), REASON_WIDE)),
        "x": lane.until / WEEK,
        "xref": "x",
        "xanchor": "left",
        "xshift": 9,
        "y": at,
        "yref": "y",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": 11, "color": palette.muted},
    }


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _entries(lanes: Sequence[Lane], gap_days: int, palette: Palette) -> list[tuple[str, str, str]]:
    """Every mark, with how many courses have it: ended, going on and silent sum to the page."""
    how = [lane.how for lane in lanes]
    responded = sum(bool(lane.responses) for lane in lanes)
    lost = sum(any(each.lost is not None for each in lane.responses) for lane in lanes)
    unjudged = sum(bool(lane.unjudged) for lane in lanes)
    entries = [
        ("", palette.text, f"{plural(len(lanes), 'course')}:"),
        ("┃", palette.text, f"ended {how.count(ENDED)}"),
        ("▶", palette.text, f"goes on {how.count(GOES_ON)}"),
        ("▷", palette.unknown, f"silent for more than {gap_days} days {how.count(SILENT)}"),
        ("│", palette.treatment, "treatment"),
        (mark_key.FULL, see_through(palette.primary, 0.5), f"responded, at two scores {responded}"),
        ("✖", palette.worse, f"response lost {lost}"),
        ("┄", palette.unknown, "not seen since"),
    ]
    return [*entries, ("", palette.text, f"response cannot be judged {unjudged}")] if unjudged else entries


def _weeks_axis(lanes: Sequence[Lane], of: str, palette: Palette, narrow: bool) -> dict:
    longest = max([lane.until for lane in lanes], default=WEEK) / WEEK
    reasons = [] if narrow else [lane.until / WEEK * ROOM_FOR_REASON for lane in lanes if _says(lane)]
    room = min(max([longest * 1.03, *reasons]), longest * ROOM_FOR_REASON)
    return {
        "range": [-0.012 * room, room],
        "nticks": 5 if narrow else 12,
        "title": {
            "text": f"weeks · {of}" if narrow else f"weeks since the first dose · {of}",
            "standoff": 6,
            "font": {"size": 11 if narrow else 11.5, "color": palette.muted},
        },
        "gridcolor": palette.grid,
        "zeroline": True,
        "zerolinecolor": palette.rule,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }


def _names_axis(names: list[str], narrow: bool) -> dict:
    most = NAME_NARROW if narrow else NAME_WIDE
    return {
        "range": [max(len(names), 1) - 0.5, -0.5],
        "tickvals": list(range(len(names))),
        "ticktext": [escape(_cut(name, most)) for name in names],
        "tickfont": {"size": 11.5},
        "ticklabelstandoff": 6,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
