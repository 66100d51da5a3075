"""Where one scale is drawn: its strip, its native range, and the flat shapes that lie behind the points."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.charts.axis import TimeAxis
from clinic.charts.palette import Palette
from clinic.charts.sheet import Sheet
from clinic.instruments.definition import Instrument


@dataclass(frozen=True, slots=True)
class Panel:
    """`ref` is the strip's y reference; `limits` the range drawn, a little wider than the scale."""

    sheet: Sheet
    axis: TimeAxis
    ref: str
    scale: Instrument
    limits: tuple[float, float]
    px_per_point: float

    @property
    def palette(self) -> Palette:
        return self.sheet.palette

    def fill(self, low: float, high: float, colour: str, **place) -> None:
        """A flat stretch from `low` to `high`, as wide as the plot unless `place` says otherwise."""
        self._shape("rect", low, high, {"width": 0}, {"fillcolor": colour, **place})

    def level(self, y: float, line: dict, **place) -> None:
        """A line at one total, as wide as the plot unless `place` says otherwise."""
        self._shape("line", y, y, line, place)

    def _shape(self, kind: str, low: float, high: float, line: dict, place: dict) -> None:
        self.sheet.shapes.append(
            {
                "type": kind,
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "yref": self.ref,
                "y0": low,
                "y1": high,
                "line": line,
                "layer": "below",
                **place,
            }
        )

    def note(self, text: str, y: float, **place) -> None:
        self.sheet.note(text, y=y, yref=self.ref, **place)
