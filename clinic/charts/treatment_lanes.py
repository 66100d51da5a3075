"""Treatment lanes: one per substance and route, because 5 mg/kg under the tongue and 0.5 mg/kg into a vein must
not share a scale; intranasal and other esketamine is in mg."""

from __future__ import annotations

import numpy as np

from clinic.charts.axis import TimeAxis
from clinic.charts.doses import Doses, closest, nice_top
from clinic.charts.palette import Palette, see_through
from clinic.charts.sheet import Sheet, text_width
from clinic.outcomes.wording import plural

LANE_PX = 64
BARS_UP_TO = 0.58  # of the lane's height; route marks, letters and triangles stand above
LETTER_PX = 10
BAR_PX, THINNEST_PX = 9, 2.5
# A route's mark in plotly's words, and as a character for the key.
ROUTES = {
    "IV": ("circle", "●"),
    "IM": ("square", "■"),
    "SC": ("diamond", "◆"),
    "IN": ("triangle-down", "▼"),
    "SL": ("cross", "✚"),
    "oral": ("star", "★"),
}
ANY_ROUTE = ("hexagon", "⬢")


def draw_lanes(sheet: Sheet, axis: TimeAxis, doses: Doses) -> None:
    """All lanes, in order of first use; without treatments one empty lane that says so."""
    if not len(doses):
        ref = sheet.strip(26, {"range": [0, 1], "tickvals": []})
        sheet.title(ref, "<b>Treatments</b>")
        place = {"x": 0.5, "xref": "paper", "y": 0.5, "yref": ref, "xanchor": "center", "yanchor": "middle"}
        sheet.note("no treatment yet", size=12, colour=sheet.palette.muted, **place)
        return
    for (substance, route), mine in doses.lanes.items():
        _lane(sheet, axis, substance, route, doses, mine)


def route_key(sheet: Sheet, axis: TimeAxis, doses: Doses) -> list[str]:
    """Entries for the marks of those routes whose letters have no room."""
    crowded = [
        route
        for (_, route), mine in doses.lanes.items()
        if not _lettered(route, _gap(sheet, axis, doses, mine))
    ]
    return [f"{ROUTES.get(route, ANY_ROUTE)[1]} given {route}" for route in dict.fromkeys(crowded)]


def _gap(sheet: Sheet, axis: TimeAxis, doses: Doses, mine: list[int]) -> float:
    """Pixels between the two doses of a lane that lie nearest to each other."""
    return closest(axis.pixels(doses.when[mine], sheet.plot_width))


def _lettered(route: str, gap: float) -> bool:
    return gap >= text_width(route, LETTER_PX) + 2


def _lane(sheet: Sheet, axis: TimeAxis, substance: str, route: str, doses: Doses, mine: list[int]) -> None:
    unit, dose = doses.unit(mine[0]), doses.dose(mine)
    top = nice_top(np.array(dose))
    limits = [0, top / BARS_UP_TO]
    ref = sheet.strip(LANE_PX, {"range": limits, "tickvals": [0, top], "ticktext": ["0", f"{top:g}"]})
    words = f"{unit} · {plural(len(mine), 'treatment')}"
    sheet.title(ref, sheet.named(f"{substance[0].upper()}{substance[1:]} {route}", words))
    sheet.shapes += [_level(sheet.palette, ref, 0), _level(sheet.palette, ref, top) | {"opacity": 0.6}]
    gap = _gap(sheet, axis, doses, mine)
    x, words = [doses.x[at] for at in mine], [doses.hover(at) for at in mine]
    wide = max(min(BAR_PX, 0.7 * gap), THINNEST_PX)
    stopped = [doses.stopped_early[at] for at in mine]
    sheet.data.append(
        _bars(sheet.palette, ref, route, x, dose, stopped, words, axis.width(wide, sheet.plot_width))
    )
    sheet.data.append(_heads(sheet.palette, ref, route, x, dose, words, gap))
    _unknown_doses(sheet, ref, x, dose, words)
    _events(sheet, ref, doses, mine, limits[1])


def _level(palette: Palette, ref: str, y: float) -> dict:
    line = {"color": palette.grid if y else palette.rule, "width": 1}
    place = {"xref": "paper", "yref": ref, "x0": 0, "x1": 1, "y0": y, "y1": y}
    return {"type": "line", **place, "line": line, "layer": "below"}


def _bars(palette: Palette, ref: str, route: str, x, dose, stopped, words, width: float) -> dict:
    return {
        "type": "bar",
        "name": f"{route} dose",
        "x": x,
        "y": [None if each != each else each for each in dose],
        "width": [width] * len(x),
        "xaxis": "x",
        "yaxis": ref,
        "cliponaxis": False,
        "marker": {
            "color": see_through(palette.treatment, 0.3),
            "line": {"color": palette.treatment, "width": 1.2},
            "pattern": {
                "shape": ["/" if each else "" for each in stopped],
                "fillmode": "replace",
                "fgcolor": palette.treatment,
                "bgcolor": palette.surface,
                "size": 4,
                "solidity": 0.4,
            },
        },
        "hovertext": words,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _heads(palette: Palette, ref: str, route: str, x, dose, words, gap: float) -> dict:
    """The route at each bar's head, as a shape and, where there is room, in letters. An unknown dose has its
    shape on the floor."""
    lettered = _lettered(route, gap)
    size = min(6.5, max(gap, 4.5))
    return {
        "type": "scatter",
        "mode": "markers+text" if lettered else "markers",
        "name": f"{route} route",
        "x": x,
        "y": [0 if each != each else each for each in dose],
        "xaxis": "x",
        "yaxis": ref,
        "cliponaxis": False,
        "marker": {
            "symbol": ROUTES.get(route, ANY_ROUTE)[0],
            "size": size,
            "opacity": 1,
            "color": palette.treatment,
            "line": {"width": 0},
        },
        "text": [route if lettered and each == each else "" for each in dose],
        "textposition": "top center",
        "textfont": {"size": LETTER_PX, "color": palette.muted},
        "hovertext": words,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _unknown_doses(sheet: Sheet, ref: str, x, dose, words) -> None:
    """A dose whose height is unknown stands as a question mark on the floor, not as a bar of nought."""
    unknown = [at for at, each in enumerate(dose) if each != each]
    if not unknown:
        return
    sheet.data.append(
        {
            "type": "scatter",
            "mode": "text",
            "name": "dose per kg unknown",
            "x": [x[at] for at in unknown],
            "y": [0] * len(unknown),
            "xaxis": "x",
            "yaxis": ref,
            "text": ["?"] * len(unknown),
            "textposition": "top center",
            "textfont": {"size": 13, "weight": 600, "color": sheet.palette.treatment},
            "hovertext": [words[at] for at in unknown],
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
    )


def _events(sheet: Sheet, ref: str, doses: Doses, mine: list[int], top: float) -> None:
    """A triangle for the worst adverse event: filled if severe, hollow if moderate; mild ones are in the table."""
    palette, worst = sheet.palette, doses.worst_event
    bad = [at for at in mine if worst[at] in ("moderate", "severe")]
    if not bad:
        return
    sheet.data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "adverse event",
            "x": [doses.x[at] for at in bad],
            "y": [top * 0.95] * len(bad),
            "xaxis": "x",
            "yaxis": ref,
            "cliponaxis": False,
            "marker": {
                "symbol": "triangle-up",
                "size": 11,
                "opacity": 1,
                "color": [palette.event if worst[at] == "severe" else palette.surface for at in bad],
                "line": {"color": palette.event, "width": 1.8},
            },
            "hovertext": [f"{worst[at]} adverse event, treatment {doses.number[at]}" for at in bad],
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
    )
