"""What a clinic knows of a person besides doses and scores: diagnoses, what was tried, drugs, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sample_data.hours import day_of
from sample_data.story import Person

MAIN = {
    "generalised anxiety": ("F41.1", "Generalised anxiety disorder"),
    "social anxiety": ("F40.1", "Social phobia"),
    "any anxiety": ("F41.9", "Anxiety disorder, unspecified"),
    "panic": ("F41.0", "Panic disorder"),
}
DEPRESSIONS = [
    ("F33.1", "Recurrent depressive disorder, current episode moderate"),
    ("F33.2", "Recurrent depressive disorder, current episode severe without psychotic symptoms"),
    ("F32.2", "Severe depressive episode without psychotic symptoms"),
]
BESIDES = [
    ("F43.1", "Post-traumatic stress disorder"),
    ("F90.0", "Disturbance of activity and attention"),
    ("G43.9", "Migraine"),
    ("G47.0", "Insomnia"),
    ("E03.9", "Hypothyroidism"),
    ("J45.9", "Asthma"),
    ("F42.2", "Mixed obsessional thoughts and acts"),
]
HIGH_PRESSURE = ("I10", "Essential hypertension")

TRIED_DRUGS = [
    "Sertraline 200 mg",
    "Escitalopram 20 mg",
    "Venlafaxine 225 mg",
    "Duloxetine 120 mg",
    "Mirtazapine 45 mg",
    "Quetiapine augmentation",
    "Lithium augmentation",
    "Pregabalin 450 mg",
    "Buspirone 45 mg",
    "Vortioxetine 20 mg",
    "Bupropion 300 mg",
]
TRIED_ELSE = ["Cognitive behavioural therapy", "Acceptance and commitment therapy", "rTMS, 30 sessions"]
TRIED_SELDOM = "Electroconvulsive therapy"
OUTCOMES = ["no effect after eight weeks", "some effect, then lost", "partly better", "helped for a year"]
STOPPED_FOR = ["stopped: weight gain", "stopped: sexual side effects", "stopped: agitation", "not tolerated"]
DRUGS = [
    ("Sertraline", "100 mg daily"),
    ("Escitalopram", "10 mg daily"),
    ("Venlafaxine", "150 mg daily"),
    ("Mirtazapine", "30 mg at night"),
    ("Duloxetine", "60 mg daily"),
    ("Pregabalin", "150 mg twice daily"),
    ("Propranolol", "40 mg as needed"),
    ("Quetiapine", "50 mg at night"),
    ("Lorazepam", "0.5 mg as needed"),
    ("Zopiclone", "7.5 mg as needed"),
    ("Levothyroxine", "75 micrograms daily"),
]
FOR_PRESSURE = [("Ramipril", "5 mg daily"), ("Amlodipine", "5 mg daily")]

LIFE = [
    "New job.",
    "Moved flat.",
    "Bereavement in the family.",
    "Separation.",
    "Child started school.",
    "Back at work.",
]
CLINICAL = ["COVID-19, one week in bed.", "Migraine attack, seen in A&E.", "Fall on the stairs, no fracture."]
THERAPY = ["Began weekly psychotherapy.", "Group therapy ended.", "Began an exercise programme."]
MEDICATION = ["Sertraline raised to 150 mg by the GP.", "Lorazepam stopped.", "Mirtazapine lowered to 15 mg."]


@dataclass(frozen=True, slots=True)
class Background:
    diagnoses: list[tuple[str, str, date]]  # code, text, since
    tried: list[tuple[str, str, date]]  # what, outcome, ended
    drugs: list[tuple[str, str, date, date | None]]  # drug, dose, started, stopped
    notes: list[tuple[str, date, str]]  # kind, day, text


def drawn(rng: np.random.Generator, person: Person, today: date) -> Background:
    came = day_of(person.registered)
    return Background(
        _diagnoses(rng, person, came),
        _tried(rng, came),
        _drugs(rng, person, came, today),
        _notes(rng, person, today),
    )


def _diagnoses(rng: np.random.Generator, person: Person, came: date) -> list[tuple[str, str, date]]:
    found = []
    if person.courses:
        indication = person.courses[0].indication
        found.append(MAIN.get(indication) or DEPRESSIONS[int(rng.integers(len(DEPRESSIONS)))])
        if indication != "depression" and rng.random() < 0.5:
            found.append(DEPRESSIONS[0])
        if indication == "depression" and rng.random() < 0.35:
            found.append(MAIN["generalised anxiety"])
    if person.blood_pressure[0] >= 140:
        found.append(HIGH_PRESSURE)
    if rng.random() < 0.4:
        found.append(BESIDES[int(rng.integers(len(BESIDES)))])
    return [(code, text, came - timedelta(days=int(rng.integers(200, 5000)))) for code, text in found]


def _tried(rng: np.random.Generator, came: date) -> list[tuple[str, str, date]]:
    drugs = [str(name) for name in rng.choice(TRIED_DRUGS, int(rng.integers(2, 5)), replace=False)]
    besides = [name for name in TRIED_ELSE if rng.random() < 0.3] + [TRIED_SELDOM] * (rng.random() < 0.07)
    found = [(name, str(rng.choice(OUTCOMES + STOPPED_FOR))) for name in drugs]
    found += [(name, str(rng.choice(OUTCOMES))) for name in besides]
    return [(*each, came - timedelta(days=int(rng.integers(60, 2500)))) for each in found]


def _drugs(rng, person: Person, came: date, today: date) -> list[tuple[str, str, date, date | None]]:
    chosen = [DRUGS[i] for i in rng.choice(len(DRUGS), int(rng.integers(0, 4)), replace=False)]
    if person.blood_pressure[0] >= 140:
        chosen.append(FOR_PRESSURE[int(rng.integers(2))])
    found = []
    for drug, dose in chosen:
        started = came - timedelta(days=int(rng.integers(30, 900)))
        stopped = None
        if rng.random() < 0.2:
            stopped = min(came + timedelta(days=int(rng.integers(10, 150))), today - timedelta(days=1))
        found.append((drug, dose, started, stopped))
    return found


def _notes(rng: np.random.Generator, person: Person, today: date) -> list[tuple[str, date, str]]:
    """Told notes stay; others get one or two of their own now and then."""
    if person.notes or not person.courses or rng.random() < 0.6:
        return list(person.notes)
    kinds = {
        "life event": LIFE,
        "clinical event": CLINICAL,
        "therapy": THERAPY,
        "medication change": MEDICATION,
    }
    came = day_of(person.registered)
    ended = person.courses[-1].ended_at
    span = max(((day_of(ended) if ended else today) - came).days - 1, 1)
    found = []
    for kind in rng.choice(list(kinds), int(rng.integers(1, 3)), replace=False, p=[0.4, 0.15, 0.2, 0.25]):
        day = came + timedelta(days=int(rng.integers(0, min(span, 200))))
        found.append((str(kind), day, str(rng.choice(kinds[str(kind)]))))
    return found
