"""What a scale and a result of it are called on a page, for every way of scoring."""

from __future__ import annotations

from dataclasses import dataclass, field

from clinic.instruments import Instrument, Item, Level, Score
from clinic.outcomes.wording import number, plural

DIRECTION = {"worse": "lower is better", "better": "higher is better", "neither": "neither end is better"}


@dataclass(slots=True)
class Result:
    """A number or word with what it is of, short labels beside it, and a sentence below."""

    what: str
    value: str
    words: list[str] = field(default_factory=list)
    note: str = ""


def range_and_direction(scale: Instrument) -> list[str]:
    if not scale.has_total:
        return ["no total"]
    return [f"{number(scale.minimum)} to {number(scale.maximum)}, {DIRECTION[scale.higher_is]}"]


def result(scale: Instrument, score: Score, answers: dict) -> Result:
    """The result of a form, finished or not."""
    if scale.level:
        return _level(scale, score)
    if scale.scoring == "events":
        marked = sum(bool(answers.get(item.id)) for item in scale.items)
        open_ = f"{plural(len(score.missing), 'area')} not asked" if score.missing else ""
        return Result(scale.title, f"{marked} marked", note=open_)
    if scale.scoring == "profile":
        return Result(scale.title, _or_dash(score.levels["profile"]), _subscales(scale, score))
    if score.total is None:
        asked = len(scale.scored_items) - len(scale.one_of)
        return Result(f"{scale.title}, {asked - len(score.missing)} of {asked} answered", "–")
    name = "prorated" if score.prorated else "complete"
    words = [score.band] if score.band else []
    return Result(f"{scale.title}, {name}", number(score.total), words + _subscales(scale, score))


def _level(scale: Instrument, score: Score) -> Result:
    """The item endorsed and the behaviour apart; never a sum, and nothing in green."""
    words = score.levels
    said = {"0": "no item endorsed", "unknown": "–"}.get(words["level"], f"item {words['level']} endorsed")
    behaviour = {"none": "no behaviour", "unknown": "behaviour not answered"}
    triage = f"triage {words['triage']}" if words["triage"] != "unknown" else "triage open"
    labels = [behaviour.get(words["behaviour"], f"behaviour {words['behaviour']}"), triage]
    note = "Columbia triage, not a prediction. With no item endorsed nobody is cleared for a dose or for leaving."
    return Result(scale.title, said, labels, note)


def _subscales(scale: Instrument, score: Score) -> list[str]:
    """Another metric of the total, and the whole of a profile; other subscales stand in the catalogue."""
    shown = [scale.conversion] if scale.conversion else []
    shown += scale.subscales if scale.scoring == "profile" else []
    known = [(each.title, score.subscales[each.name]) for each in shown]
    return [f"{title} {number(value)}" for title, value in known if value is not None]


def _or_dash(word: str) -> str:
    return "–" if word == "unknown" else word


def concern(scale: Instrument) -> str:
    if scale.level:
        return "a thought of suicide or suicidal behaviour is endorsed."
    return "the answer about suicidal thoughts is above 0."


def unanswered(scale: Instrument) -> str:
    if scale.level:
        return "Not every question is answered yet. One that is left open is never a no."
    return "The suicide item is not answered yet. Skipping it is treated as a positive answer."


def in_table(scale: Instrument, total: float, prorated: bool, suicide: float) -> str:
    """A score in one cell: its total, or the level of a form that has none."""
    if total == total:
        return number(total) + ("*" if prorated else "")
    if scale.level and suicide == suicide:
        return "B" if suicide == Level.BEHAVIOUR else f"level {suicide:g}"
    return "–"


def suicide_in_table(scale: Instrument, state: str, value: float) -> str:
    if state != "yes" or scale.level is None:
        return {"yes": f"{value:g}", "no": "0", "skipped": "skipped: ask"}.get(state, state)
    if value == Level.BEHAVIOUR:
        return "behaviour"
    return f"item {value:g}" if value else "past behaviour"


def answered(scale: Instrument, answers: dict) -> list[tuple[str, str, str]]:
    """Every item that was asked, with its answer in words; what is blank says so."""
    return [
        (str(item.number), item.text, _answer_words(item, answers.get(item.id)))
        for item in scale.items
        if item.asked(answers)
    ]


def _answer_words(item: Item, answer: int | str | None) -> str:
    if answer is None:
        return "blank"
    label = dict(item.options).get(answer, "")
    return f"{answer} {label}" if label and label != str(answer) else str(answer)
