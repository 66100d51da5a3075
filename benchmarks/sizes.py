"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """`base` people are the sample clinic's own; the two stores are filled up to `few` and to `many`. `forms`
    are scored `rounds` times, the core figure is built `figures` times, Today derived `lists` times. `steps` are
    those of a crowd, for each side, and begin with `people` at most."""

    base: int
    few: int
    many: int
    reruns: int
    starts: int
    forms: int
    rounds: int
    figures: int
    lists: int
    people: int
    steps: int
    step_seconds: float


FULL = Sizes(
    base=120,
    few=500,
    many=20_000,
    reruns=60,
    starts=5,
    forms=1_000_000,
    rounds=9,
    figures=60,
    lists=9,
    people=1_000,
    steps=8,
    step_seconds=10.0,
)
QUICK = Sizes(
    base=40,
    few=40,
    many=60,
    reruns=3,
    starts=1,
    forms=100_000,
    rounds=3,
    figures=5,
    lists=2,
    people=3,
    steps=1,
    step_seconds=1.0,
)


@dataclass(frozen=True)
class Large:
    """The sample clinic of `base` people, filled up to `few` in one store; in the other `copied` more people of
    `scores` scores each, and `times` copies of them."""

    base: int = 120
    few: int = 500
    copied: int = 1_000
    times: int = 99
    scores: int = 100
    reruns: int = 60

    @property
    def patients(self) -> int:
        return self.base + self.copied * (self.times + 1)

    @property
    def all_scores(self) -> int:
        return self.copied * (self.times + 1) * self.scores
