"""Makes the sample clinic: a migrated store with a year of invented people in it, the same for the same seed."""

from __future__ import annotations

import base64
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy.engine import make_url

from clinic import access, settings
from clinic.refused import BadInput
from data_model import Database, connection, database, migrate
from sample_data import (
    agreed,
    careers,
    cohorts,
    courses,
    dosing,
    faults,
    letters,
    looked_at,
    population,
    put_right,
    signed,
    stock,
    told,
    unfinished,
    visits,
)
from sample_data.cast import CAST, DEMO_ACCOUNTS
from sample_data.hours import ZONE, ZONE_NAME, utc
from sample_data.place import cleared
from sample_data.replies import Replies
from sample_data.staff import Duty, engage
from sample_data.story import Lot, Person
from sample_data.writing import Writer

CLINIC_NAME = "Save Minds (sample clinic)"
AUTHOR = "sample clinic"
FEWEST = 40
TRANSFERRED = 2  # drawn people who came in the middle of a course


def build(url: str, seed: int = 7, today: date | None = None, people: int = 120) -> None:
    """Makes the sample clinic at an address; the year ends with the evening before `today` (default: now).

    Replaces an earlier sample clinic there in one step; raises Refused, and touches nothing, where a store
    that does not call itself synthetic lies. At least FEWEST people, who always include the cast.
    """
    if people < FEWEST:
        raise BadInput(f"A sample clinic has at least {FEWEST} people.")
    today = today or datetime.now(ZONE).date()
    with cleared(make_url(url)) as fresh, configured(fresh.render_as_string(hide_password=False)):
        migrate.upgrade(connection.engine())
        with database(access.command_line(AUTHOR)) as db:
            fill(db, everybody(seed, today, people), seed, today)


def everybody(seed: int, today: date, people: int = 120) -> list[Person]:
    """The cast, then the drawn; nothing is written. The same seed gives the same people on another day."""
    rng = np.random.default_rng(seed)
    end = utc(today, 0)
    found = [told.told(_own(seed, n), it, n, today) for n, it in enumerate(CAST, 1)]
    drawn = population.drawn(rng, people - len(found), len(found) + 1, today)
    idle = {int(n) for n in rng.choice(len(drawn) - 10, population.WITHOUT_COURSE, replace=False)}
    for n, person in enumerate(drawn):
        if n in idle:
            careers.without_course(_own(seed, person.number), person)
    _live(rng, [person for n, person in enumerate(drawn) if n not in idle], seed, end)
    found += drawn
    faults.put_in(found)
    return found


def _live(rng: np.random.Generator, people: list[Person], seed: int, end: datetime) -> None:
    """Deals out what shall have its exact share in the clinic, and lets everybody live their year."""
    told_already = Counter((it.courses[0].indication, it.courses[0].leads) for it in CAST)
    indications = population.dealt(rng, population.INDICATIONS, len(people), told_already)
    routes = population.routes(rng, [indication != "depression" for indication, _ in indications])
    kinds = population.kinds(rng, [route == "IN" for route in routes])
    attended = _attended(rng, routes, kinds)
    moved = set(rng.choice(len(people) // 2, TRANSFERRED, replace=False).tolist())
    for n, person in enumerate(people):
        own = _own(seed, person.number)
        careers.live(own, person, Lot(*indications[n], routes[n], kinds[n], attended[n]), end)
        if n in moved and person.courses[0].doses:
            careers.transfer(person.courses[0])


def _attended(rng: np.random.Generator, routes: list[str], kinds: list[str]) -> list[int]:
    """How many treatments people come to; who does badly tends to draw the smaller number."""
    badly = {"non-responder": 0.7, "deteriorator": 0.9}
    found = [0] * len(routes)
    for nasal, shares in ((True, dosing.ATTENDED_ESKETAMINE), (False, dosing.ATTENDED)):
        who = [n for n, route in enumerate(routes) if (route == "IN") == nasal]
        cards = sorted(population.dealt(rng, shares, len(who)), reverse=True)
        lot = rng.normal(0, 1, len(who)) + [badly.get(kinds[n], 0) for n in who]
        for card, place in zip(cards, np.argsort(lot, kind="stable"), strict=True):
            found[who[place]] = card
    return found


def fill(db: Database, people: list[Person], seed: int, today: date) -> None:
    """Writes settings, accounts, people and what staff made of the alerts into an empty store."""
    rng = np.random.default_rng([seed, 1])
    key, end = keys(seed), utc(today, 0)
    settings.change(
        db,
        effective_from=end - timedelta(days=366),
        synthetic=True,
        clinic_name=CLINIC_NAME,
        time_zone=ZONE_NAME,
        protocol=agreed.PROTOCOL,
        demo_accounts=[list(account) for account in DEMO_ACCOUNTS],
    )
    accounts = engage(db, end - timedelta(days=400), key)
    duty = Duty(accounts, end)
    agreed.agree(db, accounts, end, key)
    written = Writer(db, rng, duty, end, key).write(people)
    chair = np.random.default_rng([seed, 2])
    courses.keep(db, np.random.default_rng([seed, 3]), written, duty, end, key)
    looked_at.look(db, chair, written, duty, end, key)
    visits.Visits(db, chair, duty, end, key).add(written)
    stock.keep(db, written, duty, end, key)
    Replies(db, rng, duty, end, key).give(written)
    unfinished.leave(db, written[::-1], accounts, end, key)
    signed.sign(db, written, accounts, end, key)
    put_right.put_right(db, written, accounts, end, key)
    letters.take_out(db, written, accounts, end, key)
    cohorts.keep(db, accounts, end, key)
    with db.because("moved house"):
        for one in written:
            if one.person.moved_to:
                one.patient.site = one.person.moved_to


def keys(seed: int) -> Callable[..., str]:
    """Keys of the usual 72 bits that are the same in every sample clinic of one seed, so that an address noted
    today opens the same patient after a reset. In a real store they are random."""

    def key(*what: object) -> str:
        digest = hashlib.blake2b(repr((seed, *what)).encode(), digest_size=9).digest()
        return base64.urlsafe_b64encode(digest).decode()

    return key


def _own(seed: int, number: int) -> np.random.Generator:
    """Each person has luck of their own: more people change nobody's year."""
    return np.random.default_rng([seed, 1000 + number])


@contextmanager
def configured(url: str) -> Iterator[None]:
    """Points the one door at another store for a moment."""
    before = os.environ.get("CLINIC_DATABASE_URL")
    os.environ["CLINIC_DATABASE_URL"] = url
    try:
        yield
    finally:
        if before is None:
            del os.environ["CLINIC_DATABASE_URL"]
        else:
            os.environ["CLINIC_DATABASE_URL"] = before
