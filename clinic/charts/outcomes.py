"""Figures of the Outcomes page: of everyone who started, which of seven states; and `mean_figure`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.charts.means import mean_figure
from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import named_rows, plain_layout, text_width
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

__all__ = ["DRAWN", "bar_of_states", "mean_figure", "state_words", "states_figure"]

# Known first, then unknown, then those without a verdict: the order to read in, not the order of precedence.
DRAWN = (RESPONDED, NOT_RESPONDED, WORSE, NO_SCORE, NO_BASELINE, TOO_MILD, TOO_EARLY)
BAR_PX = 38


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
    bars = bar_of_states(share.tolist(), palette)
    left = 100 if narrow else round(max(text_width(state, 13) for state in DRAWN) + 24)
    right = 16 + round(max(_label_width(row, of, narrow) for row in rows.itertuples()))
    layout = plain_layout(palette, BAR_PX * len(DRAWN) + 34, left, right, 30)
    layout |= {
        "annotations": [_label(at, row, of, palette, narrow) for at, row in enumerate(rows.itertuples())],
        "bargap": 0,
        "xaxis": _shares_axis(max(float(np.nanmax(np.append(high, 0))), 0.1), palette, narrow),
        "yaxis": named_rows(names, narrow),
    }
    return {"data": [bars, _interval(share, low, high, palette)] if of else [bars], "layout": layout}


def bar_of_states(shares: list[float], palette: Palette, width: float = 0.56) -> dict:
    """One bar per state of `DRAWN`, from the top down; unknown is hatched."""
    return {
        "type": "bar",
        "orientation": "h",
        "x": shares,
        "y": list(range(len(DRAWN))),
        "width": width,
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


def _shares_axis(top: float, palette: Palette, narrow: bool) -> dict:
    return {
        "range": [0, min(top * 1.04, 1.0)],
        "tickformat": ".0%",
        "nticks": 4 if narrow else 6,
        "gridcolor": palette.grid,
        "zeroline": True,
        "zerolinecolor": palette.rule,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }


def _state_name(state: str, partly: int | None, narrow: bool) -> str:
    words = state_words(state)
    if state == NOT_RESPONDED and partly:
        words += f"<br><span style='font-size:10.5px'>{partly} of them partly</span>"
    return _two_lines(words) if narrow else words


def state_words(state: str) -> str:
    return state[0].upper() + state[1:]


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


def _label(at: int, row, of: int, palette: Palette, narrow: bool) -> dict:
    """n of all, share and interval in words at the right edge, so that no bar needs a hover."""
    n, shares = _n_and_shares(row, of)
    text = f"<b>{n}</b> of {of}"
    if shares:
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


def _n_and_shares(row, of: int) -> tuple[int, str]:
    n = 0 if row.n != row.n else int(row.n)
    shares = f"{percent(n / of, of)} % ({percent(row.low, of)}–{percent(row.high, of)})" if of else ""
    return n, shares


def _label_width(row, of: int, narrow: bool) -> float:
    """Pixels: on a phone the shares stand below the numbers, in smaller type."""
    n, shares = _n_and_shares(row, of)
    if narrow:
        return max(text_width(f"{n} of {of}", 12.5), text_width(shares, 10.5))
    return text_width(f"{n} of {of} · {shares}", 12.5)
