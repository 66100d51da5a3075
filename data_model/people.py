"""The people a clinic treats, and what is known about them outside treatments and scores."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from data_model.columns import Clinical, clinical, one_of, words


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class EventKind(StrEnum):
    MEDICATION = "medication change"
    LIFE = "life event"
    CLINICAL = "clinical event"
    THERAPY = "therapy"


class Patient(Clinical, table=True):
    __table_args__ = clinical(
        one_of("sex", Sex),
        Index("ix_patient_name_order", "family_name", "given_name", "id"),
    )

    record_number: str = Field(unique=True)
    family_name: str
    given_name: str
    birth_date: date
    sex: Sex = Field(default=Sex.UNKNOWN, sa_type=words(Sex))
    phone: str | None = None
    email: str | None = None
    clinician_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    site: str | None = None
    search_text: str = ""  # lower case, without accents: what the search box looks through
    sound: str = Field(default="", index=True)  # key under which similar names fall together
    source_key: str | None = Field(default=None, unique=True)


class Diagnosis(Clinical, table=True):
    __table_args__ = clinical()

    patient_id: int = Field(foreign_key="patient.id", index=True)
    icd10: str | None = None
    text: str
    since: date | None = None


class PriorTreatment(Clinical, table=True):
    """What was tried before; `outcome` in the clinician's words."""

    __tablename__ = "prior_treatment"
    __table_args__ = clinical()

    patient_id: int = Field(foreign_key="patient.id", index=True)
    what: str
    outcome: str | None = None
    ended: date | None = None


class Medication(Clinical, table=True):
    __table_args__ = clinical(
        CheckConstraint("stopped IS NULL OR stopped >= started", name="stops_after_start")
    )

    patient_id: int = Field(foreign_key="patient.id", index=True)
    drug: str
    dose: str | None = None
    started: date
    stopped: date | None = None


class EventNote(Clinical, table=True):
    """Something that may explain a turn in the scores."""

    __tablename__ = "event_note"
    __table_args__ = clinical(one_of("kind", EventKind))

    patient_id: int = Field(foreign_key="patient.id", index=True)
    kind: EventKind = Field(sa_type=words(EventKind))
    happened_on: date
    text: str


class Consent(Clinical, table=True):
    __table_args__ = clinical()

    patient_id: int = Field(foreign_key="patient.id", index=True)
    episode_id: int | None = Field(default=None, foreign_key="episode.id", index=True)
    to_what: str
    form_version: str | None = None
    given_on: date
    withdrawn_on: date | None = None
