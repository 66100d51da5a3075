"""Vital signs of one treatment over its minutes, live, afterwards and in print: what was measured, unsmoothed, with
the limits, the person's own values before the dose, and what happened when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from clinic.charts.palette import LIGHT, PRINT, Palette
from clinic.charts.sheet import Sheet
from clinic.charts.vitals_lane import Pin, draw_lane, lane_words, shade_given, upright
from clinic.charts.vitals_limits import known_limits, tiers_of
from clinic.charts.vitals_lines import LINES, draw_line, draw_small_rows
from clinic.charts.vitals_places import places
from clinic.charts.vitals_pressure import draw_pressure
from clinic.charts.vitals_rows import SMALL_ROWS, own_values, pre_dose, rows_of
from clinic.charts.vitals_words import vitals_alt

__all__ = ["PRINT", "Pin", "places", "pre_dose", "vitals_alt", "vitals_figure"]

WIDE, NARROW = 880, 358


def vitals_figure(
    vitals: pd.DataFrame,
    *,
    given_minutes: float | None = None,
    limits: Iterable[Sequence] = (),
    limits_before: Iterable[Sequence] = (),
    baseline: Mapping[str, float | None] | None = None,
    events: Iterable[Pin] = (),
    minimum_minute: float | None = None,
    ready_minute: float | None = None,
    left_minute: float | None = None,
    now_minute: float | None = None,
    palette: Palette = LIGHT,
    narrow: bool = False,
    width: int | None = None,
) -> dict:
    """Blood pressure as floating bars, heart rate and oxygen saturation in panels of their own.

    `vitals` has minute (from the start of the dose, negative before it), systolic, diastolic, heart_rate, spo2 and
    may have respiratory_rate and moaas (or the store's names of them); NaN is not recorded and leaves a gap.
    `limits` are rows of measure, tier, value and, where the usual direction is not meant, comparison; other
    measures and tier "info" are left out. `limits_before`, if any, judge what was measured up to minute 0 and are
    not drawn. `baseline` is by measure, see `pre_dose`. `given_minutes` shades the time of giving, so far where it
    still runs. `width` in pixels only decides what would touch.
    """
    rows, limits = rows_of(vitals), known_limits(limits)
    before = own_values(baseline)
    small = [column for column in SMALL_ROWS if column in rows and rows[column].notna().any()]
    tiers = tiers_of(rows, limits, known_limits(limits_before))
    left, right = (54 if small else 34), (12 if narrow else 108)
    sheet = Sheet(palette, narrow, left, right, 42, width or (NARROW if narrow else WIDE))
    minute = rows["minute"].to_numpy(float)
    events = tuple(events)
    clock = {"minimum": minimum_minute, "ready": ready_minute, "left": left_minute, "now": now_minute}
    clock = {name: at for name, at in clock.items() if at is not None}
    pinned = [pin.minute for pin in events if pin.placed]
    span = _span([*minute, *clock.values(), *pinned, given_minutes or 0.0])
    words = lane_words(sheet, events, clock)
    draw_lane(sheet, span, words, events, given_minutes)
    panels = [draw_pressure(sheet, rows, minute, span, limits, tiers, before)]
    panels += [draw_line(sheet, rows, minute, line, limits, tiers, before) for line in LINES]
    if small:
        panels.append(draw_small_rows(sheet, rows, minute, small, tiers, span))
    for ref in panels:
        shade_given(sheet, ref, given_minutes)
        sheet.shapes += [upright(word, f"{ref} domain", 0, 1) for word in words]
    sheet.time_axis = _time_axis(sheet, span, panels[-1])
    return sheet.spec()


def _span(minutes: list[float]) -> tuple[float, float]:
    known = [at for at in minutes if at == at]
    first = min(0.0, *known) if known else 0.0
    last = max([first + 30, *known])
    room = 0.04 * (last - first)
    return first - room, last + room


def _time_axis(sheet: Sheet, span, anchor: str) -> dict:
    return {
        "anchor": anchor,
        "range": list(span),
        "title": {"text": "minutes from the start of the dose", "standoff": 4, "font": {"size": 11.5}},
        "nticks": 7 if sheet.narrow else 13,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": sheet.palette.rule,
        "tickfont": {"size": 11.5, "color": sheet.palette.muted},
        "fixedrange": True,
    }
