"""Today: whom somebody should look at, and which rule put them there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import func, select

from clinic import alerts, instruments, patients, settings
from clinic.access import require
from clinic.outcomes.wording import plural
from clinic.patients import Person
from data_model import Alert, Assessment, Database, Episode, Patient, Treatment
from data_model.columns import COUNTED, Status, now
from data_model.episodes import Stage

NOT_ASKED_DAYS = 7
# These alerts have a list of their own on Today, with the button that records the score.
LISTED_APART = ("measure.overdue",)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of Today: who, what was seen, by which rule, and since when."""

    person: Person
    title: str
    saw: str
    rule: str
    since: datetime
    alert: Alert | None = None
    instrument: str | None = None


def open_alerts(db: Database) -> tuple[list[Entry], list[Entry]]:
    """Suicide concerns, one for each patient, and the other open alerts by urgency."""
    require(db, "see today")
    titles = alerts.titles()
    entries = [
        Entry(
            patients.person(db, patient),
            titles.get(alert.rule, alert.rule),
            alert.saw,
            f"{alert.rule} v{alert.rule_version}",
            alert.raised_at,
            alert=alert,
        )
        for alert, patient in alerts.open_ones(db)
        if alert.rule not in LISTED_APART
    ]
    concerns = [entry for entry in entries if entry.alert.rule == alerts.SUICIDE]
    return concerns, [entry for entry in entries if entry.alert.rule != alerts.SUICIDE]


def overdue(db: Database, *, limit: int = 50) -> tuple[list[Entry], int]:
    """Courses that wait for a score, the longest wait first; and how many there are."""
    require(db, "see today")
    found = waiting(db)
    return [_overdue(db, *row) for row in found[:limit]], len(found)


def waiting(db: Database) -> list[tuple[Episode, Patient, datetime, int]]:
    """Courses under treatment without a recent score on their own primary scale, the longest wait first, with since
    when and how many days are allowed. Induction and maintenance have their own limits in the settings."""
    require(db, "see patients")
    chosen = settings.current(db)
    limits = {
        Stage.INDUCTION: chosen["overdue_days_induction"],
        Stage.OPTIMISATION: chosen["overdue_days_maintenance"],
        Stage.MAINTENANCE: chosen["overdue_days_maintenance"],
    }
    last = (
        select(func.max(Assessment.taken_at))
        .where(
            Assessment.patient_id == Episode.patient_id,
            Assessment.instrument == Episode.primary_instrument,
            Assessment.status.in_(COUNTED),
        )
        .correlate(Episode)
        .scalar_subquery()
    )
    waiting_since = func.coalesce(last, Episode.opened_at).label("waiting_since")
    found = []
    for stage, days in limits.items():
        query = select(Episode, Patient, waiting_since).join(Patient, Patient.id == Episode.patient_id)
        query = query.where(
            Episode.stage == stage,
            Episode.status != Status.VOID,
            waiting_since < now() - timedelta(days=days),
        )
        found += [(*row, days) for row in db.exec(query)]
    return sorted(found, key=lambda row: row[2])


def _overdue(db: Database, episode: Episode, patient: Patient, since: datetime, limit: int) -> Entry:
    title = instruments.instrument(episode.primary_instrument).title
    waited = (now() - since).days
    return Entry(
        patients.person(db, patient),
        f"{title} overdue",
        f"No {title} for {plural(waited, 'day')} in {episode.stage.value} (limit {limit}).",
        f"overdue.{episode.stage.value}.{limit}d",
        since,
        instrument=episode.primary_instrument,
    )


def not_asked(db: Database) -> list[Entry]:
    """Treatments of the last week for which nobody asked the suicide question on the same day
    (docs/clinical.md C.2). A skipped item was asked."""
    require(db, "see today")
    zone = settings.zone(db)
    recent = select(Treatment, Patient).join(Patient, Patient.id == Treatment.patient_id)
    recent = recent.where(
        Treatment.started_at > now() - timedelta(days=NOT_ASKED_DAYS), Treatment.status.in_(COUNTED)
    )
    entries = []
    for treatment, patient in db.exec(recent.order_by(Treatment.started_at.desc())):
        midnight = treatment.started_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        asked = select(Assessment.id).where(
            Assessment.patient_id == patient.id,
            Assessment.taken_at >= midnight,
            Assessment.taken_at < midnight + timedelta(days=1),
            Assessment.suicide_state != "not asked",
            Assessment.status.in_(COUNTED),
        )
        if db.exec(asked.limit(1)).first() is None:
            entries.append(
                Entry(
                    patients.person(db, patient),
                    "Suicide question not asked",
                    f"No scale that asks about suicide on the day of the treatment of "
                    f"{treatment.started_at.astimezone(zone):%-d %b}.",
                    "suicide.not_asked v1",
                    treatment.started_at,
                    instrument="phq9",
                )
            )
    return entries
