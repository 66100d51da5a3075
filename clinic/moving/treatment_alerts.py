"""Alerts when a treatment, or a whole record, goes to the right patient: they go along with what was done about them,
for that was done about whoever sat in the chair. An alert that other treatments have joined is shared out."""

from __future__ import annotations

from sqlmodel import select

from clinic import alerts, flags
from clinic.alerts.raising import to_the_top
from clinic.alerts.reading import open_one
from clinic.moving import firings
from data_model import Alert, Database, Firing, Move, Treatment
from data_model.alerts import Urgency
from data_model.columns import now

_AS_IT_WAS = {
    "rule", "rule_version", "urgency", "saw", "level", "opened_at", "raised_at", "acknowledged_at",
    "acknowledged_by", "action", "acted_at", "acted_by", "closed_at", "closed_by", "closed_by_id",
}  # fmt: skip


def follow(db: Database, treatment: Treatment, keys: set[str], move: Move) -> None:
    """`keys` are those of the treatment and of everything in it."""
    found = firings.about(db, move.from_patient_id, keys)
    for alert in firings.alerts_of(db, move.from_patient_id, found, treatment_id=treatment.id):
        mine = [each for each in found if each.alert_id == alert.id]
        rest = [each for each in alerts.firings(db, alert) if firings.stands(each) and each not in mine]
        if rest:
            _share(db, alert, mine, rest, treatment, move)
        else:
            give(db, alert, mine, move)


def give(db: Database, alert: Alert, found: list[Firing], move: Move) -> None:
    """The whole alert. Where the right patient has an open one of this rule, an open one joins it."""
    there = open_one(db, move.patient_id, alert.rule) if alert.closed_at is None else None
    if there is not None:
        _join(alert, there, move)
    alert.patient_id = move.patient_id
    if there is None and alert.closed_at is None:
        to_the_top(alert)
    db.flush()
    _hand_over(db, found, there or alert, move)


def _join(alert: Alert, there: Alert, move: Move) -> None:
    """Two open alerts of one rule become one, as urgent as the more urgent of them and not yet seen."""
    if alert.raised_at > there.raised_at:
        there.saw, there.assessment_id, there.treatment_id = (
            alert.saw,
            alert.assessment_id,
            alert.treatment_id,
        )
    there.times += alert.times
    there.level = max(there.level, alert.level)
    there.urgency = Urgency(flags.most_urgent([there.urgency, alert.urgency]))
    to_the_top(there)
    said = f"joined the open one of the same rule in the right record: {move.reason}"
    alert.action = f"{alert.action}\n{said}" if alert.action else said
    alert.closed_at, alert.closed_by, alert.closed_by_id = now(), move.author, move.author_id


def _share(
    db: Database, alert: Alert, mine: list[Firing], rest: list[Firing], treatment: Treatment, move: Move
) -> None:
    """What the treatment had added goes, as an alert of its own."""
    taken = Alert(
        **alert.model_dump(include=_AS_IT_WAS),
        patient_id=move.patient_id,
        treatment_id=treatment.id,
        times=len({each.subject for each in mine}) or 1,
    )
    if mine:
        taken.saw = mine[-1].saw
    there = open_one(db, move.patient_id, alert.rule) if alert.closed_at is None else None
    if there is not None:
        _join(taken, there, move)
    db.add(taken)
    if alert.treatment_id == treatment.id:
        alert.treatment_id, alert.saw = None, rest[-1].saw
    alert.times = max(1, alert.times - taken.times)
    db.flush()
    _hand_over(db, mine, there or taken, move)


def _hand_over(db: Database, found: list[Firing], alert: Alert, move: Move) -> None:
    for each in found:
        each.alert_id, each.patient_id = alert.id, move.patient_id
    db.flush()


def everything(db: Database, move: Move) -> None:
    """Every alert of a record that becomes part of another, with every firing."""
    ids = select(Alert).where(Alert.patient_id == move.from_patient_id).order_by(Alert.id)
    for alert in list(db.exec(ids)):
        give(db, alert, alerts.firings(db, alert), move)
