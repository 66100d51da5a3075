"""What went to the wrong patient and was put right."""

from sqlmodel import Field

from data_model.columns import Clinical, clinical


class Move(Clinical, table=True):
    """One record that now belongs to `patient_id`. It is read in both places; the audit trail has the rows."""

    __table_args__ = clinical()

    patient_id: int = Field(foreign_key="patient.id", index=True)
    from_patient_id: int = Field(foreign_key="patient.id", index=True)
    record_table: str  # assessment, treatment, or patient where two records of one person became one
    record_key: str
    says: str  # what it was, in words that name nobody: "PHQ-9 of 3 Mar 2026, 14"
    reason: str
