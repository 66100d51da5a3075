"""Alerts: rules that fired, joined while they are open, and closed by a person with an action.

Nobody is paged by any of this; every page that shows an alert says so.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Row
from sqlmodel import select

from clinic import instruments
from clinic.access import require
from clinic.instruments import Instrument
from clinic.outcomes.baseline import Baseline
from clinic.refused import BadInput, NotFound
from data_model import Alert, Assessment, Database, Patient, Treatment
from data_model.alerts import Urgency
from data_model.columns import now

SUICIDE = "suicide.concern"
# Seen and then closed with an action; the less urgent ones close with one click (docs/clinical.md J).
WANT_ACTION = (Urgency.U0, Urgency.U1, Urgency.U2)
NOT_PAGED = "This list is read by whoever opens it. Nobody is being paged."


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    version: str
    urgency: str
    source: str
    checked_by: str = ""
    instrument: str | None = None
    points_above_baseline: float | None = None


@cache
def rules() -> dict[str, Rule]:
    with Path(__file__).with_name("alert_rules.toml").open("rb") as file:
        return {rule["id"]: Rule(**rule) for rule in tomllib.load(file)["rule"]}


def raise_alert(
    db: Database,
    rule_id: str,
    patient_id: int,
    saw: str,
    *,
    assessment_id: int | None = None,
    treatment_id: int | None = None,
) -> Alert:
    """One open alert for each patient and rule: while it is open, a second firing joins it and returns it to
    the top."""
    rule = rules()[rule_id]
    found = _open(db, patient_id, rule_id)
    if found is None:
        found = Alert(
            patient_id=patient_id,
            rule=rule.id,
            rule_version=rule.version,
            urgency=Urgency(rule.urgency),
            saw=saw,
            assessment_id=assessment_id,
            treatment_id=treatment_id,
        )
        db.add(found)
    elif (found.assessment_id, found.treatment_id) != (assessment_id, treatment_id):
        found.saw, found.times = saw, found.times + 1
        found.assessment_id, found.treatment_id = assessment_id, treatment_id
        _to_the_top(found)
    db.flush()
    return found


def suicide_concern(db: Database, assessment: Assessment, instrument: Instrument) -> Alert:
    """Opens or joins the patient's one concern (docs/clinical.md C.1). The same or a lower answer joins it
    with count and date; a higher or a skipped one brings it back to the top, unacknowledged."""
    level = float(assessment.suicide or 0)
    saw = _saw_suicide(assessment, instrument)
    concern = _open(db, assessment.patient_id, SUICIDE)
    if concern is None:
        concern = raise_alert(db, SUICIDE, assessment.patient_id, saw, assessment_id=assessment.id)
        concern.level = level
        return concern
    same_form = concern.assessment_id == assessment.id
    if same_form and concern.saw == saw:
        return concern
    rising = (
        level > concern.level
        or assessment.suicide_state == "skipped"
        or behaviour_in(instrument, assessment.answers)
    )
    concern.saw, concern.assessment_id = saw, assessment.id
    concern.times += 0 if same_form else 1
    concern.level = max(concern.level, level)
    if rising:
        _to_the_top(concern)
    db.flush()
    return concern


def _saw_suicide(assessment: Assessment, instrument: Instrument) -> str:
    if assessment.suicide_state == "skipped":
        return f"{instrument.asks} was skipped. A skipped suicide item is treated as a positive answer: ask."
    if instrument.level:
        return _saw_level(instrument, assessment.answers)
    item = next(item for item in instrument.items if item.id == instrument.suicide_item)
    word = dict(item.options).get(assessment.suicide)
    said = f" ({word.lower()})" if word and word != str(assessment.suicide) else ""
    return f"{instrument.asks} is {assessment.suicide}{said}. A positive item is not a risk assessment."


def _saw_level(instrument: Instrument, answers: dict) -> str:
    """The item endorsed and the behaviour, apart; the triage by its name, which is no prediction."""
    words = instruments.score(instrument, answers).levels
    thoughts = "no thought endorsed"
    if words["level"] not in ("0", "unknown"):
        item = next(
            each for each in instrument.items if each.id == instrument.level.items[int(words["level"]) - 1]
        )
        thoughts = f"item {item.number} endorsed ({item.text.lower()})"
    dated = next((answers[i.id] for i in instrument.items if i.is_date and answers.get(i.id)), None)
    behaviour = f"behaviour: {words['behaviour']}" + (f", dated {dated}" if dated else "")
    triage = "open while questions are" if words["triage"] == "unknown" else words["triage"]
    return f"{instrument.title}: {thoughts}; {behaviour}. Columbia triage {triage}, not a prediction."


def behaviour_in(instrument: Instrument, answers: dict | None) -> bool:
    """Whether a form that asks about suicidal behaviour was answered with a yes to it."""
    return bool(instrument.level and answers and answers.get(instrument.level.behaviour))


def if_worse(db: Database, assessment: Assessment, instrument: Instrument, baseline: Baseline) -> None:
    """Raises the alerts of docs/clinical.md D.1 when a later total stands far enough above the baseline; once
    for each score, so that looking at it again after its alert was closed raises nothing."""
    for rule in worse_rules(assessment, baseline):
        if _raised_for(db, rule.id, assessment):
            continue
        saw = (
            f"{instrument.title} {baseline.total:g} → {assessment.total:g}, "
            f"{assessment.total - baseline.total:+g} from baseline (limit {rule.points_above_baseline:+g})."
        )
        raise_alert(db, rule.id, assessment.patient_id, saw, assessment_id=assessment.id)


def _raised_for(db: Database, rule_id: str, assessment: Assessment) -> bool:
    query = select(Alert.id).where(Alert.rule == rule_id, Alert.assessment_id == assessment.id)
    return db.exec(query.limit(1)).first() is not None


def worse_rules(assessment: Assessment, baseline: Baseline) -> list[Rule]:
    """The rules by which this score stands too far above an earlier baseline."""
    if assessment.total is None or baseline.total is None or baseline.taken_at >= assessment.taken_at:
        return []
    rise = assessment.total - baseline.total
    return [
        rule
        for rule in rules().values()
        if rule.instrument == assessment.instrument and rise >= rule.points_above_baseline
    ]


def watches(instrument_id: str) -> bool:
    """Whether any rule compares this scale with its baseline."""
    return any(rule.instrument == instrument_id for rule in rules().values())


def serious_event(db: Database, treatment: Treatment, terms: list[str]) -> None:
    saw = f"Serious adverse event recorded: {', '.join(terms)}. Reporting duties may apply."
    raise_alert(db, "adverse_event.serious", treatment.patient_id, saw, treatment_id=treatment.id)


def unlikely_entry(db: Database, treatment: Treatment, what: list[str], reason: str) -> None:
    saw = f"Saved after confirmation (“{reason}”): {' '.join(what)}"
    raise_alert(db, "entry.unlikely", treatment.patient_id, saw, treatment_id=treatment.id)


def acknowledge(db: Database, key: str) -> Alert:
    require(db, "answer alerts")
    alert = by_key(db, key)
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = now(), db.actor.name
    return alert


def close(db: Database, key: str, action: str = "") -> Alert:
    """Closed by this actor, with what was done. The urgent ones want an action in words; a suicide concern is
    never closed by a score."""
    require(db, "answer alerts")
    alert = by_key(db, key)
    if alert.closed_at is not None:
        return alert
    if not action.strip():
        if alert.urgency in WANT_ACTION:
            raise BadInput("Say what was done before closing this alert.")
        action = "seen"
    acknowledge(db, key)
    alert.action, alert.closed_at = action.strip(), now()
    alert.closed_by, alert.closed_by_id = db.actor.name, db.actor.account_id
    return alert


def by_key(db: Database, key: str) -> Alert:
    found = db.exec(select(Alert).where(Alert.key == key)).first()
    if found is None:
        raise NotFound("There is no such alert.")
    return found


def open_ones(db: Database, patient: Patient | None = None) -> list[Row]:
    """Open alerts as (alert, patient): suicide concerns first, then by urgency, the latest raised on top."""
    require(db, "see patients")
    query = select(Alert, Patient).join(Patient, Patient.id == Alert.patient_id)
    query = query.where(Alert.closed_at.is_(None))
    if patient is not None:
        query = query.where(Alert.patient_id == patient.id)
    rows = db.exec(query.order_by(Alert.urgency, Alert.raised_at.desc())).all()
    return sorted(rows, key=lambda row: row[0].rule != SUICIDE)


def titles() -> dict[str, str]:
    """The short name of each rule, for headings."""
    known = instruments.catalogue()
    named = {
        SUICIDE: "Suicidal thoughts",
        "adverse_event.serious": "Serious adverse event",
        "entry.unlikely": "Unlikely entry",
    }
    return {
        rule.id: named.get(rule.id) or f"{known[rule.instrument].title} worse than baseline"
        for rule in rules().values()
    }


def _open(db: Database, patient_id: int, rule_id: str) -> Alert | None:
    query = select(Alert).where(
        Alert.patient_id == patient_id, Alert.rule == rule_id, Alert.closed_at.is_(None)
    )
    return db.exec(query).first()


def _to_the_top(alert: Alert) -> None:
    alert.raised_at, alert.acknowledged_at, alert.acknowledged_by = now(), None, None
