"""The suicide strip: every answer by date with its number, apart from all totals.

An endorsed answer is a filled disc, an answer of 0 a hollow one, a skipped item a question mark, and a visit at
which no scale asked a short dash: nothing here is green and silence is never drawn as an answer.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from clinic.charts.axis import TimeAxis
from clinic.charts.sheet import Sheet
from clinic.instruments.definition import Instrument
from clinic.instruments.items import Level
from clinic.outcomes.clock import DAY
from clinic.outcomes.wording import number

LEVEL_PX = 20
DISC_PX = 17
LEVELS = 3
MANY = 45


def draw_strip(sheet: Sheet, axis: TimeAxis, forms, scales: Mapping[str, Instrument]) -> None:
    """One row per scale that asks; answers too close to each other step down within their row.

    `forms` has the arrays instrument, when (wall-clock seconds), suicide and state of all forms.
    """
    asked = (forms.state == "yes") | (forms.state == "no") | (forms.state == "skipped")
    rows = []
    for name, scale in scales.items():
        mine = np.flatnonzero(asked & (forms.instrument == name))
        if not len(mine):
            continue
        answers = Answers(scale, forms.when[mine], forms.suicide[mine], forms.state[mine])
        rows.append((answers, levels(answers, axis, sheet)))
    depths = [int(deep.max()) + 1 for _, deep in rows] or [1]
    bottom = sum(depths)
    ref = sheet.strip(LEVEL_PX * bottom + 8, {"range": [bottom - 0.3, -0.7], "tickvals": []})
    sheet.title(ref, sheet.named("Suicide item", "? skipped · – not asked that day"))
    sheet.shapes.append(_frame(sheet, ref))
    for (answers, deep), top in zip(rows, np.cumsum([0, *depths]), strict=False):
        _answers(sheet, axis, ref, answers, deep + top)
        _row_name(sheet, ref, int(top), answers.scale)
    _not_asked(sheet, axis, ref, bottom - 0.42, forms.when, asked)
    if not rows:
        text = "never asked" if len(forms.when) else "no answers yet"
        place = {"x": 0.5, "xref": "paper", "y": 0, "yref": ref, "xanchor": "center", "yanchor": "middle"}
        sheet.note(text, size=12, colour=sheet.palette.muted, **place)


class Answers:
    """One scale's answers as arrays: what was skipped, endorsed, urgent by the scale's own flag."""

    def __init__(self, scale: Instrument, when: np.ndarray, value: np.ndarray, state: np.ndarray):
        flag = scale.suicide_flag
        self.scale, self.when, self.value = scale, when, value
        self.skipped = (state == "skipped") | (np.isnan(value) & (state != "yes"))
        self.endorsed = ((state == "yes") | (value >= (flag.review_from if flag else 1))) & ~self.skipped
        self.urgent = self.endorsed & (value >= (flag.urgent_from if flag else np.inf))
        # Many answers of 0 shrink to rings without a digit, so that the others can be read.
        self.small = ~self.skipped & ~self.endorsed & (len(when) > MANY)


def levels(answers: Answers, axis: TimeAxis, sheet: Sheet) -> np.ndarray:
    """0 for the upper line of the row, 1 and 2 for answers that would cover their neighbour."""
    x = (answers.when - axis.first) / axis.span * sheet.plot_width
    deep, ends = np.zeros(len(x), int), [-np.inf] * LEVELS
    for at in np.flatnonzero(~answers.small):  # in order of time
        free = [level for level in range(LEVELS) if x[at] - ends[level] >= DISC_PX]
        deep[at] = free[0] if free else int(np.argmin(ends))
        ends[deep[at]] = x[at]
    return deep


def _frame(sheet: Sheet, ref: str) -> dict:
    line = {"color": sheet.palette.grid, "width": 1}
    place = {"xref": "paper", "yref": f"{ref} domain", "x0": 0, "x1": 1, "y0": 0, "y1": 1}
    return {"type": "rect", **place, "line": line, "layer": "below"}


def _answers(sheet: Sheet, axis: TimeAxis, ref: str, answers: Answers, y: np.ndarray) -> None:
    palette = sheet.palette
    loud = answers.endorsed | answers.skipped
    sheet.data.append(
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": answers.scale.title,
            "x": axis.at(answers.when),
            "y": y.tolist(),
            "xaxis": "x",
            "yaxis": ref,
            "cliponaxis": False,
            "marker": {
                "symbol": np.where(answers.skipped, "square", "circle").tolist(),
                "size": np.select([answers.small, answers.urgent], [6, DISC_PX + 1], DISC_PX - 2).tolist(),
                "opacity": 1,
                "color": np.where(answers.endorsed, palette.worse, palette.surface).tolist(),
                "line": {
                    "color": np.where(loud, palette.worse, palette.unknown).tolist(),
                    "width": np.where(answers.skipped, 1.8, 1.2).tolist(),
                },
            },
            "text": [
                _digit(answers.scale, *each)
                for each in zip(answers.value, answers.skipped, answers.endorsed, answers.small, strict=True)
            ],
            "textposition": "middle center",
            "textfont": {
                "size": 11,
                "weight": 600,
                "color": np.select(
                    [answers.endorsed, answers.skipped], [palette.surface, palette.worse], palette.muted
                ).tolist(),
            },
            "hovertext": np.select(
                [answers.skipped, answers.endorsed], ["skipped", "endorsed"], "0"
            ).tolist(),
            "hovertemplate": f"{answers.scale.asks}: %{{hovertext}} %{{text}}<br>{axis.hover}<extra></extra>",
        }
    )


def _digit(scale: Instrument, value: float, skipped: bool, endorsed: bool, small: bool) -> str:
    """The answer; `B` for behaviour, which no level says."""
    if skipped or value != value:
        return "?"
    if endorsed and scale.level and value in (0, Level.BEHAVIOUR):
        return "B"
    return "" if small else number(value)


def _row_name(sheet: Sheet, ref: str, y: int, scale: Instrument) -> None:
    """`PHQ-9 item 9`, on a phone only `PHQ-9`."""
    words, size = (scale.title.replace(" ", "<br>"), 10) if sheet.narrow else (scale.asks, 11.5)
    place = {
        "x": 1,
        "xshift": 6,
        "xref": "paper",
        "y": y,
        "yref": ref,
        "xanchor": "left",
        "yanchor": "middle",
    }
    sheet.note(words, size=size, colour=sheet.palette.text, **place)


def _not_asked(sheet, axis, ref, row, when, asked) -> None:
    """A dash for each day on which scores were taken and no scale asked."""
    days = when // DAY
    silent = np.flatnonzero(~np.isin(days, days[asked]))
    _, one_per_day = np.unique(days[silent], return_index=True)
    mine = silent[one_per_day]
    if not len(mine):
        return
    sheet.data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "not asked",
            "x": axis.at(when[mine]),
            "y": [row] * len(mine),
            "xaxis": "x",
            "yaxis": ref,
            "cliponaxis": False,
            "marker": {
                "symbol": "line-ew",
                "size": 7,
                "line": {"color": sheet.palette.unknown, "width": 1.6},
            },
            "hovertemplate": f"{axis.hover}<br>no scale of this day asked about suicide<extra></extra>",
        }
    )
