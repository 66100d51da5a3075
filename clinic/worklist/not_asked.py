"""Treatments of the last week for which nobody asked the suicide question on the same day (docs/clinical.md C.2)."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from sqlmodel import select

from clinic import settings
from clinic.access import require
from clinic.outcomes.clock import midnight, seconds
from clinic.worklist.rules import NOT_ASKED_DAYS
from clinic.worklist.scope import EVERYBODY, Scope
from data_model import Assessment, Database, Patient, Treatment
from data_model.columns import COUNTED, now

COLUMNS = ["treatment", "patient", "clinician", "site", "at", "midnight"]


def missed(db: Database, within: Scope = EVERYBODY) -> pd.DataFrame:
    """treatment, patient, at (seconds of UTC) of each, the latest first. A skipped item was asked."""
    require(db, "see today")
    since = now() - timedelta(days=NOT_ASKED_DAYS)
    given = db.exec(
        select(Treatment.id, Treatment.patient_id, Patient.clinician_id, Patient.site, Treatment.started_at)
        .join(Patient, Patient.id == Treatment.patient_id)
        .where(Treatment.started_at > since, Treatment.status.in_(COUNTED))
        .order_by(Treatment.started_at.desc())
    ).all()
    if not given:
        return pd.DataFrame(columns=COLUMNS)
    zone = settings.current(db)["time_zone"]
    asked = db.exec(
        select(Assessment.patient_id, Assessment.taken_at).where(
            Assessment.taken_at > since - timedelta(days=2),
            Assessment.suicide_state != "not asked",
            Assessment.status.in_(COUNTED),
            Assessment.patient_id.in_({row[1] for row in given}),
        )
    ).all()
    days = set(zip([who for who, _ in asked], _days([at for _, at in asked], zone), strict=True))
    frame = pd.DataFrame(given, columns=COLUMNS[:-1])
    frame["midnight"] = _days(list(frame["at"]), zone)
    frame["at"] = seconds(frame["at"])
    quiet = [pair not in days for pair in zip(frame["patient"], frame["midnight"], strict=True)]
    frame = frame[quiet]
    return frame[within.holds(frame)]


def _days(times: list, zone: str) -> list[int]:
    return midnight(times, zone).tolist() if times else []
