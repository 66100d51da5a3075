"""A batch of a tablet's entries: each in a transaction of its own, in the order given."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError, OperationalError

from clinic.access import require
from clinic.chair import entries
from clinic.chair.entry import Ask
from clinic.refused import BadInput, NotFound, Refused
from clinic.treatments import by_key
from data_model import Actor, ChangedMeanwhile, database
from data_model.connection import Locked

TRIES = 5
AGAIN_AFTER = 0.05  # seconds, then twice as long, each time a little more or less


class Busy(Exception):
    """The store could not be had in several tries; nothing was refused, the tablet sends again."""


@dataclass
class Outcome:
    """`refused` are {"key", "problems", "ask"} for each entry that was not saved."""

    saved: list[str] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)


def save(actor: Actor, treatment_key: str, said: Sequence[Any]) -> Outcome:
    """Raises NotFound and NotAllowed for the treatment as a whole, Busy when the store could not be had: what came
    before is saved then, and sent again it is known."""
    with database(actor) as db:
        require(db, "record treatments")
        by_key(db, treatment_key)
    outcome = Outcome()
    for each in said:
        key = each.get("key") if isinstance(each, Mapping) else None
        key = key if isinstance(key, str) else None
        if refusal := _tried(actor, treatment_key, each):
            outcome.refused.append({"key": key and key[:40]} | refusal)
        else:
            outcome.saved.append(key)
    return outcome


def _tried(actor: Actor, treatment_key: str, said: Any) -> dict[str, Any] | None:
    """None once it is saved, otherwise why it is not and what to ask."""
    for attempt in range(TRIES):
        try:
            with database(actor) as db:
                entries.apply(db, treatment_key, said)
            return None
        except NotFound:
            raise
        except Refused as refusal:
            return _refusal(refusal)
        except Locked:
            return _refusal(BadInput("This record is signed: amend it."))
        except (ChangedMeanwhile, IntegrityError, OperationalError) as conflict:
            # Two tablets at one moment. What the other one wrote is read anew.
            if attempt == TRIES - 1 and isinstance(conflict, IntegrityError):
                return _refusal(BadInput("This does not go together with what is stored already."))
            time.sleep(AGAIN_AFTER * 2**attempt * random.uniform(0.5, 1.5))
    raise Busy("The store is busy. Nothing is lost; it is tried again.")


def _refusal(refusal: Refused) -> dict[str, Any]:
    problems = refusal.problems if isinstance(refusal, BadInput) else [str(refusal)]
    return {"problems": problems, "ask": refusal.ask if isinstance(refusal, Ask) else None}
