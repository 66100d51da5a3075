"""What every move leaves behind: its own row, and a line of the audit trail at the patient whom it left."""

from __future__ import annotations

from clinic import trail
from data_model import Database, Move, Patient


def announce(
    db: Database, table: str, key: str, wrong: Patient, right: Patient, says: str, reason: str
) -> Move:
    """Stored before anything is moved: the database lets what is locked follow only then (data_model/triggers.py)."""
    made = Move(
        patient_id=right.id,
        from_patient_id=wrong.id,
        record_table=table,
        record_key=key,
        says=says,
        reason=reason,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(made)
    # The rows themselves are audited under the right patient, to whom they belong by then.
    what = {"record": key, "move": made.key}
    trail.note(db, "moved away", patient_id=wrong.id, table=table, record_id=None, after=what, reason=reason)
    db.flush()
    return made
