"""The funnel: each clinician or site by how many people they had, inside the limits that chance alone would give."""

from __future__ import annotations

from html import escape
from textwrap import wrap

import numpy as np
import pandas as pd

from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import plain_layout, text_width
from clinic.outcomes import funnel
from clinic.outcomes.proportion import percent
from clinic.outcomes.units import FEWEST, Units, not_drawn_in_words, spread_in_words
from clinic.outcomes.wording import plural

PLOT_PX = 340
HEAD_PX, LINE_PX = 8, 17
NAMED_UP_TO = 12  # points; beyond that only those outside the limits carry their name
LIMIT_POINTS = 240
WIDE, NARROW = 130, 50  # letters in a line
PLOT_WIDE, PLOT_NARROW = 760, 270  # about, to tell which names would touch
MARKS = {"95": "diamond", "998": "square"}


def funnel_figure(found: Units, thing: str, *, palette: Palette = LIGHT, narrow: bool = False) -> dict:
    """Shares with exact 95 % and 99.8 % limits; the thin upward line of a point ends where it would lie if all its
    unknown had responded. `thing` is "clinician" or "site"."""
    most = int(found.drawn["of"].max()) if len(found.drawn) else 2 * FEWEST
    right_end = max(most * 1.08, FEWEST + 6)
    words = _key(found, thing, narrow)
    foot = 46
    top = HEAD_PX + LINE_PX * len(words)
    layout = plain_layout(palette, PLOT_PX + top + foot, 52, 16 if narrow else 96, foot, top=top)
    layout |= {
        "xaxis": _axis(palette, "people whose window has passed", [FEWEST - 1, right_end]),
        "yaxis": _axis(palette, "", [-0.02, 1.02])
        | {"tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1], "showgrid": True},
        "annotations": [
            *_words(words, palette, narrow),
            *([] if narrow else _limit_names(found, right_end, palette)),
            *_names(found.drawn, palette, (PLOT_NARROW if narrow else PLOT_WIDE) / (right_end - FEWEST + 1)),
        ],
    }
    data = [*_limits(found.target, right_end, palette), _target(found.target, right_end, palette)]
    return {"data": [*data, _unknown(found.drawn, palette), _points(found.drawn, palette)], "layout": layout}


def _key(found: Units, thing: str, narrow: bool) -> list[str]:
    """What the marks mean and what was counted, so that the picture can stand alone."""
    signals = found.drawn["signal"]
    outside = int(signals.str.endswith("95").sum()), int(signals.str.endswith("99.8").sum())
    count = (
        f"Responded, all {thing}s: {found.count} of {found.of} people whose window has passed; "
        f"{found.too_early} too early."
    )
    shown = f"{plural(len(found.drawn), thing)} drawn, unadjusted, in no order of merit. "
    marks = f"Outside 95 % (◆): {outside[0]}; outside 99.8 % (■): {outside[1]}."
    unknown = f"┬ if all unknown ({int(found.drawn['unknown'].sum())}) had responded."
    differ = spread_in_words(found, f"{thing}s")
    said = [count, f"{shown}{not_drawn_in_words(found, thing)}", f"{marks} {unknown}", differ]
    return [line for words in said for line in wrap(words, NARROW if narrow else WIDE)]


def _words(words: list[str], palette: Palette, narrow: bool) -> list[dict]:
    return [
        {
            "text": escape(text),
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "xshift": -44,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": 6 + LINE_PX * (len(words) - 1 - at),
            "showarrow": False,
            "align": "left",
            "font": {"size": 11 if narrow else 12, "color": palette.text if at == 0 else palette.muted},
        }
        for at, text in enumerate(words)
    ]


def _axis(palette: Palette, title: str, reach: list[float]) -> dict:
    return {
        "range": reach,
        "title": {"text": title, "standoff": 6, "font": {"size": 11.5, "color": palette.text}},
        "showgrid": False,
        "gridcolor": palette.grid,
        "zeroline": False,
        "showline": True,
        "linecolor": palette.rule,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }


def sizes(right_end: float) -> np.ndarray:
    """The numbers of people at which the limits are drawn: every one, or closely enough spaced."""
    last = int(np.ceil(right_end))
    if last - FEWEST < LIMIT_POINTS:
        return np.arange(FEWEST, last + 1)
    return np.unique(np.geomspace(FEWEST, last, LIMIT_POINTS).round().astype(int))


def _limits(target: float, right_end: float, palette: Palette) -> list[dict]:
    """Exact limits are stairs: a share can only be a whole number of people."""
    of = sizes(right_end)
    table = funnel.limits(of, target, exact=True)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"{side} {name}",
            "x": of.tolist(),
            "y": table[f"{side}{name}"].tolist(),
            "line": {
                "shape": "hv",
                "width": 1.3,
                "color": palette.muted,
                "dash": "dash" if name == "95" else "solid",
            },
            "hoverinfo": "skip",
        }
        for name in MARKS
        for side in ("low", "high")
    ]


def _target(target: float, right_end: float, palette: Palette) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "everyone",
        "x": [FEWEST - 1, right_end],
        "y": [target, target],
        "line": {"width": 1.6, "color": palette.text},
        "hoverinfo": "skip",
    }


def _limit_names(found: Units, right_end: float, palette: Palette) -> list[dict]:
    """Named at the right end of each line; low and high by their side of the target."""
    table = funnel.limits([int(np.ceil(right_end))], found.target, exact=True).iloc[0]
    places = [(f"all {percent(found.target, found.of)} %", found.target)]
    places += [(f"{'99.8' if name == '998' else name} %", table[f"high{name}"]) for name in MARKS]
    return [
        {
            "text": text,
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 6,
            "y": float(y),
            "yref": "y",
            "showarrow": False,
            "font": {"size": 11, "color": palette.muted},
        }
        for text, y in places
    ]


def _points(drawn: pd.DataFrame, palette: Palette) -> dict:
    outside = drawn["signal"].str.removeprefix("above_").str.removeprefix("below_").tolist()
    shapes = ["diamond" if one == "95" else "square" if one == "99.8" else "circle" for one in outside]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "units",
        "x": drawn["of"].tolist(),
        "y": drawn["share"].tolist(),
        "marker": {
            "symbol": shapes,
            "opacity": 1,
            "size": [8 if shape == "circle" else 12 for shape in shapes],
            "color": [palette.score if shape == "circle" else palette.text for shape in shapes],
            "line": {"width": 1.4, "color": palette.surface},
        },
        "customdata": [
            [escape(str(row.unit)), int(row.count_), int(row.of), int(row.unknown)]
            for row in drawn.rename(columns={"count": "count_"}).itertuples()
        ],
        "hovertemplate": "%{customdata[0]}: %{customdata[1]} of %{customdata[2]} responded, "
        "%{customdata[3]} unknown<extra></extra>",
    }


def _unknown(drawn: pd.DataFrame, palette: Palette) -> dict:
    """From each share up to the share if all its unknown had responded."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "if all unknown had responded",
        "x": drawn["of"].tolist(),
        "y": drawn["share"].tolist(),
        "marker": {"size": 1, "color": palette.unknown},
        "hoverinfo": "skip",
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (drawn["unknown"] / drawn["of"]).tolist(),
            "arrayminus": [0] * len(drawn),
            "color": see_through(palette.unknown, 0.9),
            "thickness": 1,
            "width": 4,
        },
    }


def _names(drawn: pd.DataFrame, palette: Palette, per_person: float) -> list[dict]:
    """Below each point, moved down where two would lie on each other (`per_person` pixels to the right). Escaped:
    people typed the names."""
    few = len(drawn) <= NAMED_UP_TO
    shown = drawn[(drawn["signal"] != funnel.WITHIN) | few].sort_values(["of", "share"])
    notes, taken = [], []
    for row in shown.itertuples():
        shift, half = -13, text_width(str(row.unit), 11.5) / 2
        x, y = row.of * per_person, row.share * PLOT_PX
        while any(abs(x - left) < half + other and abs(y + shift - low) < 13 for left, low, other in taken):
            shift -= 13
        taken.append((x, y + shift, half))
        notes.append(
            {
                "text": escape(str(row.unit)),
                "x": row.of,
                "y": row.share,
                "yshift": shift,
                "showarrow": False,
                "font": {"size": 11.5, "color": palette.text},
            }
        )
    return notes
