"""The words and numbers of a control chart: its head, the numbers below each month, rules, known events."""

from __future__ import annotations

from datetime import date
from html import escape
from textwrap import wrap

import pandas as pd

from clinic.charts.palette import Palette
from clinic.outcomes.control import Chart
from clinic.outcomes.wording import date_words

LINE_PX = 17
EVENT_WIDE, EVENT_NARROW = 120, 46  # letters in a line


def head(lines: list[str], palette: Palette, narrow: bool, left: int, events: bool) -> list[dict]:
    above = 22 if events else 6
    return [
        {
            "text": text,
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 4 - left,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": above + LINE_PX * (len(lines) - 1 - at),
            "align": "left",
            "showarrow": False,
            "font": {"size": 11 if narrow else 12, "color": palette.text if at == 0 else palette.muted},
        }
        for at, text in enumerate(lines)
    ]


def _below(at: int, palette: Palette) -> dict:
    return {
        "yref": "paper",
        "y": 0,
        "yanchor": "top",
        "yshift": -36 - LINE_PX * at,
        "showarrow": False,
        "font": {"size": 11, "color": palette.text},
    }


def counts(rows, numbers, shown: list[int], palette: Palette, left: int) -> list[dict]:
    notes = []
    for at, (name, values) in enumerate(numbers):
        below = _below(at, palette)
        notes.append({"text": name, "xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - left} | below)
        notes += [
            {"text": f"{values[place]}", "xref": "x", "x": place, "xanchor": "center"} | below
            for place in shown
        ]
    return notes


def rule_numbers(chart: Chart, palette: Palette, narrow: bool) -> list[dict]:
    """Beside each marked point the numbers of the rules that marked it; where there is no room for all, only where
    they change."""
    notes, before = [], ""
    for row in chart.rows.itertuples():
        if row.signals and not (narrow and row.signals == before):
            notes.append(
                {
                    "text": f"<b>{','.join(row.signals)}</b>",
                    "x": row.Index,
                    "y": row.value,
                    "yshift": 15 if row.value > chart.centre else -15,
                    "showarrow": False,
                    "bgcolor": palette.surface,
                    "borderpad": 0,
                    "font": {"size": 11, "color": palette.text},
                }
            )
        before = row.signals
    return notes


def inside(rows: pd.DataFrame, day: date) -> bool:
    at = place(rows, day)
    return at is not None and -0.5 <= at <= len(rows) - 0.5


def place(rows: pd.DataFrame, day: date) -> float | None:
    """Where a day lies among the months: the middle of a month is its point."""
    if not len(rows):
        return None
    first = rows["month"].iloc[0]
    months = (day.year - first.year) * 12 + day.month - first.month
    return months + (day.day - 1) / pd.Period(day, "M").days_in_month - 0.5


def event_lines(rows, known, palette: Palette) -> list[dict]:
    return [
        {
            "type": "line",
            "x0": place(rows, day),
            "x1": place(rows, day),
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": {"color": palette.treatment, "width": 1.2, "dash": "dot"},
            "layer": "below",
        }
        for day, _ in known
    ]


def event_numbers(rows, known, palette: Palette) -> list[dict]:
    return [
        {
            "text": f"<b>{_letter(at)}</b>",
            "x": place(rows, day),
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": 2,
            "showarrow": False,
            "font": {"size": 12, "color": palette.treatment},
        }
        for at, (day, _) in enumerate(known)
    ]


def event_texts(known, narrow: bool) -> list[str]:
    """Letter, date and words of each event, in lines that fit. Escaped: the words were typed by people."""
    texts = []
    for at, (day, words) in enumerate(known):
        first, *rest = wrap(f"{date_words(day)}: {words}", EVENT_NARROW if narrow else EVENT_WIDE)
        texts += [f"<b>{_letter(at)}</b>  {escape(first)}", *(f"     {escape(line)}" for line in rest)]
    return texts


def event_words(texts: list[str], above: int, palette: Palette, left: int) -> list[dict]:
    return [
        {"text": text, "xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - left}
        | _below(above + at, palette)
        | {"yshift": -44 - LINE_PX * (above + at), "font": {"size": 11.5, "color": palette.treatment}}
        for at, text in enumerate(texts)
    ]


def _letter(at: int) -> str:
    return chr(ord("a") + at % 26)


def range_name(palette: Palette, at: float) -> dict:
    return {
        "text": "Moving range: change from month to month",
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": at,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 2,
        "showarrow": False,
        "font": {"size": 11.5, "color": palette.muted},
    }
