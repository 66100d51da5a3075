"""Observations as facts: when, in which phase, and which limits they reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from clinic.flags.facts import Observation
from clinic.protocols.definition import Protocol
from clinic.protocols.gate import together
from clinic.protocols.vitals import VITALS, Reading, judge_vitals
from data_model import Treatment, VitalSigns


def observations(
    protocol: Protocol, record: Treatment, rows: Sequence[VitalSigns]
) -> tuple[Observation, ...]:
    readings = {row.key: reading(protocol, record, row) for row in rows}
    early = [row for row in rows if before_dose(record, row)]
    own = together(sorted((readings[row.key] for row in early), key=moment_of)) if early else None
    rated = {row.dissociation_scale: row.dissociation for row in early if row.dissociation is not None}
    return tuple(
        Observation(
            f"vital_signs:{row.key}",
            moment(record, row) or row.entered_at,
            minute(record, row),
            readings[row.key],
            own,
            tuple(
                judge_vitals(protocol, readings[row.key], phase="pre")
                if row in early
                else judge_vitals(protocol, readings[row.key], phase="during", baseline=own)
            ),
            row.dissociation,
            row.dissociation_scale,
            rated.get(row.dissociation_scale),
        )
        for row in rows
    )


def reading(protocol: Protocol, record: Treatment, row: VitalSigns) -> Reading:
    """A symptom of an older or another protocol is left to the page; here it could not be judged."""
    known = {each.id for each in protocol.symptoms}
    symptoms = None if row.symptoms is None else tuple(each for each in row.symptoms if each in known)
    values = {name: getattr(row, name) for name in VITALS}
    return Reading(**values, on_oxygen=row.on_oxygen, symptoms=symptoms, at=moment(record, row))


def moment_of(reading: Reading) -> tuple[bool, float]:
    """Untimed ones first: nothing may stand behind what was timed."""
    return reading.at is not None, reading.at.timestamp() if reading.at else 0.0


def moment(record: Treatment, row: VitalSigns) -> datetime | None:
    if row.observed_at is not None or record.started_at is None or row.minute is None:
        return row.observed_at
    return record.started_at + timedelta(minutes=row.minute)


def minute(record: Treatment, row: VitalSigns) -> float | None:
    if row.minute is not None or record.started_at is None or row.observed_at is None:
        return row.minute
    return float((row.observed_at - record.started_at) // timedelta(minutes=1))


def before_dose(record: Treatment, row: VitalSigns) -> bool:
    """Whatever is entered before there is a start; afterwards by the moment, or where only the minute is known by
    that."""
    if record.started_at is not None and row.observed_at is not None:
        return row.observed_at <= record.started_at
    at = minute(record, row)
    return record.started_at is None if at is None else at <= 0
