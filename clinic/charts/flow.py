"""From the first treatment to maintenance: who came so far, who stopped, who is still on the way; and why."""

from __future__ import annotations

from html import escape

import pandas as pd

from clinic.charts import mark_key
from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import named_rows, plain_layout, text_width
from clinic.outcomes.flow import AHEAD, LEFT, PARTS, REACHED, UNDER_WAY, Flow
from clinic.outcomes.proportion import percent

ROW_PX, ROW_NARROW_PX = 40, 54
REASON_PX = 42
MOST_REASONS = 12
WIDE, NARROW = 760, 330  # usual widths, to tell what fits


def flow_figure(found: Flow, *, palette: Palette = LIGHT, narrow: bool = False) -> dict:
    """One bar per step, each as long as everyone with treatments; beside it the share of those who could have come
    so far, with its Wilson interval."""
    steps = found.steps
    of = len(found.courses)
    drawn = [part for part in PARTS if part == REACHED or steps[part].any()]
    lines = mark_key.lines([_entry(part, palette) for part in drawn], NARROW if narrow else WIDE)
    left, right = (92, 108) if narrow else (104, 226)
    top, rows = mark_key.height(lines), (ROW_NARROW_PX if narrow else ROW_PX) * len(steps)
    layout = plain_layout(palette, rows + top + 44, left, right, 44, top=top)
    layout |= {
        "barmode": "stack",
        "bargap": 0,
        "annotations": [
            mark_key.note(lines, palette, left),
            _at_right(f"<b>{of}</b> of {found.started}<br>who started", 0, palette),
            *(_label(at, row, palette, narrow) for at, row in enumerate(steps.to_dict("records")) if at),
        ],
        "xaxis": _people_axis(
            of, "people" if narrow else "people with a treatment on record", palette, narrow
        ),
        "yaxis": named_rows(steps["step"].tolist(), narrow),
    }
    room = (NARROW if narrow else WIDE) - left - right
    return {"data": [_bars(part, steps, of, room, palette) for part in drawn], "layout": layout}


def reasons_figure(
    table: pd.DataFrame, started: int, *, palette: Palette = LIGHT, narrow: bool = False
) -> dict:
    """Why those who stopped did, the most frequent first; `table` is from `flow.reasons`."""
    shown = _at_most(table, MOST_REASONS)
    left_all = int(table["people"].sum())
    layout = plain_layout(palette, REASON_PX * max(len(shown), 1) + 40, 12, 104 if narrow else 130, 40)
    places = list(range(len(shown)))
    layout |= {
        "bargap": 0,
        "annotations": [
            note
            for at, row in zip(places, shown.itertuples(), strict=True)
            for note in _reason(at, row.reason, row.people, left_all, palette, narrow)
        ],
        "xaxis": _people_axis(
            int(shown["people"].max()) if len(shown) else 1,
            f"of {left_all} who stopped"
            if narrow
            else f"people: {left_all} of {started} who started have stopped",
            palette,
            narrow,
        ),
        "yaxis": {
            "range": [len(shown) - 0.4, -0.6],
            "visible": False,
            "fixedrange": True,
        },
    }
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": shown["people"].tolist(),
        "y": [place + 0.16 for place in places],
        "width": 0.4,
        "marker": _marker(LEFT, palette),
        "hoverinfo": "skip",
    }
    return {"data": [bars], "layout": layout}


def _bars(part: str, steps: pd.DataFrame, of: int, room: float, palette: Palette) -> dict:
    counts = steps[part].tolist()
    fits = [count * room / max(of, 1) > text_width(str(count), 11.5) + 8 for count in counts]
    return {
        "type": "bar",
        "orientation": "h",
        "name": part,
        "x": counts,
        "y": list(range(len(steps))),
        "width": 0.58,
        "marker": _marker(part, palette),
        "text": [
            f"{count}" if fit and part != UNDER_WAY else "" for count, fit in zip(counts, fits, strict=True)
        ],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"size": 11.5, "color": "#FFFFFF" if part == REACHED else palette.text},
        "hovertemplate": f"%{{x}} {part}<extra></extra>",
    }


def _marker(part: str, palette: Palette) -> dict:
    fill, edge = _colours(part, palette)
    return {
        "color": fill,
        "line": {"width": 1.2, "color": edge},
        "pattern": {
            "shape": "/" if part == UNDER_WAY else "",
            "fillmode": "replace",
            "fgcolor": palette.unknown,
            "bgcolor": palette.surface,
            "fgopacity": 1,
            "size": 6,
            "solidity": 0.2,
        },
    }


def _colours(part: str, palette: Palette) -> tuple[str, str]:
    """Fill and edge: who stopped is an empty place, who may still come is hatched."""
    return {
        REACHED: (palette.primary, palette.score),
        AHEAD: (see_through(palette.primary, 0.35), palette.score),
        LEFT: (palette.surface, palette.muted),
        UNDER_WAY: (see_through(palette.unknown, 0.28), palette.unknown),
    }[part]


def _entry(part: str, palette: Palette) -> tuple[str, str, str]:
    mark = {LEFT: mark_key.HOLLOW, UNDER_WAY: mark_key.HATCHED}.get(part, mark_key.FULL)
    fill, edge = _colours(part, palette)
    return mark, fill if mark == mark_key.FULL else edge, part


def _label(at: int, row: dict, palette: Palette, narrow: bool) -> dict:
    """The rate, its denominator and interval; below it who may still come."""
    digits_of = 1 if narrow else row["could"]
    numbers = [percent(row[each], digits_of) for each in ("share", "low", "high")] if row["could"] else []
    share = "{} % ({}–{})".format(*numbers) if numbers else ""
    first = f"<b>{row[REACHED]}</b> of {row['could']}"
    waiting = f"{row[UNDER_WAY]} still on the way" if row[UNDER_WAY] else ""
    small = [share, waiting.replace("still ", "")] if narrow else [waiting]
    text = first if narrow or not share else f"{first} · {share}"
    text += "".join(
        f"<br><span style='font-size:10.5px;color:{palette.muted}'>{each}</span>" for each in small if each
    )
    return _at_right(text, at, palette)


def _at_right(text: str, y: float, palette: Palette) -> dict:
    return {
        "text": text,
        "x": 1,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 10,
        "y": y,
        "yref": "y",
        "yanchor": "middle",
        "align": "left",
        "showarrow": False,
        "font": {"size": 12.5, "color": palette.text},
    }


def _reason(at: int, reason: str, people: int, of: int, palette: Palette, narrow: bool) -> list[dict]:
    """What was typed is text, never markup: escaped, and cut where it would run out of the figure."""
    most = 46 if narrow else 96
    words = reason if len(reason) <= most else reason[: most - 1].rstrip() + "…"
    named = {
        "text": escape(words),
        "x": 0,
        "xref": "x",
        "xanchor": "left",
        "y": at - 0.06,
        "yref": "y",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12.5, "color": palette.text},
    }
    share = "" if narrow else f" · {percent(people / of, of)} %"
    return [named, _at_right(f"<b>{people}</b> of {of}{share}", at + 0.16, palette)]


def _at_most(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """The first rows, with what remains as one more so that they still sum."""
    shown = table[["reason", "people"]]
    if len(shown) <= most:
        return shown
    rest = shown.iloc[most - 1 :]
    more = pd.DataFrame({"reason": [f"{len(rest)} further reasons"], "people": [rest["people"].sum()]})
    return pd.concat([shown.iloc[: most - 1], more], ignore_index=True)


def _people_axis(most: int, title: str, palette: Palette, narrow: bool) -> dict:
    return {
        "range": [0, max(most, 1)],
        "nticks": 4 if narrow else 8,
        "tickformat": ",d",
        "title": {"text": title, "standoff": 6, "font": {"size": 11.5, "color": palette.muted}},
        "gridcolor": palette.grid,
        "zeroline": True,
        "zerolinecolor": palette.rule,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "fixedrange": True,
    }
