"""What the store knows beside each question of the gate. It is shown there and never answers for the person asked."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import select

from clinic import alerts, checks, instruments, settings
from clinic.access import require
from clinic.chair import intake
from clinic.instruments import Instrument
from clinic.outcomes.wording import number, plural
from clinic.protocols.vitals import opening
from clinic.treatments import earlier
from data_model import Assessment, Consent, Database, EventNote, Medication, Patient, SafetyCheck, Treatment
from data_model.checks import CheckKind
from data_model.columns import COUNTED, Status, now

NEVER = "never recorded"
CHECKS = {"gate.urinary": CheckKind.URINARY, "gate.pregnancy": CheckKind.PREGNANCY}
DRUGS = {
    "gate.benzodiazepine_omitted": ("drug.benzodiazepine",),
    "gate.sedatives": ("drug.benzodiazepine", "drug.opioid", "drug.alcohol", "drug.depressant"),
    "gate.stimulants": ("drug.stimulant",),
}


def beside(db: Database, treatment: Treatment) -> dict[str, list[str]]:
    """gate item -> sentences; nothing for a question about which the store holds nothing."""
    require(db, "see patients")
    patient, zone = db.get(Patient, treatment.patient_id), settings.zone(db)
    today = scores_today(db, patient, now())
    return {
        "gate.consent": [_consent(db, treatment)],
        "gate.suicide": [*_suicide(today, zone), *_concern(db, patient)],
        "gate.scores": [_scores(today)],
        "gate.alerts": [_alerts(db, patient)],
        "gate.change": _changes(db, treatment, zone),
        **{item: [_check(db, patient, kind)] for item, kind in CHECKS.items()},
        **{item: _drugs(db, treatment, classes) for item, classes in DRUGS.items()},
    }


def measures(db: Database, treatment: Treatment, at: datetime) -> dict[str, float | None]:
    """Numbers that the limits before a dose ask about, besides the vital signs; `at` is in the clinic's zone."""
    require(db, "see patients")
    patient = db.get(Patient, treatment.patient_id)
    return {
        **checks.measures(db, patient, at.date()),
        **intake.minutes(db, treatment, at),
        **_suicide_measures(db, patient, at),
    }


def scores_today(db: Database, patient: Patient, at: datetime) -> list[Assessment]:
    """The scores of the clinic's day of `at`, up to then, the last first."""
    require(db, "see patients")
    zone = settings.zone(db)
    rows = db.exec(
        select(Assessment)
        .where(Assessment.patient_id == patient.id, Assessment.status.in_(COUNTED), Assessment.taken_at <= at)
        .order_by(Assessment.taken_at.desc(), Assessment.id.desc())
        .limit(50)
    )
    day = at.astimezone(zone).date()
    return [row for row in rows if row.taken_at.astimezone(zone).date() == day]


def asked_today(db: Database, treatment: Treatment) -> list[str]:
    """Titles of the scales that asked about suicide today: exactly one set for each visit (docs/clinical.md C.2)."""
    patient = db.get(Patient, treatment.patient_id)
    asked = [row for row in scores_today(db, patient, now()) if row.suicide_state != "not asked"]
    return list(dict.fromkeys(_scale(row).title for row in asked))


def _suicide_measures(db: Database, patient: Patient, at: datetime) -> dict[str, float | None]:
    """The worst answer of the day to an item and to the C-SSRS, and how far an item rose above the last time."""
    asked = [row for row in scores_today(db, patient, at) if row.suicide is not None]
    items = [row for row in asked if _scale(row).level is None]
    levels = [row.suicide for row in asked if _scale(row).level is not None]
    rises = [row.suicide - before for row in items if (before := _before(db, row)) is not None]
    return {
        "suicide_answer": max((row.suicide for row in items), default=None),
        "columbia_level": max(levels, default=None),
        "suicide_rise": max(rises, default=None),
    }


def _before(db: Database, row: Assessment) -> int | None:
    query = select(Assessment.suicide).where(
        Assessment.patient_id == row.patient_id,
        Assessment.instrument == row.instrument,
        Assessment.status.in_(COUNTED),
        Assessment.suicide.is_not(None),
        Assessment.taken_at < row.taken_at,
    )
    return db.exec(query.order_by(Assessment.taken_at.desc(), Assessment.id.desc()).limit(1)).first()


def _scale(row: Assessment) -> Instrument:
    return instruments.instrument(row.instrument, row.version)


def _suicide(today: list[Assessment], zone: ZoneInfo) -> list[str]:
    asked = [row for row in today if row.suicide_state != "not asked"]
    if not asked:
        return ["Not asked today on any scale."]
    return [_answered(row, zone) for row in asked]


def _answered(row: Assessment, zone: ZoneInfo) -> str:
    scale = _scale(row)
    if row.suicide is None:
        said = "answered yes" if row.suicide_state == "yes" else "skipped: ask before anything else"
    elif scale.level is not None:
        said = f"level {row.suicide}" if row.suicide else "no item endorsed"
    else:
        said = f"suicide item = {row.suicide}"
    when = "today" if row.date_only else f"today {row.taken_at.astimezone(zone):%H:%M}"
    return f"{scale.title}, {when}: {said}."


def _concern(db: Database, patient: Patient) -> list[str]:
    """`open_ones` gives (alert, patient); a concern about suicide is said here too, not only among the alerts."""
    return [
        f"An open concern: {alert.saw}"
        for alert, _ in alerts.open_ones(db, patient)
        if alert.rule == alerts.SUICIDE
    ]


def _scores(today: list[Assessment]) -> str:
    if not today:
        return "No scale answered today."
    said = [f"{_scale(row).title} {number(row.total) if row.total is not None else '–'}" for row in today]
    return f"Today: {', '.join(said)}."


def _alerts(db: Database, patient: Patient) -> str:
    found, titles = [alert for alert, _ in alerts.open_ones(db, patient)], alerts.titles()
    if not found:
        return "No open alert."
    return (
        f"{plural(len(found), 'open alert')}: {'; '.join(titles.get(one.rule, one.rule) for one in found)}."
    )


def _consent(db: Database, treatment: Treatment) -> str:
    query = select(Consent).where(
        Consent.patient_id == treatment.patient_id,
        Consent.episode_id == treatment.episode_id,
        Consent.status != Status.VOID,
    )
    row = db.exec(query.order_by(Consent.given_on.desc(), Consent.id.desc())).first()
    if row is None:
        return "No consent recorded in this course."
    if row.withdrawn_on is not None:
        return f"Consent to {row.to_what} withdrawn on {row.withdrawn_on:%-d %b %Y}."
    return f"Consent to {row.to_what} given on {row.given_on:%-d %b %Y}."


def _changes(db: Database, treatment: Treatment, zone: ZoneInfo) -> list[str]:
    """What was noted since the last treatment; that nothing was noted does not say that nothing changed."""
    before = earlier.earlier(db, treatment, now())
    if not before:
        return ["No treatment before this one."]
    since = before[0].started_at.astimezone(zone).date()
    said = [f"Last treatment on {since:%-d %b %Y}."]
    drugs = select(Medication).where(
        Medication.patient_id == treatment.patient_id, Medication.status != Status.VOID
    )
    for row in db.exec(drugs.order_by(Medication.id)):
        name = " ".join(part for part in (row.drug, row.dose) if part)  # another dose is another row
        if row.started >= since:
            said.append(f"{name} started on {row.started:%-d %b %Y}.")
        if row.stopped and row.stopped >= since:
            said.append(f"{name} stopped on {row.stopped:%-d %b %Y}.")
    notes = select(EventNote).where(
        EventNote.patient_id == treatment.patient_id,
        EventNote.status != Status.VOID,
        EventNote.happened_on >= since,
    )
    said += [
        f"{row.happened_on:%-d %b}: {row.text}" for row in db.exec(notes.order_by(EventNote.happened_on))
    ]
    return said if len(said) > 1 else [*said, "Nothing noted since."]


def _check(db: Database, patient: Patient, kind: CheckKind) -> str:
    row: SafetyCheck | None = checks.latest(db, patient).get(kind)
    if row is None:
        return f"{opening(kind.value)}: {NEVER}."
    found = row.finding.value if row.finding else "no result recorded"
    return f"{opening(kind.value)}, {row.checked_on:%-d %b %Y}: {found}."


def _drugs(db: Database, treatment: Treatment, classes: tuple[str, ...]) -> list[str]:
    listed = [one for one in intake.listed(db, treatment) if one.drug_class in classes]
    names = [" ".join(part for part in (one.drug, one.dose) if part) for one in listed]
    return [f"On the medication list: {', '.join(names)}."] if names else []
