"""A rule that fired, and what somebody did about it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from data_model.columns import new_key, now, one_of, words


class Urgency(StrEnum):
    """U0 at once, U1 before leaving, U2 same working day, U3 before the next dose, U4 at the next review."""

    U0 = "U0"
    U1 = "U1"
    U2 = "U2"
    U3 = "U3"
    U4 = "U4"


class Alert(SQLModel, table=True):
    """Open until somebody closes it with a name and an action; one open alert for each patient and rule."""

    __table_args__ = (
        one_of("urgency", Urgency),
        CheckConstraint(
            "closed_at IS NULL OR (closed_by IS NOT NULL AND action IS NOT NULL)", name="closed_by_somebody"
        ),
        Index(
            "uq_alert_open",
            "patient_id",
            "rule",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_alert_open",
            "raised_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=new_key, unique=True)
    patient_id: int = Field(foreign_key="patient.id", index=True)
    assessment_id: int | None = Field(default=None, foreign_key="assessment.id")
    treatment_id: int | None = Field(default=None, foreign_key="treatment.id")
    rule: str
    rule_version: str
    urgency: Urgency = Field(sa_type=words(Urgency))
    saw: str  # what the rule saw, never what is true of the patient
    level: float = 0  # the highest answer that joined
    times: int = 1
    opened_at: datetime = Field(default_factory=now)
    raised_at: datetime = Field(default_factory=now)  # when it last came to the top
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    action: str | None = None
    acted_at: datetime | None = None
    acted_by: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_by_id: int | None = Field(default=None, foreign_key="account.id")
    row_version: int = 1


class Firing(SQLModel, table=True):
    """Each time a rule fired, and on which row: once for each rule and subject, however often it is looked at.
    Several may have joined one alert."""

    __tablename__ = "alert_firing"
    __table_args__ = (Index("uq_alert_firing", "rule", "subject", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    patient_id: int = Field(foreign_key="patient.id", index=True)
    rule: str
    rule_version: str
    subject: str  # table:key of what it saw, with what else makes it one of its kind
    saw: str
    at: datetime  # when what it saw happened
    fired_at: datetime = Field(default_factory=now)
