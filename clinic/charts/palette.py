"""The colours of figures and pages, light and dark, and of figures in print; the committed theme repeats the first
two and a test compares.

Severity is one warm hue from faint to less faint, never green to red. Orange-red is kept for worsening and for
suicide answers, so that it means something where it appears. Text reaches 4.5:1 and marks 3:1 on `surface`, and
text also on the darkest severity tint (tests compute it).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

FONT = "Inter, system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme. Tints are given as a hue and the opacity of the faintest and the deepest one."""

    name: str
    background: str
    surface: str
    sidebar: str
    text: str
    muted: str
    rule: str
    grid: str
    primary: str
    score: str
    treatment: str
    worse: str
    event: str
    unknown: str
    severity: str
    faintest: float
    deepest: float
    corridor: float

    def tint(self, step: int, steps: int) -> str:
        """The fill of band `step` (0 = mildest) of `steps`."""
        share = step / max(steps - 1, 1)
        return see_through(self.severity, self.faintest + share * (self.deepest - self.faintest))

    @property
    def error_fill(self) -> str:
        """The corridor of measurement error around the baseline."""
        return see_through(self.score, self.corridor)


@cache
def see_through(colour: str, opacity: float) -> str:
    """`#RRGGBB` as an rgba() that lets what lies below show."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:.3g})"


LIGHT = Palette(
    name="light",
    background="#FFFFFF",
    surface="#FFFFFF",
    sidebar="#F4F7F8",
    text="#16242B",
    muted="#546770",
    rule="#C5D0D5",
    grid="#E7EDEF",
    primary="#0F6E84",
    score="#0F6E84",
    treatment="#5E4FA2",
    worse="#C2410C",
    event="#B3261E",
    unknown="#7A8990",
    severity="#B45F2A",
    faintest=0.025,
    deepest=0.13,
    corridor=0.055,
)

DARK = Palette(
    name="dark",
    background="#10171B",
    surface="#10171B",
    sidebar="#0B1114",
    text="#E4ECEF",
    muted="#9FB0B8",
    rule="#3A4A52",
    grid="#223038",
    primary="#1B8095",
    score="#55C3D8",
    treatment="#A99CF0",
    worse="#FF8A5C",
    event="#FF6F66",
    unknown="#82939B",
    severity="#E08A4F",
    faintest=0.03,
    deepest=0.16,
    corridor=0.07,
)

# For figures on paper, no theme of a page. Black on white: tiers are told apart by filling, line and mark alone.
PRINT = replace(
    LIGHT,
    name="print",
    text="#000000",
    muted="#3A3A3A",
    rule="#6E6E6E",
    grid="#E2E2E2",
    **dict.fromkeys(("primary", "score", "treatment", "worse", "event", "severity"), "#000000"),
)

BY_NAME = {palette.name: palette for palette in (LIGHT, DARK)}
