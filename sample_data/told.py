"""From a told story to the same shapes that chance draws: days become moments, totals become forms."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from sample_data import chair, dosing, population
from sample_data.cast import SITES, Character, Told
from sample_data.forms import RATED
from sample_data.hours import autumn_change, before_holiday, monday, utc
from sample_data.story import Course, Dose, Event, Form, Person, Vitals

MORNING, EVENING, LAST = 10.0, 18.5, 21.75
NIGHT = 1.5  # half past one, summer time: forty minutes before ten past one, winter time


def told(rng: np.random.Generator, character: Character, number: int, today: date) -> Person:
    first_days = [first_dose(course, today) for course in character.courses]
    arrival = first_days[0] + timedelta(days=min(-2, *_days(character.courses[0])))
    person = Person(
        character.family,
        character.given,
        character.sex,
        born=date(arrival.year - character.age, 1, 1) + timedelta(days=int(rng.integers(0, 364))),
        registered=utc(arrival, 9.25),
        site=character.site,
        clinician=next(name for name in ("caspar", "petra") if SITES[name] == character.site),
        number=number,
        moved_to=character.moved_to,
    )
    population.with_body(rng, person)
    for course, first in zip(character.courses, first_days, strict=True):
        person.courses.append(_course(rng, person, course, first, today))
    last = first_days[-1]
    person.notes = [(kind, last + timedelta(days=day), text) for day, kind, text in character.notes]
    if character.unanswered_from is not None:
        person.concern_kept_from = utc(last + timedelta(days=character.unanswered_from), 0)
    if character.serious:
        _crisis(person, *character.serious)
    return person


def first_dose(course: Told, today: date) -> date:
    if course.weeks_ago is not None:
        return monday(today) - timedelta(weeks=course.weeks_ago)
    change = autumn_change(today - timedelta(days=30))
    return change - timedelta(days=course.ends_at_clock_change)


def _on(first: date, day: int) -> date:
    return before_holiday(first + timedelta(days=day))


def _days(course: Told) -> list[int]:
    return [day for by_day in course.scores.values() for day in by_day]


def _course(rng, person: Person, it: Told, first: date, today: date) -> Course:
    opened = max(utc(first + timedelta(days=min(-1, *_days(it))), 9.5), person.registered)
    made = Course(it.indication, it.leads, it.substance, it.route, opened, stage=it.stage, goal=it.goal)
    for n, day in enumerate(it.doses):
        made.doses.append(_dose(rng, person, made, it, n, _on(first, day)))
    made.forms = sorted(_forms(it, first) + _last_evening(it, today), key=lambda form: form.at)
    _stage(made, it, first)
    return made


def _dose(rng, person: Person, course: Course, it: Told, n: int, day: date) -> Dose:
    amount = it.amounts[min(n, len(it.amounts) - 1)]
    mg = amount if it.route == "IN" else float(round(amount * person.weight))
    overnight = it.ends_at_clock_change == it.doses[n]
    dose = dosing.given(rng, person, course, mg, utc(day, NIGHT if overnight else MORNING))
    dose.given_mg, dose.stopped_early = mg, False
    dose.note = None
    if overnight:
        dose.minutes, dose.note = 40, "Given overnight on the ward; the clocks went back at two."
    chair.fill(rng, person, course, dose)
    return dose


def _forms(it: Told, first: date) -> list[Form]:
    found = []
    for instrument, totals in it.scores.items():
        for day, total in totals.items():
            form = Form(instrument, _moment(it, instrument, first, day), total, _timing(it, day))
            form.how = "interview" if instrument in RATED else "self-report"
            _mark(form, it, day)
            found.append(form)
    for instrument, totals in it.soon.items():
        for (day, timing), total in totals.items():
            hours = 4 if timing == "+4 h" else 24
            at = utc(_on(first, day), MORNING) + timedelta(hours=hours)
            found.append(Form(instrument, at, total, timing, suicide=0 if instrument == "phq9" else None))
    return found


def _last_evening(it: Told, today: date) -> list[Form]:
    at = utc(today - timedelta(days=1), LAST)
    return [
        Form(name, at, total, "between", suicide=answer) for name, (total, answer) in it.last_evening.items()
    ]


def _mark(form: Form, it: Told, day: int) -> None:
    if form.instrument in ("phq9", "madrs"):
        form.suicide = it.suicide.get(day, 0)
    if form.instrument == "phq9":
        form.blank = it.blank.get(day, ())
    if form.instrument == it.leads:
        form.void_reason = it.void.get(day)
        form.baseline_reason = it.baseline_because.get(day)


def _moment(it: Told, instrument: str, first: date, day: int) -> datetime:
    """Scales of one visit follow each other by two minutes."""
    later = timedelta(minutes=2 * list(it.scores).index(instrument))
    if day in it.doses:
        return utc(_on(first, day), MORNING - 0.4) + later
    hour = 9.75 if day < 0 or instrument in RATED else EVENING
    return utc(_on(first, day), hour) + later


def _timing(it: Told, day: int) -> str:
    if day < 0:
        return "baseline"
    return "pre-dose" if day in it.doses else "between"


def _stage(course: Course, it: Told, first: date) -> None:
    given = course.doses
    course.stage_since = given[0].at if it.stage == "induction" else given[min(len(given), 6) - 1].at
    if it.stage == "paused":
        course.stage_since = given[-1].at
    if it.ended_on is not None:
        course.stage_since = course.ended_at = utc(_on(first, it.ended_on), 16)
        course.end_reason = it.end_reason


def _crisis(person: Person, number: int, term: str, what: str) -> None:
    """A red blood pressure that goes on rising."""
    dose = person.courses[-1].doses[number - 1]
    dose.vitals = [
        Vitals(-5, 138, 86, 74, 97, 14, 5),
        Vitals(25, 176, 104, 92, 96, 16, 5, "headache"),
        Vitals(40, 204, 118, 104, 96, 18, 5, "prescriber called"),
        Vitals(45, 212, 122, 108, 95, 20, 5, "ambulance called"),
        Vitals(55, 192, 112, 100, 96, 18, 5),
        Vitals(75, 168, 98, 92, 97, 16, 5),
    ]
    dose.events = [
        Event(term, "severe", 40, 190, serious=True, action=what),
        Event("Headache", "moderate", 22, 150),
    ]
    dose.ready_after, dose.left_after = 130, 130
    dose.escort = "ambulance crew"
