"""Vital signs on the sheet: three blood pressures, and whether the protocol's limits held anything up."""

from __future__ import annotations

from clinic.protocols.leaving import MET, NOT_MET
from clinic.protocols.vitals import VITALS
from clinic.report.gathering import Record
from clinic.report.picture import observed
from clinic.report.rems_fact import NOT_KNOWN, Fact, Known, said, yes_no
from clinic.report.sections_leaving import readiness
from clinic.report.sections_watched import pair
from data_model import GateVerdict, VitalSigns


def with_pressure(record: Record, *, before: bool) -> list[VitalSigns]:
    return [
        row
        for row in observed(record)
        if row.systolic_mmhg is not None
        and row.diastolic_mmhg is not None
        and record.is_before(row) == before
    ]


def pressure(record: Record, row: VitalSigns | None) -> Fact:
    if row is None:
        return NOT_KNOWN
    minute = record.minute_of(row)
    at = f" (minute {minute})" if minute is not None else ""
    return said(f"{pair([row.systolic_mmhg, row.diastolic_mmhg])}{at}")


def pressure_before(known: Known) -> Fact:
    return pressure(known.record, next(reversed(with_pressure(known.record, before=True)), None))


def pressure_at_40(known: Known) -> Fact:
    """The observation nearest to minute 40 within the protocol's window around a due time."""
    record = known.record
    if record.protocol is None:
        return NOT_KNOWN
    window = record.protocol.limit(record.protocol.windows.during).value
    rows = [
        row for row in with_pressure(record, before=False) if abs((record.minute_of(row) or 0) - 40) <= window
    ]
    return pressure(record, min(rows, key=lambda row: abs(record.minute_of(row) - 40), default=None))


def pressure_last(known: Known) -> Fact:
    return pressure(known.record, next(reversed(with_pressure(known.record, before=False)), None))


def acceptable_before(known: Known) -> Fact:
    """By the verdict on which the dose was started: whether a limit of a vital sign held it up."""
    protocol = known.record.protocol
    started: list[GateVerdict] = [each for each in known.record.verdicts if each.started]
    if protocol is None or not started:
        return NOT_KNOWN
    limits = {limit.id for limit in protocol.limits if limit.measure in VITALS}
    held = [each for each in started[-1].reasons if each.get("verdict") != "go"]
    if any(each.get("id") in limits for each in held):
        return yes_no(False)
    return NOT_KNOWN if any(each.get("id") == protocol.windows.pre for each in held) else yes_no(True)


def acceptable_after(known: Known) -> Fact:
    """By the protocol's criterion of blood pressure at the moment of leaving."""
    found = readiness(known.record)
    if not found:
        return NOT_KNOWN
    method = {each.id: each.method for each in known.record.protocol.leaving}
    states = [each.state for each in found if method[each.id] == "blood_pressure"]
    return yes_no({MET: True, NOT_MET: False}.get(states[0])) if states else NOT_KNOWN
