"""What every printout carries and leaves behind: who printed what, when, from which data, on which template."""

from __future__ import annotations

from dataclasses import dataclass

from clinic import trail
from clinic.report import words
from clinic.report.cells import printable
from clinic.report.gathering import Record
from data_model import Database, Treatment


@dataclass(frozen=True, slots=True)
class Template:
    """`file` is the typst source in templates/; a published template is not changed, a new one takes its place."""

    id: str
    version: str
    file: str

    @property
    def name(self) -> str:
        return f"{self.id} {self.version}"


def stamp(db: Database, record: Record, template: Template) -> dict[str, str]:
    """The footer of every page. The hash is that of the record as signatures take it."""
    at = f"{words.moment(record.zone)(record.read_at)} {record.zone.key}"
    return {
        "clinic": printable(record.clinic),
        "by": printable(db.actor.name),
        "at": at,
        "template": template.name,
        "data": f"data as of {at}",
        "hash": record.content_hash,
    }


def noted(db: Database, treatment: Treatment, template: Template, form: str, stamped: dict[str, str]) -> None:
    """The row in the audit trail, in the same transaction as the reading."""
    trail.note(
        db,
        "printed",
        patient_id=treatment.patient_id,
        table="treatment",
        record_id=treatment.id,
        after={"what": template.name, "as": form, "record": treatment.key, "content_hash": stamped["hash"]},
    )
