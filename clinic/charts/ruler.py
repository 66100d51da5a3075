"""A scale drawn as a ruler: one row of bands for each source, one bar for each cut on the total."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.instruments.definition import Instrument
from clinic.instruments.rules import BandSet, Rule


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole totals `low` to `high`, both included; `depth` is 0 for the mildest and 1 for the gravest."""

    low: int
    high: int
    name: str
    depth: float


@dataclass(frozen=True, slots=True)
class Ruled:
    """One row: what it is, its rule id, whether it leads, and its stretches from left to right."""

    what: str
    id: str
    leads: bool
    stretches: tuple[Stretch, ...]


def band_rows(scale: Instrument) -> list[Ruled]:
    """The default set first; each covers the whole range."""
    ordered = sorted(scale.band_sets, key=lambda chosen: not chosen.default)
    return [Ruled("bands", chosen.id, chosen.default, _stretches(scale, chosen)) for chosen in ordered]


def _stretches(scale: Instrument, chosen: BandSet) -> tuple[Stretch, ...]:
    steps = max(len(chosen.bands) - 1, 1)
    graver = scale.higher_is != "better"
    return tuple(
        Stretch(band.low, band.high, band.name, (at if graver else steps - at) / steps)
        for at, band in enumerate(chosen.bands)
    )


def cut_rows(scale: Instrument) -> list[Ruled]:
    """Rules that need the total alone: the totals at which each holds."""
    sections = (("remission", scale.remissions), ("response", scale.responses), ("cut", scale.checks))
    rules = [(what, rule) for what, found in sections for rule in found if not rule.needs_baseline]
    return [Ruled(what, rule.id, rule.default, (_holds(scale, rule),)) for what, rule in rules]


def _holds(scale: Instrument, rule: Rule) -> Stretch:
    """A rule on the total holds for one unbroken stretch of whole totals."""
    met = [total for total in range(scale.minimum, scale.maximum + 1) if rule.met(total)]
    return Stretch(met[0], met[-1], rule.says, 0.0)


def in_words(scale: Instrument) -> str:
    """The ruler for those who do not see it."""
    rows = [*band_rows(scale), *cut_rows(scale)]
    if not rows:
        return f"{scale.title} runs from {scale.minimum} to {scale.maximum}; no source names bands or cuts."
    said = [
        f"{row.id}: " + ", ".join(f"{part.low} to {part.high} {part.name}" for part in row.stretches)
        for row in rows
    ]
    return f"{scale.title}, {scale.minimum} to {scale.maximum}. " + "; ".join(said) + "."
