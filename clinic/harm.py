"""What the store knows of harm and of its own gaps, for the people of one cohort: one question to the store each.

Rows hang together by the course's key, so that people keep the key or pseudonym by which the cohort knows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlmodel import and_, case, func, or_, select

from clinic import settings, typed
from clinic.access import require
from clinic.cohorts import Cohort
from clinic.instruments.items import Level
from clinic.outcomes.completeness import EITHER_SIDE, PRESSURE_MINUTE
from clinic.outcomes.proportion import rare_in_words
from clinic.outcomes.states import first_courses
from clinic.outcomes.wording import plural
from clinic.waiting import allowed_days
from data_model import (
    AdverseEvent,
    Alert,
    Database,
    Episode,
    EventNote,
    LeavingCheck,
    StageChange,
    Treatment,
    VitalSigns,
)
from data_model.columns import COUNTED, Status
from data_model.people import Decides

COUNTS_RULE = "harm.counts"
NOT_TOLD = "Only what the clinic was told: an event after somebody left care may be missing."
# Reasons for which a course ended are free text; these only ask somebody to look.
_DEATH = re.compile(r"\b(died|dead|death|deceased|suicide)\b", re.IGNORECASE)

TREATMENTS = {
    "treatment": object,
    "episode": object,
    "started_at": typed.TIME,
    "left_at": typed.TIME,
    "substance": object,
    "route": object,
    "protocol": object,
    "left": bool,
    "observed": bool,
    "before": bool,
    "minute_40": bool,
    "criteria": bool,
}
EVENTS = {"treatment": object, "episode": object, "term": object, "severity": object, "serious": bool}
ALERTS = {
    "episode": object,
    "rule": object,
    "urgency": object,
    "raised": typed.TIME,
    "seen": typed.TIME,
    "closed": typed.TIME,
}
STRETCHES = {
    "episode": object,
    "instrument": object,
    "stage": object,
    "begins": typed.TIME,
    "ended": typed.TIME,
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Events, and the people who had one."""

    events: int
    people: int


@dataclass(frozen=True, slots=True)
class Counts:
    """From the day of the first dose on, of everyone in the cohort. `behaviour`: people who told of recent suicidal
    behaviour on a scale; `to_check`: people whose course ended for a reason that speaks of a death or of suicide,
    without an event noted."""

    people: int
    deaths: Tally
    attempts: Tally
    admissions: Tally
    serious: Tally
    behaviour: int
    to_check: int

    @property
    def lines(self) -> tuple[tuple[str, Tally, str], ...]:
        """(what, how often, people with the exact interval), in the order in which they are shown."""
        named = (
            ("deaths", self.deaths),
            ("suicide attempts", self.attempts),
            ("admissions for the condition", self.admissions),
            ("serious adverse events at a treatment", self.serious),
        )
        return tuple((what, tally, rare_in_words(tally.people, self.people)) for what, tally in named)

    @property
    def says(self) -> str:
        """`Of 112 people who started: deaths 0 (0 of 112: up to 3.2 %); …`, then what needs to be looked at."""
        parts = [f"{what} {tally.events} ({share})" for what, tally, share in self.lines]
        said = [
            f"Since the first dose, of {plural(self.people, 'person', 'people')} who started: {'; '.join(parts)}."
        ]
        if self.behaviour:
            said.append(
                f"Recent suicidal behaviour told on a scale: {plural(self.behaviour, 'person', 'people')}."
            )
        if self.to_check:
            said.append(
                f"{plural(self.to_check, 'course')} ended for a reason that speaks of a death or of suicide, without "
                "an event noted: please look."
            )
        return " ".join([*said, NOT_TOLD])


def counts(db: Database, cohort: Cohort) -> Counts:
    """Deaths, attempts and admissions from the day of each person's first dose in the period. A death counts once."""
    require(db, "see outcomes")
    first = first_courses(cohort.courses)
    noted = _noted(db, first)
    gravest = adverse_events(db, cohort)
    gravest = gravest[gravest["serious"].to_numpy(bool)]
    return Counts(
        people=len(first),
        deaths=_tally(noted[noted["decides"] == Decides.DEATH].drop_duplicates("patient")),
        attempts=_tally(noted[noted["decides"] == Decides.ATTEMPT]),
        admissions=_tally(noted[noted["decides"] == Decides.ADMISSION]),
        serious=_tally(gravest),
        behaviour=_behaviour(first, cohort.endorsed),
        to_check=_ended_by_death(db, cohort.courses, noted),
    )


def treatments(db: Database, cohort: Cohort) -> pd.DataFrame:
    """The treatments of the chosen courses, with what was recorded around each: TREATMENTS and patient."""
    require(db, "see outcomes")
    seen, asked = _vitals().subquery(), _criteria().subquery()
    query = (
        select(
            Treatment.key,
            Episode.key,
            Treatment.started_at,
            Treatment.left_at,
            Treatment.substance,
            Treatment.route,
            Treatment.protocol,
            and_(Treatment.ready_at.is_not(None), Treatment.left_at.is_not(None)),
            seen.c.treatment_id.is_not(None),
            func.coalesce(seen.c.before, 0) == 1,
            func.coalesce(seen.c.minute_40, 0) == 1,
            asked.c.treatment_id.is_not(None),
        )
        .join(Episode, Episode.id == Treatment.episode_id)
        .join(seen, seen.c.treatment_id == Treatment.id, isouter=True)
        .join(asked, asked.c.treatment_id == Treatment.id, isouter=True)
        .where(Treatment.status.in_(COUNTED))
        .order_by(Treatment.started_at, Treatment.id)
    )
    return _of(cohort.courses, typed.frame(_words(db.exec(query)), TREATMENTS))


def adverse_events(db: Database, cohort: Cohort) -> pd.DataFrame:
    """Those of the treatments of the chosen courses: EVENTS and patient. One of a record without a severity does not
    exist."""
    require(db, "see outcomes")
    query = (
        select(Treatment.key, Episode.key, AdverseEvent.term, AdverseEvent.severity, AdverseEvent.serious)
        .join(Treatment, Treatment.id == AdverseEvent.treatment_id)
        .join(Episode, Episode.id == Treatment.episode_id)
        .where(AdverseEvent.status.in_(COUNTED), Treatment.status.in_(COUNTED))
        .order_by(AdverseEvent.id)
    )
    return _of(cohort.courses, typed.frame(_words(db.exec(query)), EVENTS))


def alerts(db: Database, cohort: Cohort) -> pd.DataFrame:
    """Those opened since each person's first dose in the period: ALERTS and patient."""
    require(db, "see outcomes")
    query = (
        select(
            Episode.key,
            Alert.rule,
            Alert.urgency,
            Alert.opened_at,
            Alert.acknowledged_at,
            Alert.closed_at,
        )
        .join(Episode, Episode.patient_id == Alert.patient_id)
        .order_by(Alert.opened_at, Alert.id)
    )
    first = first_courses(cohort.courses)
    found = _of(first, typed.frame(_words(db.exec(query)), ALERTS), "start")
    return found[(found["raised"] >= found["start"]).to_numpy(bool)].drop(columns="start")


def stretches(db: Database, cohort: Cohort, as_of: datetime) -> tuple[pd.DataFrame, int]:
    """The times in which the chosen courses waited for scores, for `completeness.scores_due`, from the first dose on;
    and how many courses have no such time on record. Days are those under Settings for the stage.

    A course whose stages nobody recorded has the one it is in now."""
    require(db, "see outcomes")
    query = (
        select(
            Episode.key,
            Episode.primary_instrument,
            func.coalesce(StageChange.stage, Episode.stage),
            func.coalesce(StageChange.since, Episode.stage_since),
            Episode.ended_at,
        )
        .join(
            StageChange,
            and_(StageChange.episode_id == Episode.id, StageChange.status != Status.VOID),
            isouter=True,
        )
        .where(Episode.status != Status.VOID)
        .order_by(Episode.id, StageChange.since, StageChange.id)
    )
    found = _of(cohort.courses, typed.frame(_words(db.exec(query)), STRETCHES), "start")
    found["ends"] = found.groupby("episode", sort=False)["begins"].shift(-1).fillna(found["ended"])
    found["ends"] = found["ends"].fillna(pd.Timestamp(as_of)).clip(upper=pd.Timestamp(as_of))
    found["begins"] = found["begins"].where(found["begins"] > found["start"], found["start"])
    allowed = {stage.value: float(days) for stage, days in allowed_days(db).items()}
    found["days"] = found["stage"].map(allowed)
    found = found[(found["days"].notna() & (found["begins"] < found["ends"])).to_numpy(bool)]
    without = len(cohort.courses) - found["episode"].nunique()
    return found.drop(columns=["stage", "ended", "start"]), without


def _vitals():
    """For each treatment whether blood pressure, heart rate and SpO2 stand before the dose, and a blood pressure at
    40 minutes: counted in the store, which holds ten of these rows for each treatment."""
    pressure = and_(VitalSigns.systolic_mmhg.is_not(None), VitalSigns.diastolic_mmhg.is_not(None))
    early = VitalSigns.minute <= 0
    at_40 = VitalSigns.minute.between(PRESSURE_MINUTE - EITHER_SIDE, PRESSURE_MINUTE + EITHER_SIDE)
    own = [
        func.max(case((and_(early, known), 1), else_=0))
        for known in (pressure, VitalSigns.heart_rate_bpm.is_not(None), VitalSigns.spo2_percent.is_not(None))
    ]
    return (
        select(
            VitalSigns.treatment_id,
            case((own[0] + own[1] + own[2] == 3, 1), else_=0).label("before"),
            func.max(case((and_(at_40, pressure), 1), else_=0)).label("minute_40"),
        )
        .where(VitalSigns.status.in_(COUNTED))
        .group_by(VitalSigns.treatment_id)
    )


def _criteria():
    """Treatments with a criterion of leaving that somebody answered, met or not."""
    return (
        select(LeavingCheck.treatment_id)
        .where(LeavingCheck.status.in_(COUNTED), LeavingCheck.met.is_not(None))
        .distinct()
    )


def _noted(db: Database, first: pd.DataFrame) -> pd.DataFrame:
    """Events that decide, of the people of these courses, from the local day of the first dose on."""
    query = (
        select(Episode.key, EventNote.decides, EventNote.happened_on)
        .join(Episode, Episode.patient_id == EventNote.patient_id)
        .where(EventNote.decides.is_not(None), EventNote.status.in_(COUNTED))
    )
    columns = {"episode": object, "decides": object, "happened_on": object}
    found = _of(first, typed.frame(_words(db.exec(query)), columns), "start")
    began = pd.to_datetime(found["start"], utc=True).dt.tz_convert(settings.zone(db)).dt.date
    since = [happened >= day for happened, day in zip(found["happened_on"], began, strict=True)]
    return found[pd.Series(since, found.index, dtype=bool)]


def _behaviour(first: pd.DataFrame, scores: pd.DataFrame) -> int:
    """People who told of recent behaviour on a form that is read as a level, after the first dose."""
    told = scores[(scores["suicide"] == Level.BEHAVIOUR).to_numpy(bool)]
    both = told[["patient", "taken_at"]].merge(first[["patient", "start"]], on="patient")
    return both.loc[both["taken_at"] > both["start"], "patient"].nunique()


def _ended_by_death(db: Database, courses: pd.DataFrame, noted: pd.DataFrame) -> int:
    query = select(Episode.key, Episode.end_reason).where(
        Episode.status != Status.VOID,
        or_(*(Episode.end_reason.ilike(f"%{word}%") for word in ("died", "dea", "decea", "suicide"))),
    )
    found = _of(courses, typed.frame(_words(db.exec(query)), {"episode": object, "end_reason": object}))
    spoken = found[found["end_reason"].map(_DEATH.search).notna().to_numpy(bool)]
    known = noted.loc[noted["decides"].isin([Decides.DEATH, Decides.ATTEMPT]), "patient"]
    return int((~spoken["patient"].isin(known)).sum())


def _of(courses: pd.DataFrame, found: pd.DataFrame, *more: str) -> pd.DataFrame:
    """The rows of these courses, with the person as the cohort knows them."""
    return found.merge(courses[["episode", "patient", *more]], on="episode")


def _tally(some: pd.DataFrame) -> Tally:
    return Tally(len(some), some["patient"].nunique())


def _words(rows) -> list[tuple]:
    return [tuple(getattr(value, "value", value) for value in row) for row in rows]
