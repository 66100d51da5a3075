"""Reads one patient's page in one transaction; what is made of the rows is kept while they are the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from clinic import (
    alerts,
    assessments,
    background,
    episodes,
    instruments,
    moving,
    patients,
    settings,
    treatments,
)
from clinic.access import can
from clinic.chair import planning
from clinic.moving import Told
from clinic.outcomes.baseline import Baseline
from data_model import Actor, Alert, Assessment, Database, Episode, Patient, Treatment
from data_model.columns import now
from pages.patient.seen import Seen
from pages.shared.address import own, patient
from pages.shared.kept import kept


@dataclass(frozen=True, slots=True)
class Opened:
    """A patient's page: `seen` is None before the first course. `scales` are those answered before, by how often;
    `planned` are treatments that are planned, run or wait to be finished, `put_right` what was moved or merged."""

    patient: Patient
    person: patients.Person
    courses: tuple[Episode, ...]
    concerns: tuple[Alert, ...]
    unfinished: tuple[Assessment | Treatment, ...]
    planned: tuple[Treatment, ...]
    scales: Counter[str]
    put_right: tuple[Told, ...]
    seen: Seen | None


def opened(db: Database, actor: Actor) -> Opened:
    """The patient of the page's address."""
    chosen = patient(db)
    courses = tuple(episodes.of_patient(db, chosen))
    score_rows = assessments.rows(db, chosen)
    working = can(actor, "record assessments")
    seen = _seen(db, actor, chosen, courses, score_rows) if courses else None
    return Opened(
        chosen,
        patients.person(db, chosen),
        courses,
        tuple(alert for alert, _ in alerts.open_ones(db, chosen)),
        _unfinished(db, chosen) if working else (),
        tuple(planning.of_patient(db, chosen)) if working else (),
        Counter(row[_INSTRUMENT] for row in score_rows),
        tuple(moving.history(db, chosen)) if courses else (),
        seen,
    )


_INSTRUMENT = 1 + assessments.FIELDS.index(Assessment.instrument)  # after the patient's key


def _unfinished(db: Database, chosen: Patient) -> tuple[Assessment | Treatment, ...]:
    """Forms and written-up treatments that somebody began; planned treatments stand apart."""
    forms = [form for form, _ in assessments.drafts(db, chosen)]
    begun = [record for record, _ in treatments.drafts(db, chosen) if not record.planned_for]
    return (*forms, *begun)


def _seen(db: Database, actor: Actor, chosen: Patient, courses: tuple[Episode, ...], score_rows) -> Seen:
    course, zone = courses[-1], settings.zone(db)
    begun = episodes.begun(db, chosen, courses)
    first_dose = next((start for _, episode, start in begun if episode == course.key), None)
    scores = kept(own(chosen.key, "kept scores"), assessments.frame, score_rows)
    given = kept(own(chosen.key, "kept treatments"), treatments.frame, treatments.rows(db, chosen))
    by_rule = kept(
        own(chosen.key, "kept baselines"),
        episodes.baselines_by_rule,
        scores,
        list(Counter(scores["instrument"])),
        first_dose,
        zone=zone.key,
    )
    chosen_baselines: dict[str, Baseline] = episodes.chosen_baselines(db, course)
    header = episodes.header(db, chosen, course)
    last_dose = kept(own(chosen.key, "kept last dose"), _last_dose, given, course.key)
    return Seen(
        actor=actor,
        patient=chosen,
        person=patients.person(db, chosen),
        course=course,
        courses=courses,
        scores=scores,
        given=given,
        starts=kept(own(chosen.key, "kept starts"), episodes.starts_frame, begun),
        baselines=by_rule | chosen_baselines,
        catalogue=instruments.catalogue(),
        context=background.context(db, chosen),
        header=header,
        proposed=episodes.proposal(db, course, last_dose, header.planned),
        first_dose=first_dose,
        gap_days=settings.current(db)["gap_days"],
        zone=zone,
        # To the minute, so that sentences keep for a while; never before the last score.
        as_of=max([now().replace(second=0, microsecond=0), *scores["taken_at"].iloc[-1:]]),
    )


def _last_dose(given: pd.DataFrame, course: str) -> datetime | None:
    mine = given[given["episode"] == course]["started_at"]
    return mine.max().to_pydatetime() if len(mine) else None
