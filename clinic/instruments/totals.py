"""What of a form is missing, and what its items add up to: the few ways of making a total."""

from __future__ import annotations

from collections.abc import Mapping

from clinic.instruments.definition import Instrument

Answers = Mapping[str, int | str | None]
Points = Mapping[str, int | None]


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
