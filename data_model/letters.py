"""Letters that left the clinic."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field

from data_model.columns import Clinical, clinical


class Letter(Clinical, table=True):
    """One file that somebody took out. `chosen` is what they selected, `fingerprint` the SHA-256 of the file, so
    that a paper can be told from another."""

    __table_args__ = clinical()

    patient_id: int = Field(foreign_key="patient.id", index=True)
    episode_id: int | None = Field(default=None, foreign_key="episode.id", index=True)
    recipient: str
    form: str  # pdf or html
    chosen: dict = Field(default_factory=dict, sa_type=JSON)
    data_as_of: datetime
    fingerprint: str
