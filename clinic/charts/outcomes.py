"""Figures of the Outcomes page: the seven states, and the mean of the same people over thin lines of each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.charts.palette import FONT, LIGHT, Palette, see_through
from clinic.charts.score_panel import ticks
from clinic.charts.sheet import text_width
from clinic.instruments.definition import Instrument
from clinic.outcomes.proportion import percent
from clinic.outcomes.states import (
    NO_BASELINE,
    NO_SCORE,
    NOT_RESPONDED,
    RESPONDED,
    SCORED,
    TOO_EARLY,
    TOO_MILD,
    UNKNOWN,
    WORSE,
)

# Known first, then unknown, then those without a verdict: the order to read in, not the order of precedence.
DRAWN = (RESPONDED, NOT_RESPONDED, WORSE, NO_SCORE, NO_BASELINE, TOO_MILD, TOO_EARLY)
BAR_PX = 38
THIN_LINES_UP_TO = 400
MEAN_PX = 300


def states_figure(
    summary: pd.DataFrame, *, partly: int | None = None, palette: Palette = LIGHT, narrow: bool = False
) -> dict:
    """Seven bars that sum to everyone who started, each with n and its Wilson interval; unknown is hatched.

    `summary` is from `states.summary`; `partly` adds how many of "not responded" were partly better.
    """
    rows = summary.set_index("state").reindex(DRAWN)
    of = int(rows["of"].iloc[0])
    names = [_state_name(state, partly, narrow) for state in DRAWN]
    share = rows["share"].fillna(0).to_numpy(float)
    low, high = rows["low"].to_numpy(float), rows["high"].to_numpy(float)
    top = max(float(np.nanmax(np.append(high, 0))), 0.1)
    left = 100 if narrow else round(max(text_width(state, 13) for state in DRAWN) + 24)
    right = 92 if narrow else 176
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": share.tolist(),
        "y": list(range(len(DRAWN))),
        "width": 0.56,
        "marker": {
            "color": [_state_colour(state, palette) for state in DRAWN],
            "line": {"width": 1.2, "color": [_state_edge(state, palette) for state in DRAWN]},
            "pattern": {
                "shape": ["/" if state in UNKNOWN else "" for state in DRAWN],
                "fillmode": "replace",
                "fgcolor": palette.unknown,
                "bgcolor": palette.surface,
                "fgopacity": 1,
                "size": 6,
                "solidity": 0.2,
            },
        },
        "hoverinfo": "skip",
    }
    data = [bars] if not of else [bars, _interval(share, low, high, palette)]
    notes = [_state_label(at, row, of, palette, right, narrow) for at, row in enumerate(rows.itertuples())]
    layout = _layout(palette, BAR_PX * len(DRAWN) + 34, left, right, 30)
    layout |= {
        "annotations": notes,
        "bargap": 0,
        "xaxis": {
            "range": [0, min(top * 1.04, 1.0)],
            "tickformat": ".0%",
            "nticks": 4 if narrow else 6,
            "gridcolor": palette.grid,
            "zeroline": True,
            "zerolinecolor": palette.rule,
            "tickfont": {"size": 11.5, "color": palette.muted},
            "fixedrange": True,
        },
        "yaxis": {
            "range": [len(DRAWN) - 0.5, -0.5],
            "tickvals": list(range(len(DRAWN))),
            "ticktext": names,
            "tickfont": {"size": 12 if narrow else 13},
            "ticklabelstandoff": 6,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
    }
    return {"data": data, "layout": layout}


def _state_name(state: str, partly: int | None, narrow: bool) -> str:
    words = state[0].upper() + state[1:]
    if state == NOT_RESPONDED and partly:
        words += f"<br><span style='font-size:10.5px'>{partly} of them partly</span>"
    return _two_lines(words) if narrow else words


def _two_lines(words: str) -> str:
    for phrase in (" in window", " too mild", " baseline"):
        words = words.replace(phrase, f"<br>{phrase.strip()}")
    return words


def _state_colour(state: str, palette: Palette) -> str:
    if state == RESPONDED:
        return palette.primary
    if state == WORSE:
        return palette.worse
    return see_through(palette.primary, 0.35) if state in SCORED else see_through(palette.unknown, 0.28)


def _state_edge(state: str, palette: Palette) -> str:
    if state in (RESPONDED, NOT_RESPONDED):
        return palette.score
    return palette.worse if state == WORSE else palette.unknown


def _interval(share, low, high, palette: Palette) -> dict:
    """Wilson intervals as plain whiskers over the bars."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": share.tolist(),
        "y": list(range(len(share))),
        "marker": {"size": 1, "color": palette.text},
        "hoverinfo": "skip",
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": (high - share).tolist(),
            "arrayminus": (share - low).tolist(),
            "color": palette.text,
            "thickness": 1.2,
            "width": 4,
        },
    }


def _state_label(at: int, row, of: int, palette: Palette, right: int, narrow: bool) -> dict:
    """n of all, share and interval in words at the right edge, so that no bar needs a hover."""
    n = 0 if row.n != row.n else int(row.n)
    text = f"<b>{n}</b> of {of}"
    if of:
        shares = f"{percent(n / of, of)} % ({percent(row.low, of)}–{percent(row.high, of)})"
        text += (
            f"<br><span style='font-size:10.5px;color:{palette.muted}'>{shares}</span>"
            if narrow
            else f" · {shares}"
        )
    return {
        "text": text,
        "x": 1,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 10,
        "y": at,
        "yref": "y",
        "yanchor": "middle",
        "align": "left",
        "showarrow": False,
        "font": {"size": 12.5, "color": palette.text},
    }


def mean_figure(
    long: pd.DataFrame,
    same: pd.DataFrame,
    scale: Instrument,
    everyone: pd.DataFrame | None = None,
    *,
    palette: Palette = LIGHT,
    narrow: bool = False,
) -> dict:
    """The mean of the same people with its 95 % interval and n at each point, over a thin line per person.

    `long` has patient, week, total (drawn up to 400 people, above that as the middle 80 %); `same` and `everyone`
    are from `weekly`; `everyone` is dotted, with its own n below.
    """
    behind = (
        _thin_lines(long, palette)
        if long["patient"].nunique() <= THIN_LINES_UP_TO
        else _spread(long, palette)
    )
    data = [*behind, *([] if everyone is None else [_mean_line(everyone, palette, "everyone")])]
    data.append(_mean_line(same, palette, "same"))
    rows = [("same people", same, palette.score)]
    if everyone is not None:
        rows.append(("everyone", everyone, palette.muted))
    foot = 50 + 18 * len(rows)
    layout = _layout(palette, MEAN_PX + foot, 82 if not narrow else 66, 16, foot)
    reach = scale.maximum - scale.minimum
    weeks = sorted(long.loc[long["total"].notna(), "week"].unique())
    layout |= {
        "annotations": _counts(rows, narrow, layout["margin"]["l"]),
        "margin": layout["margin"] | {"t": 12},
        "xaxis": {
            "range": [min(weeks, default=0) - 0.35, max(weeks, default=1) + 0.35],
            "tickvals": [int(week) for week in weeks][:: 1 if len(weeks) <= (8 if narrow else 16) else 2],
            "title": {"text": "weeks since the first dose", "standoff": 6, "font": {"size": 11.5}},
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "linecolor": palette.rule,
            "tickfont": {"size": 11.5, "color": palette.muted},
            "fixedrange": True,
        },
        "yaxis": {
            "range": [scale.minimum - 0.02 * reach, scale.maximum + 0.02 * reach],
            "tickvals": ticks(scale, MEAN_PX / reach),
            "title": {"text": scale.title, "standoff": 8, "font": {"size": 12.5, "color": palette.text}},
            "gridcolor": palette.grid,
            "zeroline": False,
            "tickfont": {"size": 11.5, "color": palette.muted},
            "fixedrange": True,
        },
    }
    return {"data": data, "layout": layout}


def _thin_lines(long: pd.DataFrame, palette: Palette) -> list[dict]:
    """All people in one trace, a blank between two of them."""
    known = long[long["total"].notna()].sort_values(["patient", "week"])
    ends = np.flatnonzero(known["patient"].to_numpy()[1:] != known["patient"].to_numpy()[:-1]) + 1
    x = np.insert(known["week"].to_numpy(float), ends, np.nan)
    y = np.insert(known["total"].to_numpy(float), ends, np.nan)
    people = max(long["patient"].nunique(), 1)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "each person",
            "x": [None if each != each else each for each in x.tolist()],
            "y": [None if each != each else each for each in y.tolist()],
            "connectgaps": False,
            "hoverinfo": "skip",
            "line": {"color": see_through(palette.muted, max(0.12, min(0.35, 12 / people))), "width": 1},
        }
    ]


def _spread(long: pd.DataFrame, palette: Palette) -> list[dict]:
    """Past a few hundred people lines are a blot: the 10th to the 90th percentile of whoever has a score."""
    edges = long[long["total"].notna()].groupby("week")["total"].quantile([0.1, 0.9]).unstack()
    weeks = [int(week) for week in edges.index]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "middle 80 %",
            "x": weeks + weeks[::-1],
            "y": edges[0.1].tolist() + edges[0.9].tolist()[::-1],
            "fill": "toself",
            "fillcolor": see_through(palette.muted, 0.14),
            "line": {"width": 0},
            "hoverinfo": "skip",
        }
    ]


def _mean_line(means: pd.DataFrame, palette: Palette, who: str) -> dict:
    same = who == "same"
    colour = palette.score if same else palette.muted
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "mean of the same people" if same else "mean of everyone with a score",
        "x": means["week"].tolist(),
        "y": means["mean"].tolist(),
        "line": {"color": colour, "width": 2.6 if same else 1.6, "dash": "solid" if same else "dot"},
        "marker": {"size": 8 if same else 6, "color": colour if same else palette.surface},
        "customdata": means["n"].tolist(),
        "hovertemplate": "week %{x}: mean %{y:.1f}, n = %{customdata}<extra></extra>",
    }
    line["marker"]["line"] = {"color": palette.surface if same else colour, "width": 1.4}
    if same:
        line["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": (means["high"] - means["mean"]).fillna(0).tolist(),
            "arrayminus": (means["mean"] - means["low"]).fillna(0).tolist(),
            "color": colour,
            "thickness": 1.4,
            "width": 5,
        }
    return line


def _counts(rows, narrow: bool, left: int) -> list[dict]:
    """n under each week, one line per mean, named at the left edge."""
    notes = []
    for at, (name, means, colour) in enumerate(rows):
        below = {"yref": "paper", "y": 0, "yanchor": "top", "yshift": -46 - 18 * at, "showarrow": False}
        font = {"size": 11, "color": colour}
        name = name.replace(" people", "") if narrow else name
        named = {"text": f"n {name}", "xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - left}
        notes.append(named | below | {"font": font})
        notes += [
            {"text": f"{n}", "xref": "x", "x": week, "xanchor": "center"} | below | {"font": font}
            for week, n in zip(means["week"].tolist(), means["n"].tolist(), strict=True)
        ]
    return notes


def _layout(palette: Palette, height: int, left: int, right: int, foot: int) -> dict:
    return {
        "height": height,
        "margin": {"l": left, "r": right, "t": 4, "b": foot, "pad": 0},
        "font": {"family": FONT, "size": 13, "color": palette.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": palette.surface,
            "bordercolor": palette.rule,
            "font": {"family": FONT, "size": 12.5, "color": palette.text},
        },
    }
