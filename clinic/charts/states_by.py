"""The seven states of each group beside each other; on a phone below each other. Every column sums to its group."""

from __future__ import annotations

from html import escape

import pandas as pd

from clinic.charts.outcomes import DRAWN, bar_of_states, state_words
from clinic.charts.palette import LIGHT, Palette
from clinic.charts.sheet import plain_layout, text_width
from clinic.outcomes.proportion import percent

ROW_PX, HEAD_PX, GAP_PX = 24, 40, 14
LEFT_PX, LEFT_NARROW_PX = 152, 132
MOST_ACROSS = 4
COLUMN_GAP = 0.13  # of a column, for the number at the end of its longest bar


def states_by_figure(
    counts: pd.DataFrame,
    notes: dict[str, str] | None = None,
    *,
    palette: Palette = LIGHT,
    narrow: bool = False,
) -> dict:
    """`counts` has one row per group and one column per state; `notes` says a few words under a group's name. Bars
    are shares of the group, all on the same scale of 0 to 100 %."""
    groups, notes = list(counts.index), notes or {}
    down = len(groups) if narrow else -(-len(groups) // MOST_ACROSS)
    across = -(-len(groups) // down) if groups else 1
    left = LEFT_NARROW_PX if narrow else LEFT_PX
    block = HEAD_PX + ROW_PX * len(DRAWN)
    height = max(down * (block + GAP_PX) - GAP_PX, block)
    layout = plain_layout(palette, height + 4, left, 4, 4, top=0)
    data, words = [], []
    for at, group in enumerate(groups):
        column, line = at % across, at // across
        mark = "" if at == 0 else str(at + 1)
        top = height - line * (block + GAP_PX) - HEAD_PX
        layout[f"xaxis{mark}"] = _share_axis(column, across, mark, palette)
        layout[f"yaxis{mark}"] = {
            "anchor": f"x{mark}",
            "domain": [max(top - ROW_PX * len(DRAWN), 0) / height, top / height],
            "range": [len(DRAWN) - 0.5, -0.5],
            "tickvals": list(range(len(DRAWN))),
            "ticktext": [state_words(state) for state in DRAWN],
            "tickfont": {"size": 12},
            "ticklabelstandoff": 6,
            "showticklabels": column == 0,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        }
        n = [int(counts.loc[group].get(state, 0)) for state in DRAWN]
        of = sum(n)
        bars = bar_of_states([each / of if of else 0 for each in n], palette, 0.66)
        data.append(bars | {"xaxis": f"x{mark}", "yaxis": f"y{mark}"})
        words.append(_head(mark, str(group), of, notes.get(group, ""), palette, left if narrow else 0))
        words += [_count(mark, place, each, of, palette) for place, each in enumerate(n)]
    layout["annotations"] = words
    layout["bargap"] = 0
    return {"data": data, "layout": layout}


def _share_axis(column: int, across: int, mark: str, palette: Palette) -> dict:
    width = 1 / across
    return {
        "anchor": f"y{mark}",
        "domain": [column * width, (column + 1) * width - 0.012],
        "range": [0, 1 + COLUMN_GAP * across],
        "tickvals": [0, 0.5, 1],
        "showticklabels": False,
        "gridcolor": palette.grid,
        "zeroline": True,
        "zerolinecolor": palette.rule,
        "fixedrange": True,
    }


def _head(mark: str, group: str, of: int, note: str, palette: Palette, out: int) -> dict:
    """The group's name and size above its bars, `out` pixels to their left; what else is known of it below, quieter."""
    small = f"<br><span style='font-size:11px;color:{palette.muted}'>{escape(note)}</span>" if note else ""
    return {
        "text": f"<b>{escape(_short(group))}</b> · {of} started{small}",
        "x": 0,
        "xref": f"x{mark} domain",
        "xanchor": "left",
        "xshift": -out,
        "y": 1,
        "yref": f"y{mark} domain",
        "yanchor": "bottom",
        "yshift": 2,
        "align": "left",
        "showarrow": False,
        "font": {"size": 12.5, "color": palette.text},
    }


def _count(mark: str, place: int, n: int, of: int, palette: Palette) -> dict:
    text = f"{n} · {percent(n / of, of)} %" if n else "0"
    return {
        "text": text,
        "x": n / of if of else 0,
        "xref": f"x{mark}",
        "xanchor": "left",
        "xshift": 5,
        "y": place,
        "yref": f"y{mark}",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": 11.5, "color": palette.text if n else palette.muted},
    }


def _short(group: str) -> str:
    """A name that fits over its column: people may have typed a long one."""
    return group if text_width(group, 12.5) <= 150 else f"{group[:20].rstrip()}…"
