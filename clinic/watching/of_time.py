"""What only the passing of time makes due, over everybody under treatment: asked of the store, never loaded whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import case, false
from sqlmodel import func, select

from clinic import instruments, settings
from clinic.flags.facts import CheckAge, Unmeasured
from clinic.protocols.definition import Protocol
from clinic.protocols.limit import Limit
from clinic.waiting import waiting
from data_model import Database, Episode, Patient, SafetyCheck, Treatment, Weight
from data_model.checks import CheckKind
from data_model.columns import COUNTED, Status, now
from data_model.episodes import Stage

UNDER_TREATMENT = (Stage.INDUCTION, Stage.OPTIMISATION, Stage.MAINTENANCE)
KINDS = {
    "liver_tests_age_days": CheckKind.LIVER,
    "urinary_symptoms_age_days": CheckKind.URINARY,
    "cognition_age_days": CheckKind.COGNITION,
    "drug_screen_age_days": CheckKind.DRUG_SCREEN,
    "pdmp_age_days": CheckKind.PDMP,
}
WEIGHT = "weight_age_days"


def running(db: Database) -> list[Treatment]:
    """Planned treatments that were started and not left: their next observation may be missed by now."""
    query = select(Treatment).where(
        Treatment.status == Status.DRAFT,
        Treatment.planned_for.is_not(None),
        Treatment.started_at.is_not(None),
        Treatment.left_at.is_(None),
    )
    return list(db.exec(query))


def check_ages(db: Database, protocol: Protocol) -> Iterator[tuple[int, CheckAge]]:
    """(patient, age) of every check that is older than its limit, in courses that have begun; of several limits for
    a stage the tightest."""
    for stage in UNDER_TREATMENT:
        for limit in tightest(protocol, stage).values():
            yield from _older(db, limit, stage)


def tightest(protocol: Protocol, stage: Stage) -> dict[str, Limit]:
    """measure -> limit."""
    found: dict[str, Limit] = {}
    for limit in protocol.limits:
        asked = limit.measure in KINDS or limit.measure == WEIGHT
        if asked and limit.when.applies(stage=stage.value):
            known = found.get(limit.measure)
            found[limit.measure] = limit if known is None or limit.value < known.value else known
    return found


def _older(db: Database, limit: Limit, stage: Stage) -> Iterator[tuple[int, CheckAge]]:
    """A check that was never recorded counts from the first dose; a weight without a date is asked about with the
    next order."""
    today = now().astimezone(settings.zone(db)).date()
    last, first = _last(limit).label("last"), _first_dose().label("first")
    never = last.is_(None) & (first < now() - timedelta(days=limit.value))
    query = (
        select(Patient.id, Patient.key, last, first)
        .select_from(Episode)
        .join(Patient, Patient.id == Episode.patient_id)
        .where(Episode.stage == stage, Episode.status != Status.VOID, first.is_not(None))
        .where((last < today - timedelta(days=limit.value)) | (false() if limit.measure == WEIGHT else never))
    )
    for patient, key, seen, start in db.exec(query):
        since = seen or start.astimezone(settings.zone(db)).date()
        subject = f"patient:{key}:{limit.id}:{seen or 'never'}"
        yield (
            patient,
            CheckAge(subject, _reached(since, limit), limit, (today - since).days, seen is not None),
        )


def _reached(since: date, limit: Limit) -> datetime:
    """The midnight that ends the last day within the limit, by UTC: a number of days knows no hour."""
    return datetime.combine(since + timedelta(days=limit.value + 1), time.min, tzinfo=UTC)


def _last(limit: Limit):
    if limit.measure == WEIGHT:
        return _last_weight()
    query = select(func.max(SafetyCheck.checked_on)).where(
        SafetyCheck.patient_id == Episode.patient_id,
        SafetyCheck.kind == KINDS[limit.measure],
        SafetyCheck.status != Status.VOID,
    )
    return query.correlate(Episode).scalar_subquery()


def _last_weight():
    """Measured for a treatment or on its own, the later one. The two databases name the greater of two differently."""
    treated = select(func.max(Treatment.weighed_on)).where(
        Treatment.patient_id == Episode.patient_id, Treatment.status.in_(COUNTED)
    )
    measured = select(func.max(Weight.measured_on)).where(
        Weight.patient_id == Episode.patient_id, Weight.status != Status.VOID
    )
    one, other = (query.correlate(Episode).scalar_subquery() for query in (treated, measured))
    return case((other.is_(None), one), (one > other, one), else_=other)


def _first_dose():
    query = select(func.min(Treatment.started_at)).where(
        Treatment.episode_id == Episode.id, Treatment.status.in_(COUNTED)
    )
    return query.correlate(Episode).scalar_subquery()


def unmeasured(db: Database) -> Iterator[tuple[int, Unmeasured]]:
    """(patient, course) of every course that waits for a score on its own scale, the longest wait first."""
    for episode, patient, since, allowed in waiting(db):
        title = instruments.instrument(episode.primary_instrument).title
        subject = f"episode:{episode.key}:{since:%Y-%m-%d}"
        at = since + timedelta(days=allowed)
        yield (
            patient.id,
            Unmeasured(subject, at, title, (now() - since).days, allowed, str(episode.stage)),
        )
