"""What was begun and not finished: this person's own forms, and everybody's records of treatments."""

from __future__ import annotations

from dataclasses import dataclass

from clinic import assessments, patients, treatments
from clinic.access import require
from clinic.patients import Person
from clinic.worklist.remembered import kept
from data_model import Assessment, Database, Treatment


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Newest first."""

    forms: tuple[tuple[Person, Assessment], ...]
    treatments: tuple[tuple[Person, Treatment], ...]

    def __len__(self) -> int:
        return len(self.forms) + len(self.treatments)


def unfinished(db: Database) -> Unfinished:
    require(db, "see today")
    return kept(db, _unfinished)


def _unfinished(db: Database) -> Unfinished:
    return Unfinished(
        tuple((patients.person(db, patient), form) for form, patient in assessments.drafts(db)),
        tuple((patients.person(db, patient), record) for record, patient in treatments.drafts(db)),
    )
