"""Every treatment of today: which room is next, who is out of limits, who may leave."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlmodel import and_, or_, select

from clinic import alerts, flags, patients, settings
from clinic.access import require
from clinic.chair import leaving, timing
from clinic.chair.row_words import SILENT_TIER, vitals_words
from clinic.chair.stage import Step, step
from clinic.chair.watched import Watched, gather
from clinic.flags.by_treatment import listens
from clinic.flags.facts import Observation
from clinic.protocols.measures import VITAL_TIERS
from clinic.protocols.schedule import Due
from clinic.protocols.vitals import Breach, Reading, judge_vitals
from clinic.watching.of_vitals import before_dose
from data_model import Alert, Database, Treatment
from data_model.columns import Status, now

OF_VITALS = "vital signs"  # what a rule is about whose open alert keeps its room out of limits
URGENT = ("critical", "red")
# The first word of a rule's id, as people say it.
GROUPS = {
    "bp": "blood pressure",
    "hr": "heart rate",
    "spo2": "oxygen saturation",
    "rr": "breathing",
    "moaas": "alertness",
    "symptom": "symptom",
}


def rooms(db: Database, names: bool = True) -> list[dict[str, Any]]:
    """Running treatments, who needs somebody first on top, then those planned for today that have not begun. Without
    `names`, as on a locked page, nothing says who it is, and nothing leads to a treatment."""
    require(db, "see rooms")
    at = now()
    found = [_told(db, each, at, names) for each in gather(db, _of_today(db, at))]
    return sorted(found, key=_order)


def _of_today(db: Database, at: datetime) -> list[Treatment]:
    day = datetime.combine(at.astimezone(settings.zone(db)).date(), time(), tzinfo=settings.zone(db))
    waiting = and_(
        Treatment.started_at.is_(None),
        Treatment.planned_for >= day,
        Treatment.planned_for < day + timedelta(days=1),
    )
    query = select(Treatment).where(
        Treatment.status == Status.DRAFT,
        Treatment.planned_for.is_not(None),
        Treatment.left_at.is_(None),
        or_(Treatment.started_at.is_not(None), waiting),
    )
    return list(db.exec(query.order_by(Treatment.planned_for, Treatment.id)))


def _told(db: Database, watched: Watched, at: datetime, names: bool) -> dict[str, Any]:
    treatment, running = watched.treatment, watched.treatment.started_at is not None
    found = timing.schedule(watched, at)[0]
    name, due, state = _next(db, watched, found, at)
    missed = sum(each.state == "missed" for each in found)
    tier, says, of = standing(watched)
    return {
        "treatment": treatment.key if names else None,
        "patient": patients.person(db, watched.patient).name if names else None,
        "room": treatment.room,
        "step": step(treatment).value,
        "started_at": _iso(treatment.started_at),
        "elapsed_minutes": (at - treatment.started_at) // timedelta(minutes=1) if running else None,
        "next_name": name,
        "next_at": _iso(due),
        "next_state": state,
        "missed": missed,
        "tier": tier,
        "tier_of": of,
        "says": says,
        "ready": running and leaving.judge(watched, at).ready,
        "paused": watched.paused is not None,
        "open_alerts": len(watched.alerts),
        "planned_for": _iso(treatment.planned_for),
    }


def _next(
    db: Database, watched: Watched, found: list[Due], at: datetime
) -> tuple[str | None, datetime | None, str | None]:
    """What is to be measured next, when, and how that stands: an observation of the schedule, or a recheck that an
    open alert asks for, whichever comes first."""
    rechecks = [due for alert in watched.alerts if (due := alerts.recheck_due(db, alert)) is not None]
    observation = timing.next_due(found)
    if rechecks and (observation is None or min(rechecks) < observation.at):
        due = min(rechecks)
        return "recheck", due, "overdue" if due < at else "due"
    if observation is None:
        return None, None, None
    late = observation.state in ("missed", "overdue")
    return observation.name, observation.at, "overdue" if late else observation.state


def standing(watched: Watched) -> tuple[str | None, str | None, str | None]:
    """The worst tier of the last value of each measure, or of an alert that nobody has closed; the last observation
    in words; and what is at that tier. A later observation that leaves the blood pressure out does not make the one
    before it better."""
    seen = sorted(watched.seen, key=lambda each: each.at)
    speaking = _speaking(watched, seen)
    found = [*_of_last_values(watched, speaking), *_kept_open(watched.alerts, speaking)]
    tier = max((each.tier for each in found), key=VITAL_TIERS.index, default=None)
    by_subject = {f"vital_signs:{row.key}": row for row in watched.vitals}
    says = vitals_words(by_subject[seen[-1].subject]) if seen else None
    if tier == SILENT_TIER:
        return None, says, None
    groups = dict.fromkeys(each.id.split(".", 1)[0] for each in found if each.tier == tier)
    return tier, says, ", ".join(GROUPS.get(group, group) for group in groups) or None


def _speaking(watched: Watched, seen: list[Observation]) -> list[Observation]:
    """Those since the start; before it all of them."""
    early = {f"vital_signs:{row.key}" for row in watched.vitals if before_dose(watched.treatment, row)}
    running = watched.treatment.started_at is not None
    return [each for each in seen if not (running and each.subject in early)]


def _of_last_values(watched: Watched, speaking: list[Observation]) -> list[Breach]:
    last: dict[str, Any] = {}
    for each in speaking:
        values = {name: getattr(each.reading, name) for name in Reading.__slots__}
        last |= {name: value for name, value in values.items() if value is not None}
    running = watched.treatment.started_at is not None
    phase, before = ("during", watched.seen[0].before) if running and speaking else ("pre", None)
    return judge_vitals(watched.protocol, Reading(**last), phase=phase, baseline=before)


def _kept_open(found: list[Alert], speaking: list[Observation]) -> list[Breach]:
    """What was seen by rules about vital signs whose alerts are still open."""
    rules = [rule for alert in found if (rule := flags.rules().get(alert.rule)) and rule.on == OF_VITALS]
    breaches = [breach for each in speaking for breach in each.breaches]
    return [b for rule in rules for b in breaches if b.tier in rule.tiers and listens(rule, b.id)]


def _order(told: dict[str, Any]) -> tuple:
    """Out of limits first, then what is overdue, then by when the next observation is due."""
    if told["step"] == Step.PLANNED:
        return (1, told["planned_for"])
    urgent = URGENT.index(told["tier"]) if told["tier"] in URGENT else len(URGENT)
    return (
        0,
        told["next_state"] != "overdue" and urgent > 0,
        urgent,
        told["next_at"] or "9",
        told["started_at"],
    )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
