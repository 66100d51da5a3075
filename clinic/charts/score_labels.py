"""First, best and last score of a panel in numbers, no others: the rest is in the table."""

from __future__ import annotations

import numpy as np

from clinic.charts.palette import see_through
from clinic.charts.panel import Panel
from clinic.charts.score_rows import UNCROWDED, Rows
from clinic.instruments.definition import Instrument
from clinic.outcomes.wording import number

ABOVE = {"xanchor": "center", "yanchor": "bottom", "yshift": 7}
BELOW = {"xanchor": "center", "yanchor": "top", "yshift": -7}


def draw_labels(panel: Panel, rows: Rows) -> None:
    """Without a score the panel says so."""
    mine = rows.with_total
    if not len(mine):
        _empty(panel)
        return
    ground = (
        {} if len(mine) > UNCROWDED else {"bgcolor": see_through(panel.palette.surface, 0.6), "borderpad": 0}
    )
    for at, words, size, side in _labels(panel.scale, rows.total[mine]):
        place = int(mine[at])
        panel.note(words, float(rows.total[place]), size=size, xref="x", x=rows.x[place], **ground, **side)


def _labels(scale: Instrument, totals: np.ndarray) -> list[tuple[int, str, float, dict]]:
    """(position, words, size, side) of first, best and last; one point is only the last. A label stands on the
    side away from its line, and above where the floor is near."""
    first, last = 0, len(totals) - 1
    best = int(np.argmin(totals) if scale.higher_is == "worse" else np.argmax(totals))
    low = (totals - scale.minimum) / (scale.maximum - scale.minimum) < 0.09
    labels = []
    if last != first:
        rises = totals[1] > totals[0]
        labels.append((first, number(totals[first]), 12, BELOW if rises and not low[first] else ABOVE))
    if totals[best] != totals[last] and best != first:
        labels.append((best, f"best {number(totals[best])}", 12, ABOVE if low[best] else BELOW))
    came_down = last != first and totals[-2] > totals[-1]
    labels.append(
        (last, f"<b>{number(totals[last])}</b>", 14, BELOW if came_down and not low[last] else ABOVE)
    )
    return labels


def _empty(panel: Panel) -> None:
    scale = panel.scale
    place = {"xref": "paper", "x": 0.5, "xanchor": "center", "yanchor": "middle", "borderpad": 4}
    ground = see_through(panel.palette.surface, 0.85)
    middle = (scale.minimum + scale.maximum) / 2
    text = f"no {scale.title} score yet"
    panel.note(text, middle, size=12.5, colour=panel.palette.muted, bgcolor=ground, **place)
