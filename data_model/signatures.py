"""Who stands for a treatment record, and what was corrected after that. Both are only ever added to."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from data_model.accounts import Role
from data_model.columns import new_key, now, one_of, words


class Signature(SQLModel, table=True):
    """`content_hash` is the SHA-256 of the record with its observations and events as they stood; while it
    equals that of the record now, the signature holds."""

    __table_args__ = (one_of("role", Role),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=new_key, unique=True)
    patient_id: int = Field(foreign_key="patient.id")
    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    name: str
    role: Role = Field(sa_type=words(Role))
    meaning: str
    signed_at: datetime = Field(default_factory=now)
    content_hash: str
    identity: str | None = None  # name and birth date as they were confirmed


class Amendment(SQLModel, table=True):
    """One field of a signed record, before and after, with the reason. The database lets a signed row change
    only if the amendment of exactly this version of it was stored before."""

    __table_args__ = (
        CheckConstraint(
            "record_table IN ('treatment', 'vital_signs', 'adverse_event')", name="record_table_known"
        ),
        Index("ix_amendment_record", "record_table", "record_id", "record_version"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=new_key, unique=True)
    patient_id: int = Field(foreign_key="patient.id")
    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    record_table: str
    record_id: int
    record_version: int
    field: str
    before: dict = Field(sa_type=JSON)  # {"is": …}: JSON NULL and no value stay apart
    after: dict = Field(sa_type=JSON)
    reason: str
    account_id: int | None = Field(default=None, foreign_key="account.id")
    name: str
    amended_at: datetime = Field(default_factory=now)
