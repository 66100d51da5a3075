"""A course of care of one patient, from baseline to endpoint."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from data_model.columns import Clinical, clinical, one_of, words


class Indication(StrEnum):
    """What the course is for; it decides which scale leads (`clinic.episodes.LEADING`)."""

    GENERALISED_ANXIETY = "generalised anxiety"
    SOCIAL_ANXIETY = "social anxiety"
    PANIC = "panic"
    OBSESSIVE_COMPULSIVE = "obsessive-compulsive"
    POST_TRAUMATIC_STRESS = "post-traumatic stress"
    ANY_ANXIETY = "any anxiety"
    DEPRESSION = "depression"


class Stage(StrEnum):
    ASSESSMENT = "assessment"
    INDUCTION = "induction"
    OPTIMISATION = "optimisation"
    MAINTENANCE = "maintenance"
    PAUSED = "paused"
    ENDED = "ended"


class Episode(Clinical, table=True):
    __table_args__ = clinical(
        one_of("indication", Indication),
        one_of("stage", Stage),
        CheckConstraint("stage <> 'ended' OR ended_at IS NOT NULL", name="ended_has_date"),
    )

    patient_id: int = Field(foreign_key="patient.id", index=True)
    indication: Indication = Field(sa_type=words(Indication))
    primary_instrument: str
    protocol: str | None = None
    protocol_version: str | None = None
    stage: Stage = Field(default=Stage.ASSESSMENT, sa_type=words(Stage))
    stage_since: datetime
    opened_at: datetime
    imported_start: datetime | None = (
        None  # when the first dose fell, for courses that come without treatments
    )
    label: str | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    goal: str | None = None
    next_review_on: date | None = None
    source_key: str | None = Field(default=None, unique=True)


class StageChange(Clinical, table=True):
    """That a course came to a stage; `Episode.stage` is the last of them."""

    __tablename__ = "stage_change"
    __table_args__ = clinical(one_of("stage", Stage))

    patient_id: int = Field(foreign_key="patient.id", index=True)
    episode_id: int = Field(foreign_key="episode.id", index=True)
    stage: Stage = Field(sa_type=words(Stage))
    since: datetime
    reason: str | None = None
