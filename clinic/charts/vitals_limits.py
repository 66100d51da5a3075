"""Limits as rows and the tiers that measured values reach by them; a value that was not recorded reaches none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from clinic.charts.vitals_rows import NAMES, SHORT, recorded

LOW_IS_WORSE = ("spo2", "moaas")


class Tier(NamedTuple):
    """How a tier looks: `rank` from 1, the mark in words and as plotly's symbol ("" = colour of the bar only)."""

    rank: int
    mark: str
    symbol: str
    dash: str


TIERS = {
    "amber": Tier(1, "···", "", "dot"),
    "hold": Tier(2, "▲", "triangle-up", "dash"),
    "no_start": Tier(3, "▲", "triangle-up", "dash"),
    "red": Tier(4, "▲", "triangle-up", "dash"),
    "critical": Tier(5, "◆", "diamond", "solid"),
}
COMPARE = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}


class Limit(NamedTuple):
    """A limit as a row. Without a comparison: below the value for SpO₂ and MOAA/S, at or above it for others."""

    measure: str
    tier: str
    value: float
    comparison: str = ""

    @property
    def column(self) -> str:
        return SHORT.get(self.measure, self.measure)

    @property
    def how(self) -> str:
        return self.comparison or ("<" if self.column in LOW_IS_WORSE else ">=")

    @property
    def figure(self) -> str:
        return f"{'<' if '<' in self.how else ''}{self.value:g}"

    def met(self, value) -> bool:
        return bool(COMPARE[self.how](value, self.value))


def known_limits(limits: Iterable[Sequence]) -> list[Limit]:
    return [each for each in (Limit(*row) for row in limits) if each.column in NAMES and each.tier in TIERS]


def tiers_of(rows: pd.DataFrame, limits: list[Limit], before: list[Limit]) -> dict[str, list[str | None]]:
    """column -> the gravest tier that each row's value reaches; a value that was not recorded reaches none."""
    return {
        column: [
            _reached(before if before and minute <= 0 else limits, column, value)
            for minute, value in zip(rows["minute"], rows[column], strict=True)
        ]
        for column in NAMES
        if column in rows
    }


def _reached(limits: list[Limit], column: str, value: float) -> str | None:
    met = (
        [limit.tier for limit in limits if limit.column == column and limit.met(value)]
        if recorded(value)
        else []
    )
    return max(met, key=lambda tier: TIERS[tier].rank, default=None)


def graver(one: str | None, other: str | None) -> str | None:
    return max((one, other), key=lambda tier: TIERS[tier].rank if tier else 0)


def is_marked(tier: str | None) -> bool:
    return tier is not None and bool(TIERS[tier].symbol)


def tier_name(tier: str) -> str:
    return tier.replace("_", " ")
