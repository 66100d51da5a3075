"""What happens in the chair: vital signs along the blood pressure's curve, adverse events, leaving."""

from __future__ import annotations

import numpy as np

from sample_data.population import correlated
from sample_data.story import ESKETAMINE, Course, Dose, Event, Person, Vitals

# Share of the peak rise by minute since the start of the dose.
CURVE_MINUTES = (0, 10, 20, 30, 40, 60, 80, 100, 120)
CURVE = (0, 0.45, 0.75, 0.95, 1.0, 0.55, 0.25, 0.1, 0.05)
PEAK = ((14, 11), (9, 7), 0.6)  # systolic and diastolic rise (mean, SD), and their correlation
AGE_EFFECT, USUALLY_HIGH = 0.2, 5  # mmHg per year over 42; for people whose usual pressure is high
MEASURED = {"IV": (-5, 10, 20, 30, 40, 60, 90), "IN": (-5, 40, 80, 120)}
MEASURED_ELSE = (-5, 15, 30, 40, 60, 90, 120)
NO_PRESSURE = {40: 0.02, 90: 0.03, 120: 0.03}  # how often the pressure of that minute is missing
OBSERVED = {"IV": 100, "IN": 120, "oral": 150}  # minutes from the start before anybody leaves
RED = (180, 110)
SLOWEST = 48  # beats per minute: slower would want an answer of its own

# term -> how often per treatment. Dissociation fades with every treatment: its first rate is set so that the mean
# over the clinic is about 50 % (racemic) and 41 % (esketamine).
RACEMIC_EVENTS = {
    "Dissociation": 0.60,
    "Sedation": 0.30,
    "Dizziness": 0.20,
    "Nausea": 0.12,
    "Headache": 0.12,
    "Vision blurred": 0.08,
    "Anxiety": 0.06,
    "Vomiting": 0.03,
}
ESKETAMINE_EVENTS = {
    "Dissociation": 0.58,
    "Sedation": 0.35,
    "Nausea": 0.09,
    "Dizziness": 0.08,
    "Headache": 0.07,
    "Vertigo": 0.07,
    "Dysgeusia": 0.06,
    "Anxiety": 0.03,
    "Vomiting": 0.03,
    "Vision blurred": 0.025,
}
BY_MOUTH = 0.5  # SL and oral: about half as many
FADES, FADING = 0.93, "Dissociation"
BLADDER, NEW_BLADDER = "Pollakiuria", 0.004  # per treatment from the fourth on: about 2 % of courses
ACTIONS = {
    "Vomiting": "ondansetron 4 mg IV",
    "Anxiety": "quiet talk, lights lowered",
    "Nausea": "ondansetron 4 mg IV",
}


def fill(rng: np.random.Generator, person: Person, course: Course, dose: Dose) -> None:
    """Gives a dose its vital signs, adverse events and times of leaving."""
    n = course.doses.index(dose) if dose in course.doses else len(course.doses)
    dose.vitals = _vitals(rng, person, course, dose)
    dose.events = _events(rng, course, dose, n)
    _sedate(dose)
    least = OBSERVED.get(course.route, 120)
    dose.ready_after = least + int(rng.choice([0, 5, 5, 10, 15, 30]))
    dose.left_after = dose.ready_after + int(rng.integers(0, 25))


def _vitals(rng: np.random.Generator, person: Person, course: Course, dose: Dose) -> list[Vitals]:
    before = correlated(rng, (0, 7), (0, 4.5), 0.6)
    usual = tuple(value + change for value, change in zip(person.blood_pressure, before, strict=True))
    usual = (min(usual[0], 158), min(usual[1], 98))
    peak = correlated(rng, *PEAK)
    more = AGE_EFFECT * max(person.age(dose.at.date()) - 42, 0) + USUALLY_HIGH * (
        person.blood_pressure[0] >= 140
    )
    pulse, peak_pulse = rng.normal(person.pulse, 5), rng.normal(5, 8)
    oxygen, nadir = rng.normal(97.6, 0.9), rng.normal(-1.0, 0.7)
    minutes = MEASURED.get(course.route, MEASURED_ELSE)
    found = []
    for minute, noise in zip(minutes, rng.normal(0, 2.5, (len(minutes), 3)), strict=True):
        part = float(np.interp(minute, CURVE_MINUTES, CURVE))
        systolic = usual[0] + part * (peak[0] + more) + noise[0]
        diastolic = min(usual[1] + part * (peak[1] + more / 2) + noise[1] * 0.7, systolic - 18)
        measured = rng.random() >= NO_PRESSURE.get(minute, 0)
        found.append(
            Vitals(
                minute=minute
                + (int(rng.integers(-3, 2)) if minute < 0 else int(rng.choice([0, 0, 0, 1, 2]))),
                systolic=round(systolic) if measured else None,
                diastolic=round(diastolic) if measured else None,
                heart_rate=max(round(pulse + part * peak_pulse + noise[2]), SLOWEST),
                spo2=min(round(oxygen + nadir * part), 100),
                breaths=int(rng.integers(12, 19)) if minute in (-5, 40) else None,
                moaas=5,
            )
        )
    return found


def _events(rng: np.random.Generator, course: Course, dose: Dose, n: int) -> list[Event]:
    table = ESKETAMINE_EVENTS if course.substance == ESKETAMINE else RACEMIC_EVENTS
    less = BY_MOUTH if course.route in ("SL", "oral") else 1
    found = []
    for term, chance in table.items():
        if rng.random() < chance * less * (FADES**n if term == FADING else 1):
            found.append(_event(rng, term))
    if _red(dose):
        found.append(Event("Blood pressure increased", "moderate", 30, 75, action="repeated every 5 minutes"))
    if n >= 3 and rng.random() < NEW_BLADDER:
        found.append(Event(BLADDER, "mild", None, None, action="urine dipstick clear"))
    if dose.stopped_early:
        found.append(
            Event("Dysphoria", "severe", dose.minutes - 4, dose.minutes + 40, action="infusion stopped")
        )
    return found


def _event(rng: np.random.Generator, term: str) -> Event:
    severity = str(rng.choice(["mild", "moderate", "severe"], p=[0.81, 0.17, 0.02]))
    onset = int(rng.integers(5, 35))
    lasts = int(np.clip(rng.gamma(3, 14), 5, 110))
    action = ACTIONS.get(term) if severity != "mild" else None
    return Event(term, severity, onset, onset + lasts, action=action)


def _red(dose: Dose) -> bool:
    return any((v.systolic or 0) >= RED[0] or (v.diastolic or 0) >= RED[1] for v in dose.vitals)


def _sedate(dose: Dose) -> None:
    """Sedation shows in the rating of alertness while it lasts."""
    for event in dose.events:
        if event.term == "Sedation":
            for row in dose.vitals:
                if event.onset <= row.minute <= event.resolved:
                    row.moaas = 3 if event.severity == "severe" else 4
