"""What a protocol says besides its limits, as tables to be read."""

from __future__ import annotations

from clinic.protocols import table
from clinic.protocols.definition import Protocol
from clinic.protocols.parts import GATE, LEAVING, TIMES
from pages.shared import sheet

# title, section of the protocol, and the fields that are shown
SECTIONS = (
    ("Emergency symptoms", "symptoms", ("title", "tier", "says", "source", "evidence")),
    ("Rules without a number", "rules", ("says", "id", "tier", "source", "evidence")),
    ("Typing errors", "slips", ("says", "of", "low", "high", "tier", "source", "evidence")),
    ("Ladders", "ladders", ("title", "route", "substance", "steps", "days_between", "source", "evidence")),
    (
        "Products",
        "products",
        ("title", "routes", "mg_per_ml", "device_mg", "dilute_for", "source", "evidence"),
    ),
    ("Duties", "duties", ("title", "says", "days", "source", "evidence")),
)


def beside(protocol: Protocol, part: str) -> None:
    """The observations under the times, the questions under the gate, the criteria under leaving."""
    if part == TIMES:
        sheet.table("Observations", table.SCHEDULE_HEADINGS[1:], without_id(table.schedule_rows(protocol)))
    elif part == GATE:
        sheet.table(
            "Questions before the dose", table.GATE_HEADINGS[1:], without_id(table.gate_rows(protocol))
        )
    elif part == LEAVING:
        sheet.table("Criteria", table.LEAVING_HEADINGS[1:], without_id(table.leaving_rows(protocol)))


def rest(protocol: Protocol) -> None:
    """What belongs to no limit; all of it is as shipped."""
    sheet.table("Other drugs", table.DRUG_HEADINGS[1:], without_id(table.drug_rows(protocol)))
    for title, section, names in SECTIONS:
        if rows := table.plain_rows(getattr(protocol, section), *names):
            sheet.table(title, [name.replace("_", " ") for name in names], rows)


def without_id(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The id goes below the words, where it is read last."""
    return [(f"{words}\n{id}", *others) for id, words, *others in rows]
