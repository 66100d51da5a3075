"""What a course shows besides scores and doses: how it came to its stage, the safety plan, the next review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import numpy as np

from data_model import Account, Database, Episode, StageChange
from data_model.episodes import Stage
from sample_data import functioning
from sample_data.hours import day_of, open_day
from sample_data.staff import Duty
from sample_data.story import Course
from sample_data.writing import Written

WITHOUT_PLAN = 0.12  # of all people with a course have no safety plan recorded
OLD_PLAN = 0.2  # of the others made theirs when they registered, and never again
WITHOUT_REVIEW = 0.15  # of open courses have no next review


def keep(
    db: Database,
    rng: np.random.Generator,
    written: list[Written],
    duty: Duty,
    end: datetime,
    key: Callable[..., str],
) -> None:
    """Adds them to people who have been written with their treatments."""
    rows = []
    for one in written:
        doctor = duty.clinician(one.person.clinician)
        for number, (course, episode) in enumerate(one.courses):
            rows += _changes(doctor, course, episode, partial(key, "stage", one.person.number, number))
        if one.courses:
            one.patient.safety_plan_on = _plan(rng, one)
            one.courses[-1][1].next_review_on = _review(rng, one.courses[-1][1], day_of(end))
    db.add_all(rows)
    functioning.ask(db, rng, written, end, key)


def _changes(
    doctor: Account, course: Course, episode: Episode, key: Callable[[int], str]
) -> list[StageChange]:
    """The last one is what the course itself says."""
    return [
        StageChange(
            key=key(n),
            patient_id=episode.patient_id,
            episode_id=episode.id,
            stage=stage,
            since=since,
            reason=episode.end_reason if stage is Stage.ENDED else None,
            author=doctor.name,
            author_id=doctor.id,
            entered_at=max(since, episode.entered_at),
        )
        for n, (stage, since) in enumerate(_way(course, episode))
    ]


def _way(course: Course, episode: Episode) -> list[tuple[Stage, datetime]]:
    """Assessment, induction from the first dose, and on to where the course stands."""
    found = [(Stage.ASSESSMENT, episode.opened_at)]
    if course.doses and course.doses[0].at <= episode.stage_since:
        found.append((Stage.INDUCTION, course.doses[0].at))
    last = (episode.stage, episode.stage_since)
    return [*[one for one in found if one[0] != last[0]], last]


def _plan(rng: np.random.Generator, one: Written) -> date | None:
    """Made when the last course was opened, or long ago, or never."""
    lot = rng.random()
    if lot < WITHOUT_PLAN:
        return None
    first, last = one.courses[0][1], one.courses[-1][1]
    if lot < WITHOUT_PLAN + OLD_PLAN:
        return day_of(first.opened_at)
    doses = one.courses[-1][0].doses
    return day_of(doses[-1].at if doses else last.opened_at)


def _review(rng: np.random.Generator, episode: Episode, today: date) -> date | None:
    """In the next weeks; a few are overdue."""
    if episode.stage is Stage.ENDED or rng.random() < WITHOUT_REVIEW:
        return None
    day = open_day(today + timedelta(days=int(rng.integers(-12, 43))))
    return max(day, day_of(episode.opened_at))
