"""Alerts as they stand: open ones in the order in which somebody should look, and what each rule is called."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Row, or_
from sqlmodel import func, select

from clinic import flags
from clinic.access import require
from clinic.refused import NotFound
from data_model import Alert, Database, Firing, Patient, Treatment, VitalSigns
from data_model.columns import Status

SUICIDE = "suicide.concern"
NOT_PAGED = "This list is read by whoever opens it. Nobody is being paged."
RECHECK = timedelta(minutes=5)
# Which value, measured again, is the recheck of an alert of this rule.
MEASURED = {
    "bp.pre": ("systolic_mmhg", "diastolic_mmhg"),
    "bp.during": ("systolic_mmhg", "diastolic_mmhg"),
    "bp.critical": ("systolic_mmhg", "diastolic_mmhg"),
    "spo2": ("spo2_percent",),
    "breathing.slow": ("respiratory_rate",),
    "sedation.deep": ("moaas",),
    "pulse_or_breathing": ("heart_rate_bpm",),
}


def by_key(db: Database, key: str) -> Alert:
    found = db.exec(select(Alert).where(Alert.key == key)).first()
    if found is None:
        raise NotFound("There is no such alert.")
    return found


def open_one(db: Database, patient_id: int, rule_id: str) -> Alert | None:
    query = select(Alert).where(
        Alert.patient_id == patient_id, Alert.rule == rule_id, Alert.closed_at.is_(None)
    )
    return db.exec(query).first()


def open_ones(db: Database, patient: Patient | None = None) -> list[Row]:
    """Open alerts as (alert, patient): suicide concerns first, then by urgency, the latest raised on top."""
    require(db, "see patients")
    query = select(Alert, Patient).join(Patient, Patient.id == Alert.patient_id)
    query = query.where(Alert.closed_at.is_(None))
    if patient is not None:
        query = query.where(Alert.patient_id == patient.id)
    rows = db.exec(query.order_by(Alert.urgency, Alert.raised_at.desc())).all()
    return sorted(rows, key=lambda row: row[0].rule != SUICIDE)


def firings(db: Database, alert: Alert) -> list[Firing]:
    """Everything that joined an alert, oldest first."""
    require(db, "see patients")
    return list(db.exec(select(Firing).where(Firing.alert_id == alert.id).order_by(Firing.at, Firing.id)))


def recheck_due(db: Database, alert: Alert) -> datetime | None:
    """When an open alert about a vital sign wants it measured again: 5 minutes after what was seen last. None once
    it was measured later than that, or for an alert about anything else."""
    measures = MEASURED.get(alert.rule)
    if alert.closed_at is not None or alert.treatment_id is None or measures is None:
        return None
    treatment = db.get(Treatment, alert.treatment_id)
    seen = db.exec(select(func.max(Firing.at)).where(Firing.alert_id == alert.id)).one() or alert.raised_at
    later = select(VitalSigns.observed_at, VitalSigns.minute).where(
        VitalSigns.treatment_id == alert.treatment_id,
        VitalSigns.status != Status.VOID,
        or_(*(getattr(VitalSigns, name).is_not(None) for name in measures)),
    )
    times = [moment(treatment, *row) for row in db.exec(later)]
    return None if any(at is not None and at > seen for at in times) else seen + RECHECK


def moment(treatment: Treatment, observed_at: datetime | None, minute: int | None) -> datetime | None:
    """When an observation was made: as it was watched, or by its minute from the start."""
    if observed_at is not None or treatment.started_at is None or minute is None:
        return observed_at
    return treatment.started_at + timedelta(minutes=minute)


def titles() -> dict[str, str]:
    """The short name of each rule, for headings."""
    return {rule.id: rule.title for rule in flags.rules().values()}
