"""Mistakes put in on purpose, one of each, so that checks have something to find. The list is in the docs."""

from __future__ import annotations

from collections.abc import Iterator

from sample_data.story import Course, Dose, Person

POUNDS = 2.2046


def put_in(people: list[Person]) -> dict[str, str]:
    """Changes treatments in place; fault -> record number of the person in whose record it lies."""
    used: set[int] = set()
    found = {}
    for fault, (fits, spoil) in FAULTS.items():
        person, course, n = next(where for where in _treatments(people, used) if fits(*where))
        spoil(course.doses[n])
        used.add(person.number)
        found[fault] = person.record_number
    return found


def _treatments(people: list[Person], used: set[int]) -> Iterator[tuple[Person, Course, int]]:
    """The latest first; the first two treatments of a course are left alone."""
    found = [
        (person, course, n)
        for person in people
        if person.number not in used
        for course in person.courses
        for n in range(2, len(course.doses))
    ]
    yield from sorted(found, key=lambda where: where[1].doses[where[2]].at, reverse=True)


def _pounds_fit(person: Person, course: Course, n: int) -> bool:
    return (
        course.route == "IV" and course.doses[n].weight_kg is not None and 60 < course.doses[n].weight_kg < 85
    )


def _pounds(dose: Dose) -> None:
    dose.weight_kg = round(dose.weight_kg * POUNDS, 1)


def _typo_fits(person: Person, course: Course, n: int) -> bool:
    """Ten times this dose lies outside what is likely, and was asked about."""
    return course.route == "IV" and course.doses[n].ordered_mg > 50


def _typo(dose: Dose) -> None:
    dose.given_mg = dose.ordered_mg * 10
    dose.confirmed = "copied from the pump sheet"


def _esketamine(person: Person, course: Course, n: int) -> bool:
    return course.route == "IN"


def _left_early(dose: Dose) -> None:
    """Before the two hours are over, and before anybody found them ready."""
    dose.ready_after, dose.left_after = None, 84
    dose.note = "Left to catch a train."


def _pressure_at_40(dose: Dose) -> None:
    for row in dose.vitals:
        if 38 <= row.minute <= 43:
            row.systolic = row.diastolic = None


def _no_escort(dose: Dose) -> None:
    dose.escort = None


def _any(person: Person, course: Course, n: int) -> bool:
    return True


FAULTS = {
    "weight in pounds": (_pounds_fit, _pounds),
    "dose ten times too large": (_typo_fits, _typo),
    "left before the observation was over": (_esketamine, _left_early),
    "blood pressure at 40 minutes missing": (_any, _pressure_at_40),
    "blood pressure at 40 minutes missing again": (_esketamine, _pressure_at_40),
    "no escort": (_any, _no_escort),
}
