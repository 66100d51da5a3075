"""One treatment as a whole, for paper: as data, as one HTML file, as PDF. Every print leaves a row in the trail."""

from __future__ import annotations

from typing import Any

from clinic.access import require
from clinic.report import page, typesetting, words
from clinic.report.export import Template, noted, stamp
from clinic.report.gathering import Record, gathered
from clinic.report.sections_before import gate_section, order_section
from clinic.report.sections_dose import dose_section
from clinic.report.sections_leaving import leaving_section
from clinic.report.sections_signed import (
    basis_section,
    duty_section,
    note_section,
    signature_section,
    state_of,
    taken_back_section,
)
from clinic.report.sections_watched import alerts_section, events_section, vitals_section
from data_model import Database, Treatment

TEMPLATE = Template("treatment", "1.0", "treatment_1.typ")


def data(db: Database, treatment: Treatment) -> dict[str, Any]:
    """Everything of one treatment as it stands now, in the order of the printout. Asks for the right to see
    patients; who may not see names gets the pseudonym."""
    require(db, "see patients")
    return printed(db, gathered(db, treatment))


def printed(db: Database, record: Record) -> dict[str, Any]:
    sections = [
        order_section(record),
        gate_section(record),
        dose_section(record),
        vitals_section(record),
        events_section(record),
        alerts_section(record),
        leaving_section(record),
        note_section(record),
        duty_section(record),
        signature_section(record),
        taken_back_section(record),
        basis_section(record),
    ]
    return {
        "title": "Record of one treatment",
        "name": record.person.name,
        "line": record.person.line,
        "clinic": record.clinic,
        "what": what(record),
        "state": state_of(record),
        "sections": [each for each in sections if each and each["blocks"]],
        "stamp": stamp(db, record, TEMPLATE),
    }


def sections(db: Database, treatment: Treatment) -> list[str]:
    """The sections as HTML to stand on a page, without the figure, which the page draws itself."""
    found = data(db, treatment)["sections"]
    for each in found:
        each["blocks"] = [block for block in each["blocks"] if block["kind"] != "figure"]
    return [page.section(each) for each in found]


def what(record: Record) -> str:
    """`racemic ketamine IV, 3 Nov 2026 10:02`; what is not known yet is left out."""
    row = record.treatment
    drug = " ".join(str(each.value) for each in (row.substance, row.route) if each)
    at = words.moment(record.zone)(row.started_at or row.planned_for)
    return ", ".join(part for part in (drug, at) if part)


def pdf(db: Database, treatment: Treatment) -> bytes:
    """On A4, tagged for screen readers (PDF/UA-1)."""
    found = data(db, treatment)
    made = typesetting.pdf(TEMPLATE.file, found)
    noted(db, treatment, TEMPLATE, "PDF", found["stamp"])
    return made


def html(db: Database, treatment: Treatment) -> str:
    """One file without any other, to be read or printed."""
    found = data(db, treatment)
    made = page.html(found)
    noted(db, treatment, TEMPLATE, "HTML", found["stamp"])
    return made
