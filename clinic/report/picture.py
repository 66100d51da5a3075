"""The figure of vital signs of one record on paper: the same that the page draws, in black on white."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clinic.charts.vitals import PRINT, Pin, pre_dose, vitals_alt, vitals_figure
from clinic.protocols.definition import Protocol
from clinic.protocols.schedule import end_of_minimum
from clinic.report.gathering import Record
from clinic.report.svg import drawn
from clinic.treatments import VITALS
from data_model import AdverseEvent, Interruption, RescueDrug, VitalSigns

WIDTH = 700  # pixels; about the width of the text on A4, so that letters keep their size


def picture(record: Record) -> tuple[str, str] | None:
    """The drawing and the same in words; None where nothing was observed."""
    if not observed(record):
        return None
    seen = what_is_drawn(record)
    alt = vitals_alt(**seen)
    spec = vitals_figure(**seen, **clock(record), palette=PRINT, width=WIDTH)
    return drawn(spec, WIDTH, alt), alt


def observed(record: Record) -> list[VitalSigns]:
    """In order of time; those without any stand last, and are in the table only."""
    rows = record.rows(VitalSigns)
    return sorted(rows, key=lambda row: (record.minute_of(row) is None, record.minute_of(row) or 0, row.id))


def what_is_drawn(record: Record) -> dict[str, Any]:
    timed = [row for row in observed(record) if record.minute_of(row) is not None]
    rows = [
        [record.minute_of(row) if name == "minute" else getattr(row, name) for name in VITALS]
        for row in timed
    ]
    signs = pd.DataFrame(rows, columns=list(VITALS))
    limits = drawn_limits(record.protocol) if record.protocol else {}
    return {"vitals": signs, "baseline": pre_dose(signs), "events": pins(record), **limits}


def drawn_limits(protocol: Protocol) -> dict[str, list[tuple]]:
    return {
        name: [(each.measure, each.tier, each.value, each.comparison) for each in protocol.limits_for(phase)]
        for name, phase in (("limits", "during"), ("limits_before", "pre"))
    }


def pins(record: Record) -> list[Pin]:
    """Events, pauses and rescue drugs, each at its minute."""
    return [
        *(
            Pin(record.minute_of(row), row.term, severity=row.severity.value)
            for row in record.rows(AdverseEvent)
        ),
        *(Pin(record.minute(row.paused_at), "paused", "intervention") for row in record.rows(Interruption)),
        *(Pin(record.minute(row.given_at), row.drug, "rescue") for row in record.rows(RescueDrug)),
    ]


def clock(record: Record) -> dict[str, float | None]:
    """How long the dose was given, when the minimum observation ended, when ready and when gone: in minutes."""
    row = record.treatment
    marks = {
        "given_minutes": record.minute(row.stopped_at),
        "minimum_minute": minimum_minute(record),
        "ready_minute": record.minute(row.ready_at),
        "left_minute": record.minute(row.left_at),
    }
    return {name: at for name, at in marks.items() if at is not None}


def minimum_minute(record: Record) -> float | None:
    row = record.treatment
    if record.protocol is None or row.started_at is None or row.route is None or row.substance is None:
        return None
    limit = record.protocol.minimum_minutes(row.route.value, row.substance.value)
    if limit is None:
        return None
    return record.minute(end_of_minimum(limit, row.started_at, row.stopped_at))
