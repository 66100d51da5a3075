"""The register of controlled drugs: what came in, was drawn, given, wasted, and what is left. Only ever added to."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from data_model.columns import new_key, now, one_of, words
from data_model.treatments import Substance


class EntryKind(StrEnum):
    RECEIVED = "received"
    DRAWN = "drawn"
    GIVEN = "given"
    WASTED = "wasted"
    RETURNED = "returned"
    COUNTED = "counted"
    CORRECTION = "correction"


class DrugEntry(SQLModel, table=True):
    """One line of the register for one product and lot. `change_mg` is what it does to the stock (negative for what
    leaves it), `balance_mg` what the line left there. What is given or wasted was drawn before, so it changes no
    stock: `amount_mg` says how much. A correction names the line that it puts right."""

    __tablename__ = "drug_entry"
    __table_args__ = (
        one_of("kind", EntryKind),
        one_of("substance", Substance),
        CheckConstraint("amount_mg >= 0", name="amount_not_negative"),
        CheckConstraint("witness_id IS NULL OR witness_id <> author_id", name="witness_is_another"),
        CheckConstraint("kind <> 'correction' OR corrects_id IS NOT NULL", name="correction_names_a_line"),
        Index("ix_drug_entry_lot", "product", "lot", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=new_key, unique=True)
    at: datetime
    entered_at: datetime = Field(default_factory=now)
    kind: EntryKind = Field(sa_type=words(EntryKind))
    substance: Substance = Field(sa_type=words(Substance))
    product: str
    lot: str
    expiry: date | None = None
    amount_mg: float
    change_mg: float
    balance_mg: float
    treatment_id: int | None = Field(default=None, foreign_key="treatment.id", index=True)
    patient_id: int | None = Field(default=None, foreign_key="patient.id")
    author: str
    author_id: int | None = Field(default=None, foreign_key="account.id")
    witness: str | None = None
    witness_id: int | None = Field(default=None, foreign_key="account.id")
    note: str | None = None
    corrects_id: int | None = Field(default=None, foreign_key="drug_entry.id")


class DrugDiscrepancy(SQLModel, table=True):
    """Something in the register that does not add up, open until somebody closes it with what was found."""

    __tablename__ = "drug_discrepancy"
    __table_args__ = (
        CheckConstraint(
            "closed_at IS NULL OR (closed_by IS NOT NULL AND action IS NOT NULL)", name="closed_by_somebody"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=new_key, unique=True)
    entry_id: int = Field(foreign_key="drug_entry.id", index=True)
    says: str
    opened_at: datetime = Field(default_factory=now)
    opened_by: str
    action: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_by_id: int | None = Field(default=None, foreign_key="account.id")
