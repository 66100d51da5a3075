"""The context lane: what went on around the treatments, under them and on the same time axis."""

from __future__ import annotations

import numpy as np

from clinic.charts.axis import TimeAxis
from clinic.charts.context import Bar, Context
from clinic.charts.context_bars import draw_bars
from clinic.charts.context_events import draw_events
from clinic.charts.context_places import midnight_of, noon_of
from clinic.charts.context_steps import MOST_TRACKS, draw_tracks, tracks
from clinic.charts.context_words import MEDICATION
from clinic.charts.sheet import Sheet


def draw_context(sheet: Sheet, axis: TimeAxis, context: Context) -> None:
    """Bars of medicines and therapies, tracks of daily doses, events; each only if there is any."""
    drugs = tracks(sheet, axis, context.steps)
    tracked = {drug.casefold() for drug in list(drugs)[:MOST_TRACKS]}
    draw_bars(sheet, axis, [bar for bar in context.bars if not _is_one_of(bar, tracked)])
    draw_tracks(sheet, axis, drugs)
    draw_events(sheet, axis, context.events)


def _is_one_of(bar: Bar, tracked: set[str]) -> bool:
    """A medicine with a track is not drawn a second time as a bar."""
    return bar.kind == MEDICATION and bar.label.casefold() in tracked


def beginnings(context: Context) -> np.ndarray:
    """Wall-clock seconds at which something began or happened, so that an axis can reach the latest of them."""
    began = [midnight_of(each.start) for each in (*context.bars, *context.steps)]
    return np.array(began + [noon_of(each.on) for each in context.events], np.int64)
