"""A person's medicines and events as plain values for the context lane of the figure."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import bindparam
from sqlmodel import select

from clinic import editions, medicines
from clinic.access import require
from clinic.charts.context import Bar, Context, Happened, Step
from clinic.watching.of_events import endings, new_antidepressants, new_drug
from data_model import Database, EventNote, Medication, Patient
from data_model.columns import Status
from data_model.people import EventKind

# Built once: the Patient page asks these on each run, and building costs as much as asking.
_MEDICATION = (
    select(Medication.drug, Medication.dose, Medication.mg_per_day, Medication.started, Medication.stopped)
    .where(Medication.patient_id == bindparam("patient"), Medication.status != Status.VOID)
    .order_by(Medication.started, Medication.id)
)
_EVENTS = (
    select(EventNote.kind, EventNote.happened_on, EventNote.ended_on, EventNote.decides, EventNote.text)
    .where(EventNote.patient_id == bindparam("patient"), EventNote.status != Status.VOID)
    .order_by(EventNote.happened_on, EventNote.id)
)


def context(db: Database, patient: Patient) -> Context:
    """Everything that stands, oldest first."""
    require(db, "see patients")
    taken = db.exec(_MEDICATION, params={"patient": patient.id}).all()
    events = db.exec(_EVENTS, params={"patient": patient.id}).all()
    if not taken and not events:
        return Context()
    bars = [Bar(row.drug, "medication", row.started, row.stopped, row.dose or "") for row in taken]
    bars += [
        Bar(each.text, each.kind.value, each.happened_on, each.ended_on) for each in events if _lasted(each)
    ]
    return Context(
        tuple(sorted(bars, key=lambda bar: bar.start)),
        _steps(db, taken),
        tuple(
            Happened(
                each.happened_on, each.kind.value, each.text, each.decides.value if each.decides else None
            )
            for each in events
            if each.decides or not _lasted(each)
        ),
    )


def at_once(db: Database, patient: Patient) -> list[tuple[datetime, str]]:
    """What ends a response without a score (docs/clinical.md D.3), as (when, words), oldest first."""
    require(db, "see patients")
    return [(each.at, each.says) for each in endings(db, patient)]


def ends(known: Context, first_dose: date | None) -> tuple[tuple[date, str], ...]:
    """The days and words of `at_once`, from a context that was read already; `first_dose` is the person's first of all,
    before which no antidepressant is new."""
    found = [(each.on, each.decides) for each in known.events if each.decides]
    taken = [(bar.label, bar.start, "") for bar in known.bars if bar.kind == "medication"]
    if taken and first_dose is not None:
        found += [(on, new_drug(drug)) for drug, on, _ in new_antidepressants(taken) if on > first_dose]
    return tuple(sorted(found))


def _steps(db: Database, taken) -> tuple[Step, ...]:
    """Doses of the drugs that the protocol in force names as benzodiazepines, Z-drugs or gabapentinoids."""
    if not taken:
        return ()
    protocol = editions.in_force(db)
    return tuple(
        Step(row.drug, row.started, row.stopped, row.mg_per_day)
        for row in taken
        if medicines.is_tracked(protocol, row.drug)
    )


def _lasted(each) -> bool:
    """A therapy without an end goes on; anything else without one was over on its day."""
    return each.ended_on is not None or each.kind is EventKind.THERAPY
