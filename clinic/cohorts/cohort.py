"""The one cohort behind every figure, table, export and print: everyone who started, as far as they were chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from clinic.access import can, require
from clinic.cohorts import choice as choices
from clinic.cohorts import labels, remembered, wider
from clinic.cohorts.choice import CONDITIONS, Choice
from clinic.cohorts.everyone import Everyone
from clinic.instruments import Instrument
from clinic.outcomes import states
from clinic.outcomes.states import Window
from data_model import Actor, Database, database

COLUMNS = [
    "episode",
    "patient",
    "indication",
    "instrument",
    "start",
    "route",
    "substance",
    "site",
    "clinician",
    "course_number",
    "baseline",
    "baseline_why",
    "baseline_band",
]


@dataclass(frozen=True, slots=True)
class Frames:
    """Three frames about the same people, as a `Cohort` has them: where they come from elsewhere."""

    courses: pd.DataFrame
    scores: pd.DataFrame
    treatments: pd.DataFrame

    @property
    def endorsed(self) -> pd.DataFrame:
        return self.scores[(self.scores["suicide"] > 0).to_numpy(bool)]

    @property
    def own(self) -> pd.DataFrame:
        return self.on(*self.courses["instrument"].unique())

    def on(self, *names: str) -> pd.DataFrame:
        return self.scores[self.scores["instrument"].isin(names).to_numpy(bool)]


@dataclass
class Cohort:
    """Frames about the same people. `courses` has one row per course that started, with its baseline, in order of the
    first dose; `first` each person once, by the first of these. Drafts are in none.

    The other frames are read when they are first asked for and are of any size: `endpoint` costs one seek per course,
    `own` reads every score on the courses' own scales, `scores` every score there is.
    """

    choice: Choice
    courses: pd.DataFrame
    first: pd.DataFrame
    _persons: pd.DataFrame  # course, person: numbers of rows, by the rows of `courses`
    _everyone: Everyone
    _actor: Actor | None = None
    _db: Database | None = None
    _read: dict[Any, Any] = field(default_factory=dict)

    def people(
        self, instruments: Mapping[str, Instrument], now: datetime, window: Window | None = None
    ) -> pd.DataFrame:
        """`first` with the state that `states.people` gives to each."""
        return self._judged("first", instruments, now, window or Window())

    def each_course(
        self, instruments: Mapping[str, Instrument], now: datetime, window: Window | None = None
    ) -> pd.DataFrame:
        """The same for every course: docs/clinical.md I.1 shows courses apart from people."""
        return self._judged("courses", instruments, now, window or Window())

    @property
    def scores(self) -> pd.DataFrame:
        """Everything of these people that counts, on every scale, as `assessments.scores`."""
        return self._wider(wider.scores)

    @property
    def own(self) -> pd.DataFrame:
        """Their scores on the scales of these courses alone, with fewer columns: enough for everything in
        `clinic.outcomes` but suicidality and functioning."""
        return self._wider(wider.own)

    def on(self, *names: str) -> pd.DataFrame:
        """Their scores on these scales, with the columns of `own` and each one's key."""
        asked = ("on", *sorted(names))
        if asked not in self._read:
            with self._asking() as db:
                self._read[asked] = wider.on(db, self._called, asked[1:])
        return self._read[asked]

    @property
    def endorsed(self) -> pd.DataFrame:
        """Those of `scores` whose suicide answer tells of something: found without reading the others."""
        return self._wider(wider.endorsed)

    @property
    def treatments(self) -> pd.DataFrame:
        return self._wider(wider.treatments)

    def _judged(self, which: str, instruments, now: datetime, window: Window) -> pd.DataFrame:
        today = now.astimezone(ZoneInfo(self._everyone.zone)).date()
        asked = (which, window, today, tuple((name, scale.version) for name, scale in instruments.items()))
        if asked not in self._read:
            with self._asking() as db:
                near = remembered.near(db, self._everyone, window)
            frame = getattr(self, which)
            called = pd.Series(frame["patient"].to_numpy(object), dtype=object)
            numbered = frame.assign(patient=self._persons.loc[frame.index, "person"])
            found = states.people(
                numbered, near.scores, near.doses, instruments, now, window=window, zone=self._everyone.zone
            )
            self._read[asked] = found.assign(patient=called).drop(columns="assessment")
        return self._read[asked]

    @contextmanager
    def _asking(self) -> Iterator[Database]:
        """The transaction in which the cohort was asked for while it lasts, or one of its own in the same name."""
        if self._db is not None and self._db.in_transaction():
            yield self._db
        else:
            with database(self._actor) as db:
                yield db

    @property
    def _called(self) -> pd.DataFrame:
        return self._persons.assign(patient=self.courses["patient"])

    def _wider(self, read) -> pd.DataFrame:
        if read not in self._read:
            with self._asking() as db:
                self._read[read] = read(db, self._called)
        return self._read[read]


def cohort(db: Database, choice: Choice | None = None) -> Cohort:
    """People carry their random key only; who may see no names gets a pseudonym in its place."""
    require(db, "see outcomes")
    choice, actor = choice or Choice(), db.actor
    called = labels.of_clinicians(db)
    asked = ("cohort", choice, can(actor, "see names"), tuple(called.items()))
    found = remembered.kept(db, asked, lambda everyone: _chosen(everyone, choice, called, actor))
    return replace(found, _actor=actor, _db=db)


def counts(db: Database, choice: Choice) -> dict[str, int]:
    """How many people are left: `chosen` by all conditions, `started` by none, and by name of a condition without
    that one."""
    require(db, "see outcomes")
    return remembered.kept(db, ("counts", choice), lambda everyone: _counted(everyone, choice))


def options(db: Database, choice: Choice) -> dict[str, dict[str, int]]:
    """condition -> value -> people, each under the other conditions: what can be chosen next, and whom it leaves."""
    require(db, "see outcomes")
    return remembered.kept(db, ("options", choice), lambda everyone: _options(everyone, choice))


def clinicians(db: Database) -> dict[str, str]:
    """Key -> what this reader may call them."""
    require(db, "see outcomes")
    return labels.of_clinicians(db)


def _chosen(everyone: Everyone, choice: Choice, called: Mapping[str, str], actor: Actor) -> Cohort:
    all_courses = everyone.courses
    kept = choice.keeps(all_courses)
    patient = pd.Series(labels.of_patients(all_courses, can(actor, "see names")), dtype=object)
    clinician = all_courses["clinician_key"].map(called).astype(object)
    courses = all_courses.assign(patient=patient, clinician=clinician)[kept].reset_index(drop=True)
    persons = courses[["course", "person"]]
    first = courses[~persons["person"].duplicated().to_numpy()]
    return Cohort(choice, courses[COLUMNS], first[COLUMNS], persons, everyone)


def _counted(everyone: Everyone, choice: Choice) -> dict[str, int]:
    courses = everyone.courses
    found = {"chosen": _people(courses, choice.keeps(courses)), "started": courses["person"].nunique()}
    return found | {name: _people(courses, choice.keeps(courses, name)) for name in CONDITIONS}


def _people(courses: pd.DataFrame, kept: pd.Series) -> int:
    return courses.loc[kept, "person"].nunique()


def _options(everyone: Everyone, choice: Choice) -> dict[str, dict[str, int]]:
    courses = everyone.courses
    found = {}
    for name, column in choices.COLUMNS.items():
        left = courses.loc[choice.keeps(courses, name), ["person", column]].dropna()
        found[name] = left.groupby(column)["person"].nunique().sort_index().to_dict()
    return found
