"""Treatment lanes: one per substance and route, because 5 mg/kg under the tongue and 0.5 mg/kg into a vein must
not share a scale; intranasal and other esketamine is in mg."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.charts.axis import TimeAxis
from clinic.charts.palette import see_through
from clinic.charts.sheet import Sheet, text_width
from clinic.outcomes.wording import plural

LANE_PX = 62
BARS_UP_TO = 0.62  # of the lane's height; letters and triangles stand above
LETTER_PX = 10
GUIDES_UP_TO = 8


def draw_lanes(sheet: Sheet, axis: TimeAxis, treatments: pd.DataFrame, when: np.ndarray) -> None:
    """All lanes, in order of first use; without treatments one empty lane that says so."""
    if not len(treatments):
        ref = sheet.strip(26, {"range": [0, 1], "tickvals": []})
        sheet.title(ref, "<b>Treatments</b>")
        place = {"x": 0.5, "xref": "paper", "y": 0.5, "yref": ref, "xanchor": "center", "yanchor": "middle"}
        sheet.note("no treatment yet", size=12, colour=sheet.palette.muted, **place)
        return
    columns = {name: treatments[name].to_numpy(object) for name in COLUMNS}
    lanes = list(zip(columns["substance"], columns["route"], strict=True))
    for lane in dict.fromkeys(lanes):
        mine = np.array([at for at, each in enumerate(lanes) if each == lane])
        _lane(sheet, axis, *lane, {name: values[mine] for name, values in columns.items()}, when[mine])


COLUMNS = ("substance", "route", "given_mg", "mg_per_kg", "stopped_early", "number", "worst_event")


def _lane(sheet, axis, substance, route, rows, when) -> None:
    palette = sheet.palette
    in_mg = substance == "esketamine"
    dose = np.array(rows["given_mg"] if in_mg else rows["mg_per_kg"], float)
    top = nice_top(dose)
    unit = "mg" if in_mg else "mg/kg"
    limits = [0, top / BARS_UP_TO]
    ref = sheet.strip(LANE_PX, {"range": limits, "tickvals": [0, top], "ticktext": ["0", f"{top:g}"]})
    words = f"{unit} · {plural(len(when), 'treatment')}"
    sheet.title(ref, sheet.named(f"{substance[0].upper()}{substance[1:]} {route}", words))
    sheet.shapes.append(_floor(palette, ref, 0))
    sheet.shapes.append(_floor(palette, ref, top) | {"opacity": 0.6})
    _bars(sheet, axis, ref, route, rows, when, dose, unit)
    _events(sheet, axis, ref, rows, when, np.nan_to_num(dose), limits[1])


def nice_top(dose: np.ndarray) -> float:
    """The smallest of 1, 1.5, 2, 3, 4, 5, 6, 8 × 10^k that holds every dose; 1 if none is known."""
    known = dose[~np.isnan(dose)]
    highest = float(known.max()) if len(known) else 1.0
    if highest <= 0:
        return 1.0
    unit = 10 ** int(np.floor(np.log10(highest)))
    steps = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
    return next(round(step * unit, 6) for step in steps if step * unit >= highest * 0.9999)


def _floor(palette, ref, y) -> dict:
    line = {"color": palette.grid if y else palette.rule, "width": 1}
    return {
        "type": "line",
        "xref": "paper",
        "yref": ref,
        "x0": 0,
        "x1": 1,
        "y0": y,
        "y1": y,
        "line": line,
        "layer": "below",
    }


def bar_seconds(axis: TimeAxis, when: np.ndarray, plot_width: int) -> float:
    """Nine pixels, or what two neighbouring doses leave, never under two and a half."""
    per_px = axis.span / plot_width
    return max(min(9 * per_px, 0.7 * closest(when)), 2.5 * per_px)


def closest(when: np.ndarray) -> float:
    """Seconds between the two doses that lie nearest to each other; infinite for one."""
    gaps = np.diff(np.sort(when))
    return float(gaps[gaps > 0].min()) if (gaps > 0).any() else np.inf


def _bars(sheet, axis, ref, route, rows, when, dose, unit) -> None:
    palette = sheet.palette
    stopped = rows["stopped_early"].astype(bool)
    texts = [hover_text(rows, at, unit) for at in range(len(when))]
    lettered = closest(when) / axis.span * sheet.plot_width >= text_width(route, LETTER_PX) + 2
    x = axis.at(when)
    width = axis.width(bar_seconds(axis, when, sheet.plot_width))
    sheet.data.append(
        {
            "type": "bar",
            "name": f"{route} dose",
            "x": x,
            "y": [None if each != each else each for each in dose.tolist()],
            "width": [width] * len(when),
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
            "text": [route if lettered else ""] * len(when),
            "textposition": "outside",
            "textangle": 0,
            "constraintext": "none",
            "textfont": {"size": LETTER_PX, "color": palette.muted},
            "hovertext": texts,
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
    )
    unknown = [at for at, each in enumerate(dose) if each != each]
    if unknown:
        sheet.data.append(
            _unknown_doses(palette, ref, [x[at] for at in unknown], [texts[at] for at in unknown])
        )


def _unknown_doses(palette, ref, x, texts) -> dict:
    """A dose whose height is unknown stands as a question mark on the floor, not as a bar of nought."""
    return {
        "type": "scatter",
        "mode": "text",
        "name": "dose per kg unknown",
        "x": x,
        "y": [0] * len(x),
        "xaxis": "x",
        "yaxis": ref,
        "text": ["?"] * len(x),
        "textposition": "top center",
        "textfont": {"size": 13, "weight": 600, "color": palette.treatment},
        "hovertext": texts,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _events(sheet, axis, ref, rows, when, dose, top) -> None:
    """A triangle for the worst adverse event: filled if severe, hollow if moderate; mild ones are in the table."""
    palette = sheet.palette
    worst = rows["worst_event"]
    mine = [at for at in range(len(when)) if worst[at] in ("moderate", "severe")]
    if not mine:
        return
    sheet.data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "adverse event",
            "x": axis.at(when[mine]),
            "y": [top * 0.93] * len(mine),
            "xaxis": "x",
            "yaxis": ref,
            "cliponaxis": False,
            "marker": {
                "symbol": "triangle-up",
                "size": 11,
                "opacity": 1,
                "color": [palette.event if worst[at] == "severe" else palette.surface for at in mine],
                "line": {"color": palette.event, "width": 1.8},
            },
            "hovertext": [f"{worst[at]} adverse event, treatment {rows['number'][at]}" for at in mine],
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
    )


def hover_text(rows, at: int, unit: str) -> str:
    """What the bar is, in words; all of it also stands in the treatments table."""
    dose = (
        f"{rows['given_mg'][at]:g} mg"
        if rows["given_mg"][at] == rows["given_mg"][at]
        else "dose not recorded"
    )
    per_kg = rows["mg_per_kg"][at]
    if unit == "mg/kg":
        dose += f", {per_kg:.2f} mg/kg" if per_kg == per_kg else ", no weight: mg/kg unknown"
    early = "<br>stopped early" if rows["stopped_early"][at] else ""
    event = f"<br>{rows['worst_event'][at]} adverse event" if isinstance(rows["worst_event"][at], str) else ""
    return f"<b>Treatment {rows['number'][at]}</b> · {rows['route'][at]}<br>{dose}{early}{event}"


def draw_guides(sheet: Sheet, axis: TimeAxis, when: np.ndarray, panels: list[str]) -> None:
    """Where doses fell, seen from the scores: dotted lines for a few, short ticks on the floor for many."""
    places = axis.at(when)
    for ref in panels:
        if len(places) > GUIDES_UP_TO:
            sheet.data.append(_ticks(sheet, ref, places))
        else:
            sheet.shapes += [_guide(sheet.palette, ref, x) for x in places]


def _guide(palette, ref: str, x) -> dict:
    line = {"color": palette.treatment, "width": 1, "dash": "dot"}
    place = {"xref": "x", "yref": f"{ref} domain", "x0": x, "x1": x, "y0": 0, "y1": 1}
    return {"type": "line", **place, "line": line, "opacity": 0.45, "layer": "below"}


def _ticks(sheet: Sheet, ref: str, places: list) -> dict:
    floor = sheet.axes["yaxis" + ref[1:]]["range"][0]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "treatments",
        "x": places,
        "y": [floor] * len(places),
        "xaxis": "x",
        "yaxis": ref,
        "hoverinfo": "skip",
        "marker": {"symbol": "line-ns", "size": 12, "line": {"color": sheet.palette.treatment, "width": 1}},
    }
