"""Facts for tests of the rules, each as it would come from a quiet treatment unless a test says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from clinic import flags, instruments
from clinic.flags.facts import (
    Check,
    CheckAge,
    Dose,
    Facts,
    Leaving,
    Observation,
    Score,
    Seen,
    Series,
    SuicideAnswer,
)
from clinic.protocols import Reading, judge_vitals, protocol

ADULT = protocol("adult")
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
NOW = START + timedelta(days=400)


def fired(facts: Facts) -> dict[str, flags.Fired]:
    """The shipped rules that see something, by id."""
    return {each.rule.id: each for each in flags.fired(flags.rules().values(), facts)}


def observed(
    minute: float | None, *, rated: float | None = None, scale: str | None = None, **values
) -> Facts:
    """One observation; `own_moaas` and `own_rated` are the person's own before the dose."""
    own = Reading(systolic_mmhg=128, diastolic_mmhg=80, moaas=values.pop("own_moaas", None))
    rated_before = values.pop("own_rated", None)
    reading = Reading(**values)
    phase = "pre" if minute is not None and minute <= 0 else "during"
    breaches = judge_vitals(ADULT, reading, phase=phase, baseline=own if phase == "during" else None)
    at = START + timedelta(minutes=minute or 0)
    one = Observation("vital_signs:a", at, minute, reading, own, tuple(breaches), rated, scale, rated_before)
    return Facts(ADULT, NOW, observations=(one,))


def dosed(of: str, *findings: tuple[str, str], allowed: bool = False) -> Facts:
    seen = tuple(Seen(id, tier, f"{id} was seen.") for id, tier in findings)
    return Facts(ADULT, NOW, doses=(Dose("dose_order:a", START, of, "Given 36 mg", seen, allowed),))


def left(minutes: float | None, route="IV", substance="racemic ketamine", **more) -> Facts:
    limit = ADULT.minimum_minutes(route, substance)
    known = {"reason": None, "decided_by": None, "ready": True} | more
    return Facts(ADULT, NOW, leaving=(Leaving("treatment:a:left", START, minutes, limit, **known),))


def checked(kind: str, finding: str | None = None, value: float | None = None) -> Facts:
    return Facts(ADULT, NOW, checks=(Check("safety_check:a", START, kind, finding, value, None),))


def aged(limit: str, days: float, ever: bool = True) -> Facts:
    return Facts(ADULT, NOW, check_ages=(CheckAge("patient:a", START, ADULT.limit(limit), days, ever),))


def asked(level: float, *, urgent: bool = False, by_level: bool = False, previous=None) -> Facts:
    answer = SuicideAnswer("assessment:a", START, "Item 9 is so.", level, urgent, by_level, previous)
    return Facts(ADULT, NOW, suicide=(answer,))


def series(
    *totals: float | None,
    baseline: float | None = 20,
    name: str = "phq9",
    days: list[float] | None = None,
    doses: list[tuple[str, str]] = (),
    **more,
) -> Facts:
    """Scores a week apart that all may speak of response; `doses` a day apart from the start."""
    scale = instruments.instrument(name)
    days = days or [7.0 * (n + 1) for n in range(len(totals))]
    scores = tuple(
        Score(
            f"assessment:{n}", START + timedelta(days=day), day, total, total is not None, total is not None
        )
        for n, (day, total) in enumerate(zip(days, totals, strict=True))
    )
    one = Series(
        course="episode:a",
        instrument=name,
        title=scale.title,
        scores=scores,
        baseline=baseline,
        baseline_at=None if baseline is None else START - timedelta(days=1),
        floor=0,
        response=scale.default_response,
        doses=tuple((START + timedelta(hours=n), *way) for n, way in enumerate(doses)),
        **{"leads": True, "too_mild": False} | more,
    )
    return Facts(ADULT, NOW, series=(one,))
