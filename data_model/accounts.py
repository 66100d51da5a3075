"""Who works here, and who is signed in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from data_model.columns import new_key, now, one_of, words


class Role(StrEnum):
    NURSE = "nurse"
    CLINICIAN = "clinician"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Account(SQLModel, table=True):
    __table_args__ = (one_of("role", Role),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=new_key, unique=True)
    username: str = Field(unique=True)
    name: str
    role: Role = Field(sa_type=words(Role))
    may_prescribe: bool = False
    sees_names: bool = False  # only asked of a lead, who otherwise sees pseudonyms
    site: str | None = None
    password_hash: str
    must_change_password: bool = False
    active: bool = True
    failures: int = 0
    locked_until: datetime | None = None
    created_at: datetime = Field(default_factory=now)
    preferences: dict = Field(default_factory=dict, sa_type=JSON)
    pin_hash: str | None = None  # opens only what this person's own password opened before


class AccessSession(SQLModel, table=True):
    """A sign-in. The cookie's secret is stored as its SHA-256 only."""

    __tablename__ = "access_session"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=new_key, unique=True)
    token_hash: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    started_at: datetime = Field(default_factory=now)
    last_seen_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = None
    ended_why: str | None = None
    address: str | None = None
    browser: str | None = None
    locked_at: datetime | None = None  # nobody did anything for a while; a PIN or the password goes on
