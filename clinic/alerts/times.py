"""How long alerts stood open, and how fast somebody saw and acted."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
from sqlmodel import select

from clinic import typed
from clinic.access import require
from clinic.outcomes.survival import kaplan_meier
from data_model import Alert, Database, Patient

COLUMNS = {
    "alert": object,
    "patient": object,
    "rule": object,
    "version": object,
    "urgency": object,
    "times": int,
    "raised": typed.TIME,
    "acknowledged": typed.TIME,
    "acted": typed.TIME,
    "closed": typed.TIME,
}
KEPT_OPEN = "Kaplan–Meier: an alert that is still open counts for as long as it has been."
NINE_IN_TEN = 0.1 + 1e-9


def times(db: Database, since: datetime, until: datetime) -> pd.DataFrame:
    """Alerts opened in [since, until), oldest first, with the minutes from opening to being seen, acted upon and
    closed, missing where nobody has; `patient` is a number that means nothing outside this frame."""
    require(db, "see safety")
    query = (
        select(
            Alert.key,
            Patient.key,
            Alert.rule,
            Alert.rule_version,
            Alert.urgency,
            Alert.times,
            Alert.opened_at,
            Alert.acknowledged_at,
            Alert.acted_at,
            Alert.closed_at,
        )
        .join(Patient, Patient.id == Alert.patient_id)
        .where(Alert.opened_at >= since, Alert.opened_at < until)
        .order_by(Alert.opened_at, Alert.id)
    )
    rows = [(*row[:4], row[4].value, *row[5:]) for row in db.exec(query)]
    found = typed.frame(rows, COLUMNS)
    found["patient"] = pd.factorize(found["patient"])[0]
    for name in ("acknowledged", "acted", "closed"):
        found[f"minutes_to_{name}"] = (found[name] - found["raised"]).dt.total_seconds() / 60
    return found


def time_to_close(found: pd.DataFrame, now: datetime, by: str = "urgency") -> pd.DataFrame:
    """For each rule or urgency: n raised, closed, open now, and the minutes by which half and nine in ten were closed
    (NaN: not reached). What is open is censored now."""
    rows = []
    for name, some in found.groupby(by, sort=True):
        minutes = some["minutes_to_closed"].to_numpy(float)
        open_for = (pd.Timestamp(now) - some["raised"]).dt.total_seconds().to_numpy(float) / 60
        closed = ~np.isnan(minutes)
        curve = kaplan_meier(np.where(closed, minutes, np.maximum(open_for, 0)), closed)
        tenth = np.flatnonzero(curve.survival <= NINE_IN_TEN)
        rows.append(
            (
                name,
                len(some),
                int(closed.sum()),
                int((~closed).sum()),
                np.nan if curve.median is None else curve.median,
                float(curve.time[tenth[0]]) if len(tenth) else np.nan,
            )
        )
    return pd.DataFrame(rows, columns=[by, "raised", "closed", "open", "median_minutes", "p90_minutes"])
