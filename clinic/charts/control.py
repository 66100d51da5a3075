"""Run chart, p-chart and XmR chart by month: the points, their centre, limits where there are any, known events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from clinic.charts import control_labels as labels
from clinic.charts import control_marks as marks
from clinic.charts.control_labels import LINE_PX
from clinic.charts.control_words import Measure, head_lines
from clinic.charts.palette import LIGHT, Palette
from clinic.charts.sheet import plain_layout
from clinic.outcomes.control import XMR, Chart
from clinic.outcomes.wording import MONTHS

PLOT_PX, RANGE_PX, BETWEEN_PX = 250, 74, 26
LABELS_WIDE, LABELS_NARROW = 26, 9  # months whose numbers fit side by side


def control_figure(
    chart: Chart,
    measure: Measure,
    events: Sequence[tuple[date, str]] = (),
    *,
    palette: Palette = LIGHT,
    narrow: bool = False,
) -> dict:
    """One chart of `clinic.outcomes.control`. `measure` says what was counted; `events` are drawn where they
    lie in the months shown.

    Months that are not whole yet are hollow, and in no limit, centre or rule. Where there are unknown, the thin line
    above a point ends at the share if all of them had been counted too.
    """
    rows = chart.rows
    known = [(day, words) for day, words in events if labels.inside(rows, day)]
    numbers, texts = _numbers(rows, measure), labels.event_texts(known, narrow)
    lines = head_lines(chart, measure, narrow)
    top = 10 + LINE_PX * len(lines) + (16 if known else 0)
    strip = RANGE_PX + BETWEEN_PX if chart.kind == XMR else 0
    foot = 40 + LINE_PX * (len(numbers) + len(texts)) + (8 if known else 0)
    left = 74 if narrow else 96
    layout = plain_layout(palette, PLOT_PX + strip + top + foot, left, 18, foot, top=top)
    shown = _shown(rows, narrow)
    split = strip / (PLOT_PX + strip)
    layout |= {
        "xaxis": _months_axis(rows, shown, palette),
        "yaxis": _values_axis(chart, palette) | {"domain": [split, 1]},
        "shapes": labels.event_lines(rows, known, palette),
        "annotations": [
            *labels.head(lines, palette, narrow, left, bool(known)),
            *labels.event_numbers(rows, known, palette),
            *labels.counts(rows, numbers, shown, palette, left),
            *labels.event_words(texts, len(numbers), palette, left),
            *labels.rule_numbers(chart, palette, narrow),
        ],
    }
    data = [*marks.limits(chart, palette), *marks.unknown(rows, palette), *marks.line(chart, palette)]
    if chart.kind == XMR:
        layout["yaxis2"] = _range_axis(chart, palette) | {"domain": [0, RANGE_PX / (PLOT_PX + strip)]}
        layout["annotations"].append(labels.range_name(palette, RANGE_PX / (PLOT_PX + strip)))
        data += marks.ranges(chart, palette)
    return {"data": data, "layout": layout}


def _numbers(rows: pd.DataFrame, measure: Measure) -> list[tuple[str, list[int]]]:
    """The rows of numbers below the months: nobody has to trust a share."""
    found = [(measure.counted, rows["count"].tolist()), (measure.of, rows["of"].tolist())]
    found += [
        (name.replace("_", " "), rows[name].tolist())
        for name in ("unknown", "too_early")
        if name in rows and rows[name].any()
    ]
    return found


def _values_axis(chart: Chart, palette: Palette) -> dict:
    """From 0; a share of people on its whole range would flatten months that are all low, so it ends above the
    highest thing drawn."""
    rows = chart.rows
    drawn = [rows["value"], rows["high"]]
    if "unknown" in rows:
        drawn.append((rows["count"] + rows["unknown"]) / rows["of"].where(rows["of"] > 0))
    most = pd.concat(drawn).max()
    most = most if most > 0 else 0.1
    share = chart.per == 1
    top = min(most * 1.12, 1.04) if share else most * 1.12
    return {
        "range": [-0.03 * top, top],
        "tickformat": ".0%" if share else "",
        "nticks": 6,
        "gridcolor": palette.grid,
        "zeroline": False,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }


def _range_axis(chart: Chart, palette: Palette) -> dict:
    most = max(chart.range_limit, float(chart.rows["range"].max()), 0.1)
    return {
        "range": [0, most * 1.15],
        "nticks": 3,
        "gridcolor": palette.grid,
        "zeroline": False,
        "tickfont": {"size": 11, "color": palette.muted},
        "fixedrange": True,
        "anchor": "x",
    }


def _months_axis(rows: pd.DataFrame, shown: list[int], palette: Palette) -> dict:
    months = rows["month"].tolist()
    text = [
        MONTHS[months[at].month - 1]
        + (f"<br>{months[at].year}" if at == shown[0] or months[at].year != months[prev].year else "")
        for at, prev in zip(shown, [shown[0], *shown] if shown else [], strict=False)
    ]
    return {
        "range": [-0.5, max(len(rows), 1) - 0.5],
        "tickvals": shown,
        "ticktext": text,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": palette.rule,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
        "anchor": "free",
        "position": 0,
    }


def _shown(rows: pd.DataFrame, narrow: bool) -> list[int]:
    fit = LABELS_NARROW if narrow else LABELS_WIDE
    return list(range(0, len(rows), -(-len(rows) // fit))) if len(rows) else []
