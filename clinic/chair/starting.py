"""The start of a dose: who, by which order, on which verdict of the gate, and when.

What the gate or the order says holds a start up; that a dose was given already is always recorded, and the verdict
then says that it was given all the same.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from clinic import editions, settings, watching
from clinic.access import require
from clinic.chair import answers, before, deciding, identity, ordering, planning
from clinic.chair.stage import Step, step
from clinic.protocols.gate import GO, Verdict
from clinic.refused import BadInput
from clinic.treatments import by_key, stored_rows
from data_model import Database, DoseOrder, GateVerdict, Patient, Treatment, database
from data_model.columns import Status, now

SOON = timedelta(minutes=2)
ALREADY_RUNS = "This person has another treatment running. End that one first: nobody is given two at once."


class AgainstTheGate(BadInput):
    """The gate does not say "go". `problems` are its reasons, `verdict` what it came to; a prescriber may override it
    unless the order itself is missing."""

    def __init__(self, verdict: Verdict, *problems: str):
        self.verdict = verdict
        super().__init__(*problems)


def start(
    db: Database,
    treatment_key: str,
    *,
    birth_date: date | None,
    at: datetime | None = None,
    override_reason: str | None = None,
    prescriber: deciding.Secret | None = None,
    started_anyway: bool = False,
) -> Treatment:
    """Writes down that the dose began, with the verdict of this moment. Asked twice, it starts once.

    Against the gate it takes a prescriber's `override_reason`: the actor's, or that of `prescriber`, who is beside
    the tablet. With `started_anyway` the dose was given already: `override_reason` says why, and nothing is refused
    but a wrong person, a time that cannot be and a second running treatment.

    Raises AgainstTheGate, whose verdict is kept in a transaction of its own, so nothing may have been written in
    this one before; BadInput for the rest.
    """
    require(db, "record treatments")
    treatment = by_key(db, treatment_key)
    patient = db.get(Patient, treatment.patient_id)
    confirmed = identity.confirm(db, patient, birth_date)
    if step(treatment) is Step.RUNNING:
        return treatment
    planning.waiting(db, treatment_key)
    at = at or now()
    _refuse_impossible(db, treatment, at, started_anyway, override_reason)
    found = before.verdict(db, treatment, identified=True)
    row = _decided(db, treatment, found, override_reason, prescriber, started_anyway)
    db.add(row)
    answers.stored(db, treatment, answers.IDENTITY, "yes", confirmed)
    order = ordering.current(db, treatment)
    _take_over(db, treatment, order)
    _begin(db, treatment, at, confirmed)
    _time_observations(db, treatment)
    watching.treatment(db, treatment)
    return treatment


def other_running(db: Database, treatment: Treatment) -> Treatment | None:
    require(db, "see patients")
    query = select(Treatment).where(
        Treatment.patient_id == treatment.patient_id,
        Treatment.id != treatment.id,
        Treatment.status == Status.DRAFT,
        Treatment.planned_for.is_not(None),
        Treatment.started_at.is_not(None),
        Treatment.left_at.is_(None),
    )
    return db.exec(query).first()


def _refuse_impossible(
    db: Database, treatment: Treatment, at: datetime, started_anyway: bool, reason: str | None
) -> None:
    zone = settings.zone(db)
    if at > now() + SOON:
        raise BadInput("The start lies in the future.")
    if at.astimezone(zone).date() < treatment.planned_for.astimezone(zone).date():
        planned = treatment.planned_for.astimezone(zone)
        raise BadInput(f"This treatment is planned for {planned:%-d %b %Y}. Move the plan first.")
    if started_anyway and not (reason or "").strip():
        raise BadInput("Say why the dose was given before the gate and the order were complete.")
    if other_running(db, treatment) is not None:
        raise BadInput(ALREADY_RUNS)


def _decided(
    db: Database,
    treatment: Treatment,
    found: Verdict,
    reason: str | None,
    prescriber: deciding.Secret | None,
    started_anyway: bool,
) -> GateVerdict:
    """The verdict as it is kept with the start; raises AgainstTheGate where it does not let one through."""
    if found.verdict == GO:
        return before.row_of(db, treatment, found, started=True)
    if started_anyway:
        return before.row_of(db, treatment, found, started=True, override_reason=(reason or "").strip())
    against = [one for one in found.reasons if one.verdict != GO]
    if any(one.id.startswith(before.ORDER) for one in against):
        _refuse(db, treatment, found)
    if reason is not None or prescriber is not None:
        if not (reason or "").strip():
            raise BadInput("A decision against the gate needs a reason.")
        name, account_id = deciding.by_whom(db, "prescribe", prescriber)
        decision = {"override_reason": reason.strip(), "overridden_by": name, "overridden_by_id": account_id}
        return before.row_of(db, treatment, found, started=True, **decision)
    taken = before.overridden(db, treatment, found)
    if taken is None:
        _refuse(db, treatment, found)
    decision = taken.model_dump(include={"override_reason", "overridden_by", "overridden_by_id"})
    return before.row_of(db, treatment, found, started=True, **decision)


def _refuse(db: Database, treatment: Treatment, found: Verdict) -> None:
    with database(db.actor) as apart:
        apart.add(before.row_of(apart, treatment, found))
    says = [one.says for one in found.reasons if one.verdict != GO]
    raise AgainstTheGate(found, f"Not started. The gate says “{found.verdict}”.", *says)


def _take_over(db: Database, treatment: Treatment, order: DoseOrder | None) -> None:
    """What was ordered is what is given unless somebody records otherwise; an order that still waits is void."""
    editions.keep(db, treatment)
    waits = ordering.waiting_one(db, treatment)
    if waits is not None:
        waits.status, waits.void_reason = (
            Status.VOID,
            "the dose was started before a second clinician confirmed",
        )
    if order is None:
        return
    ordering.carry(db, treatment, order)


def _begin(db: Database, treatment: Treatment, at: datetime, confirmed: str) -> None:
    """From here on it runs; the store refuses a second one of the same person."""
    db.flush()
    treatment.started_at, treatment.started_by = at, db.actor.name
    treatment.identity_at_start = confirmed
    try:
        db.flush()
    except IntegrityError as taken:
        raise BadInput(ALREADY_RUNS) from taken


def _time_observations(db: Database, treatment: Treatment) -> None:
    """Whole minutes from the start, before it negative."""
    for row in stored_rows(db, treatment):
        if row.observed_at is not None and row.minute is None:
            row.minute = (row.observed_at - treatment.started_at) // timedelta(minutes=1)
    db.flush()
