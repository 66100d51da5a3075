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


class Decides(StrEnum):
    """Events that end a response at once (docs/clinical.md D.3), and that stand as counts above every outcome."""

    ADMISSION = "admission for the condition"
    ATTEMPT = "suicide attempt"
    DEATH = "death"
    ECT = "electroconvulsive therapy"
    RESCUE = "unplanned rescue dose"


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
    safety_plan_on: date | None = None  # when the plan for a crisis was last made or gone through together
    merged_into_id: int | None = None  # the same person under the record that is kept; this one is void


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
    mg_per_day: float | None = (
        None  # as a number, so that a change of dose can be drawn; a change is a new row
    )
    started: date
    stopped: date | None = None


class EventNote(Clinical, table=True):
    """Something that may explain a turn in the scores; with `ended_on` something that lasted. A therapy
    without it goes on."""

    __tablename__ = "event_note"
    __table_args__ = clinical(one_of("kind", EventKind))

    patient_id: int = Field(foreign_key="patient.id", index=True)
    kind: EventKind = Field(sa_type=words(EventKind))
    happened_on: date
    ended_on: date | None = None
    decides: Decides | None = Field(default=None, sa_type=words(Decides))
    text: str


class Weight(Clinical, table=True):
    """A weight measured outside a treatment; a treatment stores the weight that its dose was computed from."""

    __table_args__ = clinical(CheckConstraint("kg > 0", name="kg_positive"))

    patient_id: int = Field(foreign_key="patient.id", index=True)
    measured_on: date
    kg: float


class Consent(Clinical, table=True):
    __table_args__ = clinical()

    patient_id: int = Field(foreign_key="patient.id", index=True)
    episode_id: int | None = Field(default=None, foreign_key="episode.id", index=True)
    to_what: str
    form_version: str | None = None
    given_on: date
    withdrawn_on: date | None = None
