"""Vital signs before the dose: each measurement a row with its own moment, repeats beside the first ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import func, select

from clinic import editions, watching
from clinic.access import require
from clinic.chair import planning
from clinic.protocols.vitals import VITALS, Breach, Reading, judge_vitals
from clinic.refused import BadInput, NotFound
from clinic.treatments import POSSIBLE, stored_rows
from clinic.treatments.judging import outside, sentence
from data_model import Database, Treatment, VitalSigns
from data_model.columns import Status, now

SOON = timedelta(minutes=2)


def observe(
    db: Database,
    treatment_key: str,
    values: Mapping[str, int | None],
    *,
    at: datetime | None = None,
    symptoms: Sequence[str] | None = None,
    on_oxygen: bool | None = None,
) -> VitalSigns:
    """One observation; `at` is when it was made, now if not given. `symptoms` are ids of the protocol, () where
    somebody asked and there are none. Raises BadInput for what cannot be, and once the dose has started."""
    require(db, "record treatments")
    treatment, at = planning.waiting(db, treatment_key), at or now()
    protocol, position = editions.in_force(db), _next(db, treatment)
    made = VitalSigns(
        position=position,
        **{name: values.get(name) for name in VITALS},
        symptoms=None if symptoms is None else list(symptoms),
        on_oxygen=on_oxygen,
        observed_at=at,
        status=Status.DRAFT,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    if problems := _problems(made):
        raise BadInput(*problems)
    judge_vitals(protocol, reading(made), phase="pre")  # refuses a symptom that nobody knows
    made.treatment = treatment
    db.add(made)
    db.flush()
    watching.treatment(db, treatment)
    return made


def take_back(db: Database, key: str) -> None:
    """An observation that was entered wrongly; it stays to be read."""
    require(db, "record treatments")
    row = db.exec(select(VitalSigns).where(VitalSigns.key == key)).first()
    if row is None:
        raise NotFound("There is no such observation.")
    planning.waiting(db, db.get(Treatment, row.treatment_id).key)
    row.status, row.void_reason = Status.VOID, "taken back"


def observed(db: Database, treatment: Treatment) -> list[tuple[VitalSigns, list[Breach]]]:
    """Each observation so far with the limits it reaches before a dose, in order of time."""
    require(db, "see patients")
    protocol = editions.of(db, treatment)
    rows = [row for row in stored_rows(db, treatment) if row.observed_at is not None]
    rows.sort(key=lambda row: (row.observed_at, row.position))
    return [(row, judge_vitals(protocol, reading(row), phase="pre")) for row in rows]


def reading(row: VitalSigns) -> Reading:
    measured = {name: getattr(row, name) for name in VITALS}
    symptoms = None if row.symptoms is None else tuple(row.symptoms)
    return Reading(**measured, on_oxygen=row.on_oxygen, symptoms=symptoms, at=row.observed_at)


def _problems(row: VitalSigns) -> list[str]:
    if not any(getattr(row, name) is not None for name in VITALS) and row.symptoms is None:
        return ["Enter at least one value."]
    found = [sentence(problem) for problem in outside(row, POSSIBLE)]
    if row.systolic_mmhg and row.diastolic_mmhg and row.diastolic_mmhg >= row.systolic_mmhg:
        found.append(
            f"Diastolic {row.diastolic_mmhg} is not below systolic {row.systolic_mmhg}; are they swapped?"
        )
    if row.observed_at > now() + SOON:
        found.append("The time of the observation lies in the future.")
    return found


def _next(db: Database, treatment: Treatment) -> int:
    query = select(func.max(VitalSigns.position)).where(VitalSigns.treatment_id == treatment.id)
    last = db.exec(query).one()
    return 0 if last is None else last + 1
