"""The one time axis of a patient's figure: by date, or by days since the first dose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clinic.charts.sheet import Sheet
from clinic.outcomes.clock import DAY, wall

SHORTEST_DAYS = 14


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Wall-clock seconds to what plotly takes: ISO text by date, days as numbers since `origin`."""

    by: str
    origin: int
    first: int
    last: int

    def at(self, when) -> list:
        when = np.asarray(when, np.int64)
        if self.by == "days":
            return np.round((when - self.origin) / DAY, 4).tolist()
        return np.datetime_as_string(when.astype("datetime64[s]"), unit="s").tolist()

    @property
    def hover(self) -> str:
        return "day %{x:.0f}" if self.by == "days" else "%{x|%-d %b %Y}"

    @property
    def ends(self) -> list:
        return self.at([self.first, self.last])

    def width(self, seconds: float) -> float:
        """A length of time in the unit in which plotly wants widths: milliseconds, or days."""
        return seconds / DAY if self.by == "days" else seconds * 1000

    @property
    def span(self) -> int:
        return self.last - self.first


def wall_seconds(times, zone: str) -> np.ndarray:
    """The clinic's wall clock as seconds, so that figures show local days and hours."""
    return wall(times, zone).asi8


def time_axis(times: np.ndarray, by: str, origin: int | None) -> TimeAxis:
    """From first to last time with room at both ends, never shorter than a fortnight."""
    first, last = int(times.min()), int(times.max())
    short = max(SHORTEST_DAYS * DAY - (last - first), 0) // 2
    room = max(int((last - first) * 0.03), DAY // 2)
    return TimeAxis(by, first if origin is None else origin, first - short - room, last + short + room)


def draw_time_axis(sheet: Sheet, axis: TimeAxis, lowest: str) -> None:
    """Under the lowest strip: dates on two lines with the month spelled, or whole weeks since the first dose."""
    palette = sheet.palette
    sheet.time_axis = {
        "anchor": lowest,
        "range": axis.ends,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": palette.rule,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": palette.rule,
        "tickfont": {"size": 11.5, "color": palette.muted},
        "ticklabeloverflow": "hide past div",
        **(_by_days(axis, sheet) if axis.by == "days" else _by_date(sheet)),
    }


def _by_date(sheet: Sheet) -> dict:
    return {
        "type": "date",
        "nticks": 5 if sheet.narrow else 9,
        "tickformat": "%-d %b\n%Y",
        "hoverformat": "%-d %b %Y",
    }


def _by_days(axis: TimeAxis, sheet: Sheet) -> dict:
    """Ticks on whole weeks, so that day 28 can be found."""
    weeks = axis.span / DAY / 7
    step = next((each for each in (1, 2, 4, 8, 13, 26) if weeks / each <= (5 if sheet.narrow else 10)), 52)
    title = {
        "text": "days since the first dose",
        "standoff": 2,
        "font": {"size": 11.5, "color": sheet.palette.muted},
    }
    return {"type": "linear", "tick0": 0, "dtick": 7 * step, "title": title}
