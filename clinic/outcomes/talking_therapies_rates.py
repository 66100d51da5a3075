"""The rates of NHS Talking Therapies for everyone who started, so that the unknown stay beside them.

First score: each scale's baseline by the rule. Last score: the last in the window that counts. The programme takes
the first and last of a finished course of two contacts or more; two treatments stand in for these here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.outcomes import rates, states
from clinic.outcomes import talking_therapies as nhs
from clinic.outcomes.states import TOO_EARLY, Window

CONTACTS = 2
WORDS = {
    "recovered": "recovered, of the cases",
    "reliable_improvement": "reliably improved",
    "reliable_deterioration": "reliably worse",
    "no_reliable_change": "no reliable change",
    "reliable_recovery": "reliably recovered, of the cases",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """`rates` as from `rates.with_intervals`. `people` had two treatments or more and their window has passed;
    `too_early` are still in it, `fewer` had a single treatment. `not_cases` were below both thresholds at first."""

    rates: pd.DataFrame
    people: int
    too_early: int
    fewer: int
    not_cases: int


def counted(
    first: pd.DataFrame,
    scores: pd.DataFrame,
    treatments: pd.DataFrame,
    instruments: Mapping[str, Instrument],
    now,
    *,
    window: Window | None = None,
    zone: str = "UTC",
) -> Counted:
    """`first` is each person once (`states.first_courses`). Recovery is of the cases, reliable change of all."""
    times = first["episode"].map(treatments["episode"].value_counts()).fillna(0).to_numpy()
    finished = first[times >= CONTACTS]
    depression, anxiety = (
        states.people(
            states.on_one_scale(finished, scores, name, zone),
            scores,
            treatments,
            instruments,
            now,
            window=window,
            zone=zone,
        )
        for name in (nhs.DEPRESSION.instrument, nhs.GAD7.instrument)
    )
    passed = (depression["state"] != TOO_EARLY).to_numpy()
    pairs = [
        (each["baseline"].to_numpy(float)[passed], each["score"].to_numpy(float)[passed])
        for each in (depression, anxiety)
    ]
    verdicts = nhs.judge_each(*pairs)
    early = int((~passed).sum())
    return Counted(
        rates=rates.with_intervals(_row(each, early) for each in nhs.rates(verdicts).itertuples()),
        people=int(passed.sum()),
        too_early=early,
        fewer=len(first) - len(finished),
        not_cases=int((~verdicts["caseness"]).fillna(False).sum()) if len(verdicts) else 0,
    )


def _row(rate, early: int) -> tuple:
    of = int(rate.of + rate.unknown)
    return WORDS[rate.rate], int(rate.n), of, int(rate.unknown), int(rate.of), 0, early, of + early


def rules() -> list[str]:
    return [f"{each.id} {nhs.VERSION}" for each in nhs.RULES]


def unverified() -> list[str]:
    return [f"{each.id} {nhs.VERSION}" for each in nhs.RULES if each.evidence == "unverified"]
