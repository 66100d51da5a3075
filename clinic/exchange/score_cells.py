"""The scores of one row: totals, items, or both side by side, checked against the instrument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clinic import instruments
from clinic.exchange.mapping import IGNORE, Map, ScoreMap
from clinic.exchange.rows import Row
from clinic.instruments import Instrument
from clinic.refused import BadAnswers

# Instrument, the column it begins in, and either answers or a total.
Found = tuple[Instrument, str, dict[str, int | None] | None, float | None]


def wide(row: Row, plan: Map) -> Iterator[Found]:
    for score in plan.scores:
        answers = {item: _answer(row, score, item, column) for item, column in score.items.items()}
        total = row.number_in(score.total) if score.total else None
        if any(value is not None for value in answers.values()):
            _compare(row, score, answers, total)
            yield score.instrument, next(iter(score.items.values())), answers, None
        elif total is not None:
            _check_total(row, score.instrument, score.total, total)
            yield score.instrument, score.total, None, total


def long(row: Row, plan: Map) -> Iterator[Found]:
    totals = {column: row.number_in(column) for column in plan.long.value}
    totals = {column: total for column, total in totals.items() if total is not None}
    name = row.value(plan.long.instrument, needed=True) if totals else None
    if name in (None, IGNORE):
        return
    instrument = instruments.instrument(name)
    (column, total), *others = totals.items()
    for other, value in others:
        if value != total:
            row.problem(other, f"{value:g} stands here, but {total:g} in column “{column}”.")
    _check_total(row, instrument, column, total)
    yield instrument, column, None, total


def totals_at_start(row: Row, plan: Map) -> Iterator[Found]:
    """The totals at the start of the course that stand beside each later one."""
    for score in plan.scores:
        total = row.number_in(score.baseline_total) if score.baseline_total else None
        if total is not None:
            _check_total(row, score.instrument, score.baseline_total, total)
            yield score.instrument, score.baseline_total, None, total


def _answer(row: Row, score: ScoreMap, item_id: str, column: str) -> int | None:
    value = row.word_in(column, score.answers) if score.answers is not None else row.whole_in(column)
    item = next(item for item in score.instrument.items if item.id == item_id)
    if value is not None and not item.accepts(value):
        row.problem(
            column,
            f"{value} is no answer of {score.instrument.title} item {item.number}, "
            f"which runs from {item.minimum} to {item.maximum}.",
        )
        return None
    return value


def _compare(row: Row, score: ScoreMap, answers: Mapping[str, int | None], reported: float | None) -> None:
    """A total that stands beside its items must be theirs. With blank items it may also be the sum of the
    answered ones, as spreadsheets make it; then the instrument's own rule counts, not that sum."""
    if reported is None or row.problems:
        return
    own = instruments.score(score.instrument, answers)
    answered = {item: value for item, value in answers.items() if value is not None}
    points = [item.points(answered.get(item.id)) for item in score.instrument.scored_items]
    plain_sum = sum(value for value in points if value is not None)
    allowed = {plain_sum} if not own.missing else {plain_sum, own.total and round(own.total, 1), own.total}
    if reported not in allowed:
        row.problem(
            score.total,
            f"{reported:g} stands here, but the {len(answered)} answered items of "
            f"{score.instrument.title} add up to {plain_sum}.",
        )


def _check_total(row: Row, instrument: Instrument, column: str, total: float) -> None:
    try:
        instruments.score_total(instrument, total)
    except BadAnswers as fault:
        row.problem(column, str(fault))
