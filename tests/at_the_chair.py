"""A treatment brought as far as a test needs it: planned, ordered, through the gate, started."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clinic import editions
from clinic.chair import answers, before, identity, ordering, planning, predose, starting
from clinic.chair.ordering import DoseForm
from clinic.protocols import gate
from data_model import Actor, DoseOrder, Patient, Treatment, database
from data_model.columns import now

BORN = date(1985, 12, 10)  # of the patient that tests.people makes
QUIET = {
    "systolic_mmhg": 124,
    "diastolic_mmhg": 78,
    "heart_rate_bpm": 70,
    "spo2_percent": 98,
    "respiratory_rate": 14,
    "moaas": 5,
}


def iv(mg: float | None = 35.0, **more) -> DoseForm:
    """0.5 mg/kg of racemic ketamine for 70 kg over 40 minutes, unless `more` says otherwise."""
    usual = {
        "substance": "racemic ketamine",
        "route": "IV",
        "mg": mg,
        "weight": 70.0,
        "weighed_on": now().date(),
        "height_cm": 170.0,
        "minutes": 40.0,
    }
    return DoseForm(**usual | more)


def planned(actor: Actor, of: Patient, at: datetime | None = None, **more) -> Treatment:
    with database(actor) as db:
        return planning.plan(db, of.key, at or now(), **more)


def ordered(actor: Actor, treatment: Treatment, form: DoseForm | None = None, **more) -> DoseOrder:
    with database(actor) as db:
        return ordering.place(db, treatment.key, form or iv(), birth_date=BORN, **more)


def observed(actor: Actor, treatment: Treatment, at: datetime | None = None, **values):
    with database(actor) as db:
        return predose.observe(db, treatment.key, QUIET | values, at=at, symptoms=())


def answered(actor: Actor, treatment: Treatment, **other: str) -> None:
    """Every question that is asked of this person, with the answer that lets a dose go ahead; `other` names items
    without "gate." that are answered otherwise. The identity is left to the start."""
    with database(actor) as db:
        row = db.get(Treatment, treatment.id)
        asked = gate.asked(editions.in_force(db), before.visit(db, row))
        for item in asked:
            if item.id != answers.IDENTITY:
                value = other.get(item.id.removeprefix("gate."), item.go_if)
                answers.answer(db, row.key, item.id, value)


def ready(nurse: Actor, prescriber: Actor, of: Patient, form: DoseForm | None = None, **more) -> Treatment:
    """Ordered, answered and measured: only the birth date is missing."""
    treatment = planned(nurse, of, **more)
    ordered(prescriber, treatment, form)
    answered(nurse, treatment)
    observed(nurse, treatment)
    return again(nurse, treatment)


def started(
    nurse: Actor, prescriber: Actor, of: Patient, form: DoseForm | None = None, minutes_ago: float = 0, **more
) -> Treatment:
    """Running since `minutes_ago`, which must not lie before today."""
    treatment = ready(nurse, prescriber, of, form, **more)
    with database(nurse) as db:
        at = now() - timedelta(minutes=minutes_ago)
        return starting.start(db, treatment.key, birth_date=of.birth_date, at=at)


def again(actor: Actor, treatment: Treatment) -> Treatment:
    """As it stands in the store now."""
    with database(actor) as db:
        return db.get(Treatment, treatment.id)


def shown(of: Patient) -> str:
    return identity.shown(of)
