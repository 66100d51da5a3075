"""The clinic's own choices. A change is a new row; the newest one in effect holds."""

from datetime import datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from data_model.columns import now


class Setting(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    version: int
    value: dict = Field(sa_type=JSON)  # {"is": …}: JSON NULL and a missing row stay apart
    effective_from: datetime = Field(default_factory=now)
    set_by: str
    approved_by: str | None = None
