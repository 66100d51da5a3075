"""Of the printout: who stands for the record, what was changed after that, what was taken back, how it was judged."""

from __future__ import annotations

from typing import Any

from clinic.chair.stage import Step, step
from clinic.report import cells, words
from clinic.report.cells import cell
from clinic.report.gathering import Record
from clinic.report.sections_before import identity
from clinic.signing import Signed
from data_model import AdverseEvent, Amendment, DutyDone, VitalSigns
from data_model.columns import Clinical

BROKEN = "This record was changed after it was signed: a signature on it no longer holds."
STATES = {
    Step.WRITTEN_UP: "Draft: this record is being written and counts nowhere yet.",
    Step.PLANNED: "Planned: this treatment has not started.",
    Step.RUNNING: "Running: this treatment was not over when the sheet was printed.",
    Step.LEFT: "Not finished: the person has left, the record is still open.",
}


def state_of(record: Record) -> list[cells.Block]:
    """What a reader must know before anything else."""
    row, at = record.treatment, step(record.treatment)
    found = [cells.says(STATES[at], loud=True)] if at in STATES else []
    if at is Step.VOID:
        found.append(cells.says(f"Taken out: {row.void_reason or 'no reason recorded'}.", loud=True))
    if any(not each.holds for each in record.signed):
        found.append(cells.says(BROKEN, loud=True))
    elif at is Step.FINISHED and not record.signed:
        found.append(cells.says("Nobody has signed this record yet.", loud=True))
    return found


def signature_section(record: Record) -> dict[str, Any]:
    rows = [signature(record, each) for each in record.signed]
    columns = {"Signed by": 3, "Meaning": 3.4, "Identity confirmed": 2.6, "State": 4}
    signed = cells.table("", columns, rows, empty="Not signed.")
    return cells.section("Signatures", signed, *amended(record))


def signature(record: Record, each: Signed) -> tuple[str, list[cells.Cell]]:
    made = each.signature
    holds = (
        "Holds: the record is as it was signed."
        if each.holds
        else "Signed for another patient: moved here afterwards."
        if each.for_another
        else "No longer holds: changed after signing."
    )
    return (
        "" if each.holds else "grave",
        [
            cell(f"{made.name}\n{made.role.value}, {words.moment(record.zone)(made.signed_at)}"),
            cell(made.meaning),
            cell(identity(record, made.identity)),
            cell(f"{holds}\nSHA-256 {made.content_hash}", strong=not each.holds),
        ],
    )


def amended(record: Record) -> list[cells.Block | None]:
    rows = [
        (
            "",
            [
                cell(f"{where(record, each)}{field_words(each.field)}"),
                cell(value(record, each.after["is"]), old=[value(record, each.before["is"])]),
                cell(each.reason),
                cell(words.by_at(each.name, each.amended_at, record.zone)),
            ],
        )
        for each in record.amendments
        if each.field != "status"
    ]
    columns = {"Field": 2.6, "What stood there, what stands there": 4, "Reason": 3, "By": 2.6}
    return [cells.table("Amended after signing", columns, rows)]


def where(record: Record, each: Amendment) -> str:
    table = {"vital_signs": VitalSigns, "adverse_event": AdverseEvent}.get(each.record_table)
    row = next((one for one in record.rows(table) if one.id == each.record_id), None) if table else None
    if isinstance(row, VitalSigns):
        return f"minute {record.minute_of(row)}, "
    return f"{row.term}, " if row is not None else ""


def field_words(name: str) -> str:
    return (
        name.removesuffix("_mmhg")
        .removesuffix("_bpm")
        .removesuffix("_percent")
        .removesuffix("_at")
        .replace("_", " ")
    )


def value(record: Record, plain: Any) -> str | None:
    """As the amendment kept it: a moment in the clinic's zone, a whole row field by field."""
    if isinstance(plain, dict):
        said = ((field_words(name), value(record, each)) for name, each in plain.items() if name != "key")
        return "; ".join(f"{name} {each}" for name, each in said if each)
    if isinstance(plain, list):
        return ", ".join(str(each) for each in plain)
    if isinstance(plain, str) and "T" in plain:
        try:
            return words.moment(record.zone)(plain)
        except ValueError:
            return plain
    return words.text(plain)


# ---- what is left --------------------------------------------------------------------------------------------------


def note_section(record: Record) -> dict[str, Any] | None:
    """The note as it was typed, with what stood there before each amendment."""
    row = record.treatment
    before = record.before(row, "note")
    if not row.note and not before:
        return None
    return cells.section("Note", cells.facts(("", cell(row.note, old=before))))


def duty_section(record: Record) -> dict[str, Any] | None:
    titles = {each.id: each.title for each in record.protocol.duties} if record.protocol else {}
    rows = [
        (
            "",
            [
                cell(titles.get(row.duty, row.duty)),
                cell(words.by_at(row.author, row.done_at, record.zone)),
                cell(row.note),
            ],
        )
        for row in record.rows(DutyDone)
    ]
    found = cells.table("", {"Duty": 4, "Done": 4, "Note": 4}, rows)
    return cells.section("Duties done", found) if found else None


def taken_back_section(record: Record) -> dict[str, Any] | None:
    """Rows that somebody took back stay readable, with the reason; empty rows of a form are none of them."""
    rows = [
        (
            "",
            [
                cell(row.__tablename__.replace("_", " ")),
                cell(None, old=[said_by(record, row)]) | {"text": " ", "missing": False},
                cell(row.void_reason),
                cell(words.by_at(row.author, row.entered_at, record.zone)),
            ],
        )
        for row in record.taken_back
        if said_by(record, row)
    ]
    found = cells.table("", {"Kind": 2, "What it said": 6, "Why": 3, "Entered": 3}, rows)
    return cells.section("Taken back", found) if found else None


_ABOUT = {*Clinical.model_fields, "patient_id", "episode_id", "treatment_id", "position", "source_key"}


def said_by(record: Record, row: Clinical) -> str:
    """Every field with a value; a row of the form that was left empty has none but its minute."""
    apart = _ABOUT | {name for name in type(row).model_fields if name.endswith("_id")}
    if record.person.nameless:
        apart = apart | {"identity"}
    said = {name: getattr(row, name) for name in type(row).model_fields if name not in apart}
    said = {name: each for name, each in said.items() if each not in (None, "", [], False)}
    if isinstance(row, VitalSigns) and not said.keys() - {"minute"}:
        return ""
    return value(record, {name: _plain(each) for name, each in said.items()}) or ""


def _plain(each: Any) -> Any:
    return each.isoformat() if hasattr(each, "isoformat") else each


def basis_section(record: Record) -> dict[str, Any]:
    """By what this was judged, and whether anybody stands for that."""
    row, protocol = record.treatment, record.protocol
    kept = "kept with the record" if row.protocol_version else "in force now; none was kept with the record"
    named = f"{protocol.title}, {protocol.id} {protocol.version} ({kept})" if protocol else None
    return cells.section(
        "How it was judged",
        cells.facts(
            ("Protocol", cell(named)),
            ("Approval", cell(words.sentence(record.approval))),
            ("Fingerprint", cell(protocol.fingerprint if protocol else None)),
            ("Record", cell(f"{row.status.value}, version {row.row_version}, key {row.key}")),
        ),
        cells.says(
            "It says what the limits of the clinic's protocol saw. It is a record and not a monitor; it gives no "
            "advice about doses."
        ),
    )
