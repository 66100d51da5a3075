"""The figure of a letter: the chosen scales over the treatments, for one glance on black-and-white paper.

Marks and dashes as on the page (clinic/charts/score_panel.py, reference_lines.py). Time is in days, because the
drawing on paper knows numbers only; the axis says dates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from clinic.charts.letter_axis import axis_of
from clinic.charts.letter_lanes import lanes, unknown_doses
from clinic.charts.palette import PRINT
from clinic.charts.reference_lines import DASHES, Line, reference_lines
from clinic.charts.sheet import BAND_TEXT_PX, Sheet, text_width
from clinic.instruments.definition import Instrument
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.clock import DAY, wall
from clinic.outcomes.counting import HOURS_AFTER_DOSE, hours_since
from clinic.outcomes.wording import number

WIDTH = 700  # pixels; about the width of the text on A4, so that letters keep their size
LEADS_PX, OTHERS_PX = (
    (112, 92, 74),
    (0, 76, 64),
)  # height of the first and of the other panels, by their number
TITLE_PX, TOP_PX, FOOT_PX, KEY_PX = 20, 5, 34, 16
UNCROWDED = 60  # scores of one scale: above it marks shrink
WHITE, DARKEST = 255, 224  # of the bands' greys, from the mildest to the gravest


@dataclass(frozen=True, slots=True)
class Marks:
    """One scale's forms, oldest first; `x` in days of the wall clock, `total` NaN where there is none."""

    x: np.ndarray
    total: np.ndarray
    version: np.ndarray
    prorated: np.ndarray
    early: np.ndarray


def letter_figure(
    scores: pd.DataFrame,
    treatments: pd.DataFrame,
    scales: Sequence[Instrument],
    baselines: Mapping[str, Baseline],
    span: tuple[float, float],
    *,
    dosed: pd.DataFrame | None = None,
    zone: str = "UTC",
    gap_days: int = 35,
    share: float = 1.0,
) -> dict[str, Any]:
    """`span` is the time shown, in days of `days_of`; rows outside it must not be given. `dosed` are all treatments
    ever, by which a score is early after a dose (default: those shown). `share` makes the panels lower or higher."""
    dosed = treatments if dosed is None else dosed
    forms = {scale.id: marks_of(scale, scores, dosed, zone) for scale in scales}
    key = _key(scales, forms, treatments)
    sheet = Sheet(
        palette=PRINT,
        narrow=False,
        left=30,
        right=_right(scales),
        foot=FOOT_PX + (KEY_PX if key else 0),
        width=WIDTH,
    )
    for place, scale in enumerate(scales):
        height = round(share * heights(len(scales))[place])
        _panel(sheet, scale, forms[scale.id], baselines.get(scale.id), span, height, gap_days)
    lanes(sheet, treatments, days_of(treatments["started_at"], zone), span)
    sheet.time_axis = axis_of(span, PRINT)
    if key:
        place = {"x": 0, "xref": "paper", "y": 0, "yref": "paper", "xanchor": "left", "yanchor": "top"}
        sheet.note(key, size=10.5, colour=PRINT.muted, yshift=-FOOT_PX, **place)
    return sheet.spec()


def heights(count: int) -> list[int]:
    """The usual height of each of so many panels, in pixels."""
    at = min(count, len(LEADS_PX)) - 1
    return [LEADS_PX[at], *[OTHERS_PX[at]] * (count - 1)]


def days_of(times, zone: str) -> np.ndarray:
    return wall(times, zone).asi8 / DAY


def marks_of(scale: Instrument, scores: pd.DataFrame, treatments: pd.DataFrame, zone: str) -> Marks:
    mine = scores[scores["instrument"] == scale.id]
    early = hours_since(mine, treatments["patient"], treatments["started_at"], zone) < HOURS_AFTER_DOSE
    return Marks(
        days_of(mine["taken_at"], zone),
        mine["total"].to_numpy(float),
        mine["version"].to_numpy(object),
        mine["prorated"].to_numpy(bool),
        np.asarray(early, bool),
    )


# ---- one scale -----------------------------------------------------------------------------------------------


def _panel(sheet: Sheet, scale: Instrument, marks: Marks, baseline, span, height: int, gap_days: int) -> None:
    reach = scale.maximum - scale.minimum
    limits = [scale.minimum - 0.06 * reach, scale.maximum + 0.12 * reach]
    axis = {"range": limits, "tickvals": _ticks(scale, height / (limits[1] - limits[0]))}
    ref = sheet.strip(height, axis, TITLE_PX if sheet.strips else TITLE_PX + TOP_PX)
    lines = reference_lines(scale, baseline.total if baseline else None)
    sheet.title(ref, _title(sheet, scale, lines))
    _bands(sheet, scale, ref, limits, height)
    for edge in limits:
        place = {"xref": "paper", "x0": 0, "x1": 1, "yref": ref, "y0": edge, "y1": edge}
        sheet.shapes.append({"type": "line", **place, "line": {"color": PRINT.grid, "width": 0.8}})
    for line in lines:
        ink = {"color": PRINT.text, "width": 0.9, "dash": line.dash}
        place = {"xref": "paper", "x0": 0, "x1": 1, "yref": ref, "y0": line.y, "y1": line.y}
        sheet.shapes.append({"type": "line", **place, "line": ink})
    _series(sheet, scale, ref, marks, gap_days)
    if not np.isfinite(marks.total).any():
        middle = {"x": 0.5, "xref": "paper", "y": (scale.minimum + scale.maximum) / 2, "yref": ref}
        sheet.note("no score in these dates", size=11, colour=PRINT.muted, xanchor="center", **middle)


def _title(sheet: Sheet, scale: Instrument, lines: Sequence[Line]) -> str:
    direction = {"worse": "higher is worse", "better": "higher is better"}.get(scale.higher_is, "")
    words = [scale.construct, direction, *(f"{DASHES[line.dash]} {line.words}" for line in lines)]
    return sheet.named(scale.title, "   ".join(word for word in words if word))


def _ticks(scale: Instrument, px: float) -> list[float]:
    """The ends and where bands begin, as far as their numbers have room; without bands the ends and the middle."""
    if not scale.bands:
        return [scale.minimum, (scale.minimum + scale.maximum) / 2, scale.maximum]
    kept = [scale.minimum]
    for band in scale.bands[1:]:
        if min(band.low - kept[-1], scale.maximum - band.low) * px >= BAND_TEXT_PX + 1:
            kept.append(band.low)
    return [*kept, scale.maximum]


def _bands(sheet: Sheet, scale: Instrument, ref: str, limits: list[float], height: int) -> None:
    """Greys that deepen with severity, each with a line at its edge and its name beside the plot."""
    bands = scale.bands
    for at, band in enumerate(bands):
        low = limits[0] if at == 0 else band.low - 0.5
        high = limits[1] if at == len(bands) - 1 else band.high + 0.5
        step = at if scale.higher_is != "better" else len(bands) - 1 - at
        grey = round(WHITE - (WHITE - DARKEST) * step / max(len(bands) - 1, 1))
        place = {"xref": "paper", "x0": 0, "x1": 1, "yref": ref, "y0": low, "y1": high}
        sheet.shapes.append({"type": "rect", **place, "fillcolor": f"#{grey:02X}{grey:02X}{grey:02X}"})
        if (high - low) * height / (limits[1] - limits[0]) >= BAND_TEXT_PX:
            beside = {
                "xref": "paper",
                "x": 1,
                "xshift": 6,
                "xanchor": "left",
                "y": (low + high) / 2,
                "yref": ref,
            }
            sheet.note(band.name, size=BAND_TEXT_PX, colour=PRINT.muted, yanchor="middle", **beside)


def _series(sheet: Sheet, scale: Instrument, ref: str, marks: Marks, gap_days: int) -> None:
    """Two versions of a definition are two series, and no line crosses a gap."""
    known = np.isfinite(marks.total)
    size = 7.0 if known.sum() <= UNCROWDED else 4.0
    for version in dict.fromkeys(marks.version[known]):
        mine = np.flatnonzero(known & (marks.version == version))
        sheet.data.append(_trace(scale, ref, marks, mine, size, gap_days))
    if (without := marks.x[~known]).size:
        cross = {"symbol": "x-thin", "size": 6, "color": "none", "line": {"color": PRINT.text, "width": 1.2}}
        place = {"x": without.tolist(), "y": [scale.minimum] * len(without), "yaxis": ref, "xaxis": "x"}
        sheet.data.append(
            {"type": "scatter", "mode": "markers", "name": "no total", "marker": cross, **place}
        )
    if known.any():
        sheet.data.append(_numbers(ref, marks.x[known], marks.total[known], size))


def _trace(scale: Instrument, ref: str, marks: Marks, mine: np.ndarray, size: float, gap_days: int) -> dict:
    symbols = [symbol(marks.early[at], marks.prorated[at]) for at in mine]
    solid = PRINT.text if scale.rater == "clinician" else PRINT.surface
    fills = [solid if each == "circle" else PRINT.surface for each in symbols]
    columns = [marks.x[mine].tolist(), marks.total[mine].tolist(), symbols, fills]
    for gap in np.flatnonzero(np.diff(marks.x[mine]) > gap_days)[::-1] + 1:
        for column, blank in zip(columns, (None, None, "circle", PRINT.surface), strict=True):
            column.insert(gap, blank)
    x, y, symbols, fills = columns
    line = {"color": PRINT.text, "width": 1.3 if size > 5 else 0.8}
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": scale.title,
        "x": x,
        "y": y,
        "xaxis": "x",
        "yaxis": ref,
        "line": line,
        "marker": {"symbol": symbols, "color": fills, "size": size, "line": line},
    }


def symbol(early: bool, prorated: bool) -> str:
    kind = "diamond" if early else "square" if prorated else "circle"
    return f"{kind}-x" if prorated else kind


def _numbers(ref: str, x: np.ndarray, total: np.ndarray, size: float) -> dict:
    """The first and the last total; all that the table says besides stays there."""
    ends = [0, len(total) - 1] if len(total) > 1 else [0]
    return {
        "type": "scatter",
        "mode": "text",
        "name": "first and last",
        "x": x[ends].tolist(),
        "y": total[ends].tolist(),
        "xaxis": "x",
        "yaxis": ref,
        "text": [f"<b>{number(total[at])}</b>" for at in ends],
        "textposition": "top center",
        "textfont": {"size": 11.5, "color": PRINT.text},
        "marker": {"size": size},
    }


# ---- around the panels ---------------------------------------------------------------------------------------


def _right(scales: Sequence[Instrument]) -> int:
    names = [band.name for scale in scales for band in scale.bands]
    return round(max((text_width(name, BAND_TEXT_PX) for name in names), default=0) + 14)


def _key(scales: Sequence[Instrument], forms: Mapping[str, Marks], treatments: pd.DataFrame) -> str:
    """What the marks mean, naming only those that are there."""
    raters = {scale.rater for scale in scales if np.isfinite(forms[scale.id].total).any()}
    every = list(forms.values())
    entries = [
        ("○ self-report", "self" in raters),
        ("● clinician-rated", "clinician" in raters),
        (
            f"◇ within {HOURS_AFTER_DOSE} h of a dose",
            any((m.early & np.isfinite(m.total)).any() for m in every),
        ),
        ("crossed: prorated", any((m.prorated & np.isfinite(m.total)).any() for m in every)),
        ("× no total", any(np.isnan(m.total).any() for m in every)),
        ("? dose unknown", bool(unknown_doses(treatments).any())),
        ("white bar: stopped early", bool(treatments["stopped_early"].any())),
    ]
    return "     ".join(words for words, there in entries if there)
