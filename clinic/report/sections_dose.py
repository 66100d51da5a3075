"""Of the printout: what was given, from the start to the end of the dose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clinic.report import cells, words
from clinic.report.cells import Cell, cell
from clinic.report.gathering import Record
from clinic.report.sections_before import findings, identity
from data_model import DosePart, Interruption


def stored(record: Record, name: str, said: Callable[[Any], str | None] = words.text) -> Cell:
    """A field of the treatment, beside what stood there before it was amended."""
    row = record.treatment
    return cell(said(getattr(row, name)), old=[said(each) for each in record.before(row, name)])


def dose_section(record: Record) -> dict[str, Any]:
    return cells.section("Dose", dose_facts(record), parts(record), pauses(record), judged(record))


def dose_facts(record: Record) -> cells.Block:
    row, at = record.treatment, words.moment(record.zone)
    mg, kg = words.number("mg"), words.number("kg")
    pairs = [
        ("Substance", stored(record, "substance")),
        ("Route", stored(record, "route")),
        ("Given", stored(record, "given_mg", mg) | {"strong": True}),
        ("Ordered", stored(record, "ordered_mg", mg)),
        ("mg/kg given", stored(record, "mg_per_kg", words.number("mg/kg"))),
        ("Weight", stored(record, "weight_kg", kg)),
        ("Weighed on", stored(record, "weighed_on", words.day)),
        ("Weight basis", stored(record, "weight_basis")),
        ("Dosing weight", stored(record, "dosing_kg", kg)),
        ("Height", stored(record, "height_cm", words.number("cm"))),
        ("Product", stored(record, "product")),
        ("Lot", stored(record, "lot")),
        ("Expiry", stored(record, "expiry", words.day)),
        ("Concentration", stored(record, "concentration_mg_per_ml", words.number("mg/mL"))),
        ("Planned for", stored(record, "planned_for", at)),
        ("Planned duration", stored(record, "planned_minutes", words.number("min"))),
        ("Room", stored(record, "room")),
        ("Start", stored(record, "started_at", at) | {"strong": True}),
        ("Started by", stored(record, "started_by")),
        ("Identity at start", cell(identity(record, row.identity_at_start))),
        ("Stop", stored(record, "stopped_at", at) | {"strong": True}),
        ("Stopped early", stored(record, "stopped_early") if row.stopped_at else cell(None)),
        ("Entered by", cell(words.by_at(row.author, row.entered_at, record.zone))),
    ]
    return cells.facts(*pairs)


def parts(record: Record) -> cells.Block | None:
    rows = [
        (
            "",
            [
                cell(row.what),
                cell(f"{row.mg:g} mg"),
                cell(words.clock(row.given_at, record.zone)),
                cell(words.text(record.minute(row.given_at))),
                cell(row.lot),
                cell(words.entered(row.author, row.entered_at, row.given_at, record.zone)),
            ],
        )
        for row in record.rows(DosePart)
    ]
    columns = {"Part": 2, "Amount": 2, "Time": 1.5, "Minute": 1.5, "Lot": 2, "By": 4}
    return cells.table("Parts of the dose", columns, rows)


def pauses(record: Record) -> cells.Block | None:
    rows = [
        (
            "",
            [
                cell(words.clock(row.paused_at, record.zone)),
                cell(words.clock(row.resumed_at, record.zone)),
                cell(row.reason),
                cell(words.entered(row.author, row.entered_at, row.paused_at, record.zone)),
            ],
        )
        for row in record.rows(Interruption)
    ]
    return cells.table("Pauses", {"Paused": 1.5, "Resumed": 1.5, "Reason": 5, "By": 4}, rows)


def judged(record: Record) -> cells.Block | None:
    """What the protocol's limits see in the dose as it was given."""
    found = [{"tier": each.tier, "says": each.says, "id": each.id} for each in record.dose_findings]
    return findings(
        [each for each in found if each["tier"] != "info"], "What the limits see in the dose given"
    )
