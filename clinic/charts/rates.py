"""Rates in rows: of all with its interval, hatched what the missing could change, hollow those with a score alone.

Every row carries its words above and below its bar, so the figure reads the same on a phone and on paper.
"""

from __future__ import annotations

from html import escape

import pandas as pd

from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout
from clinic.outcomes.proportion import percent
from clinic.outcomes.rates import WORSENING, with_share

ROW_PX, TOP_PX, FOOT_PX = 78, 46, 44
BAR, OBSERVED_AT = 0.2, 0.2  # in rows: the bar's thickness; how far below it those with a score stand
EDGE = 22


def rates_figure(
    rates: pd.DataFrame, had: str = "responded", *, palette: Palette = LIGHT, narrow: bool = False
) -> dict:
    """`rates` from `outcomes.rates`; `had` says what the people counted did: "responded". A row with
    nobody below the line keeps its words and has no bar."""
    rows = list(rates.itertuples())
    layout = plain_layout(palette, TOP_PX + ROW_PX * len(rows) + FOOT_PX, EDGE, EDGE, FOOT_PX, top=TOP_PX)
    layout |= {
        "annotations": [
            *_key(had, palette, narrow),
            *(note for at, row in enumerate(rows) for note in _words(at, row, palette, narrow)),
        ],
        "barmode": "overlay",
        "bargap": 0,
        "xaxis": share_axis(palette, narrow),
        "yaxis": {"range": [len(rows) - 0.5, -0.5], "visible": False, "fixedrange": True},
    }
    drawn = [(at, row) for at, row in enumerate(rows) if row.of]
    return {
        "data": [*_bars(drawn, palette), _whiskers(drawn, palette), _observed(drawn, palette)],
        "layout": layout,
    }


def share_axis(palette: Palette, narrow: bool) -> dict:
    """From 0 to 100 %, always whole: a cut axis would make every rate look large."""
    return {
        "range": [0, 1],
        "tickvals": [0, 0.25, 0.5, 0.75, 1] if narrow else [n / 10 for n in range(11)],
        "tickformat": ".0%",
        "gridcolor": palette.grid,
        "zeroline": False,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }


def _bars(drawn: list, palette: Palette) -> list[dict]:
    at = [place for place, _ in drawn]
    had = {
        "x": [row.share for _, row in drawn],
        "marker": {
            "color": [palette.worse if row.label == WORSENING else palette.primary for _, row in drawn],
            "line": {"width": 1.2, "color": palette.score},
        },
    }
    missing = {
        "x": [row.most - row.share for _, row in drawn],
        "base": [row.share for _, row in drawn],
        "marker": {
            "color": see_through(palette.unknown, 0.28),
            "line": {"width": 1.2, "color": palette.unknown},
            "pattern": {
                "shape": "/",
                "fillmode": "replace",
                "fgcolor": palette.unknown,
                "bgcolor": palette.surface,
                "fgopacity": 1,
                "size": 6,
                "solidity": 0.2,
            },
        },
    }
    shared = {"type": "bar", "orientation": "h", "y": at, "width": BAR, "hoverinfo": "skip"}
    return [shared | missing | {"name": "unknown"}, shared | had | {"name": "of all"}]


def _whiskers(drawn: list, palette: Palette) -> dict:
    share = [row.share for _, row in drawn]
    marker = {"size": 1, "color": palette.text}
    at = [place for place, _ in drawn]
    bounds = [(row.low, row.high) for _, row in drawn]
    return _pointed("interval", share, at, bounds, marker, palette.text)


def _observed(drawn: list, palette: Palette) -> dict:
    """Those with a score alone, hollow and below the bar: the smaller number must not look like the result."""
    known = [(place, row) for place, row in drawn if row.scored]
    marker = {
        "size": 9,
        "symbol": "diamond-open",
        "color": palette.muted,
        "line": {"width": 1.6, "color": palette.muted},
    }
    return _pointed(
        "with a score",
        [row.observed for _, row in known],
        [place + OBSERVED_AT for place, _ in known],
        [(row.observed_low, row.observed_high) for _, row in known],
        marker,
        palette.muted,
    )


def _pointed(name: str, x: list, y: list, bounds: list, marker: dict, colour: str) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": x,
        "y": y,
        "marker": marker,
        "hoverinfo": "skip",
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [high - each for each, (_, high) in zip(x, bounds, strict=True)],
            "arrayminus": [each - low for each, (low, _) in zip(x, bounds, strict=True)],
            "color": colour,
            "thickness": 1.3,
            "width": 4,
        },
    }


def _words(at: int, row, palette: Palette, narrow: bool) -> list[dict]:
    """Above the bar the rate of all; below it what is not known, and the rate of those with a score."""
    above = f"<b>{escape(row.label)}</b>  {with_share(row.n, row.of, row.low, row.high)}"
    if not row.of:
        above = f"<b>{escape(row.label)}</b>  {_nobody(row)}"
    notes = [_note(above, at - 0.3, palette.text, 13 if not narrow else 12.5)]
    if row.of:
        notes.append(_note(_below(row, narrow), at + 0.37, palette.muted, 11.5 if not narrow else 10.5))
    return notes


def _nobody(row) -> str:
    return (
        f"no window has passed yet ({row.too_early} too early)"
        if row.started
        else "no scale with such a rule"
    )


def _below(row, narrow: bool) -> str:
    told = [f"with score {with_share(row.n, row.scored, row.observed_low, row.observed_high)}"]
    if row.missing:
        told.append(f"{row.missing} unknown, {'≤' if narrow else 'at most'} {percent(row.most, row.of)} %")
    if not narrow:
        if row.without_verdict:
            told.append(f"{row.without_verdict} too mild to judge")
        if row.too_early:
            told.append(f"{row.too_early} more too early")
    return " · ".join(told)


def _note(text: str, y: float, colour: str, size: float) -> dict:
    return {
        "text": text,
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": y,
        "yref": "y",
        "yanchor": "middle",
        "align": "left",
        "showarrow": False,
        "font": {"size": size, "color": colour},
    }


def _key(had: str, palette: Palette, narrow: bool) -> list[dict]:
    """What is drawn, in the marks it is drawn with."""
    gap = "<br>" if narrow else "   "
    text = (
        f"<span style='color:{palette.score}'>■</span> {had}, of all whose window has passed, 95 % interval{gap}"
        f"▨ unknown: how far it would reach if all of them had   ◇ of those with a score only"
    )
    if narrow:
        text = (
            f"<span style='color:{palette.score}'>■</span> {had}, of all, 95 % interval<br>"
            "▨ unknown, if all of them had  ◇ with score only"
        )
    place = {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 6,
    }
    font = {"size": 10.5 if narrow else 11.5, "color": palette.muted}
    return [{"text": text, "align": "left", "showarrow": False, "font": font} | place]
