"""Scoring one form. Definitions say what is added up; the functions of this room say how."""

from __future__ import annotations

import math
from collections.abc import Iterable

from clinic.instruments.definition import Instrument, Score
from clinic.instruments.flags import flag_level, flag_state, level_words, suicide_answer
from clinic.instruments.items import Subscale
from clinic.instruments.judging import judged, present
from clinic.instruments.refusing import possible_total, refuse_impossible
from clinic.instruments.rules import Rule, half_up
from clinic.instruments.totals import TOTALS, Answers, Points, domain_value, missing_items, points_of
from clinic.refused import BadAnswers


def score(instrument: Instrument, answers: Answers, *, sex: str | None = None) -> Score:
    """Score one form; an item that is None or not in `answers` is blank. Raises BadAnswers, never clips.

    `sex` ("female" or "male") is only for checks that differ by it; without it they are unknown.
    """
    refuse_impossible(instrument, answers)
    points = points_of(instrument, answers)
    missing = missing_items(instrument, answers)
    total, prorated = TOTALS[instrument.scoring](instrument, answers, points, missing)
    suicide, state = suicide_answer(instrument, answers)
    return Score(
        total=total,
        prorated=prorated,
        missing=missing,
        band=instrument.band(total),
        flags={flag.name: flag_state(instrument, flag, answers) for flag in instrument.flags},
        levels=levels_of(instrument, answers, points),
        subscales=subscales_of(instrument, answers, points, total, prorated),
        checks=checks_of(instrument, total, prorated, sex),
        suicide=suicide,
        suicide_state=state,
    )


def score_total(instrument: Instrument, total: float, *, sex: str | None = None) -> Score:
    """A total without its items, as from paper: every flag is unknown.

    A total that is not whole can only have been prorated by somebody, and is marked so.
    """
    total = possible_total(instrument, total)
    prorated = total != math.floor(total)
    named = [*instrument.flags, *instrument.algorithms]
    converted = instrument.conversion
    return Score(
        total=total,
        prorated=prorated,
        missing=(),
        band=instrument.band(total),
        flags={flag.name: "unknown" for flag in instrument.flags},
        levels={each.name: "unknown" for each in named},
        subscales={each.name: None for each in (*instrument.subscales, *instrument.domains)}
        | ({converted.name: converted.of(total, prorated)} if converted else {}),
        checks=checks_of(instrument, total, prorated, sex),
    )


def in_order(instrument: Instrument, values: Iterable[int | str | None]) -> dict[str, int | str | None]:
    """Answers listed in the order of the form, as a mapping that `score` takes. Raises BadAnswers."""
    values = list(values)
    if len(values) != len(instrument.items):
        raise BadAnswers(
            "wrong_item_count",
            f"{instrument.title} has {len(instrument.items)} items, not {len(values)}; a blank is None.",
        )
    return {item.id: value for item, value in zip(instrument.items, values, strict=True)}


# ---- what stands beside the total ------------------------------------------------------------------------------


def checks_of(
    instrument: Instrument, total: float | None, prorated: bool, sex: str | None
) -> dict[str, bool | None]:
    """Checks, and rules of response and remission that need no baseline. A prorated total is rounded half up
    and is never a response or a remission."""
    whole = half_up(total) if prorated else total
    alone = [rule for rule in (*instrument.responses, *instrument.remissions) if not rule.needs_baseline]
    return {
        check.name: check.met(whole) if applies(check, sex) else None
        for check in instrument.checks
        if not check.needs_baseline
    } | {rule.name: None if prorated else rule.met(whole) for rule in alone}


def applies(rule: Rule, sex: str | None) -> bool:
    return rule.sex is None or rule.sex == sex


def subscales_of(
    instrument: Instrument, answers: Answers, points: Points, total: float | None, prorated: bool
) -> dict[str, float | None]:
    """Subscales, the domains of a sum of domains, and the total on another metric where there is a table."""
    found = {scale.name: subscale_of(scale, answers, points) for scale in instrument.subscales}
    found |= {each.name: domain_value(instrument, each.items, points) for each in instrument.domains}
    if instrument.conversion:
        found[instrument.conversion.name] = instrument.conversion.of(total, prorated)
    return found


def subscale_of(scale: Subscale, answers: Answers, points: Points) -> float | None:
    """Sum or count of the subscale's items; None with any of them blank, since none may be prorated."""
    values = subscale_points(scale, answers, points)
    if None in values.values():
        return None
    return float(sum(values.values() if scale.method == "sum" else present(scale, values).values()))


def subscale_points(scale: Subscale, answers: Answers, points: Points) -> dict[str, int | None]:
    """With points of its own a subscale reads the answers, else what they are worth in the total."""
    weights = dict(scale.weights)
    return {name: weights.get(answers.get(name), points[name]) for name in scale.items}


def levels_of(instrument: Instrument, answers: Answers, points: Points) -> dict[str, str]:
    found = {flag.name: flag_level(instrument, flag, answers) for flag in instrument.flags}
    found |= {each.name: judged(instrument, each, points) for each in instrument.algorithms}
    if instrument.level:
        found |= level_words(instrument, answers)
    if instrument.scoring == "profile":
        digits = [answers.get(item.id) for item in instrument.scored_items]
        found["profile"] = "unknown" if None in digits else "".join(map(str, digits))
    return found
