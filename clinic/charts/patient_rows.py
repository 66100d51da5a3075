"""A patient's frames as arrays, each column cut once: a frame operation per strip would cost more than the figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from clinic.charts.axis import TimeAxis, local
from clinic.charts.score_rows import Rows
from clinic.instruments.definition import Instrument
from clinic.outcomes.clock import seconds
from clinic.outcomes.counting import HOURS_AFTER_DOSE, hours_of_one, time_after_dose
from clinic.outcomes.wording import plural

STATES = {"not asked": 0, "yes": 1, "no": 2, "skipped": 3}  # of a suicide item


class Columns:
    """The scores of the scales in `known`, as they come: `scale` is a form's place in `known`, `when` and `given`
    are wall-clock seconds of scores and doses."""

    def __init__(self, scores: pd.DataFrame, given: np.ndarray, known: Mapping[str, Instrument], zone: str):
        """`given` are the seconds of UTC at which doses began."""
        places = {name: place for place, name in enumerate(known)}
        self.places = places
        scale = list(map(places.get, scores["instrument"].tolist()))
        if None in scale:
            scores = scores[[each is not None for each in scale]]
            scale = [each for each in scale if each is not None]
        self.scale = np.array(scale, int)
        self.assessment, self.version = scores["assessment"].tolist(), scores["version"].to_numpy(object)
        self.state = np.array(list(map(STATES.__getitem__, scores["suicide_state"].tolist())), int)
        self.suicide = scores["suicide"].to_numpy(float)
        self.total, self.prorated = scores["total"].to_numpy(float), scores["prorated"].to_numpy(bool)
        self.with_total = ~np.isnan(self.total)
        taken = seconds(scores["taken_at"])
        both = local(np.concatenate([taken, given]), zone)
        self.when, self.given = both[: len(taken)], both[len(taken) :]
        hours = hours_of_one(scores, taken, given, zone)
        self.early = hours < HOURS_AFTER_DOSE
        self.hover = _hover(scores, self.prorated, hours)
        self.x: list = []

    def on(self, axis: TimeAxis) -> None:
        """Places on the axis, of all forms in one go."""
        self.x = axis.at(self.when)

    def of(self, scale: Instrument) -> Rows:
        mine = np.flatnonzero(self.scale == self.places[scale.id])
        when = self.when[mine]
        if (when[1:] < when[:-1]).any():
            mine = mine[np.argsort(when, kind="stable")]
        order = mine.tolist()
        return Rows(
            assessment=list(map(self.assessment.__getitem__, order)),
            when=self.when[mine],
            x=list(map(self.x.__getitem__, order)),
            total=self.total[mine],
            with_total=np.flatnonzero(self.with_total[mine]),
            version=self.version[mine],
            prorated=self.prorated[mine],
            early=self.early[mine],
            hover=list(map(self.hover.__getitem__, order)),
        )

    def shown(self, panels: Sequence[Instrument]) -> np.ndarray:
        """Which forms are of a scale that has a panel: `known` begins with those."""
        return self.scale < len(panels)

    def untotalled(self, panels: Sequence[Instrument]) -> list[str]:
        return [self.assessment[at] for at in np.flatnonzero(self.shown(panels) & ~self.with_total)]


def _hover(scores: pd.DataFrame, prorated: np.ndarray, hours: np.ndarray) -> list[str]:
    """What the number and date of a point do not say; all of it also stands in the scores table."""
    pairs = list(zip(scores["band"].tolist(), scores["how"].tolist(), strict=True))
    said = {pair: f"{pair[0] if isinstance(pair[0], str) else ''}<br>{pair[1]}" for pair in set(pairs)}
    words = list(map(said.__getitem__, pairs))
    missing = scores["missing"].to_numpy()
    for at in np.flatnonzero(missing > 0).tolist():
        words[at] += f"<br>{plural(int(missing[at]), 'answer')} missing{', prorated' if prorated[at] else ''}"
    soon = np.flatnonzero(hours < HOURS_AFTER_DOSE)
    whole = hours[soon].astype(int).tolist()
    after = {each: f"<br>{time_after_dose(each)}" for each in set(whole)}
    for at, each in zip(soon.tolist(), whole, strict=True):
        words[at] += after[each]
    return words
