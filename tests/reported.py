"""Treatments to print: one with a row of everything, and one of which almost nothing is known."""

from __future__ import annotations

from datetime import timedelta

from clinic import episodes, patients, settings, treatments
from data_model import (
    AdverseEvent,
    Database,
    DoseOrder,
    DosePart,
    DrugIntake,
    GateAnswer,
    GateVerdict,
    Interruption,
    LeavingCheck,
    RescueDrug,
    Treatment,
    VitalSigns,
    database,
)
from data_model.columns import Status
from tests.people import course, days_ago, patient, treated

START = days_ago(2)


def at(minute: float):
    return START + timedelta(minutes=minute)


def signs(minute: int, systolic: int = 124, diastolic: int = 78, **more) -> dict:
    return {
        "minute": minute,
        "systolic_mmhg": systolic,
        "diastolic_mmhg": diastolic,
        "heart_rate_bpm": 72,
        "spo2_percent": 98,
        "moaas": 5,
        **more,
    }


VITALS = (
    signs(-10),
    signs(20, moaas=4),
    signs(41, 164, 96, moaas=4),
    signs(60, 142, spo2_percent=None),
    signs(118),
)
EVENTS = (
    {"term": "Dissociation", "severity": "moderate", "onset_minute": 18, "resolved_minute": 75},
    {"term": "Vomiting", "severity": "severe", "serious": True, "onset_minute": 30},
)
ESKETAMINE = {"substance": "esketamine", "route": "IN", "given_mg": 56.0, "lot": "LX-77"}


def bare(operator, **fields) -> str:
    """The key of a record typed from paper with only what it must have."""
    with database(operator) as db:
        made = patient(db, **fields)
        course(db, made)
        return treated(db, made, START).key


def whole(operator, **person) -> str:
    """The key of a treatment with esketamine under the protocol of the United States, with a row of everything."""
    with database(operator) as db:
        settings.change(db, protocol="us")
        made = patient(db, **person)
        course(db, made)
        key = treated(
            db,
            made,
            START,
            VITALS,
            EVENTS,
            **ESKETAMINE,
            ordered_mg=56.0,
            stopped_at=at(6),
            ready_at=at(112),
            left_at=at(125),
            escort="Ben Byron",
        ).key
    with database(operator) as db:
        add_rows(db, treatments.by_key(db, key))
    return key


def add_rows(db: Database, of: Treatment) -> None:
    ours = {"treatment_id": of.id, "author": "Nora Quist"}
    mine = ours | {"patient_id": of.patient_id}
    protocol = {"protocol": "us", "protocol_version": "1.0"}
    db.add(
        DoseOrder(
            **mine,
            **protocol,
            substance="esketamine",
            route="IN",
            mg=56,
            devices=2,
            weight_kg=70,
            findings=[{"id": "dose.first", "tier": "warn", "says": "56 mg at a first treatment."}],
            reason="Known from elsewhere",
            identity="Byron, Ada · born 10 Dec 1985",
            ordered_at=at(-40),
            ordered_by="Mina Holm",
        )
    )
    for item, value in (("gate.identity", "yes"), ("gate.escort", "no"), ("gate.rems_enrolled", "yes")):
        db.add(GateAnswer(**mine, episode_id=of.episode_id, item=item, value=value, answered_at=at(-20)))
    reason = {"id": "gate.escort", "verdict": "do not start", "says": "Escort: answered no."}
    db.add(
        GateVerdict(
            patient_id=of.patient_id,
            treatment_id=of.id,
            **protocol,
            verdict="do not start",
            reasons=[reason],
            decided_at=START,
            author="Nora Quist",
            started=True,
            override_reason="Her sister comes at noon",
            overridden_by="Mina Holm",
        )
    )
    db.add(
        DrugIntake(**ours, drug_class="drug.benzodiazepine", drug="Lorazepam", dose="1 mg", taken_at=at(-900))
    )
    for minute in (0, 5):
        db.add(DosePart(**ours, what="device", mg=28, given_at=at(minute), lot="LX-77"))
    db.add(Interruption(**ours, paused_at=at(2), resumed_at=at(4), reason="sneezed"))
    db.add(
        RescueDrug(**ours, drug="Ondansetron", dose="4 mg", route="oral", given_at=at(33), reason="vomiting")
    )
    for criterion, met in (("leaving.walks", False), ("leaving.walks", True), ("leaving.nausea", False)):
        db.add(LeavingCheck(**ours, criterion=criterion, met=met, assessed_at=at(110)))
    taken_back = {"author": "Nora Quist", "status": Status.VOID, "void_reason": "taken back"}
    db.add(AdverseEvent(treatment=of, **taken_back, term="Headache", severity="mild", onset_minute=12))
    db.add(VitalSigns(treatment=of, position=9, **taken_back, minute=90))


def unsaid(db: Database, of) -> Treatment:
    """A treatment that is only planned: no dose, no time, no row."""
    made = Treatment(
        patient_id=patients.get(db, of.key).id,
        episode_id=course_of(db, of),
        planned_for=at(0),
        status=Status.DRAFT,
        author="Nora Quist",
    )
    db.add(made)
    db.flush()
    return made


def course_of(db: Database, of) -> int:
    return episodes.of_patient(db, of)[-1].id
