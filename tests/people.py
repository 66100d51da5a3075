"""People and actors for tests, in one line each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from clinic import access, accounts, assessments, episodes, instruments, patients, treatments
from data_model import Account, Actor, Database, Episode, Patient, database

PASSWORD = "correct horse battery"
NOW = datetime.now(UTC).replace(microsecond=0)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def staff(role: str, username: str | None = None, **grants) -> Actor:
    """A signed-in person of that role, with an account of their own."""
    username = username or role
    with database(access.command_line("tests")) as db:
        account, _ = accounts.create(
            db,
            username=username,
            name=f"{username.title()} Test",
            role=role,
            password=PASSWORD,
            must_change_password=False,
            **grants,
        )
    return access.actor(account)


def access_key(actor: Actor) -> str:
    """Signs the person in and returns what the gate would hand to the pages."""
    with database(access.command_line("tests")) as db:
        username = db.get(Account, actor.account_id).username
    return accounts.access_of(accounts.sign_in(username, PASSWORD).token).key


def patient(db: Database, number: str = "SM-1", **fields) -> Patient:
    return patients.register(
        db,
        **{
            "record_number": number,
            "family_name": "Byron",
            "given_name": "Ada",
            "birth_date": date(1985, 12, 10),
            "sex": "female",
            **fields,
        },
    )


def course(db: Database, of: Patient, indication: str = "depression") -> Episode:
    return episodes.start(db, of.key, indication=indication)


def phq9(*values: int | None) -> dict[str, int | None]:
    """Answers to PHQ-9; a single number is the answer to every item but the suicide item, which is 0."""
    given = values if len(values) == 9 else (*([values[0]] * 8), 0)
    return {f"q{number}": value for number, value in enumerate(given, 1)}


def scored(db: Database, of: Patient, when: datetime, answers: dict, name: str = "phq9", **more):
    episode = episodes.of_patient(db, of)[-1]
    return assessments.record(
        db, of, instruments.instrument(name), taken_at=when, answers=answers, episode=episode, **more
    )


def treated(db: Database, of: Patient, when: datetime, vitals=(), events=(), **fields):
    episode = episodes.of_patient(db, of)[-1]
    dose = {"substance": "racemic ketamine", "route": "IV", "given_mg": 35.0, "weight_kg": 70.0}
    return treatments.record(db, of, episode, {**dose, "started_at": when, **fields}, vitals, events)
