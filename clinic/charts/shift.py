"""Severity at up to three looks: how many in each band, and who moved where between two of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from clinic.charts import mark_key
from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import apart, plain_layout, text_width
from clinic.outcomes.proportion import percent
from clinic.outcomes.shift import LOOKS, NO_SCORE, Shift

PLOT_PX = 380
HEADING_PX = 40
GAP = 0.02  # between two bands, as a share of everyone
CURVE = np.linspace(0, 1, 17)
SLOPE = CURVE**2 * (3 - 2 * CURVE)
NODE = 0.09  # half the width of a node; looks are 1 apart
LABEL_WIDE, LABEL_NARROW = 12, 10.5


def shift_figure(
    found: Shift, names: dict[str, str], *, palette: Palette = LIGHT, narrow: bool = False
) -> dict:
    """Gravest on top, "no score" hatched at the foot; ribbons to a graver band in the colour of worsening. `names`
    are the looks in words, of which each column has the same people."""
    looks = [look for look in LOOKS if look in names]
    places = {look: _places(found, look) for look in looks}
    top_edge = 1 + GAP * len(found.bands)
    data = [
        ribbon
        for at, (before, after) in enumerate(pairwise(looks))
        for ribbon in _ribbons(found, places, before, after, at, palette)
    ]
    data += [_nodes(found, places, looks, hatched, palette) for hatched in (False, True)]
    lines = mark_key.lines(_entries(found, palette), 320 if narrow else 940)
    longest = max(
        text_width(_short(band) if narrow else f"{band} {found.n} · 00 %", 13) for band in found.bands
    )
    right = round(longest) + (8 if narrow else 14)
    top = mark_key.height(lines) + HEADING_PX
    layout = plain_layout(palette, PLOT_PX + top + 8, 8, right, 8, top=top)
    head = mark_key.note(lines, palette, 8)
    layout |= {
        "barmode": "overlay",
        "bargap": 0,
        "annotations": [
            head | {"yshift": HEADING_PX},
            *(_heading(at, names[look], palette, narrow) for at, look in enumerate(looks)),
            *(
                note
                for at, look in enumerate(looks)
                for note in _labels(found, places[look], look, at, top_edge, palette, narrow)
            ),
        ],
        "xaxis": {"range": [-NODE - 0.02, len(looks) - 1 + NODE], "visible": False, "fixedrange": True},
        "yaxis": {"range": [0, top_edge], "visible": False, "fixedrange": True},
    }
    return {"data": data, "layout": layout}


def _places(found: Shift, look: str) -> dict[str, tuple[float, float]]:
    """Bottom and top of each band's node, "no score" lowest."""
    counts, of = found.counts(look), max(found.n, 1)
    order = [NO_SCORE, *(band for band in found.bands if band != NO_SCORE)]
    places, bottom = {}, 0.0
    for band in order:
        places[band] = (bottom, bottom + counts[band] / of)
        bottom = places[band][1] + GAP
    return places


def _ribbons(found: Shift, places, before: str, after: str, at: int, palette: Palette) -> list[dict]:
    """Each pair of bands with somebody in it, stacked in order on both sides."""
    of = max(found.n, 1)
    matrix = found.matrix(before, after)
    order = list(places[before])
    out = {band: places[before][band][0] for band in order}
    into = {band: places[after][band][0] for band in order}
    ribbons = []
    for start in order:
        for end in order:
            count = int(matrix.loc[start, end])
            if not count:
                continue
            high = count / of
            ribbons.append(_ribbon(at, out[start], into[end], high, _look(order, start, end, palette)))
            ribbons[-1]["hovertemplate"] = f"{start} → {end}: {count}<extra></extra>"
            out[start] += high
            into[end] += high
    return ribbons


def _look(order: list[str], start: str, end: str, palette: Palette) -> str:
    if NO_SCORE in (start, end):
        return see_through(palette.unknown, 0.16)
    if order.index(end) > order.index(start):
        return see_through(palette.worse, 0.5)
    return see_through(palette.score, 0.38 if start != end else 0.16)


def _ribbon(at: int, low_left: float, low_right: float, high: float, colour: str) -> dict:
    x = at + NODE + (1 - 2 * NODE) * CURVE
    low = low_left + (low_right - low_left) * SLOPE
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*x.tolist(), *x[::-1].tolist()],
        "y": [*low.tolist(), *(low[::-1] + high).tolist()],
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 0, "color": colour},
        "hoveron": "fills",
    }


def _nodes(found: Shift, places, looks: list[str], hatched: bool, palette: Palette) -> dict:
    """All nodes of one kind as bars: bands in the tint of their severity, "no score" hatched."""
    bands = [NO_SCORE] if hatched else [band for band in found.bands if band != NO_SCORE]
    cells = [(at, look, band) for at, look in enumerate(looks) for band in bands if found.counts(look)[band]]
    steps = {band: step for step, band in enumerate(found.bands[:-1])}
    return {
        "type": "bar",
        "x": [at for at, _, _ in cells],
        "y": [places[look][band][1] - places[look][band][0] for _, look, band in cells],
        "base": [places[look][band][0] for _, look, band in cells],
        "width": [2 * NODE] * len(cells),
        "marker": {
            "color": palette.surface
            if hatched
            else [_tint(palette, steps[band], len(steps)) for _, _, band in cells],
            "line": {"width": 1.2, "color": palette.unknown if hatched else palette.severity},
            "pattern": {
                "shape": "/" if hatched else "",
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


def _tint(palette: Palette, step: int, steps: int) -> str:
    """The severity hue of the bands of a patient's figure, deeper: here it fills a node and not a ground."""
    return see_through(palette.severity, 0.08 + 0.72 * step / max(steps - 1, 1))


def _heading(at: int, words: str, palette: Palette, narrow: bool) -> dict:
    return {
        "text": words.replace(", ", "<br>", 1),
        "x": at - NODE,
        "xref": "x",
        "xanchor": "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 4,
        "align": "left",
        "showarrow": False,
        "font": {"size": 10.5 if narrow else 12, "color": palette.text},
    }


def _labels(found: Shift, places, look: str, at: int, top_edge: float, palette: Palette, narrow: bool):
    """Band, count and share at the right of each node that holds somebody, pushed apart where nodes are thin."""
    counts = found.counts(look)
    bands = [band for band in places if counts[band]]
    size = LABEL_NARROW if narrow else LABEL_WIDE
    line = size * (2.8 if narrow else 1.35)
    middles = [PLOT_PX * (1 - (places[band][0] + places[band][1]) / 2 / top_edge) for band in bands]
    moved = _inside(apart(middles, line), line)
    for band, place in zip(bands, moved, strict=True):
        count = int(counts[band])
        numbers = f"<b>{count}</b> · {percent(count / found.n, 1)} %"
        text = f"{_short(band)}<br>{numbers}" if narrow else f"{band} {numbers}"
        yield {
            "text": text,
            "x": at + NODE,
            "xref": "x",
            "xanchor": "left",
            "xshift": 3,
            "y": 1 - place / PLOT_PX,
            "yref": "paper",
            "yanchor": "middle",
            "align": "left",
            "showarrow": False,
            "bgcolor": see_through(palette.background, 0.72),
            "font": {"size": size, "color": palette.text},
        }


def _inside(places: list[float], line: float) -> list[float]:
    """All moved up together where the lowest label would leave the plot."""
    over = max([0.0, *(place + line / 2 - PLOT_PX for place in places)])
    return [place - over for place in places]


def _short(band: str) -> str:
    return band.replace("moderately", "mod.").replace("subclinical", "subclin.")


def _entries(found: Shift, palette: Palette) -> list[tuple[str, str, str]]:
    people = f"{found.started} started: {found.n} in each column"
    if found.too_early:
        people += f", {found.too_early} too early"
    return [
        ("", palette.text, people),
        (mark_key.FULL, see_through(palette.score, 0.5), "to a milder band"),
        (mark_key.FULL, see_through(palette.score, 0.25), "same band"),
        (mark_key.FULL, see_through(palette.worse, 0.7), "to a graver band"),
        (mark_key.FULL, see_through(palette.unknown, 0.35), "to or from no score"),
    ]
