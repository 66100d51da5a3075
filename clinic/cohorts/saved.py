"""Cohorts under a name: everybody who may see outcomes sees them, and an address with the key leads to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlmodel import select

from clinic import settings
from clinic.access import require
from clinic.cohorts.choice import Choice
from clinic.refused import BadInput, NotFound
from data_model import Database
from data_model.cohorts import SavedCohort
from data_model.columns import Status

LONGEST_NAME, MOST = 60, 200
_KEPT = select(SavedCohort).where(SavedCohort.status != Status.VOID)


@dataclass(frozen=True, slots=True)
class Saved:
    key: str
    name: str
    by: str
    choice: Choice


def save(db: Database, name: str, choice: Choice) -> str:
    """The key of the cohort kept; raises BadInput."""
    require(db, "see outcomes")
    name, kept = " ".join(name.split()), saved(db)
    if not name:
        raise BadInput("Give the cohort a name.")
    if len(name) > LONGEST_NAME:
        raise BadInput(f"A name of at most {LONGEST_NAME} characters, please.")
    if name.casefold() in {each.name.casefold() for each in kept}:
        raise BadInput(f"There is a cohort “{name}” already.")
    if len(kept) >= MOST:
        raise BadInput(f"{MOST} cohorts are kept already; delete one first.")
    row = SavedCohort(
        name=name,
        chosen=choice.address(settings.zone(db)),
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(row)
    db.flush()
    return row.key


def saved(db: Database) -> list[Saved]:
    """By name."""
    require(db, "see outcomes")
    zone = settings.zone(db)
    return sorted((_told(row, zone) for row in db.exec(_KEPT)), key=lambda each: each.name.casefold())


def opened(db: Database, key: str) -> Saved:
    """Raises NotFound."""
    require(db, "see outcomes")
    return _told(_row(db, key), settings.zone(db))


def delete(db: Database, key: str) -> None:
    """It leaves the list; the row stays, void. Raises NotFound."""
    require(db, "see outcomes")
    row = _row(db, key)
    row.status, row.void_reason = Status.VOID, "deleted from the list"
    db.flush()


def from_address(db: Database, query: Mapping[str, str]) -> Choice:
    """What an address asks for: a cohort by its key, or conditions. Raises NotFound."""
    require(db, "see outcomes")
    if key := query.get("cohort"):
        return opened(db, key).choice
    return Choice.of_address(query, settings.zone(db))


def _row(db: Database, key: str) -> SavedCohort:
    found = db.exec(_KEPT.where(SavedCohort.key == key)).first()
    if found is None:
        raise NotFound("There is no such cohort, or it was deleted.")
    return found


def _told(row: SavedCohort, zone: ZoneInfo) -> Saved:
    return Saved(row.key, row.name, row.author, Choice.of_address(row.chosen, zone))
