"""Columns and constraints that several tables share."""

import secrets
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

# Constraint names must be the same on a fresh and on a migrated store.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Status(StrEnum):
    """The life of a clinical row. Drafts are in no count; void rows stay visible where they were."""

    DRAFT = "draft"
    ACTIVE = "active"
    SIGNED = "signed"
    AMENDED = "amended"
    VOID = "void"


COUNTED = (Status.ACTIVE, Status.SIGNED, Status.AMENDED)


def new_key() -> str:
    """72 random bits for addresses and exports: identifiers outside the database must not be countable."""
    return secrets.token_urlsafe(9)


def now() -> datetime:
    return datetime.now(UTC)


def words(values: type[StrEnum]) -> Enum:
    """The column type of a closed list: its words as text, the same on both databases."""
    return Enum(
        values,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda listed: [member.value for member in listed],
    )


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """The CHECK of a closed list; a new value is an ordinary migration."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Clinical(SQLModel):
    """What every clinical row carries. `row_version` counts edits, so that a second save on top of
    somebody else's change is refused by the database layer instead of winning silently."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=new_key, unique=True)
    status: Status = Field(default=Status.ACTIVE, sa_type=words(Status))
    author: str = ""
    author_id: int | None = Field(default=None, foreign_key="account.id")
    entered_at: datetime = Field(default_factory=now)
    void_reason: str | None = None
    row_version: int = Field(default=1)

    @declared_attr.directive
    def __mapper_args__(cls):
        return {"version_id_col": cls.__table__.c.row_version}


def clinical(*more):
    """`__table_args__` of a clinical table: its own constraints and those of every clinical row."""
    return (
        *more,
        one_of("status", Status),
        CheckConstraint("status <> 'void' OR void_reason IS NOT NULL", name="void_has_reason"),
    )
