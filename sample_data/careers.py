"""A person's way through the clinic: courses, stages, relapse, a second course; up to the end of the year."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from clinic import instruments
from sample_data import chair, dosing, population, symptoms
from sample_data.forms import NEVER_AT_HOME, SOON_AFTER, Filling, tidy
from sample_data.hours import day_of, hour_of, open_day, utc
from sample_data.story import ESKETAMINE, Course, Form, Lot, Person
from sample_data.symptoms import Illness, Reading, days

AGAIN = 0.4  # of those who relapse come for a second course
STILL_CALLED = 36  # days after the first dose: who leaves before is asked how it went
NO_BENEFIT = ["no benefit", "no benefit; other treatment chosen", "side effects outweighed the benefit"]
STOPPED = ["did not come back", "stopped at own wish", "moved away", "could not get away from work", "cost"]
RELAPSED = ["relapse; other treatment chosen", "relapse; referred back"]
DONE = ["course completed; follow-up with the GP", "well; discharged to the GP"]
GOALS = {
    "generalised anxiety": [
        "Sleep through without going over the day.",
        "Read the post on the day it comes.",
    ],
    "social anxiety": ["Eat lunch with colleagues.", "Make phone calls without rehearsing."],
    "any anxiety": ["Go to the supermarket on a Saturday.", "Drive on the motorway again."],
    "panic": ["Take the underground alone.", "Stay in a queue until it is my turn."],
    "depression": ["Be up before the children leave.", "Go back to the choir.", "Work three days a week."],
}


def live(rng: np.random.Generator, person: Person, lot: Lot, end: datetime) -> None:
    """Draws everything that happens to a person from registration to the end of the year."""
    levels = population.baselines(rng, lot.indication)
    soul = float(rng.normal())
    person.kind = lot.kind
    opened, attended = person.registered, lot.attended
    while True:
        substance = population.substance_of(lot.route)
        course = Course(lot.indication, lot.leads, substance, lot.route, opened)
        course.goal = str(rng.choice(GOALS[lot.indication])) if rng.random() < 0.6 else None
        illness = symptoms.draw(rng, lot.kind, levels, lot.leads, opened, substance == ESKETAMINE)
        person.courses.append(course)
        _run(rng, person, course, illness, soul, attended, end)
        opened = _second_opening(rng, person, course, illness, end)
        if opened is None:
            return
        levels = {name: level * rng.uniform(0.85, 0.98) for name, level in levels.items()}
        attended = 6


def _run(
    rng, person: Person, course: Course, illness: Illness, soul: float, attended: int, end: datetime
) -> None:
    reading = Reading(rng, _ranges(illness.levels))
    filling = Filling(
        rng,
        course,
        illness,
        reading,
        soul,
        end,
        bool(rng.random() < SOON_AFTER),
        bool(rng.random() > NEVER_AT_HOME),
    )
    goes_on = rng.random() < dosing.GOES_ON[illness.responds]
    first = open_day(day_of(course.opened) + timedelta(days=int(rng.integers(4, 12))))
    on = dosing.schedule(rng, course.route, first, attended, goes_on)
    illness.relapse_at = _relapse(rng, illness, on, course, goes_on)
    filling.screening()
    times = dosing.at_times(rng, on)
    given = [at for at in times if at < end and not _gives_up(illness, at)]
    _treat(rng, person, course, illness, filling, given)
    if course.doses:
        filling.afterwards()
    tidy(course)
    _stage(rng, course, illness, planned=[at for at in times if not _gives_up(illness, at)], end=end)


def _treat(rng, person, course: Course, illness: Illness, filling: Filling, given: list[datetime]) -> None:
    amounts = dosing.Amounts(rng, course, person.age(day_of(course.opened)))
    for n, at in enumerate(given):
        filling.before_dose(at)
        mg = amounts.mg(n, person.weight, illness, at)
        dose = dosing.given(rng, person, course, mg, at)
        chair.fill(rng, person, course, dose)
        course.doses.append(dose)
        illness.doses.append(at)
        filling.after_dose(at, n)


def _ranges(levels: dict[str, float]) -> dict[str, tuple[int, int]]:
    known = instruments.catalogue()
    return {name: (known[name].minimum, known[name].maximum) for name in levels}


def _relapse(rng, illness: Illness, on: list, course: Course, goes_on: bool) -> datetime | None:
    """Counted from the last dose of the induction; nobody loses what they never had."""
    planned = dosing.PLANNED[course.route]
    if not illness.responds:
        return None
    last = on[min(len(on), planned) - 1]
    wait = symptoms.days_to_relapse(rng, goes_on and len(on) > planned)
    return utc(last, 12) + timedelta(days=wait)


def _gives_up(illness: Illness, at: datetime) -> bool:
    """Three weeks after a relapse under maintenance the doses stop."""
    return illness.relapse_at is not None and at > illness.relapse_at + timedelta(days=21)


def _second_opening(rng, person: Person, course: Course, illness: Illness, end: datetime) -> datetime | None:
    if len(person.courses) > 1 or not course.doses or illness.relapse_at is None or rng.random() > AGAIN:
        return None
    day = open_day(day_of(illness.relapse_at) + timedelta(days=int(rng.integers(24, 45))))
    opened = utc(day, hour_of(person.registered))
    if opened > end - timedelta(days=5):
        return None
    course.doses = [dose for dose in course.doses if dose.at < opened]
    course.forms = [form for form in course.forms if form.at < opened]
    _end(course, opened, "relapse; a second course was agreed")
    return opened


def _stage(rng, course: Course, illness: Illness, planned: list[datetime], end: datetime) -> None:
    """Where the course stands at the end of the year, by what was given and what is still to come."""
    if not course.doses:
        course.stage_since = course.opened
        return
    induction = dosing.PLANNED[course.route]
    last, n = course.doses[-1].at, len(course.doses)
    to_come = len(planned) > n
    if to_come and n < induction:
        course.stage, course.stage_since = "induction", course.doses[0].at
    elif to_come or (n > induction and days(last, end) < 30):
        stage = "maintenance" if illness.responds else "optimisation"
        course.stage, course.stage_since = stage, course.doses[min(induction, n) - 1].at
    else:
        _after_treatment(rng, course, illness, n >= induction, end)


def _after_treatment(rng, course: Course, illness: Illness, finished: bool, end: datetime) -> None:
    last = course.doses[-1].at
    watched = finished and illness.responds
    wait = int(rng.integers(80, 110)) if watched else int(rng.integers(24, 46))
    ends = in_day(last, wait)
    if ends >= end:
        course.stage = "paused" if watched else "induction"
        course.stage_since = last if watched else course.doses[0].at
        return
    relapsed = illness.relapse_at is not None and illness.relapse_at < ends
    reasons = RELAPSED if relapsed else DONE if watched else NO_BENEFIT if finished else STOPPED
    _end(course, ends, str(rng.choice(reasons)))
    reached = max(ends, course.doses[0].at + timedelta(days=STILL_CALLED))
    course.forms = [form for form in course.forms if form.at < reached]


def _end(course: Course, at: datetime, reason: str) -> None:
    course.stage, course.stage_since = "ended", at
    course.ended_at, course.end_reason = at, reason


def in_day(at: datetime, n: int) -> datetime:
    """In opening hours, n days later."""
    return utc(open_day(day_of(at) + timedelta(days=n)), 16.5)


def without_course(rng: np.random.Generator, person: Person) -> None:
    """Registered, perhaps asked once, and never started."""
    if rng.random() < 0.6:
        total = int(rng.integers(5, 14))
        person.forms.append(
            Form("phq9", person.registered + timedelta(minutes=15), total, "baseline", suicide=0)
        )


def transfer(course: Course) -> None:
    """Nothing is known from before the first dose here."""
    first = course.doses[0].at
    course.forms = [form for form in course.forms if form.at > first]
