"""Three chairs of the sample clinic at one moment, put there by the clinic's own functions under a moved clock.

Room 1 runs late with its check, Room 2 is out of limits with an alert nobody has answered, Room 3 may leave; a fourth
person is planned, half let through the gate.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import select

from clinic import access, patients, treatments
from clinic.chair import answers, ordering, planning, predose, saving, starting
from clinic.chair.dose_form import DoseForm
from clinic.editions import in_force
from clinic.protocols.gate import Visit, asked
from data_model import Account, Actor, Patient, columns, database
from sample_data.clock import Moved, moved_clock
from tests.chair_room import QUIET, entry

MINUTE = timedelta(minutes=1)
LATE, HIGH, READY, NEXT = "Gus", "Mats", "Marita", "Ada"
PRE_DOSE = {
    "systolic_mmhg": 126,
    "diastolic_mmhg": 79,
    "heart_rate_bpm": 72,
    "spo2_percent": 98,
    "respiratory_rate": 14,
    "moaas": 5,
    "dissociation": 0,
}


def set_up(moment: datetime) -> dict[str, str]:
    """Into the store that this process is pointed at; who → key of their treatment."""
    nurse, prescriber = actor("nora"), actor("petra")
    with moved_clock(moment) as clock:
        found = {
            LATE: begun(clock, nurse, prescriber, LATE, moment - 24 * MINUTE, "Room 1"),
            HIGH: begun(clock, nurse, prescriber, HIGH, moment - 47 * MINUTE, "Room 2"),
            READY: begun(clock, nurse, prescriber, READY, moment - 112 * MINUTE, "Room 3"),
        }
        run_late(clock, nurse, found[LATE], moment)
        run_high(clock, nurse, found[HIGH], moment)
        run_ready(clock, nurse, found[READY], moment)
        clock.at = moment - 6 * MINUTE
        found[NEXT] = half_way(nurse, NEXT, moment)
    return found


def actor(username: str) -> Actor:
    with database(access.command_line("scene")) as db:
        return access.actor(db.exec(select(Account).where(Account.username == username)).one())


def begun(clock: Moved, nurse: Actor, prescriber: Actor, who: str, at: datetime, room: str) -> str:
    """Planned, ordered, let through the gate, and started at that time."""
    clock.at = at - 25 * MINUTE
    with database(nurse) as db:
        person = db.exec(select(Patient).where(Patient.given_name == who).order_by(Patient.id)).first()
        key = planning.plan(db, person.key, at, room=room, substance="racemic ketamine", route="IV").key
    clock.at += 3 * MINUTE
    order(prescriber, key, person)
    clock.at = at - 9 * MINUTE
    answer_everything(nurse, key)
    with database(nurse) as db:
        predose.observe(db, key, PRE_DOSE | {"symptoms": [], "on_oxygen": False})
    clock.at = at
    with database(nurse) as db:
        try:
            starting.start(db, key, birth_date=person.birth_date)
            return key
        except starting.AgainstTheGate:
            pass
    with database(prescriber) as db:
        starting.start(
            db, key, birth_date=person.birth_date, override_reason="Looked at together; the dose goes ahead."
        )
    return key


def order(prescriber: Actor, key: str, person: Patient) -> None:
    form = DoseForm(
        substance="racemic ketamine",
        route="IV",
        mg_per_kg=0.5,
        weight=72.0,
        weighed_on=columns.now().date(),
        concentration_mg_per_ml=10,
        diluted=True,
        minutes=40,
    )
    with database(prescriber) as db:
        ordering.place(db, key, form, birth_date=person.birth_date, reason="As in the plan of the course.")


def answer_everything(nurse: Actor, key: str, without: tuple[str, ...] = ()) -> None:
    with database(nurse) as db:
        treatment = treatments.by_key(db, key)
        sex = db.get(Patient, treatment.patient_id).sex.value
        protocol = in_force(db)
        visit = Visit(columns.now(), route="IV", substance="racemic ketamine", sex=sex)
        for item in asked(protocol, visit):
            if item.id not in without:
                answers.answer(db, key, item.id, item.go_if)


def observed(clock: Moved, nurse: Actor, key: str, at: datetime, **values) -> None:
    clock.at = at
    said = entry("vitals", at, values=QUIET | values, symptoms=[], on_oxygen=False)
    outcome = saving.save(nurse, key, [said])
    assert outcome.refused == []


def told(clock: Moved, nurse: Actor, key: str, at: datetime, kind: str, **said) -> None:
    clock.at = at
    outcome = saving.save(nurse, key, [entry(kind, at, **said)])
    assert outcome.refused == [], outcome.refused


def started(nurse: Actor, key: str) -> datetime:
    with database(nurse) as db:
        return treatments.by_key(db, key).started_at


def run_late(clock: Moved, nurse: Actor, key: str, moment: datetime) -> None:
    """The check of minute 20 is four minutes overdue."""
    begun_at = started(nurse, key)
    observed(clock, nurse, key, begun_at + 10 * MINUTE, systolic_mmhg=134, diastolic_mmhg=84, dissociation=1)
    told(
        clock,
        nurse,
        key,
        begun_at + 13 * MINUTE,
        "event",
        term="Dissociation",
        severity="mild",
        serious=False,
    )


def run_high(clock: Moved, nurse: Actor, key: str, moment: datetime) -> None:
    """184/108 a moment ago, after a rise that could be seen coming."""
    begun_at = started(nurse, key)
    for minute, systolic, diastolic, moaas in (
        (10, 141, 88, 5),
        (20, 155, 94, 4),
        (30, 166, 98, 4),
        (40, 178, 104, 4),
    ):
        observed(
            clock,
            nurse,
            key,
            begun_at + minute * MINUTE,
            systolic_mmhg=systolic,
            diastolic_mmhg=diastolic,
            moaas=moaas,
            dissociation=2,
        )
    told(
        clock, nurse, key, begun_at + 22 * MINUTE, "event", term="Nausea", severity="moderate", serious=False
    )
    told(clock, nurse, key, begun_at + 41 * MINUTE, "stop", early=False, reason="")
    told(clock, nurse, key, begun_at + 41 * MINUTE, "given", mg=36)
    observed(clock, nurse, key, moment - 2 * MINUTE, systolic_mmhg=184, diastolic_mmhg=108, dissociation=1)


def run_ready(clock: Moved, nurse: Actor, key: str, moment: datetime) -> None:
    """Everything is met, and nobody has said so yet."""
    begun_at = started(nurse, key)
    look(clock, nurse, key, begun_at, ((10, 132), (20, 139), (30, 142), (40, 136)))
    told(clock, nurse, key, begun_at + 41 * MINUTE, "stop", early=False, reason="")
    told(clock, nurse, key, begun_at + 41 * MINUTE, "given", mg=36)
    look(clock, nurse, key, begun_at, ((55, 131), (70, 129), (85, 127), (100, 126)))
    at = moment - 5 * MINUTE
    told(clock, nurse, key, at, "escort", name="Jonas (brother)", transport="car")
    with database(nurse) as db:
        ticked = [
            each.id for each in in_force(db).leaving if each.method == "ticked" and each.substance is None
        ]
    for criterion in ticked:
        told(clock, nurse, key, at, "tick", criterion=criterion, met=True, note="")


def look(clock: Moved, nurse: Actor, key: str, begun_at: datetime, seen: tuple) -> None:
    for minute, systolic in seen:
        observed(
            clock,
            nurse,
            key,
            begun_at + minute * MINUTE,
            systolic_mmhg=systolic,
            diastolic_mmhg=80 if minute > 50 else 85,
            dissociation=1 if minute in (20, 30) else 0,
            **({"aldrete": 10} if minute == 100 else {}),
        )


def half_way(nurse: Actor, who: str, moment: datetime) -> str:
    """Planned for a quarter of an hour from now: most questions answered, no order yet."""
    with database(nurse) as db:
        person = db.exec(select(Patient).where(Patient.given_name == who).order_by(Patient.id)).first()
        patients.person(db, person)
        key = planning.plan(
            db, person.key, moment + 15 * MINUTE, room="Room 1", substance="racemic ketamine", route="IV"
        ).key
    answer_everything(nurse, key, without=("gate.escort", "gate.fasting", "gate.suicide"))
    with database(nurse) as db:
        predose.observe(db, key, PRE_DOSE | {"systolic_mmhg": 148, "diastolic_mmhg": 92, "symptoms": []})
    return key
