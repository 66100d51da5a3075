"""A clinic's own numbers for a shipped protocol, and who approved which version of a protocol."""

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from data_model.accounts import Role
from data_model.columns import new_key, now, one_of, words


class ProtocolEdition(SQLModel, table=True):
    """The values of limits by which this version differs from the shipped one; never changed once made.
    `values` are limit id -> number, all of the clinic's, not only the last."""

    __tablename__ = "protocol_edition"
    __table_args__ = (Index("uq_protocol_edition", "protocol", "version", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=new_key, unique=True)
    protocol: str
    base_version: str
    version: str
    values: dict = Field(sa_type=JSON)
    reason: str
    fingerprint: str
    made_at: datetime = Field(default_factory=now)
    made_by_id: int | None = Field(default=None, foreign_key="account.id")
    made_by: str


class ProtocolApproval(SQLModel, table=True):
    """One name under one version. Two different people make it approved."""

    __tablename__ = "protocol_approval"
    __table_args__ = (
        one_of("role", Role),
        Index("uq_protocol_approval", "protocol", "version", "account_id", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=new_key, unique=True)
    protocol: str
    version: str
    fingerprint: str
    account_id: int = Field(foreign_key="account.id")
    name: str
    role: Role = Field(sa_type=words(Role))
    capacity: str  # "medical lead" or "second clinician"
    approved_at: datetime = Field(default_factory=now)
