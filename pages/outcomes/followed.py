"""The looks and the responses of the people chosen, which two parts of Outcomes draw."""

from __future__ import annotations

import pandas as pd

from clinic.outcomes import time_to
from clinic.outcomes.states import NO_BASELINE, TOO_MILD
from clinic.outcomes.survival import Curve
from clinic.outcomes.wording import number
from pages.outcomes.board import Board


def looks(board: Board) -> pd.DataFrame:
    return time_to.looks(board.first, board.cohort.own, board.cohort.treatments, zone=board.zone.key)


def rules(board: Board) -> list[str]:
    """Of response, each scale's own."""
    used = (board.catalogue[name].default_response for name in sorted(board.first["instrument"].unique()))
    return [rule.id for rule in used if rule]


def without_verdict(responses: pd.DataFrame) -> str:
    """`104 judged, 3 baseline too mild, 4 no valid baseline`: sums to everyone who started."""
    why = responses["why_none"]
    parts = [f"{int((why == '').sum())} judged"]
    parts += [f"{int((why == each).sum())} {each}" for each in (TOO_MILD, NO_BASELINE) if (why == each).any()]
    return ", ".join(parts)


def steps_table(curve: Curve, *, unit: str, rising: bool) -> pd.DataFrame:
    """Each time with an event: at risk before it, events, the share after it and its limits."""
    shares = [1 - each if rising else each for each in (curve.survival, curve.low, curve.high)]
    share, low, high = (shares[0], shares[2], shares[1]) if rising else shares
    return pd.DataFrame(
        {
            unit.capitalize(): [number(each) for each in curve.time],
            "At risk": curve.at_risk,
            "Events": curve.events,
            "Share": [f"{100 * each:.0f} %" for each in share],
            "95 % interval": [
                "" if one != one else f"{100 * one:.0f}–{100 * other:.0f} %"
                for one, other in zip(low, high, strict=True)
            ],
        }
    )
