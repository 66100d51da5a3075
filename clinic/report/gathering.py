"""Everything that the store holds of one treatment, read once for a printout; any part of it may be missing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from clinic import editions, patients, settings, signing, treatments
from clinic.access import require
from clinic.chair.watched import Watched
from clinic.patients import Person
from clinic.protocols.definition import Protocol
from clinic.protocols.findings import Finding
from clinic.refused import Refused
from clinic.signing import Signed
from clinic.watching import of_vitals
from data_model import (
    AdverseEvent,
    Alert,
    Amendment,
    Database,
    DoseOrder,
    DosePart,
    DrugIntake,
    DutyDone,
    Firing,
    GateAnswer,
    GateVerdict,
    Interruption,
    LeavingCheck,
    Patient,
    RescueDrug,
    Treatment,
    VitalSigns,
)
from data_model.columns import Clinical, Status, now

CHILDREN = (
    DoseOrder,
    GateAnswer,
    DrugIntake,
    DosePart,
    Interruption,
    VitalSigns,
    AdverseEvent,
    RescueDrug,
    LeavingCheck,
    DutyDone,
)


@dataclass(frozen=True, slots=True)
class Record:
    """One treatment with its rows that stand, by table, and those taken back. `protocol` None cannot be read."""

    treatment: Treatment
    patient: Patient
    person: Person
    clinic: str
    zone: ZoneInfo
    read_at: datetime
    protocol: Protocol | None
    approval: str
    standing: dict[type, list[Any]]
    taken_back: list[Clinical]
    verdicts: list[GateVerdict]
    alerts: list[Alert]
    signed: list[Signed]
    amendments: list[Amendment]
    dose_findings: list[Finding]
    content_hash: str
    originals: dict[tuple[str, int, str], list[Any]] = field(default_factory=dict)

    def rows(self, table: type) -> list[Any]:
        return self.standing[table]

    def before(self, row: Clinical, name: str) -> list[Any]:
        """What stood in a field before each of its amendments, the first first."""
        return self.originals.get((row.__tablename__, row.id, name), [])

    def minute(self, at: datetime | None) -> int | None:
        """Whole minutes from the start of the dose; negative before it."""
        start = self.treatment.started_at
        return None if at is None or start is None else int((at - start).total_seconds() // 60)

    def at_of(self, row: VitalSigns) -> datetime | None:
        """The moment of an observation: its own, or its minute after the start."""
        return of_vitals.moment(self.treatment, row)

    def minute_of(self, row: VitalSigns | AdverseEvent) -> int | None:
        if isinstance(row, VitalSigns):
            at = of_vitals.minute(self.treatment, row)
            return None if at is None else int(at)
        return row.onset_minute if row.onset_minute is not None else self.minute(row.happened_at)

    def is_before(self, row: VitalSigns) -> bool:
        """Up to minute 0. Of a treatment that never started every observation is before the dose."""
        return of_vitals.before_dose(self.treatment, row)

    @property
    def watched(self) -> Watched | None:
        """As the page at the chair knows it; None without a protocol to judge by."""
        if self.protocol is None:
            return None
        vitals = self.rows(VitalSigns)
        return Watched(
            treatment=self.treatment,
            patient=self.patient,
            protocol=self.protocol,
            vitals=vitals,
            seen=of_vitals.observations(self.protocol, self.treatment, vitals),
            events=self.rows(AdverseEvent),
            pauses=self.rows(Interruption),
            rescues=self.rows(RescueDrug),
            parts=self.rows(DosePart),
            ticks=self.rows(LeavingCheck),
            alerts=self.alerts,
        )


def gathered(db: Database, treatment: Treatment) -> Record:
    require(db, "see patients")
    patient = db.get(Patient, treatment.patient_id)
    rows = {table: _rows(db, table, treatment) for table in CHILDREN}
    standing = {table: [row for row in found if row.status != Status.VOID] for table, found in rows.items()}
    protocol, approval = _protocol(db, treatment)
    amendments = signing.amendments(db, treatment)
    return Record(
        treatment=treatment,
        patient=patient,
        person=patients.person(db, patient),
        clinic=settings.current(db)["clinic_name"],
        zone=settings.zone(db),
        read_at=now(),
        protocol=protocol,
        approval=approval,
        standing=standing,
        taken_back=[row for found in rows.values() for row in found if row.status == Status.VOID],
        verdicts=list(
            db.exec(
                select(GateVerdict).where(GateVerdict.treatment_id == treatment.id).order_by(GateVerdict.id)
            )
        ),
        alerts=_alerts(
            db, treatment, {treatment.key, *(row.key for found in rows.values() for row in found)}
        ),
        signed=signing.signatures(db, treatment),
        amendments=amendments,
        dose_findings=treatments.judged(db, treatment).dose if protocol else [],
        content_hash=signing.content_hash(db, treatment),
        originals=_originals(amendments),
    )


def _rows(db: Database, table: type, treatment: Treatment) -> list[Any]:
    return list(db.exec(select(table).where(table.treatment_id == treatment.id).order_by(table.id)))


def _protocol(db: Database, treatment: Treatment) -> tuple[Protocol | None, str]:
    """With who approved it; a version that cannot be read any more must not keep the record from being printed."""
    try:
        found = editions.of(db, treatment)
        return found, editions.approval(db, found).says
    except Refused as refusal:
        return None, str(refusal)


def _alerts(db: Database, treatment: Treatment, keys: set[str]) -> list[Alert]:
    """Those that this treatment raised or joined, also where another treatment joined them later."""
    mine = Firing.patient_id == treatment.patient_id
    joined = {
        firing.alert_id for firing in db.exec(select(Firing).where(mine)) if keys & parts_of(firing.subject)
    }
    query = select(Alert).where(Alert.patient_id == treatment.patient_id).order_by(Alert.opened_at, Alert.id)
    return [each for each in db.exec(query) if each.treatment_id == treatment.id or each.id in joined]


def parts_of(subject: str) -> set[str]:
    """The words of a firing's subject, among them the key of what it saw; keys hold letters, digits, - and _."""
    return set(re.split(r"[^\w-]+", subject))


def _originals(amendments: list[Amendment]) -> dict[tuple[str, int, str], list[Any]]:
    found: dict[tuple[str, int, str], list[Any]] = {}
    for each in amendments:
        found.setdefault((each.record_table, each.record_id, each.field), []).append(each.before["is"])
    return found
