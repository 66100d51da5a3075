"""Answers about suicide before the first dose and in the window: bars that sum to everyone who started.

The order is the one to read in: what came or stayed first, then what went, then who is unknown, who is hatched.
"""

from __future__ import annotations

import pandas as pd

from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout, text_width
from clinic.outcomes.proportion import percent
from clinic.outcomes.states import Window
from clinic.outcomes.suicide_change import (
    NEVER,
    NEW,
    NO_LONGER,
    NOT_AGAIN,
    NOT_BEFORE,
    PERSISTING,
    TOO_EARLY,
    UNKNOWN,
)

DRAWN = (NEW, PERSISTING, NO_LONGER, NEVER, NOT_AGAIN, NOT_BEFORE, TOO_EARLY)
BAR_PX = 42
TOP_PX = 56
SAYS = {
    NEW: "not endorsed before, endorsed since",
    PERSISTING: "endorsed before and in the window",
    NO_LONGER: "endorsed before, not in the window",
}


def change_figure(
    summary: pd.DataFrame, window: Window, *, palette: Palette = LIGHT, narrow: bool = False
) -> dict:
    """`summary` is of `suicide_change.summary`; each bar has n, of whom, its share and Wilson interval in words."""
    rows = summary.set_index("state").reindex(DRAWN)
    of = int(rows["of"].iloc[0])
    names = [_name(state, int(rows.at[state, "endorsed_since"]), narrow) for state in DRAWN]
    words = [_words(row, of) for row in rows.itertuples()]
    wide = max(text_width(state, 13) for state in DRAWN)
    left = (
        112 if narrow else round(max(wide, text_width("0 of them endorsed since the first dose", 10.5)) + 20)
    )
    beside = max(
        text_width(f"{n} of {of}" if narrow else f"{n} of {of} · {shares}", 12.5) for n, shares in words
    )
    below = max(text_width(shares, 10.5) for _, shares in words) if narrow else 0
    layout = plain_layout(
        palette, BAR_PX * len(DRAWN) + 30 + TOP_PX, left, round(max(beside, below)) + 16, 30, TOP_PX
    )
    layout |= {
        "annotations": [
            _title(window, of, left, palette, narrow),
            *(_label(at, n, of, shares, palette, narrow) for at, (n, shares) in enumerate(words)),
        ],
        "bargap": 0,
        "xaxis": {
            "range": [0, min(1.04 * max(float(rows["high"].fillna(0).max()), 0.1), 1.0)],
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
    return {"data": [_bars(rows, palette)] if of else [], "layout": layout}


def _bars(rows: pd.DataFrame, palette: Palette) -> dict:
    share = rows["share"].to_numpy(float)
    return {
        "type": "bar",
        "orientation": "h",
        "x": share.tolist(),
        "y": list(range(len(rows))),
        "width": 0.56,
        "marker": {
            "color": [_fill(state, palette) for state in rows.index],
            "line": {"width": 1.2, "color": [_edge(state, palette) for state in rows.index]},
            "pattern": {
                "shape": ["/" if state in UNKNOWN else "" for state in rows.index],
                "fillmode": "replace",
                "fgcolor": palette.unknown,
                "bgcolor": palette.surface,
                "fgopacity": 1,
                "size": 6,
                "solidity": 0.2,
            },
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": (rows["high"].to_numpy(float) - share).tolist(),
            "arrayminus": (share - rows["low"].to_numpy(float)).tolist(),
            "color": palette.text,
            "thickness": 1.2,
            "width": 4,
        },
        "hoverinfo": "skip",
    }


def _name(state: str, since: int, narrow: bool) -> str:
    words = state[0].upper() + state[1:]
    if narrow:
        words = words.replace(" endorsed", "<br>endorsed", 1).replace(", before", ",<br>before")
        words = words.replace("Not<br>endorsed", "Not endorsed")
    said = "" if narrow else SAYS.get(state, "")
    if since and state not in SAYS:
        said = f"{since} of them endorsed since" + ("" if narrow else " the first dose")
    return f"{words}<br><span style='font-size:10.5px'>{said}</span>" if said else words


def _title(window: Window, of: int, left: int, palette: Palette, narrow: bool) -> dict:
    """What was asked when, and of how many: the picture alone says it."""
    cut = "<br>" if narrow else " "
    return {
        "text": f"Asked about suicide before the first dose and at{cut}{window.says}<br>"
        f"<b>{of} started</b>; hatched: not known",
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 8 - left,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 4,
        "align": "left",
        "showarrow": False,
        "font": {"size": 11.5, "color": palette.muted},
    }


def _fill(state: str, palette: Palette) -> str:
    if state in (NEW, PERSISTING):
        return palette.worse if state == NEW else see_through(palette.worse, 0.45)
    strength = {NO_LONGER: 0.55, NEVER: 0.25}.get(state)
    return see_through(palette.unknown, 0.28) if strength is None else see_through(palette.primary, strength)


def _edge(state: str, palette: Palette) -> str:
    if state in (NEW, PERSISTING):
        return palette.worse
    return palette.score if state in (NO_LONGER, NEVER) else palette.unknown


def _words(row, of: int) -> tuple[int, str]:
    n = int(row.n)
    return n, f"{percent(n / of, of)} % ({percent(row.low, of)}–{percent(row.high, of)})" if of else ""


def _label(at: int, n: int, of: int, shares: str, palette: Palette, narrow: bool) -> dict:
    small = f"<br><span style='font-size:10.5px;color:{palette.muted}'>{shares}</span>"
    return {
        "text": f"<b>{n}</b> of {of}" + (small if narrow else f" · {shares}"),
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
