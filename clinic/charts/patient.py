"""The core figure: one person's scores over the treatments that they had, on one time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.charts.axis import draw_time_axis, time_axis, wall_seconds
from clinic.charts.context import Context
from clinic.charts.context_lane import beginnings, draw_context
from clinic.charts.doses import Doses
from clinic.charts.palette import LIGHT, Palette
from clinic.charts.patient_rows import Columns
from clinic.charts.patient_sheet import draw_key, open_sheet
from clinic.charts.patient_words import alt as alt
from clinic.charts.score_panel import draw_panel
from clinic.charts.suicide_strip import draw_strip
from clinic.charts.treatment_guides import draw_guides
from clinic.charts.treatment_lanes import draw_lanes, route_key
from clinic.instruments.definition import Instrument
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.clock import seconds

GAP_DAYS = 35


@dataclass(frozen=True, slots=True)
class PatientFigure:
    """`spec` is what plotly takes; `points` is (assessment, x, y) of every score drawn, `untotalled` the
    assessments without a total, which stand as crosses: together the rows given, no more and no fewer."""

    spec: dict
    points: list[tuple[str, str | float, float]]
    untotalled: list[str]
    height: int


def patient_figure(
    scores: pd.DataFrame,
    treatments: pd.DataFrame,
    panels: Sequence[Instrument],
    baselines: Mapping[str, Baseline],
    *,
    others: Sequence[Instrument] = (),
    palette: Palette = LIGHT,
    zone: str = "UTC",
    narrow: bool = False,
    gap_days: int = GAP_DAYS,
    by: str = "date",
    first_dose=None,
    now=None,
    context: Context | None = None,
) -> PatientFigure:
    """Score panels (primary scale first), suicide strip, treatment lanes, context.

    `baselines` goes by instrument id. `others` are scales without a panel whose suicide answers still stand in
    the strip. `by` is "date", "days" since `first_dose` (default: the first treatment given) or treatment
    "number"; `now` only places an empty figure.
    """
    known = {scale.id: scale for scale in (*panels, *others)}
    rows = Columns(scores, seconds(treatments["started_at"]), known, zone)
    doses = Doses(treatments, rows.given)
    times = _times(rows.when, doses.when, context, zone, now)
    axis = time_axis(times, by, _origin(first_dose, doses.when, zone), doses.when, doses.number)
    rows.on(axis)
    doses.on(axis)
    sheet = open_sheet(panels, baselines, palette, narrow)
    points = []
    for place, scale in enumerate(panels):
        baseline = baselines.get(scale.id)
        start = _baseline_start(baseline, zone)
        points += draw_panel(
            sheet,
            axis,
            scale,
            rows.of(scale),
            baseline,
            start,
            place=place,
            of=len(panels),
            gap_days=gap_days,
        )
    draw_guides(sheet, doses, [ref for ref, *_ in sheet.strips])
    draw_strip(sheet, axis, rows, known)
    draw_lanes(sheet, axis, doses)
    if context:
        draw_context(sheet, axis, context)
    draw_time_axis(sheet, axis, sheet.strips[-1][0])
    draw_key(sheet, panels, rows, doses, route_key(sheet, axis, doses))
    return PatientFigure(sheet.spec(), points, rows.untotalled(panels), sheet.height)


def _times(scored: np.ndarray, given: np.ndarray, context: Context | None, zone: str, now) -> np.ndarray:
    """What the axis has to hold: all scores and treatments, and of the context what came after the first of
    them; older medicines and events reach in from the left."""
    times = np.concatenate([scored, given])
    began = beginnings(context) if context else np.array([], np.int64)
    if len(times):
        return np.concatenate([times, began[began > times.min()]])
    if len(began):
        return began
    return wall_seconds([pd.Timestamp.now(tz="UTC") if now is None else now], zone)


def _origin(first_dose, given: np.ndarray, zone: str) -> int | None:
    if first_dose is not None:
        return int(wall_seconds([first_dose], zone)[0])
    return int(given.min()) if len(given) else None


def _baseline_start(baseline: Baseline | None, zone: str) -> int | None:
    """Where the baseline's lines begin; an imported baseline without a date has them all along."""
    if baseline is None or baseline.taken_at is None:
        return None
    return int(wall_seconds([baseline.taken_at], zone)[0])
