"""Checks between treatments as a clinic keeps them: liver, bladder, cognition, drug screen; a few found something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import numpy as np

from data_model import Account, Database, DutyDone, SafetyCheck
from data_model.checks import CheckKind, Finding
from sample_data.hours import day_of, open_day
from sample_data.staff import Duty
from sample_data.writing import Written

EVERY = {  # days between two checks of a kind while somebody is treated
    CheckKind.LIVER: 85,
    CheckKind.URINARY: 27,
    CheckKind.COGNITION: 170,
    CheckKind.DRUG_SCREEN: 170,
}
FOUND = {CheckKind.URINARY: 0.015, CheckKind.DRUG_SCREEN: 0.005}
SKIPPED = 0.04
SERIOUS_DUTY = "duty.yellow_card"


def look(
    db: Database,
    rng: np.random.Generator,
    written: list[Written],
    duty: Duty,
    end: datetime,
    key: Callable[..., str],
) -> None:
    for one in written:
        db.add_all(_checks(rng, one, duty.clinician(one.person.clinician), day_of(end), key))
        db.add_all(_duties(one, duty.clinician(one.person.clinician), key))
    db.flush()


def _checks(
    rng: np.random.Generator, one: Written, doctor: Account, today: date, key
) -> Iterator[SafetyCheck]:
    for course, _ in one.courses:
        if not course.doses:
            continue
        first, last = day_of(course.doses[0].at), day_of(course.doses[-1].at)
        for kind, every in EVERY.items():
            day = first - timedelta(days=int(rng.integers(1, 6)))
            while day <= last and day < today:
                if day < first or rng.random() >= SKIPPED:
                    yield _check(rng, one, kind, day, doctor, key)
                day = open_day(day + timedelta(days=every))


def _check(
    rng: np.random.Generator, one: Written, kind: CheckKind, day: date, doctor: Account, key
) -> SafetyCheck:
    liver = kind == CheckKind.LIVER
    found = not liver and rng.random() < FOUND.get(kind, 0)
    value = round(float(np.clip(rng.lognormal(-0.5, 0.35), 0.2, 2.6)), 1) if liver else None
    return SafetyCheck(
        key=key("check", one.person.number, kind.value, day),
        patient_id=one.patient.id,
        kind=kind,
        checked_on=day,
        finding=Finding.MILD if found else Finding.NOTHING,
        value=value,
        text="more often than before" if found and kind == CheckKind.URINARY else None,
        author=doctor.name,
        author_id=doctor.id,
        entered_at=datetime.combine(day, datetime.min.time(), tzinfo=one.person.registered.tzinfo)
        + timedelta(hours=14),
    )


def _duties(one: Written, doctor: Account, key) -> Iterator[DutyDone]:
    """Serious events were told to the regulator."""
    for dose, row in one.treatments:
        if any(event.serious for event in dose.events):
            at = row.entered_at + timedelta(hours=20)
            yield DutyDone(
                key=key("duty", row.key),
                patient_id=row.patient_id,
                treatment_id=row.id,
                duty=SERIOUS_DUTY,
                done_at=at,
                note="Sent by web form.",
                author=doctor.name,
                author_id=doctor.id,
                entered_at=at,
            )
