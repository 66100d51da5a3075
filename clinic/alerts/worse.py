"""Scores that stand too far above their course's baseline (docs/clinical.md D.1)."""

from __future__ import annotations

from sqlmodel import select

from clinic import flags
from clinic.alerts.raising import note, raise_alert
from clinic.flags import Fired, Rule
from clinic.flags.by_score import from_baseline
from clinic.instruments import Instrument
from clinic.outcomes.baseline import Baseline
from data_model import Alert, Assessment, Database

ON = "above baseline"


def if_worse(db: Database, assessment: Assessment, instrument: Instrument, baseline: Baseline) -> None:
    """Raises the alerts of a later total far enough above the baseline; once for each score, so that looking at it
    again after its alert was closed raises nothing."""
    for rule in worse_rules(assessment, baseline):
        if _raised_for(db, rule.id, assessment):
            continue
        seen = from_baseline(instrument.title, baseline.total, assessment.total, rule.points)
        saw = rule.told(seen)
        alert = raise_alert(db, rule.id, assessment.patient_id, saw, assessment_id=assessment.id)
        note(
            db,
            alert,
            [Fired(rule, f"assessment:{assessment.key}", assessment.taken_at, seen, rule.urgency)],
        )


def _raised_for(db: Database, rule_id: str, assessment: Assessment) -> bool:
    query = select(Alert.id).where(Alert.rule == rule_id, Alert.assessment_id == assessment.id)
    return db.exec(query.limit(1)).first() is not None


def worse_rules(assessment: Assessment, baseline: Baseline) -> list[Rule]:
    """The rules by which this score stands too far above an earlier baseline."""
    if assessment.total is None or baseline.total is None or baseline.taken_at >= assessment.taken_at:
        return []
    rise = assessment.total - baseline.total
    return [rule for rule in _rules() if rule.instrument == assessment.instrument and rise >= rule.points]


def watches(instrument_id: str) -> bool:
    """Whether any rule compares this scale with its baseline."""
    return any(rule.instrument == instrument_id for rule in _rules())


def _rules() -> list[Rule]:
    return [rule for rule in flags.rules().values() if rule.on == ON]
