"""When doses are given and how much: schedules, drop-out, steps and what is written down of the weight."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from sample_data.hours import day_of, open_day, utc
from sample_data.story import Course, Dose, Person
from sample_data.symptoms import Illness

PLANNED = {"IV": 6, "IM": 6, "SC": 6, "SL": 6, "oral": 6, "IN": 8}
# How many treatments people come to: 20 % stop after one, half never finish six.
ATTENDED = {1: 0.20, 2: 0.08, 3: 0.09, 4: 0.07, 5: 0.06, 6: 0.50}
# Three quarters come at least nine times, six in ten at least thirteen.
ATTENDED_ESKETAMINE = {2: 0.06, 4: 0.07, 6: 0.06, 8: 0.06, 10: 0.08, 12: 0.07, 13: 0.60}
GOES_ON = {True: 0.70, False: 0.20}  # into maintenance or further steps, by whether it helped
STOPS_PER_DOSE = 0.05
LADDER = (0.25, 0.5, 1.0)  # SC, one step a week
ENOUGH = 1.0  # no dose above this many mg/kg on IV, IM or SC
NOT_WEIGHED = 0.10
ROUNDED_TO = {"SL": 25, "oral": 10}
ESCORTS = [
    "partner",
    "friend",
    "sister",
    "brother",
    "mother",
    "son",
    "daughter",
    "neighbour",
    "support worker",
]


def schedule(rng: np.random.Generator, route: str, first: date, attended: int, goes_on: bool) -> list[date]:
    """The days of a whole course, as far as anybody would plan it: cut off later by today or by a relapse."""
    if route == "IN":
        gaps = [3, 4, 3, 4, 3, 4, 3] + [7] * 5 + [int(rng.choice([7, 14], p=[0.3, 0.7]))] * 30
        planned = attended if attended < 13 else 13 + _until_stopped(rng, 30)
    else:
        weekly = route in ("SC", "SL")
        gaps = [7] * 5 if weekly else [3, 4, 3, 4, 3]
        longer = float(np.clip(rng.lognormal(np.log(21), 0.35), 7, 60))
        gaps += [round(float(np.clip(rng.normal(longer, 2), 7, 60))) for _ in range(20)]
        planned = attended if attended < 6 or not goes_on else 6 + _until_stopped(rng, 20)
    found = [first]
    for gap in gaps[: planned - 1]:
        found.append(open_day(found[-1] + timedelta(days=gap + _late(rng, gap))))
    return found


def _until_stopped(rng: np.random.Generator, most: int) -> int:
    return int(min(rng.geometric(STOPS_PER_DOSE), most))


def _late(rng: np.random.Generator, gap: int) -> int:
    """Usually on the day, sometimes a day or two late, and one time in twenty more than ten days."""
    if rng.random() < 0.05:
        return int(rng.integers(max(11 - gap, 4), 13))
    return int(rng.choice([0, 1, 2], p=[0.65, 0.23, 0.12])) if gap < 14 else int(rng.integers(0, 3))


def at_times(rng: np.random.Generator, on: list[date]) -> list[datetime]:
    """People have a time of the day that suits them."""
    usual = 9.25 + int(rng.integers(0, 22)) / 4
    return [utc(day, usual + int(rng.choice([0, 0, 0, 1, -1])) / 4) for day in on]


class Amounts:
    """The next dose of one course, given how it has gone so far."""

    def __init__(self, rng: np.random.Generator, course: Course, age: int):
        self.rng, self.course, self.age = rng, course, age
        self.to_84 = rng.random() < 0.70
        self.held = float(np.clip(rng.normal(0.85, 0.2), 0.4, 1.2))
        self.last: float | None = None

    def mg(self, n: int, weight: float, illness: Illness, at: datetime) -> float:
        """Milligrams of the nth treatment (from 0)."""
        if self.course.route == "IN":
            return self._devices(n)
        self.last = self._per_kg(n, illness, at)
        step = ROUNDED_TO.get(self.course.route, 1)
        return float(max(round(self.last * weight / step), 1) * step)

    def _devices(self, n: int) -> float:
        if n == 0:
            return 28.0 if self.age >= 65 else 56.0
        return 84.0 if self.to_84 and n >= 2 else 56.0

    def _per_kg(self, n: int, illness: Illness, at: datetime) -> float:
        route = self.course.route
        if route == "SC":
            return LADDER[min(n, 2)]
        if route in ("SL", "oral"):
            start = 1.5 if route == "SL" else 0.75
            return start * (1 + 0.25 * min(n, 3))
        if n == 0:
            return float(self.rng.choice([0.5, 0.4], p=[0.85, 0.15]))
        if n >= PLANNED[route]:
            return float(np.clip(self.held, self.last - 0.25, min(self.last + 0.25, 1.2)))
        helped = illness.share(at) > 0.3
        step = 0.0 if n < 2 or helped else float(self.rng.choice([0.0, 0.1, 0.25], p=[0.5, 0.35, 0.15]))
        return round(min(self.last + step, ENOUGH), 2)


def given(rng: np.random.Generator, person: Person, course: Course, ordered: float, at: datetime) -> Dose:
    """One treatment as it was carried out; a few are stopped before the whole dose is in."""
    weight = round(person.weight * (1 + 0.008 * rng.normal()), 1)
    first = not course.doses
    weighed = first or rng.random() > NOT_WEIGHED
    early = course.route == "IV" and rng.random() < 0.015
    minutes = _minutes(rng, course.route, ordered)
    if early:
        minutes = int(rng.integers(12, 30))
    return Dose(
        at=at,
        ordered_mg=ordered,
        given_mg=round(ordered * minutes / 40) if early else ordered,
        weight_kg=weight if weighed else None,
        minutes=minutes,
        stopped_early=early,
        note="Infusion stopped at the patient's wish." if early else None,
        escort=str(rng.choice(ESCORTS, p=[0.36] + [0.08] * 8)),
    )


def _minutes(rng: np.random.Generator, route: str, mg: float) -> int:
    if route == "IV":
        return int(rng.choice([40, 40, 40, 41, 42, 45]))
    if route == "IN":
        return 5 * (int(mg) // 28 - 1) + 1
    return {"SL": 10, "oral": 2}.get(route, 1)


def day_after(at: datetime, n: int) -> date:
    return day_of(at) + timedelta(days=n)
