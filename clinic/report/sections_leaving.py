"""Of the printout: each criterion of leaving on its own, when somebody was ready, when they left, and with whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from clinic.chair import leaving
from clinic.protocols.leaving import MET, NOT_MET, Judged
from clinic.report import cells, words
from clinic.report.cells import cell
from clinic.report.gathering import Record
from clinic.report.sections_dose import stored
from data_model import LeavingCheck, VitalSigns

CASES = {MET: "", NOT_MET: "grave"}


def leaving_section(record: Record) -> dict[str, Any]:
    return cells.section("Leaving", leaving_facts(record), criteria(record), assessed(record))


def leaving_facts(record: Record) -> cells.Block:
    row, at = record.treatment, words.moment(record.zone)
    decided = row.leaving_decision and f"{row.leaving_decided_by or 'nobody by name'}: {row.leaving_decision}"
    pairs = [
        ("Ready", stored(record, "ready_at", at) | {"strong": True}),
        ("Left", stored(record, "left_at", at) | {"strong": True}),
        ("Escort", stored(record, "escort")),
        ("Transport", stored(record, "transport")),
    ]
    if row.left_early_reason:
        pairs.append(("Left early because", stored(record, "left_early_reason")))
    if decided:
        pairs.append(("Prescriber's decision", cell(decided, strong=True)))
    return cells.facts(*pairs)


def criteria(record: Record) -> cells.Block | None:
    """As the protocol's rules see them from what is stored up to the moment of leaving."""
    found = readiness(record)
    if not found:
        return cells.says("The criteria of leaving cannot be judged from this record.")
    rows = [
        (CASES.get(each.state, "amber"), [cell(each.title), cell(each.state, strong=True), cell(each.says)])
        for each in found
    ]
    said = words.moment(record.zone)(moment_of_leaving(record))
    title = f"Criteria by protocol {record.protocol.id} {record.protocol.version}, as of {said}"
    return cells.table(title, {"Criterion": 4, "State": 2, "Why": 5}, rows)


def readiness(record: Record) -> tuple[Judged, ...]:
    """Each criterion at the moment of leaving; none where that moment or the protocol is not known."""
    watched, at = record.watched, moment_of_leaving(record)
    if watched is None or at is None or record.treatment.route is None:
        return ()
    ticks = [row for row in watched.ticks if row.assessed_at <= at]
    return leaving.judge(replace(watched, ticks=ticks), at).criteria


def moment_of_leaving(record: Record) -> datetime | None:
    """When somebody left; if nobody wrote that down, when they were ready, or when they were last looked at."""
    row = record.treatment
    if row.started_at is None:
        return None
    seen = [at for each in record.rows(VitalSigns) if (at := record.at_of(each)) and at > row.started_at]
    return row.left_at or row.ready_at or max(seen, default=None)


def assessed(record: Record) -> cells.Block | None:
    """Every answer that somebody gave to a criterion, the changed ones too."""
    titles = {each.id: each.title for each in record.protocol.leaving} if record.protocol else {}
    said = {True: MET, False: NOT_MET, None: "taken back to not assessed"}
    rows = [
        (
            "",
            [
                cell(titles.get(row.criterion, row.criterion)),
                cell(said[row.met]),
                cell(words.by_at(row.author, row.assessed_at, record.zone)),
                cell(row.note) if row.note else cells.nothing(),
            ],
        )
        for row in record.rows(LeavingCheck)
    ]
    columns = {"Assessed by somebody": 4, "As": 2, "By": 3, "Note": 3}
    return cells.table("", columns, rows)
