"""Rules about one person's scores: the suicide answer, getting worse, a response lost, no response."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from clinic.flags.by_treatment import hit
from clinic.flags.facts import Facts, Score, Series, SuicideAnswer, Unmeasured
from clinic.flags.rule import Fired, Rule
from clinic.instruments.rules import percent_improvement
from clinic.outcomes.durability import loss_of_response
from clinic.outcomes.wording import number, plural


def suicide_answer(rule: Rule, facts: Facts) -> Iterator[Fired]:
    judge = {"positive": lambda *_: True, "high": is_high, "grave": is_grave}[rule.case]
    for each in facts.suicide:
        if judge(rule, each):
            yield hit(rule, each, each.saw)


def is_high(rule: Rule, each: SuicideAnswer) -> bool:
    """What the scale's own file calls urgent, or so many points above the last answer on it."""
    return each.urgent or (each.previous is not None and each.level - each.previous >= rule.points)


def is_grave(rule: Rule, each: SuicideAnswer) -> bool:
    """Thoughts from this level of a scale that is read as a level, or recent behaviour, which is its highest."""
    return each.by_level and each.level >= rule.level_from


def above_baseline(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """Far enough above an earlier baseline (docs/clinical.md D.1); a prorated score counts, to be safe."""
    for series in of(facts, rule.instrument):
        if series.baseline is None:
            continue
        for each in series.scores:
            if each.total is None or each.at <= series.baseline_at:
                continue
            rise = each.total - series.baseline
            if rise >= rule.points:
                yield hit(rule, each, from_baseline(series.title, series.baseline, each.total, rule.points))


def from_baseline(title: str, baseline: float, total: float, limit: float) -> str:
    return f"{title} {baseline:g} → {total:g}, {total - baseline:+g} from baseline (limit {limit:+g})."


def above_held_level(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """Two readings in a row so far above a level that two earlier readings in a row had held (docs/clinical.md D.2);
    once for each time that it begins."""
    for series in of(facts, rule.instrument):
        whole = [each for each in series.scores if each.whole]
        already = False
        for at in range(3, len(whole)):
            held = min(max(one.total, other.total) for one, other in pairwise(whole[: at - 1]))
            risen = min(whole[at - 1].total, whole[at].total) - held >= rule.points
            if risen and not already:
                saw = f"{series.title} held {number(held)}, now {number(whole[at - 1].total)} and "
                yield hit(rule, whole[at], f"{saw}{number(whole[at].total)}, two readings in a row.")
            already = risen


def response_lost(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """docs/clinical.md D.3, by the course's own scale and its default rule of response; or by what ends
    one at once."""
    for series in facts.series:
        counting = [each for each in series.scores if each.counts]
        if not series.leads or series.response is None or not counting:
            continue
        days = [each.day for each in counting]
        totals = [each.total for each in counting]
        at_once = [(each.day, each.subject) for each in series.ended]
        lost = loss_of_response(
            series.response, series.baseline, days, totals, at_once=at_once, apart=rule.days
        )
        if lost is None or not lost.event:
            continue
        event = next((each for each in series.ended if each.subject == lost.why), None)
        met = f"{series.title} met {series.response.id} (best {number(min(totals))}); "
        if event is not None:
            yield hit(rule, event, f"{met}{event.says} ends a response at once.")
            continue
        first, seen = counting[days.index(lost.day)], counting[days.index(lost.confirmed_day)]
        saw = f"{met}{number(first.total)} and {number(seen.total)} at the last two scores do not."
        yield hit(rule, seen, saw)


def no_response(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """The first score that counts after so many treatments by these ways, and less better than the percentage."""
    for series in facts.series:
        score = after_enough(rule, series)
        if score is None or series.too_mild is not False:
            continue
        better = percent_improvement(series.baseline, score.total, series.floor)
        if better is not None and better < rule.percent:
            saw = (
                f"{series.title} {number(series.baseline)} → {number(score.total)} ({better:.0f} % better) after "
                f"{plural(int(rule.sessions), 'treatment')}."
            )
            yield Fired(rule, series.course, score.at, saw, rule.urgency)


def after_enough(rule: Rule, series: Series) -> Score | None:
    ours = [
        at for at, substance, route in series.doses if substance == rule.substance and route in rule.routes
    ]
    if not series.leads or len(ours) < rule.sessions:
        return None
    enough = ours[int(rule.sessions) - 1]
    return next((each for each in series.scores if each.counts and each.at > enough), None)


def score_rise(rule: Rule, facts: Facts) -> Iterator[Fired]:
    """Above the score before it on the same scale."""
    for series in facts.series:
        if series.instrument in rule.instruments:
            for before, each in pairwise(known(series.scores)):
                if each.total - before.total >= rule.points:
                    yield hit(rule, each, f"{series.title} {number(before.total)} → {number(each.total)}.")


def measure_overdue(rule: Rule, facts: Facts) -> Iterator[Fired]:
    for each in facts.unmeasured:
        yield hit(rule, each, unmeasured(each))


def unmeasured(each: Unmeasured) -> str:
    return f"No {each.title} for {plural(each.days, 'day')} in {each.stage} (limit {each.allowed})."


def of(facts: Facts, instrument: str | None) -> list[Series]:
    return [each for each in facts.series if each.instrument == instrument]


def known(scores: Sequence[Score]) -> list[Score]:
    return [each for each in scores if each.total is not None]
