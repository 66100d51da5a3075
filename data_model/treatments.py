"""One dosing session, with the vital signs and adverse events that belong to it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, Relationship

from data_model.columns import Clinical, clinical, one_of, words


class Substance(StrEnum):
    RACEMIC = "racemic ketamine"
    ESKETAMINE = "esketamine"


class Route(StrEnum):
    IV = "IV"
    IM = "IM"
    SC = "SC"
    IN = "IN"
    SL = "SL"
    ORAL = "oral"


class WeightBasis(StrEnum):
    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"


class Severity(StrEnum):
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


# A draft with a planned time is watched live, by whoever is there; one without is written up afterwards by its author.
_WRITTEN_UP = "status = 'draft' AND planned_for IS NULL"
_RUNNING = "status = 'draft' AND planned_for IS NOT NULL AND started_at IS NOT NULL AND left_at IS NULL"


class Treatment(Clinical, table=True):
    """Whether it is planned, running, left or finished is read off its times (clinic/chair/stage.py). Milligrams are
    of the substance named; `mg_per_kg` is stored with the weight it was computed from, so that a later change of
    weight rewrites nothing."""

    __table_args__ = clinical(
        one_of("substance", Substance),
        one_of("route", Route),
        one_of("weight_basis", WeightBasis),
        CheckConstraint(
            "status IN ('draft', 'void') OR (substance IS NOT NULL AND route IS NOT NULL"
            " AND given_mg IS NOT NULL AND started_at IS NOT NULL)",
            name="complete_unless_draft",
        ),
        CheckConstraint(
            "status IN ('draft', 'void') OR stopped_at IS NULL OR stopped_at >= started_at",
            name="stops_after_start",
        ),
        Index("ix_treatment_course", "patient_id", "started_at"),
        Index(
            "ix_treatment_draft",
            "entered_at",
            sqlite_where=text("status = 'draft'"),
            postgresql_where=text("status = 'draft'"),
        ),
        Index(
            "uq_treatment_open_draft",
            "patient_id",
            "author_id",
            unique=True,
            sqlite_where=text(_WRITTEN_UP),
            postgresql_where=text(_WRITTEN_UP),
        ),
        Index(
            "uq_treatment_running",
            "patient_id",
            unique=True,
            sqlite_where=text(_RUNNING),
            postgresql_where=text(_RUNNING),
        ),
    )

    patient_id: int = Field(foreign_key="patient.id")
    episode_id: int = Field(foreign_key="episode.id", index=True)
    planned_for: datetime | None = None
    substance: Substance | None = Field(default=None, sa_type=words(Substance))
    route: Route | None = Field(default=None, sa_type=words(Route))
    product: str | None = None
    lot: str | None = None
    expiry: date | None = None
    concentration_mg_per_ml: float | None = None
    ordered_mg: float | None = None
    given_mg: float | None = None
    weight_kg: float | None = None
    weight_basis: WeightBasis = Field(default=WeightBasis.ACTUAL, sa_type=words(WeightBasis))
    weighed_on: date | None = None
    mg_per_kg: float | None = None
    started_at: datetime | None = Field(default=None, index=True)
    stopped_at: datetime | None = None
    zone: str = "UTC"
    stopped_early: bool = False
    ready_at: datetime | None = None
    left_at: datetime | None = None
    escort: str | None = None
    note: str | None = None
    source_key: str | None = Field(default=None, unique=True)
    room: str | None = None
    protocol: str | None = None  # by which protocol it was judged, and in which version
    protocol_version: str | None = None
    planned_minutes: float | None = None
    height_cm: float | None = None
    dosing_kg: float | None = None  # the weight on the basis chosen
    identity_at_start: str | None = None  # name and birth date as they were confirmed
    started_by: str | None = None
    transport: str | None = None
    left_early_reason: str | None = None
    leaving_decided_by: str | None = None  # the prescriber who let somebody go with a criterion not met
    leaving_decision: str | None = None

    vital_signs: list["VitalSigns"] = Relationship(back_populates="treatment")
    adverse_events: list["AdverseEvent"] = Relationship(back_populates="treatment")


class VitalSigns(Clinical, table=True):
    """One observation. `minute` counts from the start of the dose; negative is before it.
    An absent value is NULL: not recorded, never normal."""

    __tablename__ = "vital_signs"
    __table_args__ = clinical(
        CheckConstraint("status IN ('draft', 'void') OR minute IS NOT NULL", name="timed_unless_draft")
    )

    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    position: int
    minute: int | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    heart_rate_bpm: int | None = None
    spo2_percent: int | None = None
    respiratory_rate: int | None = None
    moaas: int | None = None
    note: str | None = None
    observed_at: datetime | None = None  # the moment itself, where somebody watched live
    on_oxygen: bool | None = None
    symptoms: list | None = Field(default=None, sa_type=JSON(none_as_null=True))  # [] asked and none
    dissociation: float | None = None
    dissociation_scale: str | None = None
    aldrete: int | None = None

    treatment: Treatment = Relationship(back_populates="vital_signs")


class AdverseEvent(Clinical, table=True):
    __tablename__ = "adverse_event"
    __table_args__ = clinical(one_of("severity", Severity))

    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    term: str
    severity: Severity = Field(sa_type=words(Severity))
    serious: bool = False
    onset_minute: int | None = None
    resolved_minute: int | None = None
    action: str | None = None
    happened_at: datetime | None = None
    causality: str | None = None
    outcome: str | None = None
    assessed_as: str | None = None  # an emergency symptom: panic, cardiac, other
    assessed_by: str | None = None

    treatment: Treatment = Relationship(back_populates="adverse_events")
