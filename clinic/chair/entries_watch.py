"""What somebody sees at the chair: observations, what happened, and what was given against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clinic import editions, settings
from clinic.chair.entry import LONG, Entry, flag_of, number_of, text_of
from clinic.chair.fields import Field, fields
from clinic.chair.rows import begun, minute, named, standing
from clinic.refused import BadInput
from data_model import AdverseEvent, Database, RescueDrug, Treatment, VitalSigns
from data_model.columns import Status
from data_model.treatments import Severity


def vitals(db: Database, treatment: Treatment, entry: Entry) -> None:
    """One observation. What was not measured is left out; what cannot be is refused as a whole."""
    said = entry.said.get("values")
    if not isinstance(said, Mapping):
        raise BadInput("An observation has values.")
    besides = {name: said.get(name, entry.said.get(name)) for name in ("symptoms", "on_oxygen", "note")}
    scale = settings.current(db)["dissociation_scale"]
    values = measured(fields(scale), {name: v for name, v in said.items() if name not in besides})
    values["symptoms"] = symptoms_of(db, treatment, besides["symptoms"])
    values["on_oxygen"] = flag_of(besides["on_oxygen"], "on oxygen")
    if all(value is None for value in values.values()):
        raise BadInput("Nothing is entered yet.")
    if values.get("dissociation") is not None:
        values["dissociation_scale"] = scale
    db.add(
        VitalSigns(
            **begun(db, treatment, entry),
            **values,
            note=text_of(besides["note"], "note", LONG),
            observed_at=entry.at,
            minute=minute(treatment, entry.at),
            position=1 + max((row.position for row in standing(db, VitalSigns, treatment)), default=-1),
        )
    )


def measured(known: tuple[Field, ...], said: Mapping[str, Any]) -> dict[str, Any]:
    """Every problem at once: the person at the chair corrects them in one go."""
    by_name = {field.name: field for field in known}
    values, problems = (
        {},
        [f"“{name[:40]}” is nothing that is measured here." for name in said if name not in by_name],
    )
    for name in by_name.keys() & said.keys():
        if said[name] is not None:
            try:
                values[name] = value_of(by_name[name], said[name])
            except BadInput as refusal:
                problems += refusal.problems
    if not problems and (values.get("diastolic_mmhg") or 0) >= values.get("systolic_mmhg", 999):
        problems.append(
            f"Diastolic {values['diastolic_mmhg']} is not below systolic {values['systolic_mmhg']}; are they swapped?"
        )
    if problems:
        raise BadInput(*problems)
    return values


def value_of(field: Field, said: Any) -> float | int:
    value = number_of(said, field.label, field.low, field.high, field.unit)
    if field.whole and value != int(value):
        raise BadInput(f"{field.label} {value:g} has to be a whole number.")
    return int(value) if field.whole else value


def symptoms_of(db: Database, treatment: Treatment, said: Any) -> list[str] | None:
    """None was not asked, [] asked and none."""
    if said is None:
        return None
    known = {each.id for each in editions.of(db, treatment).symptoms}
    if not isinstance(said, list) or not all(isinstance(each, str) and each in known for each in said):
        raise BadInput("A symptom that the protocol does not know was named.")
    return list(dict.fromkeys(said))


def event(db: Database, treatment: Treatment, entry: Entry) -> None:
    db.add(
        AdverseEvent(
            **begun(db, treatment, entry),
            term=entry.words("term", "Name what happened."),
            severity=severity_of(entry) or Severity.MILD,
            serious=bool(entry.flag("serious")),
            action=entry.text("note", LONG),
            happened_at=entry.at,
            onset_minute=minute(treatment, entry.at),
        )
    )


def event_change(db: Database, treatment: Treatment, entry: Entry) -> None:
    """What is not said stays as it is. `resolved` is when it was over: the time of this entry."""
    row = named(db, AdverseEvent, treatment, entry.text("target"))
    if row is None or row.status == Status.VOID:
        raise BadInput("This event is not there, or was taken back.")
    row.severity = severity_of(entry) or row.severity
    serious, resolved = entry.flag("serious"), entry.flag("resolved")
    row.serious = row.serious if serious is None else serious
    if resolved and row.resolved_minute is None:
        row.resolved_minute = _end(treatment, row, entry)
    elif resolved is False:
        row.resolved_minute = None


def _end(treatment: Treatment, row: AdverseEvent, entry: Entry) -> int | None:
    if row.happened_at and entry.at < row.happened_at:
        raise BadInput(f"{row.term} cannot be over before it began.")
    return minute(treatment, entry.at)


def severity_of(entry: Entry) -> Severity | None:
    said = entry.text("severity")
    if said is not None and said not in set(Severity):
        raise BadInput(f"How bad it is, is one of {', '.join(Severity)}.")
    return None if said is None else Severity(said)


def rescue(db: Database, treatment: Treatment, entry: Entry) -> None:
    db.add(
        RescueDrug(
            **begun(db, treatment, entry),
            drug=entry.words("drug", "Name the drug that was given."),
            dose=entry.text("dose"),
            route=entry.text("route"),
            reason=entry.text("reason", LONG),
            given_at=entry.at,
        )
    )
