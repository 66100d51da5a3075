"""What is looked at between treatments, and what the law or a regulator wants done after one."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field

from data_model.columns import Clinical, clinical, now, one_of, words


class CheckKind(StrEnum):
    LIVER = "liver tests"  # value: ALT or AST, the higher, in times the upper limit of normal
    URINARY = "urinary symptoms"
    COGNITION = "cognition"
    DRUG_SCREEN = "urine drug screen"
    PDMP = "prescription monitoring"
    PREGNANCY = "pregnancy test"
    ECG = "ECG"
    CRAVING = "craving or non-medical use"
    MENTAL_STATE = "mood and psychosis"


class Finding(StrEnum):
    """What a check came to. "Not known" is no result."""

    NOTHING = "nothing found"
    MILD = "something found"
    GRAVE = "something grave found"  # blood or pain in passing water; psychosis or mania


class SafetyCheck(Clinical, table=True):
    """One check of one person. `value` has a meaning for liver tests only, see `CheckKind`."""

    __tablename__ = "safety_check"
    __table_args__ = clinical(one_of("kind", CheckKind), one_of("finding", Finding))

    patient_id: int = Field(foreign_key="patient.id", index=True)
    kind: CheckKind = Field(sa_type=words(CheckKind))
    checked_on: date
    finding: Finding | None = Field(default=None, sa_type=words(Finding))
    value: float | None = None
    text: str | None = None


class DutyDone(Clinical, table=True):
    """That a duty of the protocol (a form sent, an authority told) was done for a treatment."""

    __tablename__ = "duty_done"
    __table_args__ = clinical()

    patient_id: int = Field(foreign_key="patient.id", index=True)
    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    duty: str
    done_at: datetime = Field(default_factory=now)
    note: str | None = None
