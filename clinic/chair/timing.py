"""What is due at a treatment and when, for the page and for the board."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clinic.chair.watched import Watched
from clinic.protocols.schedule import Due, due, end_of_minimum
from clinic.refused import NotFound
from clinic.watching.of_vitals import moment

NONE_NAMED = "The protocol names no minimum observation for this substance and route."


def schedule(watched: Watched, at: datetime) -> tuple[list[Due], str | None]:
    """The observations that are due, and the sentence where the protocol names none: nothing due must not look like
    nothing to do."""
    treatment = watched.treatment
    if treatment.started_at is None:
        return [], None
    times = (moment(treatment, row) for row in watched.vitals)
    done = [when for when in times if when is not None]
    span = (treatment.started_at, treatment.stopped_at)
    try:
        found = due(
            watched.protocol, watched.route, watched.substance, *span, done, at, left=treatment.left_at
        )
    except NotFound as refusal:
        return [], str(refusal)
    return list(found), None


def next_due(found: list[Due]) -> Due | None:
    """What somebody has waited for the longest: the first that was missed since the last one that was met, or else
    the first that can still be met. Another one becoming due makes nobody less late."""
    met = max((n for n, each in enumerate(found) if each.state == "done"), default=-1)
    open_ones = [each for each in found[met + 1 :] if each.minute > 0]
    neglected = next((each for each in open_ones if each.state == "missed"), None)
    return neglected or next((each for each in found if each.state in ("overdue", "due", "due in")), None)


def minimum(watched: Watched, at: datetime) -> dict[str, Any]:
    """The minimum observation: how long, from what, until when."""
    limit = watched.protocol.minimum_minutes(watched.route, watched.substance)
    if limit is None:
        return {"minutes": None, "from": "start", "until": None, "locked": False, "says": NONE_NAMED}
    treatment = watched.treatment
    until = treatment.started_at and end_of_minimum(limit, treatment.started_at, treatment.stopped_at)
    return {
        "minutes": limit.value,
        "from": "stop" if limit.measure == "minutes_since_stop" else "start",
        "until": until,
        "locked": limit.locked,
        "says": limit.says,
    }
