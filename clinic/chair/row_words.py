"""The rows of a treatment in words, as the tablet lists them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from clinic.chair.fields import fields
from clinic.chair.rows import TABLES, minute
from clinic.chair.watched import Watched
from clinic.flags.facts import Observation
from clinic.protocols.vitals import worst
from clinic.watching.of_vitals import moment
from data_model import AdverseEvent, DosePart, Interruption, LeavingCheck, RescueDrug, VitalSigns

LATE = timedelta(
    minutes=15
)  # event time and entry time both show when they differ by more (docs/clinical.md H)
SILENT_TIER = "info"  # said, and no colour for it


def told(watched: Watched) -> list[dict[str, Any]]:
    """Every row that was not taken back, in the order in which it happened."""
    found = [*_vitals(watched), *_events(watched), *_given(watched), *_ticks(watched)]
    found.sort(key=lambda row: (row["at"], row["entered_at"], row["key"]))
    return found


def _row(watched: Watched, row, at: datetime, says: str, detail: str = "", **more: Any) -> dict[str, Any]:
    return {
        "key": row.key,
        "kind": TABLES[type(row)],
        "at": at,
        "minute": minute(watched.treatment, at),
        "says": says,
        "detail": detail or None,
        "tier": None,
        "findings": [],
        "by": row.author,
        "entered_at": row.entered_at,
        "late": row.entered_at - at > LATE,
        "values": {},
    } | more


def _vitals(watched: Watched) -> Iterator[dict[str, Any]]:
    titles = {each.id: each.title for each in watched.protocol.symptoms}
    for row, seen in zip(watched.vitals, watched.seen, strict=True):
        at = moment(watched.treatment, row) or row.entered_at
        yield _row(
            watched,
            row,
            at,
            vitals_words(row),
            _besides(row, titles),
            tier=tier_of(seen),
            findings=[each.says for each in seen.breaches],
            values={
                **{
                    field.name: getattr(row, field.name)
                    for field in fields(row.dissociation_scale or "global")
                },
                "dissociation_scale": row.dissociation_scale,
                "symptoms": row.symptoms,
                "on_oxygen": row.on_oxygen,
                "note": row.note,
            },
        )


def tier_of(seen: Observation) -> str | None:
    found = worst(seen.breaches)
    return None if found is None or found.tier == SILENT_TIER else found.tier


def vitals_words(row: VitalSigns) -> str:
    """ "128/82 · 71 · SpO₂ 98 %"; half a blood pressure shows what is missing of it."""
    parts = [
        _pressure(row),
        _said(row.heart_rate_bpm, "{:g}"),
        _said(row.spo2_percent, "SpO₂ {:g} %"),
        _said(row.respiratory_rate, "{:g} breaths"),
        _said(row.moaas, "MOAA/S {:g}"),
        _said(row.dissociation, "dissociation {:g}"),
        _said(row.aldrete, "Aldrete {:g}"),
    ]
    return " · ".join(part for part in parts if part) or "symptoms and oxygen only"


def _pressure(row: VitalSigns) -> str:
    if row.systolic_mmhg is None and row.diastolic_mmhg is None:
        return ""
    return "/".join(
        "–" if value is None else f"{value:g}" for value in (row.systolic_mmhg, row.diastolic_mmhg)
    )


def _said(value: float | None, words: str) -> str:
    return "" if value is None else words.format(value)


def _besides(row: VitalSigns, titles: dict[str, str]) -> str:
    named = [titles.get(each, each) for each in row.symptoms or ()]
    asked = "" if row.symptoms is None else f"Symptoms: {', '.join(named) or 'none'}."
    oxygen = {True: "On oxygen.", False: "On air.", None: ""}[row.on_oxygen]
    return " ".join(part for part in (asked, oxygen, row.note or "") if part)


def _events(watched: Watched) -> Iterator[dict[str, Any]]:
    for row in watched.events:
        at = _event_at(watched, row)
        values = {
            "term": row.term,
            "severity": row.severity.value,
            "serious": row.serious,
            "resolved_minute": row.resolved_minute,
            "note": row.action,
        }
        says = f"{row.term}, {row.severity.value}{', serious' if row.serious else ''}"
        yield _row(watched, row, at, says, _about(row), values=values)


def _event_at(watched: Watched, row: AdverseEvent) -> datetime:
    started = watched.treatment.started_at
    if row.happened_at is None and started and row.onset_minute is not None:
        return started + timedelta(minutes=row.onset_minute)
    return row.happened_at or row.entered_at


def _about(row: AdverseEvent) -> str:
    over = "" if row.resolved_minute is None else f"Over at minute {row.resolved_minute}."
    assessed = f"Assessed as {row.assessed_as} by {row.assessed_by}." if row.assessed_as else ""
    return " ".join(part for part in (over, assessed, row.action or "") if part)


def _given(watched: Watched) -> Iterator[dict[str, Any]]:
    for row in watched.pauses:
        yield _pause(watched, row)
    for row in watched.rescues:
        yield _rescue(watched, row)
    for row in watched.parts:
        yield _part(watched, row)


def _pause(watched: Watched, row: Interruption) -> dict[str, Any]:
    lasted = (
        ""
        if row.resumed_at is None
        else f" for {(row.resumed_at - row.paused_at) // timedelta(minutes=1)} min"
    )
    values = {"reason": row.reason, "resumed_at": row.resumed_at}
    return _row(watched, row, row.paused_at, f"Infusion paused{lasted}", row.reason or "", values=values)


def _rescue(watched: Watched, row: RescueDrug) -> dict[str, Any]:
    values = {"drug": row.drug, "dose": row.dose, "route": row.route, "reason": row.reason}
    says = " ".join(part for part in (row.drug, row.dose, row.route) if part)
    return _row(watched, row, row.given_at, says, row.reason or "", values=values)


def _part(watched: Watched, row: DosePart) -> dict[str, Any]:
    values = {"what": row.what, "mg": row.mg, "lot": row.lot}
    lot = f"Lot {row.lot}." if row.lot else ""
    return _row(watched, row, row.given_at, f"{row.what}, {row.mg:g} mg", lot, values=values)


def _ticks(watched: Watched) -> Iterator[dict[str, Any]]:
    titles = {each.id: each.title for each in watched.protocol.leaving}
    for row in watched.ticks:
        yield _row(watched, row, row.assessed_at, _ticked(row, titles), row.note or "", values=_answer(row))


def _ticked(row: LeavingCheck, titles: dict[str, str]) -> str:
    return f"{titles.get(row.criterion, row.criterion)}: { {True: 'yes', False: 'no', None: 'not assessed'}[row.met] }"


def _answer(row: LeavingCheck) -> dict[str, Any]:
    return {"criterion": row.criterion, "met": row.met}
