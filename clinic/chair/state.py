"""One treatment as its tablets show it: who, what, since when, what is due, what was entered, may they leave."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clinic import alerts, patients, settings
from clinic.access import require
from clinic.accounts import second
from clinic.chair import fields as field_words
from clinic.chair import leaving, row_words, timing
from clinic.chair.stage import step
from clinic.chair.watched import Watched, gather
from clinic.protocols.leaving import Readiness
from clinic.treatments import mg_per_kg
from data_model import Alert, Database, Treatment
from data_model.columns import now
from data_model.treatments import Severity


def of(db: Database, treatment: Treatment) -> dict[str, Any]:
    """What the tablets show, as JSON would have it. `version` is a hash of everything but the time: whoever knows it
    knows the rest."""
    require(db, "record treatments")
    (watched,) = gather(db, [treatment])
    at = now()
    said = _plain(content(db, watched, at))
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return {"now": at.isoformat(), "version": hashlib.sha256(text.encode()).hexdigest()[:20]} | said


def content(db: Database, watched: Watched, at: datetime) -> dict[str, Any]:
    treatment = watched.treatment
    due, none_due = timing.schedule(watched, at)
    scale = settings.current(db)["dissociation_scale"]
    return {
        "treatment": about(db, watched),
        "step": step(treatment).value,
        "started_at": treatment.started_at,
        "stopped_at": treatment.stopped_at,
        "stopped_early": treatment.stopped_early,
        "ready_at": treatment.ready_at,
        "left_at": treatment.left_at,
        "minimum": timing.minimum(watched, at),
        "schedule": [
            {"name": d.name, "at": d.at, "opens": d.opens, "closes": d.closes, "done_at": d.done_at}
            for d in due
        ],
        "schedule_says": none_due,
        "fields": [field.told() for field in field_words.fields(scale)],
        "taps": [{"term": term} for term in field_words.TAPS],
        "more": [{"term": term} for term in field_words.MORE_TAPS],
        "severities": [each.value for each in Severity],
        "symptoms": [{"id": each.id, "title": each.title} for each in watched.protocol.symptoms],
        "rows": row_words.told(watched),
        "paused": watched.paused and {"key": watched.paused.key, "since": watched.paused.paused_at},
        "alerts": _alerts(db, watched.alerts),
        "leaving": _leaving(watched, leaving.judge(watched, at)),
        "prescribers": [[username, name] for username, name, _ in second.who_may(db, "prescribe")],
    }


def about(db: Database, watched: Watched) -> dict[str, Any]:
    treatment, person = watched.treatment, patients.identified(db, watched.patient)
    return {
        "key": treatment.key,
        "patient": person.key,
        "name": person.name,
        "line": ", ".join(part for part in (person.born, person.record_number) if part),
        "room": treatment.room,
        "substance": watched.substance,
        "route": watched.route,
        "dose": dose_words(watched),
        "ordered_mg": treatment.ordered_mg,
        "given_mg": treatment.given_mg,
        "planned_minutes": treatment.planned_minutes,
        "lot": treatment.lot,
        "note": treatment.note,
    }


def dose_words(watched: Watched) -> str:
    """ "36 mg · 0.5 mg/kg · over 40 min" of what was ordered; without an order, of what was given."""
    treatment = watched.treatment
    mg = treatment.ordered_mg if treatment.ordered_mg is not None else treatment.given_mg
    if mg is None:
        return "no order"
    weight = treatment.dosing_kg or treatment.weight_kg
    per_kg = mg_per_kg(mg, weight, treatment.substance, treatment.route)
    over = treatment.planned_minutes
    parts = (f"{mg:g} mg", per_kg and f"{per_kg:.3g} mg/kg", over and f"over {over:g} min")
    return " · ".join(part for part in parts if part)


def _alerts(db: Database, found: Sequence[Alert]) -> list[dict[str, Any]]:
    titles = alerts.titles()
    ordered = sorted(found, key=lambda alert: (alert.urgency, alert.raised_at, alert.id))
    return [
        {
            "key": alert.key,
            "rule": alert.rule,
            "title": titles.get(alert.rule, alert.rule),
            "urgency": alert.urgency.value,
            "saw": alert.saw,
            "opened_at": alert.opened_at,
            "acknowledged_by": alert.acknowledged_by,
            "acknowledged_at": alert.acknowledged_at,
            "action": alert.action,
            "acted_by": alert.acted_by,
            "acted_at": alert.acted_at,
            "recheck_due": alerts.recheck_due(db, alert),
        }
        for alert in ordered
    ]


def _leaving(watched: Watched, found: Readiness) -> dict[str, Any]:
    treatment, ticks = watched.treatment, leaving.last_ticks(watched)
    methods = {each.id: each.method for each in watched.protocol.leaving}
    decided = treatment.leaving_decided_by
    return {
        "ready": found.ready,
        "criteria": [
            {
                "id": each.id,
                "title": each.title,
                "state": each.state,
                "says": each.says,
                "method": methods[each.id],
                "by": ticks[each.id].author if each.id in ticks else None,
            }
            for each in found.criteria
        ],
        "escort": treatment.escort,
        "transport": treatment.transport,
        "decision": {"by": decided, "says": treatment.leaving_decision} if decided else None,
    }


def _plain(value: Any) -> Any:
    """Times as ISO 8601 in UTC."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
