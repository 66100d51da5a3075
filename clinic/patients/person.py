"""A patient as somebody may see them: by name, by initials in privacy mode, or by a pseudonym."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from dataclasses import dataclass

from clinic import accounts
from clinic.access import can, require
from data_model import Actor, Database, Patient
from data_model.people import Sex

PRIVACY = "privacy"  # the preference; "on" while names are to be hidden from whoever looks over a shoulder


@dataclass(frozen=True, slots=True)
class Person:
    """A patient as this actor may see them. Without the right to see names: a pseudonym, the year of birth,
    and no record number. In privacy mode: initials with the record number, and the year of birth."""

    id: int
    key: str
    name: str
    record_number: str
    born: str
    sex: str
    row_version: int
    pseudonymous: bool
    private: bool = False

    @property
    def line(self) -> str:
        """What stands below the name; a record number that is part of the name is not said twice."""
        number = "" if self.private else self.record_number
        return " · ".join(part for part in (number, self.born, self.sex) if part)

    @property
    def nameless(self) -> bool:
        """Neither name nor birth date are to be shown, in words that were kept with a record either."""
        return self.pseudonymous or self.private


def person(db: Database, patient: Patient) -> Person:
    """The one place that decides how a patient is called, on every page, in every figure, download and print."""
    if not can(db.actor, "see names"):
        return _person(patient, pseudonym(patient.key), "", exact=False, pseudonymous=True)
    if private(db.actor):
        name = f"{initials(patient)} · {patient.record_number}"
        return _person(patient, name, patient.record_number, exact=False, private=True)
    return identified(db, patient)


def identified(db: Database, patient: Patient) -> Person:
    """By full name and birth date in privacy mode too: where the right person has to be told from others
    (docs/clinical.md F.6). Without the right to see names a pseudonym all the same."""
    if not can(db.actor, "see names"):
        return person(db, patient)
    return _person(patient, f"{patient.family_name}, {patient.given_name}", patient.record_number, exact=True)


def _person(patient: Patient, name: str, number: str, *, exact: bool, **flags: bool) -> Person:
    born = f"born {patient.birth_date:%-d %b %Y}" if exact else f"born {patient.birth_date:%Y}"
    sex = patient.sex.value if patient.sex != Sex.UNKNOWN else ""
    flags = {"pseudonymous": False} | flags
    return Person(patient.id, patient.key, name, number, born, sex, patient.row_version, **flags)


def initials(patient: Patient) -> str:
    """`A. B.`, the given name first; a double name keeps both of its letters."""
    parts = f"{patient.given_name} {patient.family_name}".replace("-", " ").split()
    letters = (next((letter for letter in part if letter.isalnum()), "") for part in parts)
    return " ".join(f"{letter.upper()}." for letter in letters if letter)


def pseudonym(key: str) -> str:
    """The same five letters for the same patient on every page; nothing of the person is in them."""
    return "P-" + b32encode(hashlib.sha256(key.encode()).digest())[:5].decode()


def private(actor: Actor) -> bool:
    return dict(actor.preferences).get(PRIVACY) == "on"


def keep_private(db: Database, on: bool) -> None:
    """Remembered with the account, so that it holds on every device from the next action on."""
    require(db, "see names")
    accounts.set_preference(db, PRIVACY, "on" if on else None)
