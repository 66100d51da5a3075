"""After a write, and every few minutes: the facts that changed, the rules, and the alerts that come of them."""

from __future__ import annotations

import threading
from collections import defaultdict
from time import monotonic

from clinic import alerts, editions, flags
from clinic.access import require
from clinic.flags.facts import Facts
from clinic.watching import of_person, of_time, of_treatment
from clinic.watching.of_duty import waiting
from data_model import Alert, Assessment, Database, Patient, Treatment
from data_model.columns import now

# What has hooks of its own where a score is recorded (clinic/alerts/concern.py and worse.py).
AT_THE_FORM = ("suicide answer", "above baseline")
# How many new things of each rule one sweep raises: the first one after years without must not take minutes.
AT_MOST = 100
SWEPT_EVERY = 300  # seconds, in each process
_swept: dict[str, float] = {}
_sweeping = threading.Lock()


def treatment(db: Database, record: Treatment) -> list[Alert]:
    """After anything about one treatment was written; raises each rule once for each thing it saw."""
    require(db, "see patients")
    db.flush()
    db.refresh(record)  # what another tablet wrote to it in the meantime counts too
    found = flags.fired(flags.rules().values(), of_treatment.facts(db, record))
    return alerts.raise_fired(db, record.patient_id, found, treatment_id=record.id)


def person(db: Database, patient: Patient) -> list[Alert]:
    """After a check or a score of one person was written."""
    require(db, "see patients")
    db.flush()
    facts = Facts(
        editions.in_force(db),
        now(),
        series=of_person.all_series(db, patient, _rules()),
        checks=of_person.checks(db, patient),
    )
    return alerts.raise_fired(db, patient.id, flags.fired(_rules(), facts))


def score(db: Database, row: Assessment) -> list[Alert]:
    """After one score that counts was written: its own series only, for imports bring thousands."""
    require(db, "see patients")
    if row.episode_id is None:
        return []
    patient = db.get(Patient, row.patient_id)
    series = of_person.all_series(db, patient, _rules(), only=[row.instrument])
    found = flags.fired(_rules(), Facts(None, now(), series=series))
    return alerts.raise_fired(db, patient.id, found, assessment_id=row.id)


def sweep(db: Database) -> list[Alert]:
    """What only the passing of time makes due, over everybody under treatment."""
    require(db, "see today")
    raised = []
    for record in {one.id: one for one in [*of_time.running(db), *waiting(db)]}.values():
        raised += treatment(db, record)
    return raised + _due(db)


def sweep_if_due(db: Database) -> list[Alert]:
    """The same, unless this process has looked in the last five minutes."""
    store = str(db.get_bind().url)
    with _sweeping:
        if monotonic() - _swept.get(store, -SWEPT_EVERY) < SWEPT_EVERY:
            return []
        _swept[store] = monotonic()
    return sweep(db)


def _due(db: Database) -> list[Alert]:
    raised = []
    for patient_id, found in _of_each(db).items():
        raised += alerts.raise_fired(db, patient_id, found)
    return raised


def _of_each(db: Database) -> dict[int, list[flags.Fired]]:
    """patient -> what is newly overdue, the longest overdue first, at most so many of each rule."""
    protocol, owner = editions.in_force(db), {}
    ages = list(of_time.check_ages(db, protocol))
    late = list(of_time.unmeasured(db))
    owner |= {fact.subject: patient for patient, fact in [*ages, *late]}
    facts = Facts(
        protocol,
        now(),
        check_ages=tuple(fact for _, fact in ages),
        unmeasured=tuple(fact for _, fact in late),
    )
    found: dict[int, list[flags.Fired]] = defaultdict(list)
    for rule in flags.rules().values():
        new = sorted(alerts.fresh(db, flags.fired([rule], facts)), key=lambda each: each.at)
        for each in new[:AT_MOST]:
            found[owner[each.subject]].append(each)
    return found


def _rules() -> list[flags.Rule]:
    return [rule for rule in flags.rules().values() if rule.on not in AT_THE_FORM]
