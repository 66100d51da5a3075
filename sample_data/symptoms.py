"""How ill a person is at a moment: a plateau reached by the number of doses, and lost again at a relapse."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of responding: share of the baseline lost at the plateau (mean, SD), and after how many doses
    two thirds of it are reached."""

    mean: float
    sd: float
    doses: float


KINDS = {
    "rapid": Kind(0.81, 0.10, 0.9),
    "gradual": Kind(0.73, 0.12, 2.5),
    "non-responder": Kind(0.24, 0.13, 3.0),
    "deteriorator": Kind(-0.20, 0.10, 3.0),
}
ESKETAMINE_MEANS = {"rapid": 0.76, "gradual": 0.66, "non-responder": 0.24, "deteriorator": -0.20}
# How often each kind occurs; the last shares of both rows are what is left over.
MIX = {"rapid": 0.30, "gradual": 0.26, "non-responder": 0.36, "deteriorator": 0.08}
ESKETAMINE_MIX = {"rapid": 0.18, "gradual": 0.35, "non-responder": 0.40, "deteriorator": 0.07}

# How much of the leading scale's improvement another scale shows, and the noise of one reading in points.
SHOWS = {"phq9": 1.0, "gad7": 1.0, "oasis": 0.85, "madrs": 1.0, "hama": 0.95, "lsas_sr": 0.60}
SECOND = 0.9
NOISE = {"phq9": 1.6, "gad7": 1.3, "oasis": 1.1, "madrs": 2.8, "hama": 2.2, "lsas_sr": 6.0}
STAYS = 0.4  # correlation of one reading's noise with the next

# Relapse after the last dose, in days (Weibull); maintenance halves the hazard.
RELAPSE_SHAPE, RELAPSE_SCALE = 1.195, 98.3
MAINTAINED = 0.5 ** (-1 / RELAPSE_SHAPE)
RESPONDING = 0.45  # from this plateau on there is something to lose


@dataclass(slots=True)
class Illness:
    """One course from inside; `doses` fill up while the course is drawn."""

    kind: str
    plateau: float
    speed: float
    natural: float  # what time alone would do: people come at their worst
    levels: dict[str, float]  # baseline of each scale
    leads: str
    tilt: dict[str, float]  # scales of one person agree only roughly
    began: datetime
    doses: list[datetime] = field(default_factory=list)
    relapse_at: datetime | None = None

    def share(self, at: datetime) -> float:
        """The share of the baseline that is gone at a moment."""
        given = bisect_left(self.doses, at)
        gained = self.plateau * (1 - np.exp(-given / self.speed))
        if self.plateau < 0:
            return gained
        alone = self.natural * (1 - np.exp(-days(self.began, at) / 21))
        share = max(gained, alone)
        if given and self.plateau > RESPONDING:
            share += 0.08 * np.exp(-days(self.doses[given - 1], at) / 1.5)
        if self.relapse_at and at > self.relapse_at:
            share = alone + (share - alone) * np.exp(-days(self.relapse_at, at) / 12)
        return share

    def level(self, instrument: str, at: datetime) -> float:
        """The expected total of a scale, without the noise of the reading."""
        shows = SHOWS[instrument] * (1 if instrument == self.leads else SECOND)
        share = self.share(at) * (shows + self.tilt[instrument])
        return self.levels[instrument] * (1 - share)

    @property
    def responds(self) -> bool:
        return self.plateau >= RESPONDING


def draw(
    rng: np.random.Generator,
    kind: str,
    levels: dict[str, float],
    leads: str,
    began: datetime,
    esketamine: bool,
) -> Illness:
    mean = ESKETAMINE_MEANS[kind] if esketamine else KINDS[kind].mean
    plateau = rng.normal(mean, KINDS[kind].sd)
    plateau = min(plateau, 0.97) if kind != "deteriorator" else min(plateau, -0.03)
    tilt = {name: 0.0 if name == leads else rng.normal(0, 0.07) for name in levels}
    natural = float(np.clip(rng.normal(0.10, 0.05), 0, 0.25))
    return Illness(kind, float(plateau), KINDS[kind].doses, natural, levels, leads, tilt, began)


def days_to_relapse(rng: np.random.Generator, maintained: bool) -> float:
    scale = RELAPSE_SCALE * (MAINTAINED if maintained else 1)
    return float(scale * rng.weibull(RELAPSE_SHAPE))


class Reading:
    """Totals of one person's forms in the order in which they were filled in, with noise that lingers."""

    def __init__(self, rng: np.random.Generator, ranges: dict[str, tuple[int, int]]):
        self.rng, self.ranges = rng, ranges
        self.last: dict[str, float] = {}

    def total(self, illness: Illness, instrument: str, at: datetime) -> int:
        fresh = self.rng.normal()
        noise = fresh
        if instrument in self.last:
            noise = STAYS * self.last[instrument] + np.sqrt(1 - STAYS**2) * fresh
        self.last[instrument] = noise
        low, high = self.ranges[instrument]
        exact = illness.level(instrument, at) + NOISE[instrument] * noise
        return int(np.clip(np.floor(exact + 0.5), low, high))


def days(earlier: datetime, later: datetime) -> float:
    return (later - earlier).total_seconds() / 86400


# ---- the suicide item --------------------------------------------------------------------------------------

LEANS_ON_TOTAL = 0.5
STEPS = {"phq9": (0.0, 0.95, 1.75), "madrs": (0.2, 0.6, 0.9, 1.4, 1.9, 2.4)}
TYPICAL = {"phq9": (17.5, 4.8), "madrs": (31.0, 6.5)}


def suicide_answer(rng: np.random.Generator, instrument: str, total: int, person: float) -> int | None:
    """Ordinal, tied to the total (r = 0.5) and to the person; None for a scale that does not ask."""
    if instrument not in STEPS:
        return None
    mean, sd = TYPICAL[instrument]
    severity = (total - mean) / sd
    own = 0.9 * person + np.sqrt(1 - 0.9**2) * rng.normal()
    latent = LEANS_ON_TOTAL * severity + np.sqrt(1 - LEANS_ON_TOTAL**2) * own
    return int(np.searchsorted(STEPS[instrument], latent))
