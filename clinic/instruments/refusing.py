"""What no form can say: one sentence for each answer that an instrument does not have."""

from __future__ import annotations

import math
from numbers import Integral

from clinic.instruments.definition import Instrument
from clinic.instruments.items import Item
from clinic.instruments.totals import Answers, missing_items
from clinic.refused import BadAnswers


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
