"""The scores of a letter in numbers: baseline, first, best and last of each scale."""

from __future__ import annotations

import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.instruments.rules import percent_improvement
from clinic.letter.gathering import Facts
from clinic.outcomes import baseline
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.wording import date_words, number, signed
from clinic.report import cells
from clinic.report.cells import Block, Cell, cell

WIDTHS = {
    "Scale": 16,
    "Scores": 11,
    "Baseline": 18,
    "First": 16,
    "Best": 16,
    "Last": 16,
    "Since baseline": 15,
}


def table(facts: Facts) -> Block:
    prorated = bool(facts.scores["prorated"].any())
    return cells.table(
        "",
        WIDTHS,
        [("", line(facts, scale)) for scale in facts.scales],
        note="* prorated: some answers are missing; never a baseline, response or remission."
        if prorated
        else "",
    )


def line(facts: Facts, scale: Instrument) -> list[Cell]:
    forms = facts.of(scale)
    known = forms[forms["total"].notna()]
    zone = facts.zone.key
    start = facts.baselines.get(scale.id) or none_yet(scale)
    count = f"{len(known)}" + (
        f" and {len(forms) - len(known)} without total" if len(forms) > len(known) else ""
    )
    return [
        cell(f"{scale.title}, {number(scale.minimum)}–{number(scale.maximum)}", strong=True),
        cell(count),
        _baseline(start, zone),
        _score(known.iloc[0] if len(known) else None, zone),
        _score(_best(scale, known), zone),
        _score(known.iloc[-1] if len(known) else None, zone),
        cell(_since(scale, start, known)),
    ]


def none_yet(scale: Instrument) -> Baseline:
    return baseline.none_yet(f"no score of {scale.title} yet")


def _baseline(start: Baseline, zone: str) -> Cell:
    if start.total is None:
        return cell("none valid")
    if start.taken_at is None:
        return cell(f"{number(start.total)}, imported")
    chosen = ", chosen" if start.source == "chosen" else ""
    return cell(f"{number(start.total)} · {_day(start.taken_at, zone)}{chosen}")


def _score(row: pd.Series | None, zone: str) -> Cell:
    if row is None:
        return cell("no score")
    return cell(f"{number(row['total'])}{'*' if row['prorated'] else ''} · {_day(row['taken_at'], zone)}")


def _best(scale: Instrument, known: pd.DataFrame) -> pd.Series | None:
    """The first of the best ones; a scale of which neither end is better has none."""
    if not len(known) or scale.higher_is == "neither":
        return None
    totals = known["total"]
    return known.loc[totals.idxmin() if scale.higher_is == "worse" else totals.idxmax()]


def _since(scale: Instrument, start: Baseline, known: pd.DataFrame) -> str:
    """Last against baseline in points and per cent; whether measurement error could explain it says the sentence."""
    if start.total is None or not len(known):
        return "–"
    if known["assessment"].iloc[-1] == start.assessment:
        return "no score since"
    last = float(known["total"].iloc[-1])
    if start.taken_at is not None and known["taken_at"].iloc[-1] < start.taken_at:
        return "no score since"
    percent = percent_improvement(start.total, last, scale.minimum)
    share = f" ({signed(round(-percent))} %)" if percent is not None else ""
    return f"{signed(last - start.total)}{share}"


def _day(at, zone: str) -> str:
    return date_words(pd.Timestamp(at).tz_convert(zone))
