"""Who did what, when and why. Rows are only ever added: a trigger refuses the rest."""

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from data_model.columns import now


class AuditRow(SQLModel, table=True):
    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_patient", "patient_id", "at"),
        Index("ix_audit_record", "record_table", "record_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, index=True)
    actor: str
    actor_kind: str
    account_id: int | None = None
    access_session_id: int | None = None
    verb: str  # created, changed, read, exported, signed in, …
    record_table: str | None = None
    record_id: int | None = None
    patient_id: int | None = None
    before: dict | None = Field(default=None, sa_type=JSON(none_as_null=True))
    after: dict | None = Field(default=None, sa_type=JSON(none_as_null=True))
    reason: str | None = None
