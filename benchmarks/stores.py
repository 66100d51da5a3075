"""Synthetic stores that differ only in size: the same sample clinic, the same person in it to look at."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import select

from benchmarks.sizes import Large
from clinic import patients
from clinic.access import FRONT_DOOR, command_line
from clinic.accounts import sessions
from clinic.refused import BadInput
from data_model import Account, Patient, connection, database, migrate
from gate import cookie
from sample_data import bulk as bulk_rows
from sample_data import copies as copied_rows
from sample_data.bulk import bulk
from sample_data.copies import copies
from sample_data.generate import build, configured

# The first of the cast: 35 scores of three scales and 11 treatments, twice what is usual in the sample clinic.
PATIENT = "SM-0001"
CLINICIAN = "caspar"
BYTES_OF_A_SCORE = 600  # 380 with its indexes and its share of everything else; more while indexes are made
_MIGRATIONS = Path(migrate.__file__).with_name("migrations") / "versions"


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


def kept_large(large: Large) -> tuple[Store, Store]:
    """A store of `large.few` patients and one of a clinic's whole country, made once and kept outside the checkout
    while what makes them stays the same. Raises BadInput where the disk is too small."""
    folder = Path(tempfile.gettempdir()) / f"benchmark-large-{_fingerprint(large)}"
    done = folder / "done"
    if not done.exists():
        _room(large)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        build(_url(folder / "sample.sqlite"), people=large.base)
        _filled(folder / "sample.sqlite", "few", large.few - large.base)
        _filled(folder / "sample.sqlite", "large", large.copied, large.scores)
        copies(_url(folder / "large.sqlite"), large.times)
        done.touch()
    return _store(folder / "few.sqlite"), _store(folder / "large.sqlite")


def _fingerprint(large: Large) -> str:
    """Of the sizes, of what writes the rows, and of the tables."""
    sources = [bulk_rows.__file__, copied_rows.__file__, *sorted(_MIGRATIONS.glob("*.py"))]
    parts = [repr(large).encode(), *(Path(source).read_bytes() for source in sources)]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


def _room(large: Large) -> None:
    needed = large.all_scores * BYTES_OF_A_SCORE
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < needed:
        raise BadInput(
            f"The large store needs about {needed / 1e9:.0f} GB in {tempfile.gettempdir()}, "
            f"where {free / 1e9:.0f} GB are free."
        )


def _filled(sample: Path, name: str, more: int, scores: int = 18) -> Store:
    path = sample.with_name(f"{name}.sqlite")
    shutil.copy(sample, path)
    if more:
        bulk(_url(path), more, scores)
    return _store(path)


def _store(path: Path) -> Store:
    with configured(_url(path)), database(command_line("benchmark")) as db:
        found = db.exec(select(Patient).where(Patient.record_number == PATIENT)).one()
        person = patients.person(db, found)
    connection.forget_engines()
    return Store(_url(path), f"patient={person.key}", person.name)


def _url(path: Path) -> str:
    return f"sqlite:///{path}"
