"""Choices of people for Outcomes that somebody kept under a name."""

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field

from data_model.columns import Clinical, clinical


class SavedCohort(Clinical, table=True):
    """`chosen` is the choice as an address says it: conditions and keys of accounts, never anybody's name. Who is in
    it is found anew each time."""

    __tablename__ = "saved_cohort"
    __table_args__ = clinical(CheckConstraint("name <> ''", name="named"))

    name: str
    chosen: dict = Field(default_factory=dict, sa_type=JSON)
