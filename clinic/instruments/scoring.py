"""The few ways of scoring. Definitions say what is added up; these functions say how."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Integral

from clinic.instruments.definition import Algorithm, Flag, Instrument, Item, Score, Subscale, half_up
from clinic.refused import BadAnswers

Points = Mapping[str, int | None]


def score(instrument: Instrument, answers: Mapping[str, int | None]) -> Score:
    """Score one form; an item that is None or not in `answers` is blank. Raises BadAnswers, never clips."""
    refuse_impossible(instrument, answers)
    points = {item.id: item.points(answers.get(item.id)) for item in instrument.items}
    missing = tuple(item for item, value in points.items() if value is None)
    total = total_of(instrument, points, len(missing))
    prorated = total is not None and bool(missing)
    return Score(
        total=total,
        prorated=prorated,
        missing=missing,
        band=instrument.band(total),
        flags={flag.name: flag_state(flag, points[flag.item]) for flag in instrument.flags},
        levels=levels_of(instrument, points),
        subscales={scale.name: subscale_of(scale, points) for scale in instrument.subscales},
        checks=checks_of(instrument, total, prorated),
    )


def score_total(instrument: Instrument, total: float) -> Score:
    """A total without its items, as from paper: every flag is unknown.

    A total that is not whole can only have been prorated by somebody, and is marked so.
    """
    total = possible_total(instrument, total)
    prorated = total != math.floor(total)
    return Score(
        total=total,
        prorated=prorated,
        missing=(),
        band=instrument.band(total),
        flags={flag.name: "unknown" for flag in instrument.flags},
        levels={named.name: "unknown" for named in (*instrument.flags, *instrument.algorithms)},
        subscales={scale.name: None for scale in instrument.subscales},
        checks=checks_of(instrument, total, prorated),
    )


def in_order(instrument: Instrument, values: Iterable[int | None]) -> dict[str, int | None]:
    """Answers listed in the order of the form, as a mapping that `score` takes. Raises BadAnswers."""
    values = list(values)
    if len(values) != len(instrument.items):
        raise BadAnswers(
            "wrong_item_count",
            f"{instrument.title} has {len(instrument.items)} items, not {len(values)}; a blank is None.",
        )
    return {item.id: value for item, value in zip(instrument.items, values, strict=True)}


def total_of(instrument: Instrument, points: Points, missing: int) -> float | None:
    """Sum of the items; with up to `allow_missing` blanks the mean of the answered ones times all items."""
    if missing > instrument.allow_missing:
        return None
    answered = sum(value for value in points.values() if value is not None)
    if not missing:
        return float(answered)
    return answered * len(points) / (len(points) - missing)


def checks_of(instrument: Instrument, total: float | None, prorated: bool) -> dict[str, bool | None]:
    """Checks and remission rules on one total; a prorated total is rounded half up and never a remission."""
    whole = total if total is None or not prorated else half_up(total)
    on_total = [rule for rule in instrument.remissions if not rule.needs_baseline]
    return {check.name: check.met(whole) for check in instrument.checks} | {
        rule.name: None if prorated else rule.met(whole) for rule in on_total
    }


def levels_of(instrument: Instrument, points: Points) -> dict[str, str]:
    flagged = {flag.name: flag_level(flag, points[flag.item]) for flag in instrument.flags}
    counts = {scale.name: scale for scale in instrument.subscales}
    judged = {
        each.name: METHODS[each.method](each, counts[each.counts], points) for each in instrument.algorithms
    }
    return flagged | judged


def flag_state(flag: Flag, points: int | None) -> str:
    """A skipped item is "unknown", whatever the rest of the form says: flags are never imputed."""
    if points is None:
        return "unknown"
    return "yes" if points >= flag.review_from else "no"


def flag_level(flag: Flag, points: int | None) -> str:
    if points is None:
        return "unknown"
    if points >= flag.urgent_from:
        return "urgent"
    return "review" if points >= flag.review_from else "none"


def subscale_of(scale: Subscale, points: Points) -> float | None:
    """Sum or count of the subscale's items; None with any of them blank, since none may be prorated."""
    values = [points[item] for item in scale.items]
    if None in values:
        return None
    return float(sum(values)) if scale.method == "sum" else float(sum(present(scale, points).values()))


def present(scale: Subscale, points: Points, blank: bool = False) -> dict[str, bool]:
    """Which items of a counting subscale are reached; a blank one counts as `blank`."""
    exceptions = dict(scale.except_from)
    return {
        item: blank if points[item] is None else points[item] >= exceptions.get(item, scale.at_least)
        for item in scale.items
    }


def depressive_syndrome(algorithm: Algorithm, scale: Subscale, points: Points) -> str:
    """ "major", "other" or "none"; "unknown" if the blank items could change the verdict.

    Enough symptoms, at least one of them a core one. The verdict rises with every symptom, so it is certain
    when reading all blanks as absent and all as present agree.
    """
    least = _syndrome(algorithm, present(scale, points, blank=False))
    most = _syndrome(algorithm, present(scale, points, blank=True))
    return least if least == most else "unknown"


def _syndrome(algorithm: Algorithm, symptoms: dict[str, bool]) -> str:
    if not any(symptoms[item] for item in algorithm.core):
        return "none"
    count = sum(symptoms.values())
    if count >= algorithm.major_from:
        return "major"
    return "other" if count >= algorithm.other_from else "none"


METHODS = {"depressive_syndrome": depressive_syndrome}


def refuse_impossible(instrument: Instrument, answers: Mapping[str, int | None]) -> None:
    """Raise BadAnswers with one sentence for each answer that this instrument cannot have."""
    problems = [
        problem for item in instrument.items if (problem := answer_problem(instrument, item, answers))
    ]
    known = {item.id for item in instrument.items}
    problems += [
        ("unknown_item", f"{instrument.title} has no item “{name}”.") for name in answers if name not in known
    ]
    if problems:
        raise BadAnswers(problems[0][0], *(sentence for _, sentence in problems))


def answer_problem(instrument: Instrument, item: Item, answers: Mapping) -> tuple[str, str] | None:
    """Code and sentence, or None; a boolean or a decimal is no rating, though Python would add it up."""
    answer = answers.get(item.id)
    if answer is None:
        return None
    where = f"{instrument.title} item {item.id} ({item.text})"
    if isinstance(answer, bool) or not isinstance(answer, Integral):
        return "not_integer", f"{where} takes a whole number, not {answer!r}."
    if not item.accepts(answer):
        also = "" if item.not_assessed is None else f" or {item.not_assessed} for not assessed"
        return "out_of_range", f"{where} takes {item.minimum} to {item.maximum}{also}, not {answer}."
    return None


def possible_total(instrument: Instrument, total: float) -> float:
    try:
        number = math.nan if isinstance(total, bool) else float(total)
    except (TypeError, ValueError):
        number = math.nan
    if math.isnan(number) or isinstance(total, str):
        raise BadAnswers("not_integer", f"A {instrument.title} total is a number, not {total!r}.")
    if not instrument.minimum <= number <= instrument.maximum:
        bounds = f"{instrument.minimum} to {instrument.maximum}"
        raise BadAnswers("out_of_range", f"{instrument.title} runs from {bounds}; {total} is outside.")
    return number
