"""What was recorded of what was due, month by month: one row per measure, full what is there, hatched what is missing.

Every column is as tall as 100 %, so that what is missing has the same weight as what is there; a month in which
nothing was due has none. The counts stand over each column.
"""

from __future__ import annotations

import pandas as pd

from clinic.charts.palette import LIGHT, Palette
from clinic.charts.sheet import Sheet, text_width
from clinic.outcomes.completeness import MEASURES, month_words
from clinic.outcomes.proportion import percent

PLOT_PX = 46
HEADER_PX = 40  # the title, and the counts over the columns
MONTHS_WIDE, MONTHS_NARROW = 12, 6
COUNT_PX = 10.5


def completeness_figure(
    by_month: pd.DataFrame, overall: pd.DataFrame, *, palette: Palette = LIGHT, narrow: bool = False
) -> dict:
    """`by_month` is of `completeness.table` by measure and month, `overall` by measure: all months, those before the
    last twelve (on a phone six) that are drawn included."""
    months = _months(by_month, MONTHS_NARROW if narrow else MONTHS_WIDE)
    sheet = Sheet(palette, narrow, 40, 10, 28, 360 if narrow else 1000)
    sheet.time_axis = _months_axis(months, palette)
    whole = overall.set_index("measure")
    for measure in MEASURES:
        axis = {"range": [0, 1], "tickvals": [0, 1], "ticktext": ["0", "100 %"], "showgrid": False}
        ref = sheet.strip(PLOT_PX, axis, HEADER_PX + (16 if narrow else 0))
        _title(sheet, ref, measure.title, whole.loc[measure.id] if measure.id in whole.index else None)
        some = by_month[(by_month["measure"] == measure.id) & by_month["month"].isin(months)]
        _columns(sheet, ref, some, months)
    sheet.time_axis["anchor"] = ref
    spec = sheet.spec()
    spec["layout"]["barmode"] = "overlay"
    return spec


def _months(by_month: pd.DataFrame, most: int) -> list[int]:
    if not len(by_month):
        return []
    last = int(by_month["month"].max())
    return list(range(max(last - most + 1, int(by_month["month"].min())), last + 1))


def _title(sheet: Sheet, ref: str, title: str, row) -> None:
    if row is None:
        words = "nothing was due"
    else:
        n, of = int(row["n"]), int(row["of"])
        low, high = percent(row["low"], of), percent(row["high"], of)
        words = f"{n} of {of}, {percent(row['share'], of)} % ({low}–{high}); {of - n} missing"
    between = "<br>" if sheet.narrow else "  "
    place = {"x": 0, "xref": "paper", "y": 1, "yref": f"{ref} domain", "xanchor": "left", "yanchor": "bottom"}
    sheet.note(f"<b>{title}</b>{between}{sheet.small(words)}", xshift=-36, yshift=18, **place)


def _columns(sheet: Sheet, ref: str, some: pd.DataFrame, months: list[int]) -> None:
    at = [months.index(month) for month in some["month"]]
    share, palette = some["share"].to_numpy(float), sheet.palette
    hover = [
        f"{month_words(month)}: {n} of {of}, {of - n} missing"
        for month, n, of in zip(some["month"], some["n"], some["of"], strict=True)
    ]
    common = {"type": "bar", "x": at, "yaxis": ref, "width": 0.62, "hovertext": hover, "hoverinfo": "text"}
    sheet.data.append(
        {**common, "name": "recorded", "y": share.tolist(), "base": 0, "marker": {"color": palette.primary}}
    )
    missing = {
        "color": palette.surface,
        "line": {"width": 1, "color": palette.unknown},
        "pattern": {
            "shape": "/",
            "fillmode": "replace",
            "fgcolor": palette.unknown,
            "bgcolor": palette.surface,
            "fgopacity": 1,
            "size": 5,
            "solidity": 0.2,
        },
    }
    short = share < 1
    sheet.data.append(
        {
            **common,
            "name": "missing",
            "x": [place for place, is_short in zip(at, short, strict=True) if is_short],
            "y": (1 - share[short]).tolist(),
            "base": share[short].tolist(),
            "hovertext": [words for words, is_short in zip(hover, short, strict=True) if is_short],
            "marker": missing,
        }
    )
    fits = sheet.plot_width / max(len(months), 1)
    for place, n, of in zip(at, some["n"], some["of"], strict=True):
        text = f"{n}/{of}"
        text = text.replace("/", "<br>/") if text_width(text, COUNT_PX) > fits else text
        sheet.note(
            text,
            size=COUNT_PX,
            colour=palette.muted,
            x=place,
            xref="x",
            xanchor="center",
            y=1,
            yref=ref,
            yanchor="bottom",
            yshift=1,
        )


def _months_axis(months: list[int], palette: Palette) -> dict:
    return {
        "range": [-0.5, max(len(months), 1) - 0.5],
        "tickvals": list(range(len(months))),
        "ticktext": [month_words(month) for month in months],
        "showgrid": False,
        "zeroline": False,
        "tickfont": {"size": 11, "color": palette.muted},
        "fixedrange": True,
    }
