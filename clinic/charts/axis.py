"""The one time axis of a patient's figure: by date, by days since the first dose, or by treatment number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clinic.charts.numbering import Numbering, numbering
from clinic.charts.sheet import Sheet
from clinic.outcomes.clock import DAY, wall
from clinic.outcomes.wording import MONTHS

SHORTEST_DAYS = 14
ROOM = 0.03  # of the axis, at both ends


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Wall-clock seconds to what plotly takes: ISO text by date, days as numbers since `origin`, or places among
    the treatments."""

    by: str
    origin: int
    first: int
    last: int
    doses: Numbering | None = None

    def at(self, when) -> list:
        when = np.asarray(when, np.int64)
        if self.doses:
            return np.round(self.doses.at(when), 7).tolist()
        if self.by == "days":
            return np.round((when - self.origin) / DAY, 4).tolist()
        return np.datetime_as_string(when.astype("datetime64[s]"), unit="s").tolist()

    def pixels(self, when, plot_width: int) -> np.ndarray:
        """Where times lie, counted from the axis' left end."""
        return (self._units(when) - self._units(self.first)) / self._span * plot_width

    def width(self, pixels: float, plot_width: int) -> float:
        """So many pixels in the unit in which plotly wants widths: milliseconds, days, or treatments."""
        units = pixels * self._span / plot_width
        return units if self.doses else units / DAY if self.by == "days" else units * 1000

    @property
    def hover(self) -> str:
        """Ends a hover text; by treatment number it wants `dated` beside it."""
        if self.doses:
            return "%{customdata}"
        return "day %{x:.0f}" if self.by == "days" else "%{x|%-d %b %Y}"

    def dated(self, when) -> dict:
        """What a trace needs besides its x for `hover`: no one can read a date off a treatment number."""
        return {"customdata": day_words(np.asarray(when, np.int64))} if self.doses else {}

    @property
    def ends(self) -> list:
        return self.at([self.first, self.last])

    @property
    def days(self) -> float:
        return (self.last - self.first) / DAY

    def _units(self, when) -> np.ndarray:
        return self.doses.at(when) if self.doses else np.asarray(when, float)

    @property
    def _span(self) -> float:
        return float(self._units(self.last) - self._units(self.first))


def wall_seconds(times, zone: str) -> np.ndarray:
    """The clinic's wall clock as seconds, so that figures show local days and hours."""
    return wall(times, zone).asi8


def local(utc: np.ndarray, zone: str) -> np.ndarray:
    """Seconds of UTC as seconds of the clinic's wall clock."""
    return wall(utc.astype("datetime64[s]"), zone).asi8


def day_words(when: np.ndarray) -> list[str]:
    """`3 May 2026` for wall-clock seconds."""
    days = when.astype("datetime64[s]").astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    number = (days - months).astype(int) + 1
    month = months.astype(int)
    return [
        f"{day} {MONTHS[each % 12]} {1970 + each // 12}"
        for day, each in zip(number.tolist(), month.tolist(), strict=True)
    ]


def time_axis(
    times: np.ndarray,
    by: str,
    origin: int | None,
    given: np.ndarray | None = None,
    numbers: list[int] | None = None,
) -> TimeAxis:
    """From first to last time with room at both ends. By date or days it is never shorter than a fortnight; by
    number it wants the doses `given` and their `numbers`, and without any it goes by date."""
    first, last = int(times.min()), int(times.max())
    if by == "number" and given is not None and len(given):
        doses = numbering(given, numbers, times)
        low, high = doses.at(np.array([first, last]))
        room = max((high - low) * ROOM, 0.4)
        left = min(low - room, -0.2) - low  # so that the tick at 0 is there
        ends = int(first + left * doses.before), int(last + room * doses.after)
        return TimeAxis(by, first, *ends, doses)
    by = "date" if by == "number" else by
    short = max(SHORTEST_DAYS * DAY - (last - first), 0) // 2
    room = max(int((last - first) * ROOM), DAY // 2)
    return TimeAxis(by, first if origin is None else origin, first - short - room, last + short + room)


def draw_time_axis(sheet: Sheet, axis: TimeAxis, lowest: str) -> None:
    """Under the lowest strip: dates on two lines with the month spelled, whole weeks since the first dose, or the
    treatments' numbers."""
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
        **_ticks(axis, sheet),
    }


def _ticks(axis: TimeAxis, sheet: Sheet) -> dict:
    if axis.doses:
        return _by_number(axis, sheet)
    return _by_days(axis, sheet) if axis.by == "days" else _by_date(sheet)


def _by_date(sheet: Sheet) -> dict:
    return {
        "type": "date",
        "nticks": 5 if sheet.narrow else 9,
        "tickformat": "%-d %b\n%Y",
        "hoverformat": "%-d %b %Y",
    }


def _by_days(axis: TimeAxis, sheet: Sheet) -> dict:
    """Ticks on whole weeks, so that day 28 can be found."""
    weeks = axis.days / 7
    step = next((each for each in (1, 2, 4, 8, 13, 26) if weeks / each <= (5 if sheet.narrow else 10)), 52)
    return {
        "type": "linear",
        "tick0": 0,
        "dtick": 7 * step,
        "title": _title(sheet, "days since the first dose"),
    }


def _by_number(axis: TimeAxis, sheet: Sheet) -> dict:
    """0 before the first; each treatment by the number it bears, so many as fit; none where no treatment is."""
    names = axis.doses.names
    pixels = sheet.plot_width / float(axis.doses.at(axis.last) - axis.doses.at(axis.first))
    step = next((each for each in (1, 2, 5, 10, 20, 50) if each * pixels >= 22), 100)
    shown = [at for at in range(len(names)) if (at + 1) % step == 0]
    restarts = len(set(names)) < len(names)
    words = "treatment number, from 1 in each course" if restarts else "treatment number"
    words += "" if sheet.narrow else " · between two, linear in time"
    return {
        "type": "linear",
        "tickvals": [0, *(at + 1 for at in shown)],
        "tickangle": 0,
        "ticktext": ["0", *(names[at] for at in shown)],
        "title": _title(sheet, words),
    }


def _title(sheet: Sheet, words: str) -> dict:
    return {"text": words, "standoff": 2, "font": {"size": 11.5, "color": sheet.palette.muted}}
