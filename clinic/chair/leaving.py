"""Whether somebody may leave, from the rows of their treatment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from clinic.chair.watched import Watched, gather
from clinic.protocols.definition import Protocol
from clinic.protocols.leaving import Rating, Readiness, Session, fresh
from clinic.protocols.leaving import readiness as judged
from clinic.watching.of_vitals import before_dose, moment
from data_model import Database, LeavingCheck, Treatment
from data_model.columns import now

ESCORT = "leaving.escort"  # answered by hand, and met only by somebody with a name


def readiness(db: Database, treatment: Treatment, at: datetime | None = None) -> Readiness:
    """Every criterion as it stands at that moment, by default now."""
    (watched,) = gather(db, [treatment])
    return judge(watched, at or now())


def judge(watched: Watched, at: datetime) -> Readiness:
    return judged(watched.protocol, session(watched, at))


def session(watched: Watched, at: datetime) -> Session:
    """What is known of the treatment. Ratings and scores are the last ones; those from before the dose are the
    person's own. A score that is too old to speak of now is left out, as a measurement is."""
    treatment = watched.treatment
    early = {row.key for row in watched.vitals if before_dose(treatment, row)}
    after = [row for row in watched.vitals if row.key not in early]
    rated = _last_rated(treatment, after)
    known = Session(
        route=watched.route,
        substance=watched.substance,
        started=treatment.started_at,
        stopped=treatment.stopped_at,
        now=at,
        before=next((each.before for each in watched.seen), None),
        readings=tuple(
            each.reading
            for row, each in zip(watched.vitals, watched.seen, strict=True)
            if row.key not in early
        ),
        dissociation_before=_own_rating(watched, early, rated),
        dissociation=rated,
        ticks=_ticks(watched),
    )
    timed = [(moment(treatment, row), row.aldrete) for row in after if row.aldrete is not None]
    scored = [(when, score) for when, score in timed if fresh(watched.protocol, known, when)]
    when, score = max(scored, default=(None, None))
    return replace(known, scores=(Rating("aldrete", score, when),) if scored else ())


def minimum_over(protocol: Protocol, treatment: Treatment, at: datetime) -> bool | None:
    """Whether the minimum observation is over; None where the protocol names none or its beginning is not known."""
    limit = _minimum(protocol, treatment)
    if limit is None:
        return None
    since = {"minutes_since_start": treatment.started_at, "minutes_since_stop": treatment.stopped_at}[
        limit.measure
    ]
    return None if since is None else not limit.broken_by((at - since) / timedelta(minutes=1))


def locked_minimum(protocol: Protocol, treatment: Treatment, at: datetime) -> bool:
    """Whether a minimum observation that no clinic may shorten is not over yet, as far as is known."""
    limit = _minimum(protocol, treatment)
    return limit is not None and limit.locked and not minimum_over(protocol, treatment, at)


def last_ticks(watched: Watched) -> dict[str, LeavingCheck]:
    """criterion -> what was said of it last."""
    return {row.criterion: row for row in sorted(watched.ticks, key=lambda row: (row.assessed_at, row.id))}


def _minimum(protocol: Protocol, treatment: Treatment):
    return protocol.minimum_minutes(
        treatment.route and treatment.route.value, treatment.substance and treatment.substance.value
    )


def _ticks(watched: Watched) -> dict[str, bool | None]:
    said = {criterion: row.met for criterion, row in last_ticks(watched).items()}
    if said.get(ESCORT) and not watched.treatment.escort:
        said[ESCORT] = None
    return said


def _last_rated(treatment: Treatment, rows) -> Rating | None:
    rated = [(moment(treatment, row), row) for row in rows if row.dissociation is not None]
    timed = [(when, row) for when, row in rated if when is not None]
    if not timed:
        return None
    when, row = max(timed, key=lambda pair: (pair[0], pair[1].id))
    return Rating(row.dissociation_scale or "", row.dissociation, when)


def _own_rating(watched: Watched, early: set[str], rated: Rating | None) -> Rating | None:
    """The last one before the dose on the scale of the rating since; without such a rating the last on any."""
    rows = [row for row in watched.vitals if row.key in early and row.dissociation is not None]
    same = [row for row in rows if rated is not None and row.dissociation_scale == rated.scale]
    if not (chosen := same or rows):
        return None
    row = max(
        chosen, key=lambda row: (row.observed_at is not None, row.observed_at or row.entered_at, row.id)
    )
    return Rating(row.dissociation_scale or "", row.dissociation, moment(watched.treatment, row))
