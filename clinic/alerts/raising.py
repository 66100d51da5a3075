"""From what a rule saw to an alert: one open alert for each person and rule, and each thing seen once.

Anybody's entry may raise an alert, so nothing here asks for a right beside the one that the entry itself needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from clinic import flags
from clinic.alerts.reading import open_one
from clinic.flags import Fired
from data_model import Alert, Database, Firing, Treatment
from data_model.alerts import Urgency
from data_model.columns import now

AT_ONCE = 500  # subjects in one question to the store
SAID = 3  # sentences of one alert; the others are counted


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
    found = open_one(db, patient_id, rule_id)
    if found is None:
        found = _opened(rule_id, patient_id, saw, flags.rules()[rule_id].urgency)
        found.assessment_id, found.treatment_id = assessment_id, treatment_id
        db.add(found)
    elif (found.assessment_id, found.treatment_id) != (assessment_id, treatment_id):
        found.saw, found.times = saw, found.times + 1
        found.assessment_id, found.treatment_id = assessment_id, treatment_id
        to_the_top(found)
    db.flush()
    return found


def raise_fired(
    db: Database,
    patient_id: int,
    found: Iterable[Fired],
    *,
    assessment_id: int | None = None,
    treatment_id: int | None = None,
) -> list[Alert]:
    """The alerts that new firings opened or joined; what was seen before raises nothing, also when two look at the
    same moment: the store keeps each rule and subject once, and who comes second looks again."""
    new, raised = fresh(db, found), []
    if not new:
        return []
    _become_the_writer(db)
    for rule_id, together in _by_alert(fresh(db, new)).items():
        try:
            with db.begin_nested():
                raised.append(_join(db, rule_id, patient_id, together, assessment_id, treatment_id))
        except IntegrityError:
            if left := fresh(db, together):
                with db.begin_nested():
                    raised.append(_join(db, rule_id, patient_id, left, assessment_id, treatment_id))
    return raised


def _become_the_writer(db: Database) -> None:
    """SQLite has one writer. Who has only read so far waits for it here: a savepoint that reads before it writes would
    be refused when somebody else wrote in between."""
    connection = db.connection()
    if db.get_bind().dialect.name == "sqlite" and not connection.connection.driver_connection.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def fresh(db: Database, found: Iterable[Fired]) -> list[Fired]:
    """What no rule of that id has seen yet, each subject once."""
    wanted = {(each.rule.id, each.subject): each for each in found}
    rules = sorted({rule for rule, _ in wanted})
    subjects = sorted({subject for _, subject in wanted})
    for start in range(0, len(subjects), AT_ONCE):
        some = subjects[start : start + AT_ONCE]
        # With the rules, so that the index finds them.
        seen = select(Firing.rule, Firing.subject).where(Firing.rule.in_(rules), Firing.subject.in_(some))
        for known in db.exec(seen):
            wanted.pop(tuple(known), None)
    return list(wanted.values())


def noted(alert: Alert, each: Fired) -> Firing:
    return Firing(
        alert_id=alert.id,
        patient_id=alert.patient_id,
        rule=each.rule.id,
        rule_version=each.rule.version,
        subject=each.subject,
        saw=each.saw,
        at=each.at,
    )


def note(db: Database, alert: Alert, found: Iterable[Fired]) -> list[Fired]:
    """Writes down what joined an alert that is raised already; returns what was new."""
    new = fresh(db, found)
    db.add_all(noted(alert, each) for each in new)
    db.flush()
    return new


def serious_event(db: Database, treatment: Treatment, terms: list[str]) -> Alert:
    """For a record written in one step; whatever is watched or finished goes through `clinic.watching`."""
    rule = flags.rules()["adverse_event.serious"]
    saw = rule.told(f"Serious adverse event recorded: {', '.join(terms)}.")
    alert = raise_alert(db, rule.id, treatment.patient_id, saw, treatment_id=treatment.id)
    seen = "Serious adverse event recorded: {}."
    note(
        db,
        alert,
        (
            Fired(
                rule,
                f"adverse_event:{event.key}",
                treatment.started_at,
                seen.format(event.term),
                rule.urgency,
            )
            for event in treatment.adverse_events
            if event.serious
        ),
    )
    return alert


def unlikely_entry(db: Database, treatment: Treatment, what: list[str], reason: str) -> Alert:
    rule = flags.rules()["entry.unlikely"]
    saw = f"Saved after confirmation (“{reason}”): {' '.join(what)}"
    alert = raise_alert(db, rule.id, treatment.patient_id, rule.told(saw), treatment_id=treatment.id)
    subject, at = f"treatment:{treatment.key}:unlikely", treatment.started_at or now()
    note(db, alert, [Fired(rule, subject, at, saw, rule.urgency)])
    return alert


def to_the_top(alert: Alert) -> None:
    """As not yet seen and not yet acted upon; an action that was given stays to be read."""
    alert.raised_at, alert.acknowledged_at, alert.acknowledged_by = now(), None, None
    alert.acted_at = alert.acted_by = None


def _by_alert(found: list[Fired]) -> dict[str, list[Fired]]:
    together: dict[str, list[Fired]] = defaultdict(list)
    for each in found:
        together[each.rule.alert].append(each)
    return together


def _join(
    db: Database,
    rule_id: str,
    patient_id: int,
    found: list[Fired],
    assessment_id: int | None,
    treatment_id: int | None,
) -> Alert:
    alert, urgency = open_one(db, patient_id, rule_id), flags.most_urgent(each.urgency for each in found)
    if alert is None:
        alert = _opened(rule_id, patient_id, _told(found), urgency)
        alert.times = len(found)
        db.add(alert)
    else:
        alert.saw, alert.times = _told(found), alert.times + len(found)
        alert.urgency = Urgency(flags.most_urgent((alert.urgency, urgency)))
        to_the_top(alert)
    alert.assessment_id, alert.treatment_id = assessment_id, treatment_id
    db.flush()
    db.add_all(noted(alert, each) for each in found)
    db.flush()
    return alert


def _opened(rule_id: str, patient_id: int, saw: str, urgency: str) -> Alert:
    rule = flags.rules()[rule_id]
    return Alert(
        patient_id=patient_id, rule=rule.id, rule_version=rule.version, urgency=Urgency(urgency), saw=saw
    )


def _told(found: list[Fired]) -> str:
    """The latest of what several rules saw in one look, each rule's own words once."""
    by_rule: dict[str, list[Fired]] = defaultdict(list)
    for each in sorted(found, key=lambda each: each.at, reverse=True):
        by_rule[each.rule.id].append(each)
    return " ".join(_of_one_rule(several) for several in by_rule.values())


def _of_one_rule(found: list[Fired]) -> str:
    seen = list(dict.fromkeys(each.seen for each in found))
    more = f" And {len(seen) - SAID} more." if len(seen) > SAID else ""
    return found[0].rule.told(" ".join(seen[:SAID]) + more)
