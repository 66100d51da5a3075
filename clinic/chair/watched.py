"""Treatments with everything that was entered about them, read in one go for the page and for the board."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlmodel import select

from clinic import editions
from clinic.access import require
from clinic.chair.rows import TABLES
from clinic.flags.facts import Observation
from clinic.protocols.definition import Protocol
from clinic.watching.of_vitals import observations
from data_model import (
    AdverseEvent,
    Alert,
    Database,
    DosePart,
    Interruption,
    LeavingCheck,
    Patient,
    RescueDrug,
    Treatment,
    VitalSigns,
)
from data_model.columns import Status


@dataclass(frozen=True, slots=True)
class Watched:
    """What was taken back is not among the rows. `seen` are the observations with the limits that each reaches, in
    the order of `vitals`; `alerts` those that are open."""

    treatment: Treatment
    patient: Patient
    protocol: Protocol
    vitals: list[VitalSigns]
    seen: tuple[Observation, ...]
    events: list[AdverseEvent]
    pauses: list[Interruption]
    rescues: list[RescueDrug]
    parts: list[DosePart]
    ticks: list[LeavingCheck]
    alerts: list[Alert]

    @property
    def substance(self) -> str | None:
        return self.treatment.substance.value if self.treatment.substance else None

    @property
    def route(self) -> str | None:
        return self.treatment.route.value if self.treatment.route else None

    @property
    def paused(self) -> Interruption | None:
        """The pause that lasts; none once the dose has ended."""
        if self.treatment.stopped_at is not None:
            return None
        return next((row for row in self.pauses if row.resumed_at is None), None)


def _ask(table):
    of_these = table.treatment_id.in_(bindparam("treatments", expanding=True))
    return select(table).where(of_these).order_by(table.id)


# Built once: each tablet asks every few seconds, and building costs as much as asking.
_ROWS = {table: _ask(table).where(table.status != Status.VOID) for table in TABLES}
_ALERTS = _ask(Alert).where(Alert.closed_at.is_(None))
_PATIENTS = select(Patient).where(Patient.id.in_(bindparam("patients", expanding=True)))


def gather(db: Database, found: Sequence[Treatment]) -> list[Watched]:
    """One for each of these treatments, in their order."""
    require(db, "see rooms")
    if not found:
        return []
    ids = {"treatments": [each.id for each in found]}
    rows = {table: _by_treatment(db.exec(query, params=ids)) for table, query in _ROWS.items()}
    open_alerts = _by_treatment(db.exec(_ALERTS, params=ids))
    persons = db.exec(_PATIENTS, params={"patients": [each.patient_id for each in found]})
    by_id = {person.id: person for person in persons}
    return [_watched(db, each, by_id[each.patient_id], rows, open_alerts[each.id]) for each in found]


def _watched(db: Database, treatment: Treatment, patient: Patient, rows: dict, alerts: list) -> Watched:
    protocol = editions.of(db, treatment)
    vitals, events, pauses, rescues, parts, ticks = (rows[table][treatment.id] for table in TABLES)
    return Watched(
        treatment=treatment,
        patient=patient,
        protocol=protocol,
        vitals=vitals,
        seen=observations(protocol, treatment, vitals),
        events=events,
        pauses=pauses,
        rescues=rescues,
        parts=parts,
        ticks=ticks,
        alerts=alerts,
    )


def _by_treatment(found) -> dict[int, list]:
    by_treatment: dict[int, list] = defaultdict(list)
    for row in found:
        by_treatment[row.treatment_id].append(row)
    return by_treatment
