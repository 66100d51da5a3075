"""What every part of the treatment page needs to know, read once in each run."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from clinic import patients, settings
from clinic.patients import Person
from data_model import Actor, Database, Patient, Treatment
from pages.shared.address import own


@dataclass(frozen=True, slots=True)
class Chair:
    """One treatment of one patient as `actor` opened it, by full name in privacy mode too. Rows of the store are
    detached: read them anew to write."""

    actor: Actor
    patient: Patient
    person: Person
    treatment: Treatment
    zone: ZoneInfo

    def key(self, name: str) -> str:
        """Of a widget that belongs to this treatment of this patient."""
        return own(f"{self.patient.key}:{self.treatment.key}", name)


def chair(db: Database, actor: Actor, patient: Patient, treatment: Treatment) -> Chair:
    return Chair(actor, patient, patients.identified(db, patient), treatment, settings.zone(db))
