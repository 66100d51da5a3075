"""The people a clinic treats: find, register, edit; and what of them an actor may see."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from base64 import b32encode
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from sqlmodel import func, select

from clinic import trail
from clinic.access import can, require
from clinic.refused import BadInput, Conflict, NotFound
from data_model import Database, Episode, Patient
from data_model.columns import Status, now
from data_model.people import Sex

EDITABLE = (
    "record_number",
    "family_name",
    "given_name",
    "birth_date",
    "sex",
    "phone",
    "email",
    "clinician_id",
    "site",
)
_OLDEST = 120  # years


@dataclass(frozen=True, slots=True)
class Person:
    """A patient as this actor may see them. Without the right to see names: a pseudonym, the year of birth,
    and no record number."""

    id: int
    key: str
    name: str
    record_number: str
    born: str
    sex: str
    row_version: int
    pseudonymous: bool

    @property
    def line(self) -> str:
        return " · ".join(part for part in (self.record_number, self.born, self.sex) if part)


def person(db: Database, patient: Patient) -> Person:
    if can(db.actor, "see names"):
        return Person(
            patient.id,
            patient.key,
            f"{patient.family_name}, {patient.given_name}",
            patient.record_number,
            f"born {patient.birth_date:%-d %b %Y}",
            patient.sex.value if patient.sex != Sex.UNKNOWN else "",
            patient.row_version,
            pseudonymous=False,
        )
    return Person(
        patient.id,
        patient.key,
        pseudonym(patient.key),
        "",
        f"born {patient.birth_date:%Y}",
        patient.sex.value if patient.sex != Sex.UNKNOWN else "",
        patient.row_version,
        pseudonymous=True,
    )


def pseudonym(key: str) -> str:
    """The same five letters for the same patient on every page; nothing of the person is in them."""
    return "P-" + b32encode(hashlib.sha256(key.encode()).digest())[:5].decode()


def get(db: Database, key: str) -> Patient:
    """The patient behind an address's key; leaves a read in the audit trail. Raises NotFound."""
    require(db, "see patients")
    patient = db.exec(select(Patient).where(Patient.key == key)).first()
    if patient is None:
        raise NotFound("There is no such patient.")
    trail.read(db, patient.id)
    return patient


def search(
    db: Database, text: str = "", *, stage: str | None = None, page: int = 0, size: int = 25
) -> tuple[list[tuple[Person, Episode | None]], int]:
    """One page of patients with their latest course, by name, and how many match.

    Each word of `text` must occur in the name or record number. `stage` is a stage of care or "no course".
    Who may not see names can't search by them: `text` is then ignored.
    """
    require(db, "see patients")
    latest = (
        select(Episode.patient_id, func.max(Episode.id).label("episode_id"))
        .where(Episode.status != Status.VOID)
        .group_by(Episode.patient_id)
        .subquery()
    )
    query = select(Patient.id).where(Patient.status != Status.VOID)
    if can(db.actor, "see names"):
        for word in plain(text).split():
            query = query.where(Patient.search_text.contains(word, autoescape=True))
    if stage == "no course":
        query = query.where(~select(Episode.id).where(Episode.patient_id == Patient.id).exists())
    elif stage:
        query = query.join(latest, latest.c.patient_id == Patient.id).join(
            Episode, (Episode.id == latest.c.episode_id) & (Episode.stage == stage)
        )
    total = db.exec(select(func.count()).select_from(query.subquery())).one()
    by_name = (
        (Patient.family_name, Patient.given_name, Patient.id)
        if can(db.actor, "see names")
        else (Patient.key,)
    )
    ids = db.exec(query.order_by(*by_name).offset(page * size).limit(size)).all()
    return _with_course(db, ids), total


def _with_course(db: Database, ids: list[int]) -> list[tuple[Person, Episode | None]]:
    patients = {p.id: p for p in db.exec(select(Patient).where(Patient.id.in_(ids)))}
    courses = select(Episode).where(Episode.patient_id.in_(ids), Episode.status != Status.VOID)
    latest = {e.patient_id: e for e in db.exec(courses.order_by(Episode.id))}
    return [(person(db, patients[i]), latest.get(i)) for i in ids]


def register(db: Database, **fields: Any) -> Patient:
    """A new patient. Raises BadInput with every problem at once; `similar` is asked before, by the page."""
    require(db, "edit patients")
    cleaned = _cleaned(db, fields)
    patient = Patient(**cleaned, author=db.actor.name, author_id=db.actor.account_id)
    index_for_search(patient)
    db.add(patient)
    db.flush()
    return patient


def edit(db: Database, key: str, row_version: int, **fields: Any) -> Patient:
    """Raises Conflict when somebody saved since `row_version` was shown: nothing is overwritten unseen."""
    require(db, "edit patients")
    patient = get(db, key)
    if patient.row_version != row_version:
        raise Conflict(
            "Somebody else changed this patient meanwhile. Open the patient again to see their version."
        )
    current = {name: getattr(patient, name) for name in EDITABLE}
    cleaned = _cleaned(db, current | fields, besides=patient.id)
    for name, value in cleaned.items():
        if getattr(patient, name) != value:
            setattr(patient, name, value)
    index_for_search(patient)
    db.flush()
    return patient


def similar(db: Database, family_name: str, given_name: str, birth_date: date | None) -> list[Patient]:
    """Who this may already be: same birth date with a like name, or the same name however it is spelt."""
    require(db, "edit patients")
    candidates = select(Patient).where(
        Patient.status != Status.VOID,
        (Patient.sound == _sound(family_name, given_name)) | (Patient.birth_date == birth_date),
    )
    wanted = plain(f"{family_name} {given_name}")
    return [
        patient
        for patient in db.exec(candidates.limit(200))
        if patient.sound == _sound(family_name, given_name)
        or SequenceMatcher(None, wanted, plain(f"{patient.family_name} {patient.given_name}")).ratio() >= 0.8
    ]


def plain(text: str) -> str:
    """Lower case without accents, so that "Müller" is found by "muller"."""
    apart = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).strip()


def _sound(family_name: str, given_name: str) -> str:
    """A key under which like-sounding names fall together: first letters kept, vowels and doubles dropped."""
    return " ".join(_skeleton(name) for name in (family_name, given_name))


def _skeleton(name: str) -> str:
    letters = re.sub(r"[^a-z]", "", plain(name))
    for pair, one in (("ph", "f"), ("ck", "k"), ("c", "k"), ("q", "k"), ("z", "s"), ("v", "f"), ("w", "f")):
        letters = letters.replace(pair, one)
    kept = letters[:1] + re.sub(r"[aeiouyh]", "", letters[1:])
    return re.sub(r"(.)\1+", r"\1", kept)


def index_for_search(patient: Patient) -> None:
    """Fills what `search` and `similar` look through; whoever changes a name calls it."""
    patient.search_text = plain(f"{patient.family_name} {patient.given_name} {patient.record_number}")
    patient.sound = _sound(patient.family_name, patient.given_name)


def _cleaned(db: Database, fields: dict[str, Any], besides: int | None = None) -> dict[str, Any]:
    values = {k: v.strip() or None if isinstance(v, str) and k != "sex" else v for k, v in fields.items()}
    values["sex"] = Sex(values.get("sex") or Sex.UNKNOWN)
    words = {"family_name": "family name", "given_name": "given name", "record_number": "record number"}
    problems = [f"The {word} is missing." for name, word in words.items() if not values.get(name)]
    problems += _date_problems(values.get("birth_date"))
    taken = db.exec(select(Patient).where(Patient.record_number == values.get("record_number"))).first()
    if taken is not None and taken.id != besides:
        problems.append(f"Record number {taken.record_number} already belongs to {person(db, taken).name}.")
    if problems:
        raise BadInput(*problems)
    return values


def _date_problems(born: date | None) -> list[str]:
    today = now().date()
    if born is None:
        return ["The date of birth is missing."]
    if born > today:
        return [f"The date of birth, {born:%-d %b %Y}, lies in the future."]
    if today.year - born.year > _OLDEST:
        return [f"The date of birth, {born:%-d %b %Y}, would make this person over {_OLDEST} years old."]
    return []
