"""The treatments under a letter's scales: one lane per substance and route, each with its own scale of dose."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.charts.palette import PRINT
from clinic.charts.sheet import Sheet
from clinic.charts.treatment_lanes import nice_top
from clinic.outcomes.wording import plural

LANE_PX, TITLE_PX = 34, 19
BAR_PX = 6  # at most; two and a half at least, so that a dose stays visible among a hundred
GREY = "#9A9A9A"


def lanes(sheet: Sheet, treatments: pd.DataFrame, when: np.ndarray, span: tuple[float, float]) -> None:
    """All lanes in order of first use; without treatments a line that says so."""
    if not len(treatments):
        ref = sheet.strip(12, {"range": [0, 1], "tickvals": []}, TITLE_PX)
        sheet.title(ref, sheet.named("Treatments", "none in these dates"))
        return
    for _, mine in treatments.groupby(["substance", "route"], sort=False).indices.items():
        _lane(sheet, treatments.iloc[mine], when[mine], span)


def unknown_doses(rows: pd.DataFrame) -> np.ndarray:
    """Whether the lane has no height for each of them: esketamine is drawn in mg, the rest in mg/kg."""
    in_mg = (rows["substance"] == "esketamine").to_numpy()
    return np.isnan(np.where(in_mg, rows["given_mg"].to_numpy(float), rows["mg_per_kg"].to_numpy(float)))


def _lane(sheet: Sheet, rows: pd.DataFrame, when: np.ndarray, span: tuple[float, float]) -> None:
    substance, route = rows["substance"].iloc[0], rows["route"].iloc[0]
    in_mg = substance == "esketamine"
    dose = rows["given_mg" if in_mg else "mg_per_kg"].to_numpy(float)
    top = nice_top(dose)
    axis = {"range": [0, top * 1.25], "tickvals": [0, top], "ticktext": ["0", f"{top:g}"]}
    ref = sheet.strip(LANE_PX, axis, TITLE_PX)
    unit = "mg" if in_mg else "mg/kg"
    words = f"{unit}, {plural(len(rows), 'treatment')}"
    sheet.title(ref, sheet.named(f"{substance[0].upper()}{substance[1:]} {route}", words))
    for y, colour in ((0, PRINT.rule), (top, PRINT.grid)):
        line = {"color": colour, "width": 1, "dash": "solid"}
        place = {"xref": "paper", "x0": 0, "x1": 1, "yref": ref, "y0": y, "y1": y}
        sheet.shapes.append({"type": "line", **place, "line": line})
    known = np.isfinite(dose)
    if known.any():
        stopped = rows["stopped_early"].to_numpy(bool)[known]
        sheet.data.append(_bars(sheet, ref, when[known], dose[known], stopped, span))
    if not known.all():
        sheet.data.append(_unknown(ref, when[~known]))


def _bars(sheet: Sheet, ref: str, when: np.ndarray, dose: np.ndarray, stopped: np.ndarray, span) -> dict:
    days_per_px = max(span[1] - span[0], 1.2) / sheet.plot_width
    gaps = np.diff(np.sort(when))
    closest = gaps[gaps > 0].min() if (gaps > 0).any() else np.inf
    width = max(min(BAR_PX * days_per_px, 0.7 * closest), 2.5 * days_per_px)
    return {
        "type": "bar",
        "name": "doses",
        "x": when.tolist(),
        "y": dose.tolist(),
        "base": [0.0] * len(when),
        "width": [width] * len(when),
        "offset": [-width / 2] * len(when),
        "xaxis": "x",
        "yaxis": ref,
        "marker": {
            "color": [PRINT.surface if each else GREY for each in stopped],
            "line": {"color": PRINT.text, "width": 0.8},
        },
    }


def _unknown(ref: str, when: np.ndarray) -> dict:
    """A dose whose height is unknown stands as a question mark on the floor, not as a bar of nought."""
    return {
        "type": "scatter",
        "mode": "text",
        "name": "dose unknown",
        "x": when.tolist(),
        "y": [0.0] * len(when),
        "xaxis": "x",
        "yaxis": ref,
        "text": ["?"] * len(when),
        "textposition": "top center",
        "textfont": {"size": 12, "color": PRINT.text},
    }
