"""Who comes to the clinic: drawn so that the clinic as a whole has the shares it should have."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np

from sample_data import names
from sample_data.hours import open_day, utc
from sample_data.story import ESKETAMINE, RACEMIC, Person
from sample_data.symptoms import ESKETAMINE_MIX, MIX

# (indication, leading scale) -> share of all courses; the first half is anxiety.
INDICATIONS = {
    ("generalised anxiety", "gad7"): 0.20,
    ("generalised anxiety", "hama"): 0.06,
    ("social anxiety", "lsas_sr"): 0.12,
    ("any anxiety", "oasis"): 0.09,
    ("panic", "oasis"): 0.03,
    ("depression", "phq9"): 0.40,
    ("depression", "madrs"): 0.10,
}
# Together 55 % IV, 30 % esketamine, 10 % IM or SC, 5 % SL or oral.
WAYS = {
    True: {"IV": 0.68, "IN": 0.10, "SC": 0.12, "IM": 0.04, "SL": 0.04, "oral": 0.02},
    False: {"IV": 0.42, "IN": 0.50, "SC": 0.01, "IM": 0.03, "SL": 0.03, "oral": 0.01},
}
CLINICIANS = {"North": ["caspar", "caspar", "petra"], "South": ["signe", "petra"]}
WITHOUT_COURSE, JUST_OPENED = 5, 4


def dealt(rng: np.random.Generator, shares: dict, n: int, already: Counter | None = None) -> list:
    """n cards in exactly these shares (by largest remainder) and in random order; `already` are on the table."""
    already = already or Counter()
    total = n + sum(already.values())
    wanted = {name: share * total / sum(shares.values()) for name, share in shares.items()}
    left = {name: max(wanted[name] - already[name], 0) for name in shares}
    scale = n / max(sum(left.values()), 1e-9)
    exact = {name: count * scale for name, count in left.items()}
    counts = {name: int(count) for name, count in exact.items()}
    by_remainder = sorted(exact, key=lambda name: counts[name] - exact[name])
    for name in by_remainder[: n - sum(counts.values())]:
        counts[name] += 1
    cards = [name for name, count in counts.items() for _ in range(count)]
    return [cards[i] for i in rng.permutation(len(cards))]


def drawn(rng: np.random.Generator, n: int, first_number: int, today: date) -> list[Person]:
    """n people without their courses, registered at an even pace over the year that ends today."""
    sexes = dealt(rng, {"female": 0.60, "male": 0.38, "other": 0.02}, n)
    named = names.drawn(rng, sexes)
    ago = _days_ago(rng, n)
    sites = dealt(rng, {"North": 0.6, "South": 0.4}, n)
    return [
        _person(rng, sexes[i], named[i], today - timedelta(days=ago[i]), sites[i], first_number + i)
        for i in range(n)
    ]


def _days_ago(rng: np.random.Generator, n: int) -> list[int]:
    """The last few have only just come; the others are spread over the year, the earliest first."""
    spread = np.sort(rng.uniform(9, 364, n - JUST_OPENED))[::-1]
    return [round(d) for d in spread] + sorted(
        (int(d) for d in rng.integers(3, 8, JUST_OPENED)), reverse=True
    )


def _person(rng, sex: str, named: tuple[str, str], day: date, site: str, number: int) -> Person:
    while not _was_open(day):
        day -= timedelta(days=1)
    born = day - timedelta(days=round(365.25 * truncated(rng, 42, 13, 18.1, 80)))
    person = Person(
        *named,
        sex=sex,
        born=born,
        registered=utc(day, 9 + rng.integers(0, 28) / 4),
        site=site,
        clinician=str(rng.choice(CLINICIANS[site])),
        number=number,
    )
    with_body(rng, person)
    return person


def _was_open(day: date) -> bool:
    return open_day(day) == day


def with_body(rng: np.random.Generator, person: Person) -> None:
    """Weight, blood pressure and pulse; nobody's usual pressure forbids treatment."""
    mean, sd = (88, 17) if person.sex == "male" else (74, 16)
    spread = np.sqrt(np.log(1 + (sd / mean) ** 2))
    person.weight = float(np.clip(mean * np.exp(rng.normal(-(spread**2) / 2, spread)), 42, 160))
    person.pulse = float(np.clip(rng.normal(76, 8), 60, 96))
    systolic, diastolic = 200.0, 120.0
    while systolic >= 154 or diastolic >= 96:
        systolic, diastolic = correlated(rng, (122, 11), (76, 6.5), 0.6)
    person.blood_pressure = (systolic, diastolic)


def kinds(rng: np.random.Generator, esketamine: list[bool]) -> list[str]:
    """How each person responds, by the mix that belongs to the substance."""
    decks = {
        True: iter(dealt(rng, ESKETAMINE_MIX, sum(esketamine))),
        False: iter(dealt(rng, MIX, len(esketamine) - sum(esketamine))),
    }
    return [next(decks[which]) for which in esketamine]


def routes(rng: np.random.Generator, anxiety: list[bool]) -> list[str]:
    decks = {which: iter(dealt(rng, WAYS[which], anxiety.count(which))) for which in (True, False)}
    return [next(decks[which]) for which in anxiety]


def substance_of(route: str) -> str:
    return ESKETAMINE if route == "IN" else RACEMIC


def baselines(rng: np.random.Generator, indication: str) -> dict[str, float]:
    """Where this person stands on every scale when they come."""
    if indication == "depression":
        phq9, gad7 = _both(rng, (17.5, 4.8), (13.5, 4.5), 0.60, (10, 27), (0, 21))
    else:
        phq9, gad7 = _both(rng, (12.5, 4.6), (15.2, 3.4), 0.50, (2, 26), (8, 21))
    return {
        "phq9": phq9,
        "gad7": gad7,
        "madrs": float(np.clip(1.25 * phq9 + rng.normal(9, 3.5), 12, 54)),
        "hama": float(np.clip(1.55 * gad7 + rng.normal(2, 3), 8, 48)),
        "oasis": float(np.clip(0.55 * gad7 + rng.normal(4, 1.8), 3, 20)),
        "lsas_sr": truncated(rng, 82, 20, 28, 138),
    }


def _both(rng, first, second, r, first_range, second_range) -> tuple[float, float]:
    while True:
        a, b = correlated(rng, first, second, r)
        if first_range[0] <= a <= first_range[1] and second_range[0] <= b <= second_range[1]:
            return a, b


def correlated(rng, first: tuple[float, float], second: tuple[float, float], r: float) -> tuple[float, float]:
    """Two normal numbers, each given as (mean, SD), with correlation r."""
    x, y = rng.normal(size=2)
    return float(first[0] + first[1] * x), float(second[0] + second[1] * (r * x + np.sqrt(1 - r * r) * y))


def truncated(rng: np.random.Generator, mean: float, sd: float, low: float, high: float) -> float:
    while not low <= (value := float(rng.normal(mean, sd))) <= high:
        pass
    return value
