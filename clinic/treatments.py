"""Dosing sessions: drafted as rows from the first tap, finished once, read back as the treatment lane.

There are no safety checks here yet: doses are recorded, not judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Row
from sqlmodel import select

from clinic import alerts, episodes, patients, settings, typed
from clinic.access import require
from clinic.refused import BadInput, NotFound
from data_model import AdverseEvent, Database, Episode, Patient, Treatment, VitalSigns
from data_model.columns import COUNTED, Status, now
from data_model.episodes import Stage
from data_model.treatments import Route, Severity, Substance

VITALS = (
    "minute",
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate_bpm",
    "spo2_percent",
    "respiratory_rate",
    "moaas",
    "note",
)
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
COLUMNS = {
    "treatment": object,
    "patient": object,
    "episode": object,
    "started_at": typed.TIME,
    "substance": object,
    "route": object,
    "given_mg": float,
    "weight_kg": float,
    "mg_per_kg": float,
    "minutes": float,
    "stopped_early": bool,
    "number": int,
    "worst_event": object,
    "status": object,
}

# Outside these a value cannot be true, and is refused; (low, high), units as in the names.
POSSIBLE = {
    "weight_kg": (2, 650),
    "given_mg": (0, 5000),
    "ordered_mg": (0, 5000),
    "systolic_mmhg": (20, 320),
    "diastolic_mmhg": (10, 250),
    "heart_rate_bpm": (10, 320),
    "spo2_percent": (10, 100),
    "respiratory_rate": (0, 90),
    "moaas": (0, 5),
    "minute": (-240, 1440),
}
# Outside these a value is saved after confirmation and opens an alert (docs/clinical.md, Limits of
# entry; doses get limits of their own with the protocols).
LIKELY = {"weight_kg": (30, 300), "given_mg": (1, 500)}
WORDS = {
    "weight_kg": "weight (kg)",
    "given_mg": "dose given (mg)",
    "ordered_mg": "dose ordered (mg)",
    "systolic_mmhg": "systolic",
    "diastolic_mmhg": "diastolic",
    "heart_rate_bpm": "heart rate",
    "spo2_percent": "SpO₂",
    "respiratory_rate": "breathing rate",
    "moaas": "MOAA/S",
    "minute": "minute",
    "onset_minute": "onset",
    "resolved_minute": "end",
}


class Unlikely(BadInput):
    """Values that are possible but improbable: the caller asks for confirmation and a reason, and saves."""


# ---- writing ---------------------------------------------------------------------------------------------


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
        )
    ).first()
    if found is not None:
        return found
    courses = episodes.of_patient(db, patient)
    if not courses:
        raise BadInput("Start a course of care first: a treatment belongs to one.")
    last = _last(db, patient.id)
    draft = Treatment(
        patient_id=patient.id,
        episode_id=courses[-1].id,
        # Substance and route carry over; dose, weight and lot never do (docs/clinical.md F.5).
        substance=last.substance if last else Substance.RACEMIC,
        route=last.route if last else Route.IV,
        zone=settings.current(db)["time_zone"],
        status=Status.DRAFT,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(draft)
    db.flush()
    return draft


def by_key(db: Database, key: str) -> Treatment:
    require(db, "see patients")
    found = db.exec(select(Treatment).where(Treatment.key == key)).first()
    if found is None:
        raise NotFound("There is no such treatment.")
    return found


def of_patient(db: Database, patient: Patient, key: str) -> Treatment:
    """The record behind a key, if it is this patient's: an address must not show one under another."""
    found = by_key(db, key)
    if found.patient_id != patient.id:
        raise NotFound("This treatment belongs to somebody else.")
    return found


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
    rows, events = _filled(stored_rows(db, draft)), adverse_events(db, draft)
    if problems := [*_problems(db, draft), *_vitals_problems(rows), *_event_problems(events)]:
        raise BadInput(*problems)
    doubts = [_sentence(doubt) for doubt in _outside(draft, LIKELY, "outside what is usual")]
    if doubts and not (confirmed or "").strip():
        raise Unlikely(*doubts)
    draft.mg_per_kg = mg_per_kg(draft.given_mg, draft.weight_kg, draft.substance, draft.route)
    for row in stored_rows(db, draft):
        row.status = Status.ACTIVE if row in rows else Status.VOID
        row.void_reason = None if row in rows else "left empty"
    for event in events:
        event.status = Status.ACTIVE
    draft.status = Status.ACTIVE
    _begin_induction(db, draft)
    db.flush()
    if doubts:
        alerts.unlikely_entry(db, draft, doubts, confirmed)
    if serious := [event.term for event in events if event.serious]:
        alerts.serious_event(db, draft, serious)
    return draft


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
    if problems := [*_problems(db, made), *_vitals_problems(rows), *_event_problems(happened)]:
        raise BadInput(*problems)
    made.mg_per_kg = mg_per_kg(made.given_mg, made.weight_kg, made.substance, made.route)
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
        episode.stage, episode.stage_since = Stage.INDUCTION, treatment.started_at


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


# ---- judging what was entered ------------------------------------------------------------------------------


def _problems(db: Database, draft: Treatment) -> list[str]:
    missing = {
        "substance": draft.substance,
        "route": draft.route,
        "dose given": draft.given_mg,
        "start time": draft.started_at,
    }
    found = [f"The {name} is missing." for name, value in missing.items() if value is None]
    found += [_sentence(problem) for problem in _outside(draft, POSSIBLE)]
    late = now() + timedelta(minutes=2)
    for name, at in (("start", draft.started_at), ("stop", draft.stopped_at)):
        if at and at > late:
            found.append(f"The {name} time, {_local(db, at)}, lies in the future.")
    if draft.started_at and draft.stopped_at and draft.stopped_at < draft.started_at:
        found.append(
            f"The stop time, {_local(db, draft.stopped_at)}, lies before the start, "
            f"{_local(db, draft.started_at)}."
        )
    return found


def _vitals_problems(rows: list[VitalSigns]) -> list[str]:
    found = []
    for row in rows:
        where = f"Vital signs, row {row.position + 1}"
        if row.minute is None:
            found.append(f"{where}: the minute is missing.")
        found += [f"{where}: {problem}" for problem in _outside(row, POSSIBLE)]
        if row.systolic_mmhg and row.diastolic_mmhg and row.diastolic_mmhg >= row.systolic_mmhg:
            found.append(
                f"{where}: diastolic {row.diastolic_mmhg} is not below systolic {row.systolic_mmhg}; "
                "are they swapped?"
            )
    return found


def _event_problems(events: list[AdverseEvent]) -> list[str]:
    return [
        f"{event.term}: it ends (minute {event.resolved_minute}) before it begins "
        f"(minute {event.onset_minute})."
        for event in events
        if event.onset_minute is not None
        and event.resolved_minute is not None
        and event.resolved_minute < event.onset_minute
    ]


def _outside(row: Any, bounds: Mapping[str, tuple[float, float]], how: str = "not possible") -> list[str]:
    found = []
    for name, (low, high) in bounds.items():
        value = getattr(row, name, None)
        if value is not None and not low <= value <= high:
            found.append(f"{WORDS[name]} {value:g} is {how} (expected {low:g} to {high:g}).")
    return found


def _sentence(problem: str) -> str:
    return problem[0].upper() + problem[1:]


def _filled(rows: Sequence[VitalSigns]) -> list[VitalSigns]:
    measured = [name for name in VITALS if name != "minute"]
    return [row for row in rows if any(getattr(row, name) not in (None, "") for name in measured)]


def _local(db: Database, at: datetime) -> str:
    return f"{at.astimezone(settings.zone(db)):%-d %b %Y %H:%M}"


# ---- reading ---------------------------------------------------------------------------------------------


def _last(db: Database, patient_id: int) -> Treatment | None:
    query = select(Treatment).where(Treatment.patient_id == patient_id, Treatment.status.in_(COUNTED))
    return db.exec(query.order_by(Treatment.started_at.desc()).limit(1)).first()


def stored_rows(db: Database, treatment: Treatment) -> list[VitalSigns]:
    """The rows of the vital signs grid in order of entry, empty ones of a draft included."""
    require(db, "see patients")
    query = select(VitalSigns).where(
        VitalSigns.treatment_id == treatment.id, VitalSigns.status != Status.VOID
    )
    return list(db.exec(query.order_by(VitalSigns.position)))


def vital_signs(db: Database, treatment: Treatment) -> pd.DataFrame:
    """One row per observation, by minute; absent values stay absent."""
    require(db, "see patients")
    rows = [[getattr(row, name) for name in VITALS] for row in stored_rows(db, treatment)]
    return pd.DataFrame(rows, columns=list(VITALS)).sort_values("minute", kind="stable")


def adverse_events(db: Database, treatment: Treatment) -> list[AdverseEvent]:
    require(db, "see patients")
    query = select(AdverseEvent).where(
        AdverseEvent.treatment_id == treatment.id, AdverseEvent.status != Status.VOID
    )
    return list(db.exec(query.order_by(AdverseEvent.onset_minute, AdverseEvent.id)))


def given(db: Database, patient: Patient) -> pd.DataFrame:
    """Every treatment of a patient that counts, oldest first, with the columns of `COLUMNS`; `minutes` is
    from start to stop, `number` counts within the course."""
    require(db, "see patients")
    query = (
        select(Treatment, Episode.key)
        .join(Episode, Episode.id == Treatment.episode_id)
        .where(Treatment.patient_id == patient.id, Treatment.status.in_(COUNTED))
        .order_by(Treatment.started_at, Treatment.id)
    )
    worst = _worst_events(db, patient)
    return frame([(patient.key, row, episode, worst.get(row.id)) for row, episode in db.exec(query)])


def _worst_events(db: Database, patient: Patient) -> dict[int, str]:
    """treatment id -> the gravest severity among its adverse events."""
    query = (
        select(AdverseEvent.treatment_id, AdverseEvent.severity)
        .join(Treatment, Treatment.id == AdverseEvent.treatment_id)
        .where(Treatment.patient_id == patient.id, AdverseEvent.status.in_(COUNTED))
    )
    order = list(Severity)
    worst: dict[int, Severity] = {}
    for treatment, severity in db.exec(query):
        worst[treatment] = max(severity, worst.get(treatment, severity), key=order.index)
    return {treatment: severity.value for treatment, severity in worst.items()}


def frame(rows: list[tuple[str, Treatment, str, str | None]]) -> pd.DataFrame:
    counted: dict[str, int] = {}
    records = []
    for patient, row, episode, worst in rows:
        counted[episode] = counted.get(episode, 0) + 1
        minutes = (row.stopped_at - row.started_at).total_seconds() / 60 if row.stopped_at else None
        records.append(
            (
                row.key,
                patient,
                episode,
                row.started_at,
                row.substance.value,
                row.route.value,
                row.given_mg,
                row.weight_kg,
                row.mg_per_kg,
                minutes,
                row.stopped_early,
                counted[episode],
                worst,
                row.status.value,
            )
        )
    return typed.frame(records, COLUMNS)


def drafts(db: Database, patient: Patient | None = None) -> list[Row]:
    """Unfinished treatment records, newest first, as (treatment, patient): one patient's, or everybody's; a
    record that a nurse began may be finished by another."""
    require(db, "record treatments")
    query = select(Treatment, Patient).join(Patient, Patient.id == Treatment.patient_id)
    query = query.where(Treatment.status == Status.DRAFT)
    if patient is not None:
        query = query.where(Treatment.patient_id == patient.id)
    return list(db.exec(query.order_by(Treatment.entered_at.desc())))
