"""The suicide strip: every answer by date with its number, apart from all totals.

An endorsed answer is a filled disc, an answer of 0 a hollow one, a skipped item a question mark, and a visit at
which no scale asked a short dash: nothing here is green and silence is never drawn as an answer.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from clinic.charts.axis import TimeAxis
from clinic.charts.patient_rows import STATES, Columns
from clinic.charts.sheet import Sheet
from clinic.instruments.definition import Instrument
from clinic.instruments.items import Level
from clinic.outcomes.clock import DAY
from clinic.outcomes.wording import number

LEVEL_PX = 20
DISC_PX = 17
LEVELS = 3
MANY = 45
NONE, ENDORSED, URGENT, SKIPPED, SMALL = range(5)


def draw_strip(sheet: Sheet, axis: TimeAxis, forms: Columns, scales: Mapping[str, Instrument]) -> None:
    """One row per scale that asks; answers too close to each other step down within their row.

    `forms` are all forms of these scales.
    """
    asked = forms.state > 0
    rows = []
    for place, scale in enumerate(scales.values()):
        mine = np.flatnonzero(asked & (forms.scale == place))
        if not len(mine):
            continue
        x = [forms.x[at] for at in mine.tolist()]
        answers = Answers(scale, forms.when[mine], x, forms.suicide[mine], forms.state[mine])
        rows.append((answers, levels(answers, axis, sheet)))
    depths = [int(deep.max()) + 1 for _, deep in rows] or [1]
    bottom = sum(depths)
    ref = sheet.strip(LEVEL_PX * bottom + 8, {"range": [bottom - 0.3, -0.7], "tickvals": []})
    sheet.title(ref, sheet.named("Suicide item", "? skipped · – not asked that day"))
    sheet.shapes.append(_frame(sheet, ref))
    for (answers, deep), top in zip(rows, np.cumsum([0, *depths]), strict=False):
        _answers(sheet, axis, ref, answers, deep + top)
        _row_name(sheet, ref, int(top), answers.scale)
    _not_asked(sheet, axis, ref, bottom - 0.42, forms, asked)
    if not rows:
        text = "never asked" if len(forms.when) else "no answers yet"
        place = {"x": 0.5, "xref": "paper", "y": 0, "yref": ref, "xanchor": "center", "yanchor": "middle"}
        sheet.note(text, size=12, colour=sheet.palette.muted, **place)


class Answers:
    """One scale's answers as arrays. `kind` is 0 for an answer of 0, 1 endorsed, 2 urgent by the scale's own flag,
    3 skipped, 4 for one of many answers of 0, which shrink to rings without a digit."""

    def __init__(self, scale: Instrument, when: np.ndarray, x: list, value: np.ndarray, state: np.ndarray):
        flag = scale.suicide_flag
        self.scale, self.when, self.x, self.value = scale, when, x, value
        yes = state == STATES["yes"]
        skipped = (state == STATES["skipped"]) | (np.isnan(value) & ~yes)
        endorsed = yes | (value >= (flag.review_from if flag else 1))
        urgent = value >= (flag.urgent_from if flag else np.inf)
        none = SMALL if len(when) > MANY else NONE
        self.kind = np.where(skipped, SKIPPED, np.where(endorsed, np.where(urgent, URGENT, ENDORSED), none))


def levels(answers: Answers, axis: TimeAxis, sheet: Sheet) -> np.ndarray:
    """0 for the upper line of the row, 1 and 2 for answers that would cover their neighbour."""
    x = axis.pixels(answers.when, sheet.plot_width).tolist()
    deep, ends = [0] * len(x), [-DISC_PX] * LEVELS
    for at in np.flatnonzero(answers.kind != SMALL).tolist():  # in order of time
        free = next((level for level, end in enumerate(ends) if x[at] - end >= DISC_PX), None)
        deep[at] = ends.index(min(ends)) if free is None else free
        ends[deep[at]] = x[at]
    return np.array(deep)


def _frame(sheet: Sheet, ref: str) -> dict:
    line = {"color": sheet.palette.grid, "width": 1}
    place = {"xref": "paper", "yref": f"{ref} domain", "x0": 0, "x1": 1, "y0": 0, "y1": 1}
    return {"type": "rect", **place, "line": line, "layer": "below"}


def _answers(sheet: Sheet, axis: TimeAxis, ref: str, answers: Answers, y: np.ndarray) -> None:
    palette, kinds = sheet.palette, answers.kind.tolist()
    worse, quiet, ground = palette.worse, palette.unknown, palette.surface

    def by_kind(*looks) -> list:
        return list(map(looks.__getitem__, kinds))

    sheet.data.append(
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": answers.scale.title,
            "x": answers.x,
            **axis.dated(answers.when),
            "y": y.tolist(),
            "xaxis": "x",
            "yaxis": ref,
            "cliponaxis": False,
            "marker": {
                "symbol": by_kind("circle", "circle", "circle", "square", "circle"),
                "size": by_kind(DISC_PX - 2, DISC_PX - 2, DISC_PX + 1, DISC_PX - 2, 6),
                "opacity": 1,
                "color": by_kind(ground, worse, worse, ground, ground),
                "line": {
                    "color": by_kind(quiet, worse, worse, worse, quiet),
                    "width": by_kind(1.2, 1.2, 1.2, 1.8, 1.2),
                },
            },
            "text": _digits(answers, kinds),
            "textposition": "middle center",
            "textfont": {
                "size": 11,
                "weight": 600,
                "color": by_kind(palette.muted, ground, ground, worse, palette.muted),
            },
            "hovertext": by_kind("0", "endorsed", "endorsed", "skipped", "0"),
            "hovertemplate": f"{answers.scale.asks}: %{{hovertext}} %{{text}}<br>{axis.hover}<extra></extra>",
        }
    )


def _digits(answers: Answers, kinds: list[int]) -> list[str]:
    pairs = list(zip(answers.value.tolist(), kinds, strict=True))
    said = {pair: _digit(answers.scale, *pair) for pair in set(pairs)}
    return list(map(said.__getitem__, pairs))


def _digit(scale: Instrument, value: float, kind: int) -> str:
    """The answer; `B` for behaviour, which no level says."""
    if kind == SKIPPED or value != value:
        return "?"
    if kind in (ENDORSED, URGENT) and scale.level and value in (0, Level.BEHAVIOUR):
        return "B"
    return "" if kind == SMALL else number(value)


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


def _not_asked(sheet: Sheet, axis: TimeAxis, ref: str, row: float, forms: Columns, asked: np.ndarray) -> None:
    """A dash for each day on which scores were taken and no scale asked."""
    days = forms.when // DAY
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
            "x": [forms.x[at] for at in mine.tolist()],
            **axis.dated(forms.when[mine]),
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
