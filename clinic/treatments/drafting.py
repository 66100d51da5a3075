"""A treatment record from its first tap to the one moment at which it begins to count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import select

from clinic import alerts, editions, episodes, patients, settings, signed_content, watching
from clinic.access import require
from clinic.refused import BadInput
from clinic.treatments.judging import (
    LIKELY,
    dose_problems,
    event_problems,
    outside,
    sentence,
    vitals_problems,
)
from clinic.treatments.reading import VITALS, adverse_events, by_key, last, stored_rows
from data_model import AdverseEvent, Database, DoseOrder, Episode, Patient, Treatment, VitalSigns
from data_model.columns import Status
from data_model.episodes import Stage
from data_model.treatments import Route, Severity, Substance

EVENT = ("term", "severity", "serious", "onset_minute", "resolved_minute", "action")
FIELDS = (
    "substance",
    "route",
    "product",
    "lot",
    "concentration_mg_per_ml",
    "ordered_mg",
    "given_mg",
    "weight_kg",
    "weighed_on",
    "started_at",
    "stopped_at",
    "stopped_early",
    "note",
)


class Unlikely(BadInput):
    """Values that are possible but improbable: the caller asks for confirmation and a reason, and saves."""


def open_draft(db: Database, patient_key: str) -> Treatment:
    """This actor's unfinished treatment record for a patient: the one there is, or a new one in the current
    course. Raises BadInput when the patient has no course yet."""
    require(db, "record treatments")
    patient = patients.get(db, patient_key)
    found = db.exec(
        select(Treatment).where(
            Treatment.patient_id == patient.id,
            Treatment.author_id == db.actor.account_id,
            Treatment.status == Status.DRAFT,
            Treatment.planned_for.is_(None),
        )
    ).first()
    if found is not None:
        return found
    courses = episodes.of_patient(db, patient)
    if not courses:
        raise BadInput("Start a course of care first: a treatment belongs to one.")
    before = last(db, patient.id)
    draft = Treatment(
        patient_id=patient.id,
        episode_id=courses[-1].id,
        # Substance and route carry over; dose, weight and lot never do (docs/clinical.md F.5).
        substance=before.substance if before else Substance.RACEMIC,
        route=before.route if before else Route.IV,
        zone=settings.current(db)["time_zone"],
        status=Status.DRAFT,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(draft)
    db.flush()
    return draft


def write_draft(
    db: Database,
    key: str,
    fields: Mapping[str, Any],
    vitals: Sequence[Mapping[str, Any]] = (),
    events: Sequence[Mapping[str, Any]] = (),
) -> bool:
    """Stores whatever is entered so far, wrong or half as it may be; True if anything changed.

    `vitals` and `events` are the grid's rows in order; position n of one call is position n of the next.
    On a treatment that is finished already this changes nothing.
    """
    require(db, "record treatments")
    draft = by_key(db, key)
    if draft.status != Status.DRAFT:
        return False
    changed = _set(draft, {k: v for k, v in fields.items() if k in FIELDS})
    changed |= _write_rows(db, draft, stored_rows(db, draft), vitals, VitalSigns, VITALS)
    changed |= _write_events(db, draft, events)
    db.flush()
    return changed


def _set(row: Any, values: Mapping[str, Any]) -> bool:
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _write_rows(db, draft, stored, entered, table, names) -> bool:
    by_position = {row.position: row for row in stored}
    changed = False
    for position, values in enumerate(entered):
        values = {name: values.get(name) for name in names}
        row = by_position.get(position)
        if row is not None:
            changed |= _set(row, values)
        elif any(value not in (None, "") for name, value in values.items() if name != "minute"):
            db.add(table(treatment=draft, position=position, status=Status.DRAFT, **_by(db), **values))
            changed = True
    return changed


def _write_events(db: Database, draft: Treatment, events: Sequence[Mapping[str, Any]]) -> bool:
    """One row for each term: an event that is taken back is voided, not removed."""
    stored = {event.term: event for event in adverse_events(db, draft)}
    entered = {event["term"]: event for event in events if event.get("term")}
    changed = False
    for term, event in entered.items():
        values = {
            "severity": Severity.MILD,
            "serious": False,
            **{k: v for k, v in event.items() if k in EVENT and v is not None},
        }
        if term in stored:
            changed |= _set(stored[term], values)
        else:
            db.add(AdverseEvent(treatment=draft, status=Status.DRAFT, **_by(db), **values))
            changed = True
    for term in stored.keys() - entered.keys():
        stored[term].status, stored[term].void_reason = Status.VOID, "taken back while drafting"
        changed = True
    return changed


def _by(db: Database) -> dict[str, Any]:
    return {"author": db.actor.name, "author_id": db.actor.account_id}


def finish(db: Database, key: str, *, confirmed: str | None = None) -> Treatment:
    """Turns a draft into a treatment that counts; a second call returns the same row and changes nothing.

    Raises BadInput with every problem (the draft stays as it is), or Unlikely when values want a
    confirmation: call again with the reason in `confirmed`, which saves them and opens an alert.
    """
    require(db, "record treatments")
    draft = by_key(db, key)
    if draft.status != Status.DRAFT:
        return draft
    _count_minutes(db, draft)
    rows, events = _filled(stored_rows(db, draft)), adverse_events(db, draft)
    if problems := [*dose_problems(db, draft), *vitals_problems(rows), *event_problems(events)]:
        raise BadInput(*problems)
    doubts = [sentence(doubt) for doubt in outside(draft, LIKELY, "outside what is usual")]
    if doubts and not (confirmed or "").strip():
        raise Unlikely(*doubts)
    draft.mg_per_kg = mg_per_kg(draft.given_mg, draft.weight_kg, draft.substance, draft.route)
    editions.keep(db, draft)
    for row in stored_rows(db, draft):
        row.status = Status.ACTIVE if row in rows else Status.VOID
        row.void_reason = None if row in rows else "left empty"
    for event in events:
        event.status = Status.ACTIVE
    _count_attached(db, draft)
    draft.status = Status.ACTIVE
    _begin_induction(db, draft)
    db.flush()
    if doubts:
        alerts.unlikely_entry(db, draft, doubts, confirmed)
    watching.treatment(db, draft)
    return draft


def _count_minutes(db: Database, draft: Treatment) -> None:
    """Of what was observed before the start, or while another tablet recorded it."""
    for row in stored_rows(db, draft):
        if row.minute is None and row.observed_at is not None and draft.started_at is not None:
            row.minute = (row.observed_at - draft.started_at) // timedelta(minutes=1)


def _count_attached(db: Database, draft: Treatment) -> None:
    """What was entered around the dose counts with it. An order that nobody confirmed was none."""
    for table in signed_content.ATTACHED:
        query = select(table).where(table.treatment_id == draft.id, table.status == Status.DRAFT)
        for row in db.exec(query):
            waiting = isinstance(row, DoseOrder)
            row.status = Status.VOID if waiting else Status.ACTIVE
            row.void_reason = "not confirmed by a second clinician" if waiting else None


def record(
    db: Database,
    patient: Patient,
    episode: Episode,
    fields: Mapping[str, Any],
    vitals: Sequence[Mapping[str, Any]] = (),
    events: Sequence[Mapping[str, Any]] = (),
    source_key: str | None = None,
) -> Treatment:
    """A finished treatment in one step, for imports and the sample clinic, under the same checks as `finish`
    but without the question about unlikely values."""
    require(db, "record treatments")
    zone = settings.current(db)["time_zone"]
    made = Treatment(
        patient_id=patient.id, episode_id=episode.id, zone=zone, source_key=source_key, **_by(db), **fields
    )
    rows = [VitalSigns(position=n, **_by(db), **row) for n, row in enumerate(vitals)]
    happened = [AdverseEvent(**_by(db), **event) for event in events]
    if problems := [*dose_problems(db, made), *vitals_problems(rows), *event_problems(happened)]:
        raise BadInput(*problems)
    made.mg_per_kg = mg_per_kg(made.given_mg, made.weight_kg, made.substance, made.route)
    editions.keep(db, made)
    made.vital_signs, made.adverse_events = rows, happened
    db.add(made)
    db.flush()
    _begin_induction(db, made)
    if serious := [event.term for event in happened if event.serious]:
        alerts.serious_event(db, made, serious)
    return made


def _begin_induction(db: Database, treatment: Treatment) -> None:
    episode = db.get(Episode, treatment.episode_id)
    if episode.stage == Stage.ASSESSMENT:
        episodes.came_to(db, episode, Stage.INDUCTION, treatment.started_at)


def discard(db: Database, key: str) -> None:
    require(db, "record treatments")
    draft = by_key(db, key)
    if draft.status == Status.DRAFT:
        draft.status, draft.void_reason = Status.VOID, "draft discarded"


def mg_per_kg(mg: float | None, kg: float | None, substance: Substance, route: Route) -> float | None:
    """Milligrams per kilogram, to three decimals; None for intranasal esketamine, which is dosed in devices,
    and when either number is missing."""
    if not mg or not kg or (substance == Substance.ESKETAMINE and route == Route.IN):
        return None
    return round(mg / kg, 3)


def _filled(rows: Sequence[VitalSigns]) -> list[VitalSigns]:
    """Without the lines of the form that were left empty; what was watched live was never one of them."""
    measured = [name for name in VITALS if name != "minute"]
    return [
        row
        for row in rows
        if row.observed_at or any(getattr(row, name) not in (None, "") for name in measured)
    ]
