"""What other clinics and trials published, and whether it may stand beside this clinic's own rate.

Only where instrument, definition, time and denominator are the same and somebody has read the figure; everything
else is listed with the reason. Never a standard, never a target: other patients, measured by others.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.outcomes import rates
from clinic.outcomes.completeness_pairs import COMPARE_FROM, Pairs
from clinic.outcomes.completeness_pairs import pairs as pairs_of
from clinic.outcomes.proportion import percent, wilson
from clinic.outcomes.states import Window

RULE = "published.all_four_match"
FILE = Path(__file__).parent / "published.toml"
LABEL = "Published clinics; not a standard or target; different patients"
WITH_SCORE, ALL_STARTED, NOT_STATED = "with a score", "all started", "not stated"
DENOMINATORS = (WITH_SCORE, ALL_STARTED, NOT_STATED)
KINDS = ("clinics", "trial", "meta-analysis")
READ, FROM_MEMORY = "published", "unverified"
FEWEST = 20  # on either side; below it a band says nothing


@dataclass(frozen=True, slots=True)
class Figure:
    """One published rate in per cent; `rule` is ours that it was counted by, "" where the source does not say."""

    instrument: str
    outcome: str
    rule: str
    percent: float
    evidence: str

    @property
    def read(self) -> bool:
        return self.evidence == READ


@dataclass(frozen=True, slots=True)
class Source:
    """One cohort; `days` since the first dose at which outcome was read, () where not stated. `n` stood in the
    denominator, `started` were treated."""

    id: str
    name: str
    citation: str
    read: str
    kind: str
    substance: str
    route: str
    who: str
    when: str
    days: tuple[int, ...]
    denominator: str
    figures: tuple[Figure, ...]
    n: int | None = None
    started: int | None = None

    @property
    def tags(self) -> str:
        """What its mark has to say of itself."""
        return ", ".join([self.kind] + (["completers"] if self.denominator == WITH_SCORE else []))

    def bounds(self, figure: Figure) -> tuple[float, float] | None:
        """Wilson, from the rate and n as printed; None where it is not said whom the rate was counted of."""
        if self.n is None or self.denominator == NOT_STATED:
            return None
        return wilson(round(figure.percent * self.n / 100), self.n)


@dataclass(frozen=True, slots=True)
class Own:
    """This clinic's rate of one outcome on one scale; `row` is from `rates.with_intervals`."""

    instrument: str
    title: str
    outcome: str
    rule: str
    window: Window
    routes: tuple[str, ...]
    substances: tuple[str, ...]
    row: pd.Series
    pairs: Pairs

    def of(self, denominator: str) -> int:
        return int(self.row["scored"] if denominator == WITH_SCORE else self.row["of"])


@cache
def sources() -> tuple[Source, ...]:
    return tuple(
        Source(
            **{
                **each,
                "days": tuple(each["days"]),
                "figures": tuple(Figure(**figure) for figure in each["figures"]),
            }
        )
        for each in _file()["cohort"]
    )


def negatives() -> pd.DataFrame:
    """says, citation: trials without a difference, to be listed beside the others."""
    return pd.DataFrame(_file()["negative"], columns=["says", "citation"])


@cache
def _file() -> dict:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def own(people: pd.DataFrame, scale: Instrument, outcome: str, window: Window) -> Own:
    """`people` from `states.people`, all judged by this scale (`states.on_one_scale`)."""
    rule = {rates.RESPONSE: scale.default_response, rates.REMISSION: scale.default_remission}.get(
        outcome, scale.default_change
    )
    return Own(
        instrument=scale.id,
        title=scale.title,
        outcome=outcome,
        rule=rule.id if rule else "",
        window=window,
        routes=_distinct(people["route"]),
        substances=_distinct(people["substance"]),
        row=rates.with_intervals([rates.row("this clinic", people, outcome)]).iloc[0],
        pairs=pairs_of(people),
    )


def why_not(source: Source, figure: Figure, own: Own) -> list[str]:
    """Every reason against drawing the two beside each other; empty where they may be."""
    checks = (
        (not figure.read or not source.read, "from memory: nobody has checked it"),
        (figure.instrument != own.instrument, "another scale"),
        (figure.outcome != own.outcome, "another outcome"),
        (not figure.rule, "its definition was not read"),
        (_alike(figure, own) and figure.rule not in ("", own.rule), "another definition"),
        (source.kind == "meta-analysis", "pooled over scales and times"),
        (not source.days, "no time from the first dose stated"),
        (bool(source.days) and not _same_time(source, own.window), f"another time: {source.when}"),
        (source.denominator == NOT_STATED, "its denominator is not stated"),
        ((source.substance,) != own.substances, f"another drug: {source.substance}"),
        ((source.route,) != own.routes, f"another route: {source.route}"),
        (source.n is None, "its number of people was not read"),
        (source.n is not None and source.n < FEWEST, f"fewer than {FEWEST} people there"),
        (own.of(source.denominator) < FEWEST, f"fewer than {FEWEST} people here"),
        (not own.pairs.may_compare, f"fewer than {100 * COMPARE_FROM:.0f} % of pairs here"),
    )
    return [why for holds, why in checks if holds]


def drawn(own: Own) -> list[tuple[Source, Figure]]:
    return [(source, figure) for source, figure in _all() if not why_not(source, figure, own)]


def listed(own: Own, catalogue: dict[str, Instrument]) -> pd.DataFrame:
    """Every published rate as a table, those of this scale and outcome first, each with why it is not drawn."""
    near = sorted(_all(), key=lambda it: (it[1].outcome != own.outcome, it[1].instrument != own.instrument))
    return pd.DataFrame([_line(source, figure, own, catalogue) for source, figure in near])


def _all() -> list[tuple[Source, Figure]]:
    return [(source, figure) for source in sources() for figure in source.figures]


def _line(source: Source, figure: Figure, own: Own, catalogue: dict[str, Instrument]) -> dict:
    reasons = why_not(source, figure, own)
    title = catalogue[figure.instrument].title if figure.instrument in catalogue else "not stated"
    bounds = source.bounds(figure)
    interval = f" ({percent(bounds[0], source.n)}–{percent(bounds[1], source.n)})" if bounds else ""
    of = f" of {source.n:,}" if source.n else ""
    return {
        "Study": source.name,
        "What": f"{figure.outcome}, {title}",
        "Rate, 95 % interval": f"{figure.percent:g} %{interval}{of}",
        "Of whom": source.denominator + (f" (of {source.started:,} treated)" if source.started else ""),
        "When": source.when,
        "Drug": f"{source.substance}, {source.route}",
        "Who": source.who,
        "Checked": f"{source.read} read" if figure.read and source.read else "unverified, from memory",
        "Not drawn because": "; ".join(reasons) or "drawn",
        "Citation": source.citation,
    }


def _alike(figure: Figure, own: Own) -> bool:
    return (figure.instrument, figure.outcome) == (own.instrument, own.outcome)


def _same_time(source: Source, window: Window) -> bool:
    """Our day lies among theirs."""
    return source.days[0] <= window.day <= source.days[-1]


def _distinct(values: pd.Series) -> tuple[str, ...]:
    return tuple(sorted(values.dropna().unique())) + (("not known",) if values.isna().any() else ())
