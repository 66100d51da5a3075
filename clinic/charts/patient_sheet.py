"""The core figure's sheet: margins from what has to fit into them, and the key of the marks that are there."""

from __future__ import annotations

import numpy as np

from clinic.charts.doses import Doses
from clinic.charts.palette import Palette
from clinic.charts.reference_lines import reference_lines
from clinic.charts.sheet import BAND_TEXT_PX, LINE_TEXT_PX, Sheet, text_width
from clinic.outcomes.counting import HOURS_AFTER_DOSE

WIDE, NARROW = 880, 358
AXIS_PX, KEY_LINE_PX = 42, 17
KEY_WIDE, KEY_NARROW = 5, 2  # entries of the key on one line


def open_sheet(panels, baselines, palette: Palette, narrow: bool) -> Sheet:
    return Sheet(
        palette=palette,
        narrow=narrow,
        left=28 if narrow else 34,
        right=_right_margin(panels, baselines, narrow),
        foot=AXIS_PX + 4,
        width=NARROW if narrow else WIDE,
    )


def draw_key(sheet: Sheet, panels, rows, doses: Doses, routes: list[str]) -> None:
    """Under the time axis; `routes` are entries for the route marks that stand without letters."""
    entries = _entries(panels, rows, doses) + routes
    per_line = KEY_NARROW if sheet.narrow else KEY_WIDE
    lines = ["     ".join(entries[at : at + per_line]) for at in range(0, len(entries), per_line)]
    if lines:
        sheet.foot += KEY_LINE_PX * len(lines)
        place = {"x": 0, "xref": "paper", "y": 0, "yref": "paper", "xanchor": "left", "yanchor": "top"}
        sheet.note("<br>".join(lines), size=11.5, colour=sheet.palette.muted, yshift=-AXIS_PX, **place)


def _right_margin(panels, baselines, narrow: bool) -> int:
    """Room beside the panels for the bands' names and, unless narrow, for the lines' words before them."""
    names = [band.name for scale in panels for band in scale.bands]
    if narrow:
        words = [word for name in names for word in name.split()]
        words += [word for scale in panels if scale.suicide_item for word in scale.title.split()]
        return max(round(max((text_width(word, BAND_TEXT_PX - 1) for word in words), default=0) + 12), 20)
    lines = [40.0]
    for scale in panels:
        baseline = baselines.get(scale.id)
        total = baseline.total if baseline else None
        lines += [text_width(line.words, LINE_TEXT_PX) for line in reference_lines(scale, total)]
    bands = max((text_width(name, BAND_TEXT_PX) for name in names), default=0)
    return round(max(lines) + bands + (26 if names else 14))


def _entries(panels, rows, doses: Doses) -> list[str]:
    """What the marks mean, naming only those that are there."""
    shown = rows.shown(panels)
    has = shown & rows.with_total
    there = set(np.unique(rows.scale[has]).tolist())
    present = {scale.rater for scale in panels if rows.places[scale.id] in there}
    entries = [
        ("○ self-report", "self" in present),
        ("● clinician-rated", "clinician" in present),
        (f"◇ within {HOURS_AFTER_DOSE} h of a dose", bool((has & rows.early).any())),
        ("⊠ prorated", bool((has & rows.prorated).any())),
        ("× no total", bool((shown & ~rows.with_total).any())),
        ("▨ stopped early", any(doses.stopped_early)),
        ("△ moderate adverse event", "moderate" in doses.worst_event),
        ("▲ severe adverse event", "severe" in doses.worst_event),
    ]
    return [words for words, there in entries if there]
