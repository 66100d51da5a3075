"""How each treatment was borne, and how much was given in all: one row per treatment, missing stays missing.

A rise is over the person's own last reading before the dose; dissociation is kept apart by the scale it was rated on,
since a CADSS of 12 and a rating of 2 out of 4 are no two points of one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from clinic.outcomes.clock import DAY, seconds

SEVERITIES = ("mild", "moderate", "severe")
CHAIR = {"global": "rating 0 to 4", "cadss6": "CADSS-6 at the chair"}
UNNAMED = "rating, scale not named"
FORM_AFTER = timedelta(
    hours=8
)  # a form so long after the start still rates that dose, if nobody noted the leaving
WINDOWS = (30, 90, 365)


@dataclass(frozen=True, slots=True)
class Observation:
    """`minute` from the start of the dose, up to 0 before it; None is not recorded."""

    minute: int | None
    systolic: float | None = None
    diastolic: float | None = None
    spo2: float | None = None
    dissociation: float | None = None
    scale: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    term: str
    severity: str
    serious: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A completed dissociation form of its own, not a rating among the vital signs."""

    title: str
    taken_at: datetime
    total: float


@dataclass(frozen=True, slots=True)
class Given:
    """One treatment as recorded; `number` counts within its course."""

    key: str
    course: str
    number: int
    started_at: datetime
    substance: str
    route: str
    ready_at: datetime | None = None
    left_at: datetime | None = None
    observations: tuple[Observation, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Peak:
    """The last value before the dose and the highest after its start; None is not recorded."""

    before: float | None
    highest: float | None

    @property
    def rise(self) -> float | None:
        return None if self.before is None or self.highest is None else self.highest - self.before


@dataclass(frozen=True, slots=True)
class Tolerated:
    """`minutes` until ready to leave, or, where nobody noted that, until leaving (`until` is "ready", "left" or "").
    `dissociation` is (scale, highest rating) for each scale used; `worst` is the gravest severity."""

    given: Given
    systolic: Peak
    diastolic: Peak
    spo2: float | None
    dissociation: tuple[tuple[str, float], ...]
    minutes: float | None
    until: str

    @property
    def worst(self) -> Event | None:
        return max(
            self.given.events, key=lambda each: (each.serious, SEVERITIES.index(each.severity)), default=None
        )

    def dissociated(self, scale: str) -> float | None:
        return dict(self.dissociation).get(scale)


def borne(given: Iterable[Given], forms: Sequence[Form] = ()) -> list[Tolerated]:
    """Each treatment's extremes, in the order given."""
    return [_borne(each, forms) for each in given]


def scales_of(found: Iterable[Tolerated]) -> list[str]:
    """The dissociation scales used, the one of the latest treatment first."""
    return list(dict.fromkeys(scale for each in reversed(list(found)) for scale, _ in each.dissociation))


def exposure(given: pd.DataFrame, as_of) -> pd.DataFrame:
    """One row per substance and route: treatments, mg, mg_per_kg (sum where known) with weighed (how many), first,
    last, months (first to last dose), and the treatments of the last 30, 90 and 365 days with their mg.

    Never summed over routes: 5 mg/kg under the tongue and 0.5 mg/kg into a vein are not one amount.
    """
    rows = []
    age = (seconds([as_of])[0] - seconds(given["started_at"])) / DAY
    for (substance, route), mine in given.assign(age=age).groupby(["substance", "route"], sort=False):
        first, last = mine["started_at"].min(), mine["started_at"].max()
        row = {
            "substance": substance,
            "route": route,
            "treatments": len(mine),
            "mg": float(mine["given_mg"].sum()),
            "mg_per_kg": float(mine["mg_per_kg"].sum()) if mine["mg_per_kg"].notna().any() else None,
            "weighed": int(mine["mg_per_kg"].notna().sum()),
            "first": first,
            "last": last,
            "months": (last - first).total_seconds() / DAY / 30.44,
        }
        for days in WINDOWS:
            recent = mine[mine["age"] <= days]
            row |= {f"in_{days}": len(recent), f"mg_in_{days}": float(recent["given_mg"].sum())}
        rows.append(row)
    return pd.DataFrame(rows)


def _borne(each: Given, forms: Sequence[Form]) -> Tolerated:
    after = [row for row in each.observations if row.minute is not None and row.minute > 0]
    ended, until = (each.ready_at, "ready") if each.ready_at else (each.left_at, "left")
    minutes = (ended - each.started_at).total_seconds() / 60 if ended else None
    return Tolerated(
        each,
        _peak(each, after, "systolic"),
        _peak(each, after, "diastolic"),
        min((row.spo2 for row in after if row.spo2 is not None), default=None),
        _dissociation(each, after, forms),
        minutes,
        until if ended else "",
    )


def _peak(each: Given, after: list[Observation], measure: str) -> Peak:
    early = [row for row in each.observations if row.minute is not None and row.minute <= 0]
    known = [(row.minute, getattr(row, measure)) for row in early if getattr(row, measure) is not None]
    before = max(known, key=lambda pair: pair[0])[1] if known else None
    highest = max((getattr(row, measure) for row in after if getattr(row, measure) is not None), default=None)
    return Peak(before, highest)


def _dissociation(each: Given, after: list[Observation], forms) -> tuple[tuple[str, float], ...]:
    found: dict[str, float] = {}
    for row in after:
        if row.dissociation is not None:
            scale = CHAIR.get(row.scale, row.scale) or UNNAMED
            found[scale] = max(row.dissociation, found.get(scale, row.dissociation))
    until = each.left_at or each.started_at + FORM_AFTER
    for form in forms:
        if each.started_at < form.taken_at <= until:
            found[form.title] = max(form.total, found.get(form.title, form.total))
    return tuple(found.items())
