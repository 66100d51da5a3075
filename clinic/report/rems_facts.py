"""The facts that a sheet in the shape of the REMS form may ask for, each from what is stored and from nothing else.

"Yes" and "no" stand only where somebody said or measured so: a row that is absent is no answer.
"""

from __future__ import annotations

from collections.abc import Callable

from clinic.report import words
from clinic.report.rems_drugs import OTHER_CLASSES, is_benzodiazepine, is_z_drug, taken, which
from clinic.report.rems_fact import NOT_KNOWN, Fact, Known, said, yes_no
from clinic.report.rems_seen import dissociated, sedated
from clinic.report.rems_vitals import (
    acceptable_after,
    acceptable_before,
    pressure_at_40,
    pressure_before,
    pressure_last,
)
from data_model import AdverseEvent, DosePart, RescueDrug

PACKS = (56, 84)  # mg; what the form has a box of its own for

# ---- the dose ----------------------------------------------------------------------------------------------------


def pack(known: Known, mg: int) -> Fact:
    given = known.record.treatment.given_mg
    return yes_no(None if given is None else given == mg)


def other_dose(known: Known) -> Fact:
    given = known.record.treatment.given_mg
    return NOT_KNOWN if given is None or given in PACKS else said(f"{given:g} mg")


def lot(known: Known) -> Fact:
    lots = [known.record.treatment.lot, *(row.lot for row in known.record.rows(DosePart))]
    return said(", ".join(dict.fromkeys(each for each in lots if each)))


def minutes(known: Known, until: str) -> Fact:
    """From the first device, or from the start where devices were not entered one by one."""
    row = known.record.treatment
    first = min((each.given_at for each in known.record.rows(DosePart)), default=row.started_at)
    at = getattr(row, until)
    return NOT_KNOWN if first is None or at is None else said(int((at - first).total_seconds() // 60))


# ---- what was seen -----------------------------------------------------------------------------------------------


def seen(known: Known, of: Callable, part: str) -> Fact:
    found = of(known.record)
    return yes_no(found.was) if part == "was" else said(getattr(found, part))


def event(known: Known, words_of_it: str) -> Fact:
    """Yes where somebody entered it; never no."""
    found = any(words_of_it in row.term.casefold() for row in known.record.rows(AdverseEvent))
    return yes_no(True) if found else NOT_KNOWN


def serious(known: Known) -> list[str]:
    return [f"{row.term} ({row.severity.value})" for row in known.record.rows(AdverseEvent) if row.serious]


def rescues(known: Known) -> list[str]:
    return [" ".join(filter(None, (row.drug, row.dose, row.route))) for row in known.record.rows(RescueDrug)]


def first_treatment(known: Known) -> Fact:
    return yes_no(False) if known.earlier else Fact(note="no earlier one is stored here")


def clinician(known: Known) -> Fact:
    row = known.record.treatment
    return said(row.started_by or row.author)


def none_stored(_: Known) -> Fact:
    """The software keeps no such thing."""
    return NOT_KNOWN


FACTS: dict[str, Callable[[Known], Fact]] = {
    "given_name": lambda known: said(known.record.patient.given_name),
    "middle_initial": none_stored,
    "family_name": lambda known: said(known.record.patient.family_name),
    "birth_date": lambda known: said(words.day(known.record.patient.birth_date)),
    "sex": lambda known: said(known.record.person.sex),
    "first": first_treatment,
    "enrolled": lambda known: yes_no({"yes": True, "no": False}.get(known.enrolled)),
    "taken.benzodiazepine": lambda known: taken(known, "drug.benzodiazepine", suits=is_benzodiazepine),
    "taken.sedative": lambda known: taken(known, "drug.benzodiazepine", suits=is_z_drug),
    "taken.stimulant": lambda known: taken(known, "drug.stimulant"),
    "taken.maoi": lambda known: taken(known, "drug.maoi"),
    "taken.opioid": lambda known: taken(known, "drug.opioid"),
    "taken.other": lambda known: taken(known, *OTHER_CLASSES),
    "taken.words": which,
    "clinician": clinician,
    "clinician_phone": none_stored,
    "clinician_email": none_stored,
    "clinic": lambda known: said(known.record.clinic),
    "clinic_address": none_stored,
    "treated_on": lambda known: said(
        words.day(known.record.treatment.started_at.astimezone(known.record.zone).date())
    ),
    "dose.56": lambda known: pack(known, 56),
    "dose.84": lambda known: pack(known, 84),
    "dose.other": other_dose,
    "lot": lot,
    "minutes_monitored": lambda known: minutes(known, "left_at"),
    "minutes_until_ready": lambda known: minutes(known, "ready_at"),
    "acceptable_before": acceptable_before,
    "acceptable_after": acceptable_after,
    "pressure.before": pressure_before,
    "pressure.at_40": pressure_at_40,
    "pressure.last": pressure_last,
    "sedation": lambda known: seen(known, sedated, "was"),
    "sedation.onset": lambda known: seen(known, sedated, "onset"),
    "sedation.end": lambda known: seen(known, sedated, "end"),
    "dissociation": lambda known: seen(known, dissociated, "was"),
    "dissociation.onset": lambda known: seen(known, dissociated, "onset"),
    "dissociation.end": lambda known: seen(known, dissociated, "end"),
    "respiratory_depression": lambda known: event(known, "respiratory depression"),
    "intervention": lambda known: yes_no(True if rescues(known) else None),
    "intervention.words": lambda known: said("; ".join(rescues(known))),
    "serious": lambda known: yes_no(True if serious(known) else None),
    "serious.words": lambda known: said("; ".join(serious(known))),
}
