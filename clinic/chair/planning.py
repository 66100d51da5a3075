"""A treatment before it begins: planned for a day and an hour, moved, called off, and compared with the last one.

What docs/clinical.md F.5 names is never carried over from the last treatment: only what is given and by which
route are proposed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlmodel import select

from clinic import episodes, patients, settings
from clinic.access import require
from clinic.chair.identity import day
from clinic.chair.stage import Step, step
from clinic.refused import BadInput
from clinic.treatments import by_key
from clinic.treatments.reading import last
from data_model import Database, DoseOrder, Episode, Patient, Treatment
from data_model.columns import Status, now
from data_model.episodes import Stage
from data_model.treatments import Route, Substance

LATEST = timedelta(days=366)


def plan(
    db: Database,
    patient_key: str,
    at: datetime,
    *,
    room: str | None = None,
    substance: Substance | str | None = None,
    route: Route | str | None = None,
) -> Treatment:
    """A treatment of the current course, planned for a moment of today or later. The same person planned for the
    same moment again is the plan there is. Raises BadInput."""
    require(db, "plan treatments")
    patient = patients.get(db, patient_key)
    course = _course(db, patient)
    _refuse(_time_problems(db, at) + _room_problems(db, room))
    there = next((one for one in of_patient(db, patient) if one.planned_for == at), None)
    if there is not None:
        return there
    before = last(db, patient.id)
    made = Treatment(
        patient_id=patient.id,
        episode_id=course.id,
        planned_for=at,
        room=room,
        substance=Substance(substance) if substance else before.substance if before else Substance.RACEMIC,
        route=Route(route) if route else before.route if before else Route.IV,
        zone=settings.current(db)["time_zone"],
        status=Status.DRAFT,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(made)
    db.flush()
    return made


def begin(db: Database, patient_key: str) -> Treatment:
    """What "Start a treatment" opens: the one that runs, or the one planned for today, or a new one for now."""
    require(db, "plan treatments")
    patient = patients.get(db, patient_key)
    begins, ends = day(db, now().astimezone(settings.zone(db)).date())
    open_ones = of_patient(db, patient)
    running = [one for one in open_ones if step(one) is Step.RUNNING]
    today = [one for one in open_ones if step(one) is Step.PLANNED and begins <= one.planned_for <= ends]
    return next(iter([*running, *today]), None) or plan(db, patient_key, now())


def reschedule(db: Database, key: str, at: datetime, *, room: str | None = None) -> Treatment:
    """Moves a plan to another moment, and to another room where one is named. Raises BadInput once it started."""
    require(db, "plan treatments")
    treatment = waiting(db, key)
    _refuse(_time_problems(db, at) + _room_problems(db, room))
    treatment.planned_for, treatment.room = at, room or treatment.room
    db.flush()
    return treatment


def cancel(db: Database, key: str, reason: str) -> Treatment:
    """Calls a plan off: it and its orders become void and stay to be read. Raises BadInput without a reason."""
    require(db, "plan treatments")
    treatment = waiting(db, key)
    if not reason.strip():
        raise BadInput("Say why the treatment is called off.")
    with db.because(reason.strip()):
        orders = select(DoseOrder).where(
            DoseOrder.treatment_id == treatment.id, DoseOrder.status != Status.VOID
        )
        for row in [treatment, *db.exec(orders)]:
            row.status, row.void_reason = Status.VOID, reason.strip()
    return treatment


def planned(db: Database, on: date) -> list[tuple[Treatment, Patient]]:
    """What is planned for a day of the clinic's calendar and has not started, in order of time."""
    require(db, "see patients")
    query = (
        select(Treatment, Patient)
        .join(Patient, Patient.id == Treatment.patient_id)
        .where(
            Treatment.status == Status.DRAFT,
            Treatment.started_at.is_(None),
            Treatment.planned_for.between(*day(db, on)),
        )
    )
    return [tuple(row) for row in db.exec(query.order_by(Treatment.planned_for, Treatment.id))]


def of_patient(db: Database, patient: Patient) -> list[Treatment]:
    """A person's treatments that are planned, running, or left and not finished, in order of time."""
    require(db, "see patients")
    query = select(Treatment).where(
        Treatment.patient_id == patient.id,
        Treatment.status == Status.DRAFT,
        Treatment.planned_for.is_not(None),
    )
    return list(db.exec(query.order_by(Treatment.planned_for, Treatment.id)))


def waiting(db: Database, key: str) -> Treatment:
    """A treatment that has not started; raises BadInput for any other."""
    treatment = by_key(db, key)
    if step(treatment) is not Step.PLANNED:
        raise BadInput(_NOT_WAITING[step(treatment)])
    return treatment


_NOT_WAITING = {
    Step.WRITTEN_UP: "This is a record written up afterwards: it has no plan.",
    Step.RUNNING: "This treatment has started already.",
    Step.LEFT: "This treatment is over: the person has left.",
    Step.FINISHED: "This treatment is finished.",
    Step.VOID: "This treatment was called off.",
}


def _course(db: Database, patient: Patient) -> Episode:
    courses = episodes.of_patient(db, patient)
    if not courses:
        raise BadInput("Start a course of care first: a treatment belongs to one.")
    if courses[-1].stage == Stage.ENDED:
        raise BadInput("The last course has ended. Start a new one first: a treatment belongs to one.")
    return courses[-1]


def _time_problems(db: Database, at: datetime) -> list[str]:
    zone = settings.zone(db)
    today = now().astimezone(zone).date()
    if at.tzinfo is None:
        return ["The time of a plan needs its zone."]
    if at.astimezone(zone).date() < today:
        return [
            "A plan is for today or later. A treatment of an earlier day is written up with “Log a treatment”."
        ]
    if at > now() + LATEST:
        return [f"{at.astimezone(zone):%-d %b %Y} is more than a year away. Is the year right?"]
    return []


def _room_problems(db: Database, room: str | None) -> list[str]:
    rooms = settings.current(db)["rooms"]
    return [f"There is no room “{room}”; there are {', '.join(rooms)}."] if room and room not in rooms else []


def _refuse(problems: Iterable[str]) -> None:
    if problems := list(problems):
        raise BadInput(*problems)
