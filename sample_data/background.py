"""What a clinic knows of a person besides doses and scores: diagnoses, what was tried, drugs, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sample_data.cast import CAST
from sample_data.hours import day_of
from sample_data.story import Person
from sample_data.told_background import TOLD, Told

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
DRUGS = [  # drug, dose, mg a day where that is one number
    ("Sertraline", "100 mg daily", 100),
    ("Escitalopram", "10 mg daily", 10),
    ("Venlafaxine", "150 mg daily", 150),
    ("Mirtazapine", "30 mg at night", 30),
    ("Duloxetine", "60 mg daily", 60),
    ("Pregabalin", "150 mg twice daily", 300),
    ("Propranolol", "40 mg as needed", None),
    ("Quetiapine", "50 mg at night", 50),
    ("Lorazepam", "0.5 mg as needed", None),
    ("Zopiclone", "7.5 mg as needed", None),
    ("Levothyroxine", "75 micrograms daily", 0.075),
]
FOR_PRESSURE = [("Ramipril", "5 mg daily", 5), ("Amlodipine", "5 mg daily", 5)]
# How some come down, by days since they came to the clinic: the dose that they have from that day on.
COMING_DOWN = {
    "Lorazepam": ((None, "1 mg twice daily", 2), (24, "0.5 mg twice daily", 1), (60, "0.5 mg at night", 0.5)),
    "Pregabalin": ((None, "150 mg twice daily", 300), (35, "75 mg twice daily", 150)),
}
COME_DOWN = 0.6
THERAPIES = [
    "Cognitive behavioural therapy, weekly",
    "Acceptance and commitment therapy, weekly",
    "Psychodynamic psychotherapy, weekly",
    "Trauma-focused therapy, weekly",
]
IN_THERAPY = 0.35
WEIGHED = 0.4

LIFE = [
    "New job.",
    "Moved flat.",
    "Bereavement in the family.",
    "Separation.",
    "Child started school.",
    "Back at work.",
]
CLINICAL = ["COVID-19, one week in bed.", "Migraine attack, seen in A&E.", "Fall on the stairs, no fracture."]
THERAPY = ["Weekly psychotherapy", "Group therapy", "Exercise programme"]
MEDICATION = ["Sertraline raised to 150 mg by the GP.", "Lorazepam stopped.", "Mirtazapine lowered to 15 mg."]


@dataclass(frozen=True, slots=True)
class Taken:
    drug: str
    dose: str
    mg: float | None
    started: date
    stopped: date | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    kind: str
    day: date
    text: str
    until: date | None = None
    decides: str | None = None


@dataclass(frozen=True, slots=True)
class Background:
    diagnoses: list[tuple[str, str, date]]  # code, text, since
    tried: list[tuple[str, str, date]]  # what, outcome, ended
    drugs: list[Taken]
    notes: list[Noted]
    weights: list[tuple[date, float]]


def drawn(rng: np.random.Generator, person: Person, today: date) -> Background:
    """What was added since the first sample clinics comes from luck of its own, so that nothing else of them moves."""
    came, own = day_of(person.registered), np.random.default_rng([person.number, 5])
    told = TOLD.get(person.given) if person.number <= len(CAST) else None
    found = Background(
        _diagnoses(rng, person, came),
        _tried(rng, came),
        _in_steps(own, _drugs(rng, person, came, today), came, today),
        [Noted(*note) for note in _notes(rng, person, today)],
        [],
    )
    if told is not None:
        return _told(found, told, person)
    found.notes.extend(_therapy(own, person, came, today))
    found.weights.extend(_weights(own, person, came, today))
    return found


def _told(found: Background, told: Told, person: Person) -> Background:
    """A told list of drugs takes the place of the drawn one."""
    first = day_of(person.courses[-1].doses[0].at)

    def on(day: int | None) -> date | None:
        return None if day is None else first + timedelta(days=day)

    return Background(
        found.diagnoses,
        found.tried,
        [Taken(each.drug, each.dose, each.mg, on(each.started), on(each.stopped)) for each in told.took],
        [
            *found.notes,
            *(Noted(it.kind, on(it.day), it.text, on(it.until), it.decides) for it in told.lived),
        ],
        [(on(day), round(person.weight + away, 1)) for day, away in told.weighed],
    )


def _in_steps(own: np.random.Generator, drugs: list[Taken], came: date, today: date) -> list[Taken]:
    """Each dose a row, as a clinic keeps them; only those who still take it come down."""
    found = []
    for one in drugs:
        down = COMING_DOWN.get(one.drug, ())
        if not down or one.stopped or own.random() >= COME_DOWN:
            found.append(one)
            continue
        starts = [one.started, *(came + timedelta(days=day) for day, _, _ in down[1:])]
        begun = [
            (start, dose, mg) for start, (_, dose, mg) in zip(starts, down, strict=True) if start < today
        ]
        ends = [start - timedelta(days=1) for start, _, _ in begun[1:]]
        found += [
            Taken(one.drug, dose, mg, start, end)
            for (start, dose, mg), end in zip(begun, [*ends, None], strict=True)
        ]
    return found


def _therapy(own: np.random.Generator, person: Person, came: date, today: date) -> list[Noted]:
    """Weekly for three to seven months; one that is not over goes on."""
    if not person.courses or own.random() >= IN_THERAPY:
        return []
    begun = came - timedelta(days=int(own.integers(0, 90)))
    until = begun + timedelta(weeks=int(own.integers(12, 30)))
    return [Noted("therapy", begun, str(own.choice(THERAPIES)), until if until < today else None)]


def _weights(own: np.random.Generator, person: Person, came: date, today: date) -> list[tuple[date, float]]:
    """On arrival, and once more after some months."""
    if not person.courses or own.random() >= WEIGHED:
        return []
    days = [came, came + timedelta(days=int(own.integers(60, 200)))]
    return [(day, round(person.weight + float(own.normal(0, 1.2)), 1)) for day in days if day < today]


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


def _drugs(rng, person: Person, came: date, today: date) -> list[Taken]:
    chosen = [DRUGS[i] for i in rng.choice(len(DRUGS), int(rng.integers(0, 4)), replace=False)]
    if person.blood_pressure[0] >= 140:
        chosen.append(FOR_PRESSURE[int(rng.integers(2))])
    found = []
    for drug, dose, mg in chosen:
        started = came - timedelta(days=int(rng.integers(30, 900)))
        stopped = None
        if rng.random() < 0.2:
            stopped = min(came + timedelta(days=int(rng.integers(10, 150))), today - timedelta(days=1))
        found.append(Taken(drug, dose, mg, started, stopped))
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
