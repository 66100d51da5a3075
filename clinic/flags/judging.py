"""Facts against rules. Nothing is raised here: whoever asks decides what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from clinic.flags import by_check, by_score, by_treatment
from clinic.flags.facts import Facts
from clinic.flags.rule import Fired, Rule

JUDGES: dict[str, Callable[[Rule, Facts], Iterator[Fired]]] = {
    "suicide answer": by_score.suicide_answer,
    "vital signs": by_treatment.vital_signs,
    "still symptomatic": by_treatment.still_symptomatic,
    "left early": by_treatment.left_early,
    "left not ready": by_treatment.left_not_ready,
    "missed observation": by_treatment.missed_observation,
    "dose": by_treatment.dose,
    "given not as ordered": by_treatment.given_not_as_ordered,
    "gate reason": by_treatment.gate_reason,
    "gate answer": by_treatment.gate_answer,
    "gate overridden": by_treatment.gate_overridden,
    "event": by_treatment.event,
    "serious event": by_treatment.serious_event,
    "unlikely entry": by_treatment.unlikely_entry,
    "check": by_check.check,
    "check value": by_check.check_value,
    "check overdue": by_check.check_overdue,
    "above baseline": by_score.above_baseline,
    "above held level": by_score.above_held_level,
    "response lost": by_score.response_lost,
    "no response": by_score.no_response,
    "score rise": by_score.score_rise,
    "measure overdue": by_score.measure_overdue,
    "duty": by_treatment.duty,
}


def fired(rules: Iterable[Rule], facts: Facts) -> list[Fired]:
    """Everything that these rules see in these facts, rule by rule; the same facts always give the same."""
    return [each for rule in rules for each in JUDGES[rule.on](rule, facts)]
