"""Thousands of simple patients for measuring: written by the thousand, without an audit trail."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from clinic import access, instruments, patients, settings
from clinic.instruments import Instrument
from data_model import Account, Assessment, Episode, Patient, Treatment, connection, database, migrate
from data_model.assessments import How, Timing
from data_model.columns import Status
from data_model.episodes import Indication, Stage
from data_model.people import Sex
from data_model.treatments import Route, Substance, WeightBasis
from sample_data import answers, names
from sample_data.generate import CLINIC_NAME, configured, keys
from sample_data.hours import ZONE_NAME
from sample_data.place import refuse_real
from sample_data.staff import engage

TREATMENTS = 6
FORGOTTEN = timedelta(days=30)  # without a score for so long a course is over
AT_ONCE = 5_000
POOL = 40  # ready forms for each total: nobody compares answers in a benchmark
AUTHOR = "bulk"


def bulk(url: str, patients: int, scores_per_patient: int = 18, seed: int = 7) -> None:
    """Adds simple patients to the sample clinic at an address, or to a new store that is marked synthetic.

    Each has one course, six treatments, and scores in turn PHQ-9 and GAD-7 over half a year. Raises Refused
    where a real store lies.
    """
    place = make_url(url)
    refuse_real(place)
    with configured(url):
        engine = connection.engine()
        migrate.upgrade(engine)
        with database(access.command_line(AUTHOR)) as db:
            settings.change(db, synthetic=True, clinic_name=CLINIC_NAME, time_zone=ZONE_NAME)
            if db.exec(select(func.count(Account.id))).one()[0] == 0:
                engage(db, datetime.now(UTC) - timedelta(days=400), keys(seed))
        with engine.begin() as raw:
            _Filler(raw, np.random.default_rng([seed, 2]), scores_per_patient).fill(patients)


class _Filler:
    """Rows with ids of its own, so that nothing has to be read back."""

    def __init__(self, raw: Connection, rng: np.random.Generator, scores: int):
        self.raw, self.rng, self.scores = raw, rng, scores
        self.end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
        self.pools = {name: _pool(rng, instruments.instrument(name)) for name in ("phq9", "gad7")}
        self.first = {table: _next_id(raw, table) for table in (Patient, Episode)}

    def fill(self, n: int) -> None:
        for start in range(0, n, AT_ONCE):
            self._some(start, min(AT_ONCE, n - start))
        for table in (Patient, Episode):
            _mend_sequence(self.raw, table)

    def _some(self, start: int, n: int) -> None:
        people = range(start, start + n)
        starts = [self.end - timedelta(days=int(d)) for d in self.rng.integers(20, 700, n)]
        self._insert(Patient, self._patients(people, starts))
        self._insert(Episode, self._episodes(people, starts))
        self._insert(
            Treatment, [row for n, at in zip(people, starts, strict=True) for row in self._doses(n, at)]
        )
        self._insert(
            Assessment, [row for n, at in zip(people, starts, strict=True) for row in self._forms(n, at)]
        )

    def _insert(self, table: type[SQLModel], rows: list[dict]) -> None:
        for row, key in zip(rows, self._keys(len(rows)), strict=True):
            row["key"] = key
        if rows:
            self.raw.execute(insert(table), rows)

    def _keys(self, n: int) -> list[str]:
        raw = base64.urlsafe_b64encode(self.rng.bytes(9 * n)).decode()
        return [raw[12 * i : 12 * i + 12] for i in range(n)]

    def _patients(self, people: range, starts: list[datetime]) -> list[dict]:
        family = self.rng.choice(names.FAMILY, len(people))
        sexes = self.rng.choice(["female", "male"], len(people))
        given = [str(self.rng.choice(names.GIVEN[sex])) for sex in sexes]
        ages = self.rng.integers(18 * 365, 75 * 365, len(people))
        found = []
        for i, n in enumerate(people):
            one = SimpleNamespace(  # a row object costs ten times as much
                record_number=f"BK-{self.first[Patient] + n:06d}",
                family_name=str(family[i]),
                given_name=given[i],
            )
            patients.index_for_search(one)
            found.append(
                {
                    "id": self.first[Patient] + n,
                    "record_number": one.record_number,
                    "family_name": one.family_name,
                    "given_name": one.given_name,
                    "birth_date": self.end.date() - timedelta(days=int(ages[i])),
                    "sex": Sex(sexes[i]),
                    "site": "North" if n % 2 else "South",
                    "search_text": one.search_text,
                    "sound": one.sound,
                    **_by(starts[i]),
                }
            )
        return found

    def _episodes(self, people: range, starts: list[datetime]) -> list[dict]:
        found = []
        for n, at in zip(people, starts, strict=True):
            anxious = n % 2 == 0
            last = at + timedelta(days=self._step(at) * (self.scores - 1))
            over = self.end - last > FORGOTTEN
            found.append(
                {
                    "id": self.first[Episode] + n,
                    "patient_id": self.first[Patient] + n,
                    "indication": Indication.GENERALISED_ANXIETY if anxious else Indication.DEPRESSION,
                    "primary_instrument": "gad7" if anxious else "phq9",
                    "stage": Stage.ENDED if over else Stage.MAINTENANCE,
                    "stage_since": last if over else at,
                    "ended_at": last if over else None,
                    "end_reason": "course completed" if over else None,
                    "opened_at": at - timedelta(days=7),
                    **_by(at - timedelta(days=7)),
                }
            )
        return found

    def _doses(self, n: int, start: datetime) -> list[dict]:
        weight = 55.0 + n % 50
        mg = round(weight / 2)
        return [
            {
                "patient_id": self.first[Patient] + n,
                "episode_id": self.first[Episode] + n,
                "substance": Substance.RACEMIC,
                "route": Route.IV,
                "ordered_mg": mg,
                "given_mg": mg,
                "weight_kg": weight,
                "weight_basis": WeightBasis.ACTUAL,
                "mg_per_kg": round(mg / weight, 3),
                "started_at": (at := start + timedelta(days=3 * k)),
                "stopped_at": at + timedelta(minutes=40),
                "zone": ZONE_NAME,
                "stopped_early": False,
                **_by(at),
            }
            for k in range(TREATMENTS)
        ]

    def _forms(self, n: int, start: datetime) -> list[dict]:
        """Every few days, the first one before the first dose, and none later than yesterday."""
        step = self._step(start)
        falls = self.rng.uniform(0.1, 0.8)
        found = []
        for k in range(self.scores):
            name = ("gad7", "phq9")[(n + k) % 2]
            at = start - timedelta(hours=1) + timedelta(days=step * k)
            pool = self.pools[name]
            total = int((len(pool) - 1) * 0.7 * (1 - falls * (1 - 0.8**k)))
            found.append(
                self._form(n, name, at, Timing.BASELINE if k == 0 else Timing.BETWEEN, pool[total][k % POOL])
            )
        return found

    def _step(self, start: datetime) -> float:
        """Days between two scores."""
        return min(10.0, max((self.end - start).days / max(self.scores - 1, 1), 0.5))

    def _form(self, n: int, name: str, at: datetime, timing: Timing, given: dict[str, int]) -> dict:
        suicide = given.get("q9") if name == "phq9" else None
        return {
            "patient_id": self.first[Patient] + n,
            "episode_id": self.first[Episode] + n,
            "instrument": name,
            "version": instruments.instrument(name).version,
            "taken_at": at,
            "date_only": False,
            "zone": ZONE_NAME,
            "how": How.SELF_REPORT,
            "timing": timing,
            "answers": given,
            "total": float(sum(given.values())),
            "prorated": False,
            "missing": 0,
            "suicide": suicide,
            "suicide_state": "not asked" if suicide is None else "no",
            **_by(at),
        }


def _pool(rng: np.random.Generator, instrument: Instrument) -> list[list[dict[str, int]]]:
    """total -> answers that add up to it; nobody marks the suicide item, which would want an alert."""
    leaning = answers.leanings(rng, instrument)
    fixed = {instrument.suicide_item: 0} if instrument.suicide_item else {}
    most = sum(item.maximum for item in instrument.items if item.id not in fixed)
    return [
        [answers.spread(rng, instrument, total, leaning, fixed) for _ in range(POOL)]
        for total in range(most + 1)
    ]


def _by(at: datetime) -> dict:
    return {"status": Status.ACTIVE, "author": AUTHOR, "entered_at": at, "row_version": 1}


def _next_id(raw: Connection, table: type[SQLModel]) -> int:
    return (raw.execute(select(func.max(table.id))).scalar() or 0) + 1


def _mend_sequence(raw: Connection, table: type[SQLModel]) -> None:
    """PostgreSQL does not count ids that were given; the next patient registered must not collide."""
    if raw.dialect.name == "postgresql":
        name = table.__tablename__
        raw.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
        )
