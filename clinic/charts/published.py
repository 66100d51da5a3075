"""This clinic's rate over the bands that others published: hatched and grey, and never a line to reach."""

from __future__ import annotations

from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.rates import EDGE, share_axis
from clinic.charts.sheet import plain_layout
from clinic.outcomes.bands_published import ALL_STARTED, LABEL, WITH_SCORE, Figure, Own, Source
from clinic.outcomes.proportion import percent
from clinic.outcomes.rates import with_share

ROW_PX, TOP_PX, FOOT_PX = 58, 30, 34


def published_figure(
    own: Own, drawn: list[tuple[Source, Figure]], *, palette: Palette = LIGHT, narrow: bool = False
) -> dict:
    """One row for each denominator that a band needs, then the bands themselves with their interval and tags."""
    rows = _rows(own, drawn, narrow)
    layout = plain_layout(palette, TOP_PX + ROW_PX * len(rows) + FOOT_PX, EDGE, EDGE, FOOT_PX, top=TOP_PX)
    layout |= {
        "annotations": [
            _title(palette, narrow),
            *(_label(at, row, palette, narrow) for at, row in enumerate(rows)),
        ],
        "barmode": "overlay",
        "bargap": 0,
        "xaxis": share_axis(palette, narrow),
        "yaxis": {"range": [len(rows) - 0.5, -0.5], "visible": False, "fixedrange": True},
    }
    ours = [(at, row) for at, row in enumerate(rows) if row["ours"]]
    theirs = [(at, row) for at, row in enumerate(rows) if not row["ours"]]
    return {"data": [_points(ours, palette), *_bands(theirs, palette)], "layout": layout}


def _rows(own: Own, drawn: list[tuple[Source, Figure]], narrow: bool) -> list[dict]:
    asked = {source.denominator for source, _ in drawn}
    rows = [_ours(own, denominator) for denominator in (ALL_STARTED, WITH_SCORE) if denominator in asked]
    return rows + [_theirs(source, figure, narrow) for source, figure in drawn]


def _ours(own: Own, denominator: str) -> dict:
    row, scored = own.row, denominator == WITH_SCORE
    low, high = (row["observed_low"], row["observed_high"]) if scored else (row["low"], row["high"])
    of = own.of(denominator)
    said = f"{with_share(int(row['n']), of, low, high)} {'with a score' if scored else 'of all started'}"
    below = f"{int(row['missing'])} of {int(row['of'])} here have no score or no baseline"
    share = row["observed"] if scored else row["share"]
    return {
        "ours": True,
        "name": "This clinic",
        "said": said,
        "below": below,
        "x": share,
        "low": low,
        "high": high,
    }


def _theirs(source: Source, figure: Figure, narrow: bool) -> dict:
    low, high = source.bounds(figure)
    said = f"{figure.percent:g} % ({percent(low, source.n)}–{percent(high, source.n)}) of {source.n:,}"
    measured = (
        f"{100 * source.n / source.started:.0f} % of {source.started:,} treated" if source.started else ""
    )
    parts = [source.tags, measured, source.when]
    below = " · ".join(part for part in (parts[:2] if narrow else parts) if part)
    return {
        "ours": False,
        "name": source.name,
        "said": said,
        "below": below,
        "x": figure.percent / 100,
        "low": low,
        "high": high,
    }


def _points(ours: list, palette: Palette) -> dict:
    x = [row["x"] for _, row in ours]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "this clinic",
        "x": x,
        "y": [at + 0.08 for at, _ in ours],
        "marker": {"size": 10, "symbol": "diamond", "color": palette.score},
        "hoverinfo": "skip",
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [row["high"] - row["x"] for _, row in ours],
            "arrayminus": [row["x"] - row["low"] for _, row in ours],
            "color": palette.score,
            "thickness": 1.6,
            "width": 5,
        },
    }


def _bands(theirs: list, palette: Palette) -> list[dict]:
    """Each from the lower to the upper bound of its interval. The rate itself is in words only: a mark is a goal."""
    return [
        {
            "type": "bar",
            "orientation": "h",
            "name": "published",
            "x": [row["high"] - row["low"] for _, row in theirs],
            "base": [row["low"] for _, row in theirs],
            "y": [at + 0.08 for at, _ in theirs],
            "width": 0.24,
            "hoverinfo": "skip",
            "marker": {
                "color": see_through(palette.unknown, 0.25),
                "line": {"width": 1, "color": palette.unknown},
                "pattern": {
                    "shape": "x",
                    "fillmode": "replace",
                    "fgcolor": palette.unknown,
                    "bgcolor": palette.surface,
                    "size": 5,
                    "solidity": 0.15,
                },
            },
        }
    ]


def _title(palette: Palette, narrow: bool) -> dict:
    text = LABEL.replace("; different", ";<br>different") if narrow else LABEL
    place = {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 0,
    }
    font = {"size": 11.5, "color": palette.muted}
    return {"text": text, "align": "left", "showarrow": False, "font": font} | place


def _label(at: int, row: dict, palette: Palette, narrow: bool) -> dict:
    below = f"<span style='font-size:{10 if narrow else 11}px;color:{palette.muted}'>{row['below']}</span>"
    gap = "<br>" if narrow else "   "
    return {
        "text": f"<b>{row['name']}</b>  {row['said']}{gap}{below}",
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": at - (0.28 if narrow else 0.24),
        "yref": "y",
        "yanchor": "middle",
        "align": "left",
        "showarrow": False,
        "font": {"size": 12 if narrow else 12.5, "color": palette.text},
    }
