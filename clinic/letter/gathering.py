"""Everything that a letter may say of one patient, read once from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from sqlalchemy import bindparam
from sqlmodel import select

from clinic import assessments, episodes, instruments, patients, settings, treatments
from clinic.instruments.definition import Instrument
from clinic.letter.choosing import Chosen, checked
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.clock import wall
from clinic.patients import Person
from clinic.refused import BadInput, NotFound
from data_model import AdverseEvent, Database, Episode, Medication, Patient, Treatment
from data_model.columns import COUNTED, Status, now

_EVENTS = (
    select(Treatment.key, AdverseEvent.term, AdverseEvent.severity, AdverseEvent.serious)
    .join(Treatment, Treatment.id == AdverseEvent.treatment_id)
    .where(Treatment.patient_id == bindparam("patient"), AdverseEvent.status.in_(COUNTED))
    .order_by(AdverseEvent.id)
)
_DRUGS = (
    select(Medication)
    .where(Medication.patient_id == bindparam("patient"), Medication.status.in_(COUNTED))
    .order_by(Medication.started, Medication.id)
)


@dataclass(frozen=True, slots=True)
class Facts:
    """`scores` and `given` lie between the days chosen; `all_scores` and `all_given` are of all times. `events` are
    (treatment's key, term, severity, serious) of the treatments in `given`."""

    chosen: Chosen
    person: Person
    clinic: str
    logo: str | None
    zone: ZoneInfo
    gap_days: int
    read_at: datetime
    by: str
    role: str
    course: Episode
    scales: tuple[Instrument, ...]
    catalogue: Mapping[str, Instrument]
    baselines: Mapping[str, Baseline]
    starts: pd.DataFrame
    scores: pd.DataFrame
    given: pd.DataFrame
    all_scores: pd.DataFrame
    all_given: pd.DataFrame
    events: tuple[tuple[str, str, str, bool], ...]
    drugs: tuple[Medication, ...]

    def of(self, scale: Instrument) -> pd.DataFrame:
        """The scores of one scale between the days chosen, oldest first."""
        return self.scores[self.scores["instrument"] == scale.id]


def gathered(db: Database, patient: Patient, chosen: Chosen) -> Facts:
    """Raises BadInput for what cannot be chosen, NotFound for a course of somebody else."""
    catalogue = instruments.catalogue()
    checked(chosen, catalogue)
    if patient.status == Status.VOID:
        raise BadInput("This record was taken out; no letter is written from it.")
    course = _course(db, patient, chosen)
    zone = settings.zone(db)
    scores, given = assessments.scores(db, patient), treatments.given(db, patient)
    shown = _between(given, "started_at", chosen, zone)
    keys = set(shown["treatment"])
    options = settings.current(db)
    return Facts(
        chosen=chosen,
        person=patients.person(db, patient),
        clinic=options["clinic_name"],
        logo=options["logo"],
        zone=zone,
        gap_days=options["gap_days"],
        read_at=now(),
        by=db.actor.name,
        role=db.actor.role or "",
        course=course,
        scales=tuple(catalogue[name] for name in chosen.scales),
        catalogue=catalogue,
        baselines=episodes.baselines(db, course, scores, chosen.scales),
        starts=episodes.starts(db, patient, episodes.of_patient(db, patient)),
        scores=_between(scores, "taken_at", chosen, zone),
        given=shown,
        all_scores=scores,
        all_given=given,
        events=tuple(
            (key, term, severity.value, serious)
            for key, term, severity, serious in db.exec(_EVENTS, params={"patient": patient.id})
            if key in keys
        ),
        drugs=tuple(drug for drug in db.exec(_DRUGS, params={"patient": patient.id}) if taken(drug, chosen)),
    )


def taken(drug: Medication, chosen: Chosen) -> bool:
    """On at least one of the days chosen."""
    return drug.started <= chosen.until and (drug.stopped is None or drug.stopped >= chosen.since)


def _course(db: Database, patient: Patient, chosen: Chosen) -> Episode:
    course = episodes.by_key(db, chosen.course)
    if course.patient_id != patient.id:
        raise NotFound("This course belongs to somebody else.")
    return course


def _between(rows: pd.DataFrame, column: str, chosen: Chosen, zone: ZoneInfo) -> pd.DataFrame:
    days = wall(rows[column], zone.key).to_numpy().astype("datetime64[D]")
    inside = (days >= _day(chosen.since)) & (days <= _day(chosen.until))
    return rows[inside].reset_index(drop=True)


def _day(day: date) -> np.datetime64:
    return np.datetime64(day.isoformat())
