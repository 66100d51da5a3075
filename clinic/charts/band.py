"""Against the clinic's own past: per cent improvement by week, the middle 80 % and 50 % in grey, the person on top.

Up is better here, because it is improvement and not the scale that is drawn; the title says so. The numbers under the
weeks are how many people each is made of.
"""

from __future__ import annotations

import pandas as pd

from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import BAND_TEXT_PX, plain_layout, text_width
from clinic.outcomes.band import WEEKS, Expected
from clinic.outcomes.wording import number, plural

HEIGHT, LEFT, FOOT, TOP = 320, 46, 62, 30
LOWEST = -30.0


def band_figure(
    found: Expected, own: pd.DataFrame, *, palette: Palette = LIGHT, narrow: bool = False, gap_days: int = 35
) -> dict:
    """`own` is of `band.own_line`: the person's own points, every one up to the last week of the band. The band breaks
    where a week has too few people, the person's line after so many days without a score."""
    shown = own[(own["night"] <= WEEKS * 7 + 3) & own["improvement"].notna()]
    traces = [trace for run in _runs(found.weeks) for trace in _band(run, palette)]
    traces.append(_person(shown, palette, gap_days))
    return {"data": traces, "layout": _layout(found, shown, palette, narrow)}


def _runs(weeks: pd.DataFrame) -> list[pd.DataFrame]:
    """Stretches of weeks that follow each other, with their day; one alone reaches a day to either side."""
    weeks = weeks.assign(day=weeks["week"].astype(float) * 7)
    runs = [run for _, run in weeks.groupby((weeks["week"].diff() != 1).cumsum())]
    alone = [pd.concat([run.assign(day=run["day"] - 1), run.assign(day=run["day"] + 1)]) for run in runs]
    return [run if len(run) > 1 else wide for run, wide in zip(runs, alone, strict=True)]


def _band(run: pd.DataFrame, palette: Palette) -> list[dict]:
    days = run["day"].tolist()
    return [
        *_between(days, run["q10"], run["q90"], 0.16, "middle 80 %", palette),
        *_between(days, run["q25"], run["q75"], 0.24, "middle 50 %", palette),
        _line("half of them above", days, run["q50"], palette.unknown, 1.6, "dash"),
    ]


def alt(found: Expected, own: pd.DataFrame) -> str:
    """Where the last point lies among the others of its week."""
    weeks = found.weeks.set_index("week") if len(found.weeks) else pd.DataFrame()
    shown = own[own["improvement"].notna()]
    shown = shown[[int((night + 3) // 7) in weeks.index for night in shown["night"]]]
    if not len(shown):
        return f"{plural(found.people, 'person', 'people')} with a like beginning; no score in a week with a band."
    last = shown.iloc[-1]
    week = int((last["night"] + 3) // 7)
    row = weeks.loc[week]
    low, high = (number(round(row[column])) for column in ("q10", "q90"))
    return (
        f"{number(round(last['improvement']))} % improvement on day {int(last['night'])}, "
        f"{_place(last['improvement'], row)}; of {int(row['n'])} people in week {week} the middle 80 % lie between "
        f"{low} and {high} %."
    )


def _place(value: float, row) -> str:
    if value < row["q10"]:
        return "below nine of ten"
    if value > row["q90"]:
        return "above nine of ten"
    return "within the middle 80 %"


def _between(days, low, high, opacity: float, name: str, palette: Palette) -> list[dict]:
    edge = {"width": 0.8, "color": see_through(palette.unknown, 0.7)}
    shared = {"type": "scatter", "mode": "lines", "x": list(days), "line": edge, "hoverinfo": "skip"}
    return [
        shared | {"name": f"{name}, low", "y": [float(v) for v in low]},
        shared
        | {
            "name": name,
            "y": [float(v) for v in high],
            "fill": "tonexty",
            "fillcolor": see_through(palette.unknown, opacity),
        },
    ]


def _line(name: str, days, values, colour: str, width: float, dash: str) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(days),
        "y": [float(v) for v in values],
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": "half above %{y:.0f} %<extra></extra>",
    }


def _person(shown: pd.DataFrame, palette: Palette, gap_days: int) -> dict:
    points: list[tuple] = []
    for row in shown.itertuples():
        if points and row.night - points[-1][0] > gap_days:
            points.append((None, None, None))
        points.append((float(row.night), float(row.improvement), float(row.total)))
    x, y, totals = (list(column) for column in zip(*points, strict=True)) if points else ([], [], [])
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "this person",
        "x": x,
        "y": y,
        "cliponaxis": False,
        "line": {"color": palette.score, "width": 2.4},
        "marker": {"size": 8, "color": palette.surface, "line": {"color": palette.score, "width": 1.8}},
        "customdata": totals,
        "hovertemplate": "day %{x:.0f}: %{y:.0f} % better, total %{customdata}<extra></extra>",
    }


def _layout(found: Expected, shown: pd.DataFrame, palette: Palette, narrow: bool) -> dict:
    quiet = {"size": BAND_TEXT_PX, "color": palette.muted}
    right = 14 if narrow else round(text_width("90 % lie below", BAND_TEXT_PX)) + 14
    layout = plain_layout(palette, HEIGHT, LEFT, right, FOOT, top=TOP)
    last = max([int(w) for w in found.weeks["week"]] + [int((n + 3) // 7) for n in shown["night"]], default=4)
    low = (
        min([LOWEST, *found.weeks["q10"], *shown["improvement"]])
        if len(found.weeks) or len(shown)
        else LOWEST
    )
    counts = {int(row.week): int(row.n) for row in found.weeks.itertuples()}
    return layout | {
        "annotations": [_title(palette), *([] if narrow else _ends(found, palette))],
        "xaxis": {
            "range": [-2, last * 7 + 4],
            "tickvals": [7 * week for week in range(last + 1) if not narrow or week % 2 == 0],
            "ticktext": [
                f"{week}<br>{f'n {counts[week]}' if week in counts else ''}"
                for week in range(last + 1)
                if not narrow or week % 2 == 0
            ],
            "title": {"text": "weeks since the first dose", "standoff": 4, "font": quiet},
            "tickfont": quiet,
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "linecolor": palette.rule,
            "fixedrange": True,
        },
        "yaxis": {
            "range": [low - 5, 105],
            "dtick": 25,
            "ticksuffix": " %",
            "tickfont": quiet,
            "gridcolor": palette.grid,
            "zeroline": True,
            "zerolinecolor": palette.rule,
            "fixedrange": True,
        },
    }


def _title(palette: Palette) -> dict:
    return {
        "text": "improvement since baseline; up is better",
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 8,
        "showarrow": False,
        "font": {"size": 11.5, "color": palette.muted},
    }


def _ends(found: Expected, palette: Palette) -> list[dict]:
    """What each edge is, named at its right end."""
    if not len(found.weeks):
        return []
    end = found.weeks.iloc[-1]
    return [
        {
            "text": words,
            "x": 7 * int(end["week"]),
            "y": float(end[column]),
            "xanchor": "left",
            "xshift": 8,
            "yanchor": "middle",
            "showarrow": False,
            "font": {"size": 10.5, "color": palette.muted},
        }
        for column, words in (("q90", "90 % lie below"), ("q50", "half"), ("q10", "10 % lie below"))
    ]
