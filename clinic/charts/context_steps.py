"""Daily doses of a drug as a stepped track, each drug on a scale of its own: what calms or thickens the night may
also blunt or explain a response."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clinic.charts.axis import TimeAxis
from clinic.charts.context import Step
from clinic.charts.context_places import Stretch, headed, more, plain, stretches
from clinic.charts.context_words import amount, lasting
from clinic.charts.doses import nice_top
from clinic.charts.palette import see_through
from clinic.charts.sheet import Sheet, text_width
from clinic.outcomes.wording import number

TRACK_PX = 34
UP_TO = 0.62  # of the track's height; amounts stand above
MOST_TRACKS = 3
TEXT_PX = 10.5


Dosed = list[tuple[Step, Stretch]]


def tracks(sheet: Sheet, axis: TimeAxis, steps: Sequence[Step]) -> dict[str, Dosed]:
    """Drugs that reach the axis, in the order in which they were begun."""
    drugs: dict[str, Dosed] = {}
    for step, place in stretches(axis, sheet.plot_width, steps):
        drugs.setdefault(step.drug, []).append((step, place))
    return drugs


def draw_tracks(sheet: Sheet, axis: TimeAxis, drugs: dict[str, Dosed]) -> None:
    """One strip per drug, three at most."""
    shown = list(drugs.items())[:MOST_TRACKS]
    for drug, mine in shown:
        hidden = len(drugs) - len(shown) if drug == shown[-1][0] else 0
        _track(sheet, axis, drug, mine, hidden)


def _track(sheet, axis, drug: str, steps: Dosed, hidden: int) -> None:
    top = nice_top(np.array([np.nan if s.mg_per_day is None else s.mg_per_day for s, _ in steps]))
    axis_of = {"range": [0, top / UP_TO], "tickvals": [0], "ticktext": ["0"]}
    unknown = "? amount unknown" if any(s.mg_per_day is None for s, _ in steps) else ""
    words = [each for each in ("mg/day", unknown, *more(hidden)) if each]
    ref = headed(sheet, TRACK_PX, axis_of, plain(drug[:1].upper() + drug[1:]), words)
    known = [pair for pair in steps if pair[0].mg_per_day is not None]
    sheet.data += [_line(sheet, ref, run) for run in _runs(known)]
    if len(known) < len(steps):
        sheet.data.append(_hatched(sheet, axis, ref, [p for p in steps if p[0].mg_per_day is None], top))
    _amounts(sheet, ref, steps, top)


def _runs(steps: Dosed) -> list[Dosed]:
    """Cut where there was no dose in between: plotly would fill across a break within one line."""
    runs: list[Dosed] = []
    for step, place in steps:
        if runs and place.left <= runs[-1][-1][1].right:
            runs[-1].append((step, place))
        else:
            runs.append([(step, place)])
    return runs


def _line(sheet: Sheet, ref: str, steps: Dosed) -> dict:
    """Risers where one dose follows another at once; on the day of a change the new dose counts."""
    starts = [place.start for _, place in steps]
    ends = [*starts[1:], steps[-1][1].end]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "daily dose",
        "x": [x for ends_of in zip(starts, ends, strict=True) for x in ends_of],
        "y": [step.mg_per_day for step, _ in steps for _ in range(2)],
        "xaxis": "x",
        "yaxis": ref,
        "line": {"color": sheet.palette.muted, "width": 1.8},
        "fill": "tozeroy",
        "fillcolor": see_through(sheet.palette.muted, 0.18),
        "hoveron": "points",
        "hovertext": [_hover(step) for step, _ in steps for _ in range(2)],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _hatched(sheet, axis, ref, steps: Dosed, top: float) -> dict:
    """An unknown amount has no height: hatched up to half, with a question mark."""
    palette = sheet.palette
    return {
        "type": "bar",
        "name": "daily dose unknown",
        "x": [place.start for _, place in steps],
        "y": [top / 2] * len(steps),
        "width": [axis.width(place.right - place.left, sheet.plot_width) for _, place in steps],
        "offset": 0,
        "xaxis": "x",
        "yaxis": ref,
        "marker": {
            "color": palette.muted,
            "line": {"color": palette.muted, "width": 0},
            "pattern": {
                "shape": "/",
                "fillmode": "replace",
                "fgcolor": palette.muted,
                "bgcolor": "rgba(0,0,0,0)",
                "size": 6,
                "solidity": 0.18,
            },
        },
        "hovertext": [_hover(step) for step, _ in steps],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _amounts(sheet, ref, steps: Dosed, top: float) -> None:
    """Each amount over the beginning of its step, as far as it does not run into the next; arrow heads where the
    drug goes on beyond the axis."""
    ends = [place.left for _, place in steps[1:]] + [sheet.plot_width + sheet.right]
    for (step, place), end in zip(steps, ends, strict=True):
        words = "?" if step.mg_per_day is None else number(step.mg_per_day)
        words = ("◂ " if place.began_earlier else "") + words + (" ▸" if place.goes_on else "")
        if text_width(words, TEXT_PX) + 3 <= end - place.left:
            height = top / 2 if step.mg_per_day is None else step.mg_per_day
            at = {"xref": "paper", "x": place.left / sheet.plot_width, "y": height, "yref": ref}
            sheet.note(
                words,
                size=TEXT_PX,
                colour=sheet.palette.text,
                xanchor="left",
                yanchor="bottom",
                yshift=-1,
                **at,
            )


def _hover(step: Step) -> str:
    return f"<b>{plain(step.drug)}</b> {amount(step)}<br>{lasting(step.start, step.end)}"
