"""What is known of a person besides scores and treatments, as lists to be read: the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam
from sqlmodel import select

from clinic import checks, editions
from clinic.access import require
from clinic.background import rows, weights
from clinic.background.weights import Weighed
from clinic.checks import AGES
from clinic.protocols.limit import Limit
from clinic.watching.of_time import UNDER_TREATMENT, WEIGHT, tightest
from data_model import (
    Database,
    Diagnosis,
    Episode,
    EventNote,
    Medication,
    Patient,
    PriorTreatment,
    SafetyCheck,
)
from data_model.checks import CheckKind
from data_model.columns import Status


def _standing(table, *order):
    mine = (table.patient_id == bindparam("patient"), table.status != Status.VOID)
    return select(table).where(*mine).order_by(*order, table.id.desc())


# Built once, for building costs as much as asking. What has no date comes last on both databases.
_MEDICATION = _standing(Medication, Medication.stopped.is_not(None), Medication.started.desc())
_DIAGNOSES = _standing(Diagnosis, Diagnosis.since.is_(None), Diagnosis.since.desc())
_TRIED = _standing(PriorTreatment, PriorTreatment.ended.is_(None), PriorTreatment.ended.desc())
_EVENTS = _standing(EventNote, EventNote.happened_on.desc())


@dataclass(frozen=True, slots=True)
class Looked:
    """One kind of check: its last result, and when the limits of the protocol in force want the next one. `due` is
    None where no limit asks for it in this stage of care, or before the first dose."""

    kind: CheckKind
    last: SafetyCheck | None
    due: date | None
    limit: Limit | None


@dataclass(frozen=True, slots=True)
class Known:
    """`medication` has what is still taken first. An empty list says that nothing was recorded, not that there is
    nothing."""

    medication: Sequence[Medication]
    diagnoses: Sequence[Diagnosis]
    tried: Sequence[PriorTreatment]
    events: Sequence[EventNote]
    weights: Sequence[Weighed]
    checks: Sequence[SafetyCheck]
    looked: Sequence[Looked]
    weight_due: date | None
    today: date


def of_patient(db: Database, patient: Patient, course: Episode | None, first_dose: date | None) -> Known:
    """`first_dose` is the day of the course's first dose: what was never looked at is counted from it."""
    require(db, "see patients")
    lists = [
        db.exec(query, params={"patient": patient.id}).all()
        for query in (_MEDICATION, _DIAGNOSES, _TRIED, _EVENTS)
    ]
    weighed, checked = weights.of_patient(db, patient), checks.of_patient(db, patient)
    limits = _limits(db, course)
    return Known(
        *lists,
        weights=weighed,
        checks=checked,
        looked=_looked(checked, limits, first_dose),
        weight_due=_next_due(limits.get(WEIGHT), weighed[0].on if weighed else None, first_dose),
        today=rows.today(db),
    )


def _limits(db: Database, course: Episode | None) -> dict[str, Limit]:
    """measure -> limit, of the stage in which the course is."""
    if course is None or course.stage not in UNDER_TREATMENT:
        return {}
    return tightest(editions.in_force(db), course.stage)


def _looked(
    checked: Sequence[SafetyCheck], limits: dict[str, Limit], first_dose: date | None
) -> list[Looked]:
    """Kinds that were looked at or that are asked for, in the order of the list of kinds."""
    last: dict[CheckKind, SafetyCheck] = {}
    for row in checked:
        last.setdefault(row.kind, row)
    found = []
    for kind in CheckKind:
        row, limit = last.get(kind), limits.get(AGES.get(kind, ""))
        if row is not None or limit is not None:
            due = _next_due(limit, row.checked_on if row else None, first_dose)
            found.append(Looked(kind, row, due, limit))
    return found


def _next_due(limit: Limit | None, last: date | None, first_dose: date | None) -> date | None:
    """The last day within the limit."""
    since = last or first_dose
    return None if limit is None or since is None else since + timedelta(days=int(limit.value))
