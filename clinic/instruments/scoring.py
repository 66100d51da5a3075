"""The few ways of scoring. Definitions say what is added up; these functions say how."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Integral

from clinic.instruments.definition import Instrument, Score
from clinic.instruments.items import LEVEL, Flag, Item, Level, Subscale
from clinic.instruments.judging import judged, present
from clinic.instruments.rules import Rule, half_up
from clinic.refused import BadAnswers

Answers = Mapping[str, int | str | None]
Points = Mapping[str, int | None]


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


# ---- what is missing, and the total ----------------------------------------------------------------------------


def points_of(instrument: Instrument, answers: Answers) -> dict[str, int | None]:
    """The answers as they enter a sum, without dates; None for a blank. In a sum a scored item that the answers
    before it do not lead to counts 0: who never drinks had no drinks."""
    spared = spared_items(instrument, answers) if instrument.scoring == "sum" else ()
    return {
        item.id: 0 if item.scored and item.id in spared else item.points(answers.get(item.id))
        for item in instrument.items
        if not item.is_date
    }


def spared_items(instrument: Instrument, answers: Answers) -> set[str]:
    """Items that an answer before them made needless; while that question is open they are unknown."""
    spared: set[str] = set()
    for item in instrument.items:
        before = answers.get(item.ask_if) if item.ask_if else None
        if item.ask_if in spared or (before is not None and not item.asked(answers)):
            spared.add(item.id)
    return spared


def missing_items(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    """Scored items that were asked and have no rating. The other half of an answered pair is blank by design;
    an answer that stands for "not assessed" is no rating."""
    by_design = {item for pair in instrument.one_of for item in other_half(pair, answers)}
    return tuple(
        item.id
        for item in instrument.scored_items
        if item.asked(answers)
        and item.id not in by_design
        and (answers.get(item.id) is None or answers[item.id] == item.as_blank)
    )


def other_half(pair: tuple[str, str], answers: Answers) -> tuple[str, ...]:
    """What need not be answered of a pair: the blank one once the other is answered, and of an untouched pair
    the second, so that one question counts as missing once."""
    blank = [item for item in pair if answers.get(item) is None]
    return tuple(blank) if len(blank) == 1 else tuple(blank[1:])


def sum_of_items(
    instrument: Instrument, answers: Answers, points: Points, missing: tuple[str, ...]
) -> tuple[float | None, bool]:
    """Sum of the items, 0 for those not asked; with up to `allow_missing` blanks, or `allow_not_applicable`
    items that do not apply, the mean of the others times all items."""
    scored = [item.id for item in instrument.scored_items]
    if not scored or len(missing) > allowed_blanks(instrument, answers, missing):
        return None, False
    answered = [points[item] for item in scored if item not in missing]
    if None in answered:  # whether this one is asked hangs on a question that is open
        return None, False
    if not missing:
        return float(sum(answered)), False
    return sum(answered) * len(scored) / len(answered), True


def allowed_blanks(instrument: Instrument, answers: Answers, missing: tuple[str, ...]) -> int:
    if missing and all(answers.get(item) is not None for item in missing):
        return max(instrument.allow_missing, instrument.allow_not_applicable)
    return instrument.allow_missing


def sum_of_domains(
    instrument: Instrument, answers: Answers, points: Points, missing: tuple[str, ...]
) -> tuple[float | None, bool]:
    values = [domain_value(instrument, domain.items, points) for domain in instrument.domains]
    return (None, False) if None in values else (float(sum(values)), False)


def domain_value(instrument: Instrument, items: tuple[str, ...], points: Points) -> int | None:
    """The highest of the domain; known although some are blank if one has the highest answer already."""
    answered = [points[item] for item in items if points[item] is not None]
    by_design = {item for pair in instrument.one_of for item in other_half(pair, points)}
    whole = all(points[item] is not None or item in by_design for item in items)
    ceiling = max(item.most for item in instrument.items if item.id in items)
    known = answered and (whole or max(answered) == ceiling)
    return max(answered) if known else None


def no_total(*_) -> tuple[None, bool]:
    return None, False


TOTALS = {
    "sum": sum_of_items,
    "domains": sum_of_domains,
    "level": no_total,
    "events": no_total,
    "profile": no_total,
}


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


# ---- flags, and the answer about suicide -----------------------------------------------------------------------


def flag_state(instrument: Instrument, flag: Flag, answers: Answers) -> str:
    """A skipped item is "unknown", whatever the rest of the form says: flags are never imputed."""
    value, asked = flag_value(instrument, flag, answers)
    if asked == "skipped":
        return "unknown"
    return "yes" if asked == "yes" or value >= flag.review_from else "no"


def flag_level(instrument: Instrument, flag: Flag, answers: Answers) -> str:
    value, asked = flag_value(instrument, flag, answers)
    if asked == "skipped":
        return "unknown"
    if value >= flag.urgent_from:
        return "urgent"
    return "review" if asked == "yes" or value >= flag.review_from else "none"


def flag_value(instrument: Instrument, flag: Flag, answers: Answers) -> tuple[int, str]:
    """What the flag looks at, and whether that was answered: "yes", "no" or "skipped"."""
    if flag.item == LEVEL:
        value, state = level_answer(instrument, answers)
        return value or 0, state
    item = next(item for item in instrument.items if item.id == flag.item)
    points = item.points(answers.get(item.id))
    if points is None:
        return 0, "skipped"
    return points, "yes" if points >= flag.review_from else "no"


def suicide_answer(instrument: Instrument, answers: Answers | None) -> tuple[int | None, str]:
    """The suicide answer as it is stored, and its state: "yes", "no", "skipped", or "not asked" where the
    scale does not ask or only a total is known. Any answer above 0 is a "yes"."""
    flag = instrument.suicide_flag
    if flag is None or answers is None:
        return None, "not asked"
    if flag.item == LEVEL:
        return level_answer(instrument, answers)
    value, state = flag_value(instrument, flag, answers)
    if state == "skipped":
        return None, "skipped"
    return value, "yes" if value > 0 else "no"


def level_answer(instrument: Instrument, answers: Answers) -> tuple[int | None, str]:
    """The highest item endorsed (0 to 5), or 6 for recent behaviour and for behaviour of which nobody has said
    when it was. Behaviour long past is a "yes" too."""
    level, behaviour = endorsed(instrument.level, answers), behaviour_of(instrument.level, answers)
    happened = answers.get(instrument.level.behaviour) == 1
    if happened and behaviour != "past":
        return Level.BEHAVIOUR, "yes"
    if level or happened:
        return level, "yes"
    return (None, "skipped") if missing_items(instrument, answers) else (0, "no")


def endorsed(level: Level, answers: Answers) -> int:
    return max((at for at, item in enumerate(level.items, 1) if answers.get(item) == 1), default=0)


def behaviour_of(level: Level, answers: Answers) -> str:
    """ "none", "past", "recent", or "unknown" while the question or its recency has no answer."""
    happened = answers.get(level.behaviour)
    if happened is None:
        return "unknown"
    if not happened:
        return "none"
    if level.recent is None:
        return "recent"
    return {None: "unknown", 0: "past", 1: "recent"}[answers.get(level.recent)]


def level_words(instrument: Instrument, answers: Answers) -> dict[str, str]:
    """Level, triage and behaviour. With a question open the triage is known only if it cannot rise."""
    level, behaviour = endorsed(instrument.level, answers), behaviour_of(instrument.level, answers)
    tier = instrument.level.tier(level, "none" if behaviour == "unknown" else behaviour)
    open_ = missing_items(instrument, answers)
    return {
        "level": str(level) if level or not open_ else "unknown",
        "behaviour": behaviour,
        "triage": tier if tier == Level.TRIAGE[-1] or not open_ else "unknown",
    }


# ---- what is refused -------------------------------------------------------------------------------------------


def refuse_incomplete(instrument: Instrument, answers: Answers) -> None:
    """Raise BadAnswers if a form that is read as a level has an open question: silence is never a "no"."""
    if not instrument.level or not (missing := missing_items(instrument, answers)):
        return
    numbers = {item.id: item for item in instrument.items}
    which = "; ".join(f"{numbers[name].number}. {numbers[name].text}" for name in missing)
    raise BadAnswers(
        "required", f"{instrument.title} wants an answer to every question asked. Open: {which}."
    )


def refuse_impossible(instrument: Instrument, answers: Answers) -> None:
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


def answer_problem(instrument: Instrument, item: Item, answers: Answers) -> tuple[str, str] | None:
    """Code and sentence, or None; a boolean or a decimal is no rating, though Python would add it up."""
    answer = answers.get(item.id)
    if answer is None:
        return None
    where = f"{instrument.title} item {item.id} ({item.text})"
    return (date_problem if item.is_date else rating_problem)(item, answer, where) or asked_problem(
        instrument, item, answers, where
    )


def date_problem(item: Item, answer: object, where: str) -> tuple[str, str] | None:
    return (
        None if item.accepts(answer) else ("not_date", f"{where} takes a date as 2026-05-03, not {answer!r}.")
    )


def rating_problem(item: Item, answer: object, where: str) -> tuple[str, str] | None:
    if isinstance(answer, bool) or not isinstance(answer, Integral):
        return "not_integer", f"{where} takes a whole number, not {answer!r}."
    if item.accepts(answer):
        return None
    codes = [code for code in (item.not_assessed, item.as_blank) if code is not None]
    also = "".join(f" or {code} for {dict(item.options)[code]}" for code in codes)
    return "out_of_range", f"{where} takes {item.minimum} to {item.maximum}{also}, not {answer}."


def asked_problem(instrument: Instrument, item: Item, answers: Answers, where: str) -> tuple[str, str] | None:
    """An answer to a question that the answers before it do not lead to is a slip in one of the two. The lowest
    one ("no", 0) changes nothing, and other systems fill it in."""
    if item.asked(answers) or (not item.is_date and answers[item.id] == item.minimum):
        return None
    before = next(each for each in instrument.items if each.id == item.ask_if)
    named = f"item {before.number} ({before.text})"
    after = f"after a yes to {named}" if before.kind == "yes_no" else f"if {named} is 1 or more"
    return "not_asked", f"{where} is asked only {after}."


def possible_total(instrument: Instrument, total: float) -> float:
    if not instrument.has_total:
        raise BadAnswers("no_total", f"{instrument.title} has no total; enter its answers.")
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
