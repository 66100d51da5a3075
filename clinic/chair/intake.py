"""What else the person took, and when: other drugs by the protocol's classes, food, drink and nasal sprays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import select

from clinic import editions, settings
from clinic.access import require
from clinic.chair import planning
from clinic.patients import plain
from clinic.protocols.definition import Protocol
from clinic.refused import BadInput, NotFound
from data_model import Database, DrugIntake, Medication, Treatment
from data_model.columns import Status, now

# Not drugs but kept like them: the measure of the protocol that counts the minutes since.
TIMED = {
    "intake.food": "food_minutes",
    "intake.fluid": "fluid_minutes",
    "intake.nasal_spray": "nasal_spray_minutes",
}
SOON = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A drug of the person's medication list that belongs to a class the protocol asks about."""

    drug_class: str
    title: str
    drug: str
    dose: str | None


def drug(
    db: Database,
    treatment_key: str,
    class_id: str,
    drug: str | None = None,
    dose: str | None = None,
    taken_at: datetime | None = None,
) -> DrugIntake:
    """That something of this class was taken; without `taken_at` it is not known when, which counts as today. A later
    row of the same class and drug takes the place of the one before. `class_id` may be one of TIMED."""
    require(db, "record treatments")
    treatment = planning.waiting(db, treatment_key)
    if class_id not in {each.id for each in editions.in_force(db).concomitant} | set(TIMED):
        raise BadInput(f"The protocol knows no class “{class_id}”.")
    if taken_at is not None and taken_at > now() + SOON:
        raise BadInput("What was taken cannot lie in the future.")
    name = (drug or "").strip() or None
    for row in taken(db, treatment):
        if (row.drug_class, row.drug) == (class_id, name):
            row.status, row.void_reason = Status.VOID, "entered again"
    made = DrugIntake(
        treatment_id=treatment.id,
        drug_class=class_id,
        drug=name,
        dose=(dose or "").strip() or None,
        taken_at=taken_at,
        status=Status.DRAFT,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(made)
    db.flush()
    return made


def not_taken(db: Database, key: str) -> None:
    """Takes one entry back; it stays to be read."""
    require(db, "record treatments")
    row = db.exec(select(DrugIntake).where(DrugIntake.key == key)).first()
    if row is None:
        raise NotFound("There is no such entry.")
    planning.waiting(db, db.get(Treatment, row.treatment_id).key)
    row.status, row.void_reason = Status.VOID, "taken back"


def taken(db: Database, treatment: Treatment) -> list[DrugIntake]:
    """In the order of entry, food and drink included."""
    require(db, "see patients")
    query = select(DrugIntake).where(
        DrugIntake.treatment_id == treatment.id, DrugIntake.status != Status.VOID
    )
    return list(db.exec(query.order_by(DrugIntake.id)))


def by_class(db: Database, treatment: Treatment) -> dict[str, datetime | None]:
    """class -> when last taken; None where that of any of its drugs is not known."""
    found: dict[str, datetime | None] = {}
    for row in taken(db, treatment):
        if row.drug_class in TIMED:
            continue
        known = row.drug_class not in found or found[row.drug_class] is not None
        times = [at for at in (found.get(row.drug_class), row.taken_at) if at]
        found[row.drug_class] = max(times) if known and row.taken_at else None
    return found


def minutes(db: Database, treatment: Treatment, at: datetime) -> dict[str, float]:
    """measure -> minutes since the last food, drink or nasal spray, where it is known."""
    return {
        TIMED[row.drug_class]: (at - row.taken_at) / timedelta(minutes=1)
        for row in taken(db, treatment)
        if row.drug_class in TIMED and row.taken_at is not None
    }


def medication(db: Database, treatment: Treatment) -> list[Medication]:
    """What stands on the person's medication list for today."""
    require(db, "see patients")
    today = now().astimezone(settings.zone(db)).date()
    query = select(Medication).where(
        Medication.patient_id == treatment.patient_id, Medication.status != Status.VOID
    )
    rows = db.exec(query.order_by(Medication.started, Medication.id))
    return [row for row in rows if row.started <= today and (row.stopped is None or row.stopped >= today)]


def proposed(db: Database, treatment: Treatment) -> list[Proposed]:
    """Of those `listed`, what nobody has entered for this visit."""
    entered = {(row.drug_class, row.drug) for row in taken(db, treatment)}
    return [one for one in listed(db, treatment) if (one.drug_class, one.drug) not in entered]


def listed(db: Database, treatment: Treatment) -> list[Proposed]:
    """Of the medication list, the drugs that a class of the protocol names."""
    protocol = editions.in_force(db)
    return [one for row in medication(db, treatment) for one in _of_class(protocol, row)]


def _of_class(protocol: Protocol, row: Medication) -> list[Proposed]:
    """By the name of the drug as the list has it: "Lorazepam 1 mg" is lorazepam."""
    words = plain(row.drug)
    return [
        Proposed(each.id, each.title, row.drug, row.dose)
        for each in protocol.concomitant
        if any(plain(name) in words for name in each.drugs)
    ]
