"""A treatment at the chair for tests: planned, started, and what a tablet would send."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from clinic.chair import saving
from clinic.treatments import by_key
from data_model import Actor, Episode, Patient, Treatment, database
from data_model.columns import Status, now
from data_model.treatments import Route, Substance
from tests.people import course, patient

MINUTE = timedelta(minutes=1)
QUIET = {
    "systolic_mmhg": 128,
    "diastolic_mmhg": 82,
    "heart_rate_bpm": 71,
    "spo2_percent": 98,
    "respiratory_rate": 14,
    "moaas": 5,
    "dissociation": 0,
}


def planned(actor: Actor, number: str = "SM-1", **fields: Any) -> Treatment:
    """Of a person of that number, whom it makes with a course if there is none."""
    with database(actor) as db:
        person = db.exec(select(Patient).where(Patient.record_number == number)).first()
        if person is None:
            person = patient(db, number)
            course(db, person)
        episode = db.exec(select(Episode).where(Episode.patient_id == person.id)).first()
        made = Treatment(
            patient_id=person.id,
            episode_id=episode.id,
            author=actor.name,
            author_id=actor.account_id,
            **{
                "status": Status.DRAFT,
                "planned_for": now() - timedelta(minutes=60),
                "substance": Substance.RACEMIC,
                "route": Route.IV,
                "ordered_mg": 35.0,
                "weight_kg": 70.0,
                "planned_minutes": 40.0,
                "room": "Room 1",
                **fields,
            },
        )
        db.add(made)
    return made


def running(actor: Actor, number: str = "SM-1", minutes: float = 30, **fields: Any) -> Treatment:
    """Started so many minutes ago."""
    begun = {"started_at": now() - minutes * MINUTE, "started_by": actor.name}
    before = now() - (minutes + 60) * MINUTE
    return planned(actor, number, **{"planned_for": before, **begun, **fields})


def entry(kind: str, at: datetime | None = None, key: str | None = None, **said: Any) -> dict[str, Any]:
    """As a tablet makes it."""
    return {
        "key": key or secrets.token_urlsafe(18),
        "kind": kind,
        "at": (at or now()).isoformat(),
        **said,
    }


def vitals(at: datetime | None = None, key: str | None = None, **values: Any) -> dict[str, Any]:
    return entry("vitals", at, key, values=values or QUIET)


def sent(actor: Actor, treatment: Treatment, *entries: Any) -> saving.Outcome:
    return saving.save(actor, treatment.key, entries)


def saved(actor: Actor, treatment: Treatment, *entries: Any) -> None:
    """All of them, or the test ends with what was refused."""
    outcome = sent(actor, treatment, *entries)
    assert outcome.refused == []


def refused(actor: Actor, treatment: Treatment, said: Any) -> dict[str, Any]:
    """The refusal of this one entry."""
    outcome = sent(actor, treatment, said)
    assert outcome.saved == []
    (refusal,) = outcome.refused
    return refusal


def stored(actor: Actor, treatment: Treatment) -> Treatment:
    with database(actor) as db:
        return by_key(db, treatment.key)
