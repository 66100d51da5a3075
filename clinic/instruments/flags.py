"""What reaches a person whatever the total is: flags, and the answer about suicide. Never imputed."""

from __future__ import annotations

from clinic.instruments.definition import Instrument
from clinic.instruments.items import LEVEL, Flag, Level
from clinic.instruments.totals import Answers, missing_items


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
