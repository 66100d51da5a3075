"""Building the core figure, against writing that very figure as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from time import process_time

import numpy as np

from clinic import assessments, treatments, typed
from clinic.charts.context import Bar, Context, Happened, Step
from clinic.charts.patient import PatientFigure, patient_figure
from clinic.instruments import instrument
from clinic.outcomes.baseline import Baseline

SCORES, TREATMENTS = 500, 100
SCALES = ("phq9", "gad7")
BARS, STEPS, EVENTS = 12, 8, 10
KINDS = ("medication change", "life event", "clinical event", "therapy")
START = datetime(2024, 1, 8, 10, tzinfo=UTC)


def in_turn(rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of this process for the figure of 500 scores, 100 treatments and 30 entries of context, and for
    `json.dumps` of it, A B A B."""
    build = _builder()
    spec = build().spec
    ours, floor = [], []
    for _ in range(rounds):
        ours.append(_seconds(build))
        floor.append(_seconds(lambda: json.dumps(spec)))
    return ours, floor


def _builder() -> Callable[[], PatientFigure]:
    scores, given, context = _scores(), _given(), _context()
    panels = [instrument(name) for name in SCALES]
    baselines = {name: Baseline(None, 19.0, START, "rule", "") for name in SCALES}
    return lambda: patient_figure(
        scores, given, panels, baselines, zone="Europe/London", context=context, now=START
    )


def _scores():
    """Two scales in turn, every three days or so; the PHQ-9 asks about suicide each time."""
    draw = np.random.default_rng(0)
    records = []
    for n in range(SCORES):
        scale = instrument(SCALES[n % 2])
        total = float(draw.integers(2, 20))
        answer = float(draw.integers(0, 2)) if scale.suicide_item else float("nan")
        state = "not asked" if answer != answer else "yes" if answer else "no"
        taken = START + timedelta(hours=34 * n)
        records.append((
            f"a{n}", "p", "e", scale.id, scale.version, taken, False, total, n % 40 == 7, int(n % 40 == 7),
            "self-report", None, None, scale.band(total), answer, state,
        ))  # fmt: skip
    return typed.frame(records, assessments.COLUMNS)


def _given():
    records = [
        (
            f"t{n}", "p", "e", START + timedelta(days=7 * n), "racemic ketamine", "IV", 40.0, 80.0, 0.5, 40.0,
            n % 20 == 5, n + 1, "moderate" if n % 25 == 9 else None, "signed",
        )
        for n in range(TREATMENTS)
    ]  # fmt: skip
    return typed.frame(records, treatments.COLUMNS)


def _context() -> Context:
    def day(n: int) -> date:
        return START.date() + timedelta(days=n)

    return Context(
        bars=tuple(
            Bar(f"Medicine {n}", "medication" if n % 3 else "therapy", day(55 * n - 60), day(55 * n + 60))
            for n in range(BARS)
        ),
        steps=tuple(
            Step("pregabalin", day(60 * n), day(60 * n + 59), 75.0 * (n % 4 + 1)) for n in range(STEPS)
        ),
        events=tuple(Happened(day(65 * n), KINDS[n % 4], f"Something happened {n}") for n in range(EVENTS)),
    )


def _seconds(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began
