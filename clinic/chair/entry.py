"""One entry of a tablet, read: what it says, in the types of the store, or a sentence about why it cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import isfinite
from typing import Any

from clinic import settings
from clinic.refused import BadInput
from data_model import Database, Treatment
from data_model.columns import now

KEY = re.compile(r"[A-Za-z0-9_-]{12,40}")
AHEAD = timedelta(minutes=2)  # how far two clocks may differ
LINE, LONG = 120, 2000  # letters of a name or a dose; of a reason or a note


class Ask(BadInput):
    """Saved only once somebody answered: `ask` is "confirm", "reason" or "decision"."""

    def __init__(self, ask: str, *problems: str):
        self.ask = ask
        super().__init__(*problems)


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` is when it happened, in UTC; `said` is what the tablet sent."""

    key: str
    kind: str
    at: datetime
    said: Mapping[str, Any]

    def text(self, name: str, longest: int = LINE) -> str | None:
        """Without the blanks around it; None for nothing."""
        return text_of(self.said.get(name), name, longest)

    def words(self, name: str, missing: str, longest: int = LINE) -> str:
        """A text that has to be there; `missing` is the sentence if it is not."""
        found = self.text(name, longest)
        if found is None:
            raise BadInput(missing)
        return found

    def flag(self, name: str) -> bool | None:
        return flag_of(self.said.get(name), name)

    def number(self, name: str, low: float, high: float) -> float:
        return number_of(self.said.get(name), name, low, high)


def read(db: Database, treatment: Treatment, said: Mapping[str, Any]) -> Entry:
    """Raises BadInput for what no entry can be, whatever its kind."""
    if not isinstance(said, Mapping):
        raise BadInput("An entry is a set of named values.")
    key, kind = said.get("key"), said.get("kind")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise BadInput("An entry needs a key of 12 to 40 letters, digits, dashes and underscores.")
    if not isinstance(kind, str):
        raise BadInput("An entry says of which kind it is.")
    return Entry(key, kind, moment(db, treatment, said.get("at")), said)


def moment(db: Database, treatment: Treatment, said: Any) -> datetime:
    """Not in the future, and not before the day on which the treatment was planned or started."""
    at = time_of(said)
    if at > now() + AHEAD:
        raise BadInput(f"{_local(db, at)} lies in the future.")
    if at < _first(db, treatment):
        raise BadInput(f"{_local(db, at)} lies before the day of this treatment.")
    return at


def time_of(said: Any) -> datetime:
    try:
        at = datetime.fromisoformat(said)
        return at.astimezone(now().tzinfo) if at.tzinfo else _no_time()
    except (TypeError, ValueError, OverflowError):
        return _no_time()


def text_of(said: Any, name: str, longest: int = LINE) -> str | None:
    if said is None:
        return None
    if not isinstance(said, str):
        raise BadInput(f"The {name} has to be text.")
    if len(said) > longest:
        raise BadInput(f"The {name} is longer than {longest} letters.")
    # PostgreSQL keeps no NUL, and half of a surrogate pair is no letter.
    kept = said.replace("\0", "").encode("utf-8", "ignore").decode().strip()
    return kept or None


def flag_of(said: Any, name: str) -> bool | None:
    if said is not None and not isinstance(said, bool):
        raise BadInput(f"The answer to “{name}” is yes, no, or nothing.")
    return said


def number_of(said: Any, name: str, low: float, high: float, unit: str = "") -> float:
    if isinstance(said, bool) or not isinstance(said, (int, float)) or not isfinite(said):
        raise BadInput(f"{_opening(name)} has to be a number.")
    if not low <= said <= high:
        wanted = f"{low:g} to {high:g} {unit}".strip()
        raise BadInput(f"{_opening(name)} {said:g} is not possible (expected {wanted}).")
    return float(said)


def _opening(name: str) -> str:
    return name[:1].upper() + name[1:]


def _no_time() -> datetime:
    raise BadInput("An entry says when it happened, with the time zone.")


def _first(db: Database, treatment: Treatment) -> datetime:
    zone = settings.zone(db)
    known = [at for at in (treatment.planned_for, treatment.started_at) if at is not None]
    day = min(known).astimezone(zone).date() if known else now().astimezone(zone).date()
    return datetime.combine(day, time(), tzinfo=zone)


def _local(db: Database, at: datetime) -> str:
    return f"{at.astimezone(settings.zone(db)):%-d %b %Y %H:%M}"
