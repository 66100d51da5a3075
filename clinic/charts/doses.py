"""The treatments of a figure as plain lists, each column cut once, with their words for hovering."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinic.charts.axis import TimeAxis


class Doses:
    """All treatments given, as they come; doses are in `unit`: mg of esketamine, mg/kg of anything else."""

    def __init__(self, treatments: pd.DataFrame, when: np.ndarray):
        """`when` in wall-clock seconds."""
        self.when = when
        self.substance: list[str] = treatments["substance"].tolist()
        self.route: list[str] = treatments["route"].tolist()
        self.number: list[int] = treatments["number"].tolist()
        self.given_mg, self.mg_per_kg = treatments["given_mg"].tolist(), treatments["mg_per_kg"].tolist()
        self.stopped_early = treatments["stopped_early"].tolist()
        self.worst_event = treatments["worst_event"].tolist()
        self.x: list = []
        self.lanes = self._lanes()

    def on(self, axis: TimeAxis) -> None:
        self.x = axis.at(self.when)

    def __len__(self) -> int:
        return len(self.x)

    def _lanes(self) -> dict[tuple[str, str], list[int]]:
        """(substance, route) to the places of its treatments, in order of first use."""
        found: dict[tuple[str, str], list[int]] = {}
        for at, lane in enumerate(zip(self.substance, self.route, strict=True)):
            found.setdefault(lane, []).append(at)
        return found

    def unit(self, at: int) -> str:
        return "mg" if self.substance[at] == "esketamine" else "mg/kg"

    def dose(self, mine: list[int]) -> list[float]:
        """Of treatments of one lane; NaN where unknown."""
        column = self.given_mg if self.unit(mine[0]) == "mg" else self.mg_per_kg
        return [column[at] for at in mine]

    def hover(self, at: int) -> str:
        """What the bar is, in words; all of it also stands in the treatments table."""
        mg, per_kg = self.given_mg[at], self.mg_per_kg[at]
        dose = f"{mg:g} mg" if mg == mg else "dose not recorded"
        if self.unit(at) == "mg/kg":
            dose += f", {per_kg:.2f} mg/kg" if per_kg == per_kg else ", no weight: mg/kg unknown"
        early = "<br>stopped early" if self.stopped_early[at] else ""
        worst = self.worst_event[at]
        event = f"<br>{worst} adverse event" if isinstance(worst, str) else ""
        return f"<b>Treatment {self.number[at]}</b> · {self.route[at]}<br>{dose}{early}{event}"


def closest(pixels: np.ndarray) -> float:
    """Between the two that lie nearest to each other without being at one place; infinite for one."""
    gaps = np.diff(np.sort(pixels))
    gaps = gaps[gaps > 0]
    return float(gaps.min()) if len(gaps) else np.inf


def nice_top(dose: np.ndarray) -> float:
    """The smallest of 1, 1.5, 2, 3, 4, 5, 6, 8 × 10^k that holds every dose; 1 if none is known."""
    known = dose[~np.isnan(dose)]
    highest = float(known.max()) if len(known) else 1.0
    if highest <= 0:
        return 1.0
    unit = 10 ** int(np.floor(np.log10(highest)))
    steps = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
    return next(round(step * unit, 6) for step in steps if step * unit >= highest * 0.9999)
