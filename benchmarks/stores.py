"""Two synthetic stores that differ only in size: the same sample clinic, the same person in it to look at."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import select

from clinic import patients
from clinic.access import FRONT_DOOR, command_line
from clinic.accounts import sessions
from data_model import Account, Patient, connection, database
from gate import cookie
from sample_data.bulk import bulk
from sample_data.generate import build, configured

# The first of the cast: 35 scores of three scales and 11 treatments, twice what is usual in the sample clinic.
PATIENT = "SM-0001"
CLINICIAN = "caspar"


@dataclass(frozen=True)
class Store:
    """`query` is what the address of the Patient page says, `name` what stands on top of it."""

    url: str
    query: str
    name: str

    def sign_in(self, people: int) -> list[str]:
        """As many cookies, each of an access session of its own; without a password, which is slow on purpose."""
        with configured(self.url), database(FRONT_DOOR) as db:
            clinician = db.exec(select(Account).where(Account.username == CLINICIAN)).one()
            tokens = [sessions.begin(db, clinician, "127.0.0.1", "benchmark") for _ in range(people)]
        connection.forget_engines()
        return [f"{cookie.NAME}={token}" for token in tokens]


def two_sizes(folder: Path, base: int, few: int, many: int) -> tuple[Store, Store]:
    """The sample clinic of `base` people, filled up with simple patients to `few` and to `many`."""
    sample = folder / "sample.sqlite"
    build(_url(sample), people=base)
    return _filled(sample, "few", few - base), _filled(sample, "many", many - base)


def _filled(sample: Path, name: str, more: int) -> Store:
    path = sample.with_name(f"{name}.sqlite")
    shutil.copy(sample, path)
    if more:
        bulk(_url(path), more)
    with configured(_url(path)), database(command_line("benchmark")) as db:
        found = db.exec(select(Patient).where(Patient.record_number == PATIENT)).one()
        person = patients.person(db, found)
    connection.forget_engines()
    return Store(_url(path), f"patient={person.key}", person.name)


def _url(path: Path) -> str:
    return f"sqlite:///{path}"
