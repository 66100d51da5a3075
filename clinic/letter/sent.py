"""The letters that were made of one patient: what may already be in somebody else's hands."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import select

from clinic.access import require
from data_model import Database, Letter, Patient
from data_model.columns import COUNTED

# Built once: the Patient page asks this on each run.
_OF_PATIENT = (
    select(Letter)
    .where(Letter.patient_id == bindparam("patient"), Letter.status.in_(COUNTED))
    .order_by(Letter.entered_at.desc(), Letter.id.desc())
)


def of_patient(db: Database, patient: Patient) -> list[Letter]:
    """The newest first. That a letter was made does not say that it was sent."""
    require(db, "see patients")
    return list(db.exec(_OF_PATIENT, params={"patient": patient.id}))


def words(letter: Letter, zone: ZoneInfo) -> str:
    """`25 Nov 2026 14:02, PDF to Dr Hale, by Caspar Lind`: one line for lists."""
    to = letter.recipient.partition("\n")[0]
    return f"{letter.entered_at.astimezone(zone):%-d %b %Y %H:%M}, {letter.form.upper()} to {to}, by {letter.author}"
