"""The vital signs, ratings and adverse events of all treatments of one patient, for a look across them."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import and_, bindparam
from sqlmodel import select

from clinic import editions
from clinic.access import require
from clinic.outcomes.tolerability import Event, Given, Observation
from clinic.protocols.definition import Protocol
from clinic.protocols.limit import When
from data_model import AdverseEvent, Database, Episode, Patient, Treatment, VitalSigns
from data_model.columns import COUNTED

DISSOCIATION_FORMS = (
    "cadss",
    "cadss6",
)  # instruments of their own, never mixed with what is rated at the chair
MEASURES = {"systolic_mmhg": "systolic", "diastolic_mmhg": "diastolic", "spo2_percent": "spo2"}

_OBSERVED = (
    select(
        Treatment.key,
        Episode.key,
        Treatment.started_at,
        Treatment.substance,
        Treatment.route,
        Treatment.ready_at,
        Treatment.left_at,
        VitalSigns.id,
        VitalSigns.minute,
        VitalSigns.systolic_mmhg,
        VitalSigns.diastolic_mmhg,
        VitalSigns.spo2_percent,
        VitalSigns.dissociation,
        VitalSigns.dissociation_scale,
    )
    .join(Episode, Episode.id == Treatment.episode_id)
    .join(
        VitalSigns,
        and_(VitalSigns.treatment_id == Treatment.id, VitalSigns.status.in_(COUNTED)),
        isouter=True,
    )
    .where(Treatment.patient_id == bindparam("patient"), Treatment.status.in_(COUNTED))
    .order_by(Treatment.started_at, Treatment.id, VitalSigns.minute, VitalSigns.id)
)
_EVENTS = (
    select(Treatment.key, AdverseEvent.term, AdverseEvent.severity, AdverseEvent.serious)
    .join(Treatment, Treatment.id == AdverseEvent.treatment_id)
    .where(Treatment.patient_id == bindparam("patient"), AdverseEvent.status.in_(COUNTED))
    .order_by(AdverseEvent.id)
)


def given(db: Database, patient: Patient) -> tuple[Given, ...]:
    """Every treatment that counts with what was observed, oldest first; two queries, however many there are."""
    require(db, "see patients")
    events: dict[str, list[Event]] = {}
    for key, term, severity, serious in db.exec(_EVENTS, params={"patient": patient.id}):
        events.setdefault(key, []).append(Event(term, severity.value, serious))
    rows: dict[str, list] = {}
    for row in db.exec(_OBSERVED, params={"patient": patient.id}):
        rows.setdefault(row[0], []).append(row)
    counted: Counter[str] = Counter()
    return tuple(_given(mine, counted, tuple(events.get(key, ()))) for key, mine in rows.items())


def _given(rows: list, counted: Counter[str], events: tuple[Event, ...]) -> Given:
    key, course, started_at, substance, route, ready_at, left_at = rows[0][:7]
    counted[course] += 1
    seen = tuple(Observation(*row[8:]) for row in rows if row[7] is not None)
    return Given(
        key,
        course,
        counted[course],
        started_at,
        substance.value,
        route.value,
        ready_at,
        left_at,
        seen,
        events,
    )


def limits(db: Database) -> tuple[Protocol, tuple[tuple[str, str, float], ...]]:
    """The protocol in force, and (measure, tier, value) of its limits during a dose for pressure and saturation;
    what holds for one substance, one route or one circumstance only is no line through all treatments."""
    require(db, "see patients")
    protocol = editions.in_force(db)
    return protocol, tuple(
        (MEASURES[limit.measure], limit.tier, limit.value)
        for limit in protocol.limits
        if limit.measure in MEASURES
        and limit.phase == "during"
        and limit.tier in ("amber", "red", "critical")
        and limit.route is None
        and limit.substance is None
        and limit.when == When()
        and (limit.comparison in ("<", "<=")) == (limit.measure == "spo2_percent")
    )
