"""What a score is compared with: baseline and its measurement error, the response rule, the remission rule."""

from __future__ import annotations

import math
from dataclasses import dataclass

from clinic.charts.panel import Panel
from clinic.charts.sheet import LINE_TEXT_PX, apart
from clinic.instruments.definition import Instrument
from clinic.instruments.rules import Rule
from clinic.outcomes import change
from clinic.outcomes.wording import number

LABEL_PX = 14.0
DASHES = {"dash": "- -", "dot": "···", "solid": "—"}  # how a dash is written where lines are named in text


@dataclass(frozen=True, slots=True)
class Line:
    """`y` in points of the scale; "solid" lines run all along, others begin at the baseline."""

    y: float
    words: str
    dash: str

    @property
    def quiet(self) -> bool:
        return self.dash == "solid"


def reference_lines(scale: Instrument, baseline: float | None) -> list[Line]:
    """Baseline, default response rule and default remission rule, as far as each can be drawn."""
    lines = []
    if baseline is not None:
        points = change.error_points(scale, baseline)
        reach = "" if points is None else f" ±{number(points)}"
        lines.append(Line(baseline, f"baseline {number(baseline)}{reach}", "dash"))
        lines += _response(scale, baseline)
    return lines + _remission(scale)


def _response(scale: Instrument, baseline: float) -> list[Line]:
    """None where the baseline is too mild for a verdict, or no total of the scale could meet the rule."""
    rule = scale.default_response
    too_mild = scale.caseness is not None and baseline < scale.caseness
    y = rule.line(baseline) if rule and not too_mild else None
    if y is None or y < scale.minimum:
        return []
    return [Line(y, f"response ≤ {highest_that_meets(rule, baseline, y)}", "dot")]


def _remission(scale: Instrument) -> list[Line]:
    """On whole totals "< 5" ends half a point below 5 and "≤ 7" half a point above 7, as bands do."""
    rule = scale.default_remission
    if rule is None or rule.needs_baseline:
        return []
    condition = rule.conditions[0]
    sign = {"<=": "≤", ">=": "≥"}.get(condition.comparison, condition.comparison)
    edge = condition.value + (0.5 if condition.comparison in ("<=", ">") else -0.5)
    return [Line(edge, f"remission {sign} {number(condition.value)}", "solid")]


def highest_that_meets(rule: Rule, baseline: float, line: float) -> int:
    """The highest whole total that meets a response rule whose line lies at `line`: the rule itself is asked."""
    whole = math.floor(line) + 1
    while whole >= rule.floor and not rule.met(whole, baseline):
        whole -= 1
    return whole


def draw_corridor(panel: Panel, baseline: float, start: int) -> None:
    """Baseline ± reliable change: what lies inside could be measurement error."""
    points = change.error_points(panel.scale, baseline)
    if points is None:
        return
    low, high = max(baseline - points, panel.scale.minimum), min(baseline + points, panel.scale.maximum)
    x0, x1 = panel.axis.at([start, panel.axis.last])
    panel.fill(low, high, panel.palette.error_fill, xref="x", x0=x0, x1=x1)


def draw_lines(panel: Panel, lines: list[Line], start: int) -> None:
    """Each line with its words beside its right end; a phone has them in the panel's title."""
    places = [(line.y - panel.limits[0]) * panel.px_per_point for line in lines]
    for line, place, moved in zip(lines, places, apart(places, LABEL_PX), strict=True):
        colour = panel.palette.muted if line.quiet else panel.palette.text
        x0, x1 = panel.axis.at([panel.axis.first if line.quiet else start, panel.axis.last])
        ink = {"color": colour, "width": 1, "dash": line.dash}
        panel.level(line.y, ink, xref="x", x0=x0, x1=x1, opacity=0.75)
        if not panel.sheet.narrow:
            side = {"xref": "paper", "x": 1, "xshift": 7, "xanchor": "left", "yanchor": "middle"}
            panel.note(line.words, line.y, size=LINE_TEXT_PX, colour=colour, yshift=moved - place, **side)
