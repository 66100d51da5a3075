"""The sheet in the shape of the REMS form: which edition of it, filled from one treatment, and that it was sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import func, select

from clinic import settings, watching
from clinic.access import require
from clinic.refused import BadInput
from clinic.report import cells, typesetting, words
from clinic.report.export import Template, noted, stamp
from clinic.report.forms import Form, form_of, forms
from clinic.report.gathering import Record, gathered
from clinic.report.rems_fact import Fact, Known
from clinic.report.rems_facts import FACTS
from clinic.report.sections_signed import state_of
from clinic.report.treatment import what
from data_model import Database, DutyDone, GateAnswer, Medication, Treatment
from data_model.columns import COUNTED, Status
from data_model.treatments import Substance

DUTY = "duty.rems_form"
ENROLLED = "gate.rems_enrolled"


def rems(db: Database, treatment: Treatment, template: str | None = None) -> bytes:
    """As PDF, on the edition of the day of the treatment or the one named. Asks for the right to see names: the
    sheet is about somebody by name. Raises BadInput for another substance or a treatment that never started."""
    form = chosen(db, treatment, template)
    found = data(db, treatment, form)
    made = typesetting.pdf(form.layout, found)
    noted(db, treatment, template_of(form), "PDF", found["stamp"])
    return made


def data(db: Database, treatment: Treatment, form: Form) -> dict[str, Any]:
    """What stands on the sheet: each field with its answer, "" where nothing is recorded."""
    require(db, "see patients")
    require(db, "see names")
    record = gathered(db, treatment)
    known = Known(record, medicines(db, record), earlier(db, treatment), enrolled(db, treatment))
    return {
        "title": form.title,
        "name": record.person.name,
        "line": record.person.line,
        "clinic": record.clinic,
        "what": what(record),
        "source": f"{form.source} Template {form.id} {form.version}.",
        "unverified": form.unverified,
        "state": state_of(record),
        "sections": [
            {
                "title": title,
                "fields": [
                    filled(each.label, each.kind, each.unverified, FACTS[each.fact](known)) for each in fields
                ],
            }
            for title, fields in form.sections
        ],
        "signatures": [signed(record, each) for each in record.signed],
        "stamp": stamp(db, record, template_of(form)),
    }


def filled(label: str, kind: str, unverified: bool, fact: Fact) -> dict[str, Any]:
    text = fact.text or fact.answer or ", ".join(part for part in (cells.NOT_RECORDED, fact.note) if part)
    return {
        "label": label,
        "kind": kind,
        "unverified": unverified,
        "answer": fact.answer,
        "value": cells.printable(text),
        "note": cells.printable(fact.note),
    }


def signed(record: Record, each) -> str:
    made = each.signature
    holds = "" if each.holds else " (no longer holds: the record was changed after it)"
    return cells.printable(f"{words.by_at(made.name, made.signed_at, record.zone)}: “{made.meaning}”{holds}")


def template_of(form: Form) -> Template:
    return Template(form.id, form.version, form.layout)


def chosen(db: Database, treatment: Treatment, template: str | None = None) -> Form:
    require(db, "see patients")
    if treatment.substance != Substance.ESKETAMINE:
        raise BadInput("This sheet is for esketamine; this treatment was of another substance.")
    if treatment.started_at is None:
        raise BadInput("This treatment has not started: there is nothing to fill the sheet from.")
    if template is None:
        return form_of(day_of(db, treatment))
    if template not in forms():
        raise BadInput(f"There is no edition “{template}” of this sheet; there are {', '.join(forms())}.")
    return forms()[template]


def day_of(db: Database, treatment: Treatment) -> date:
    return treatment.started_at.astimezone(settings.zone(db)).date()


# ---- what the sheet asks beyond the treatment itself -------------------------------------------------------------


def medicines(db: Database, record: Record) -> list[tuple[str, str]]:
    """(class of the protocol, drug) of the person's list of medicines on the day, as far as a class names the drug."""
    if record.protocol is None:
        return []
    day = record.treatment.started_at.astimezone(record.zone).date()
    query = select(Medication).where(
        Medication.patient_id == record.treatment.patient_id,
        Medication.status != Status.VOID,
        Medication.started <= day,
    )
    current = [row.drug for row in db.exec(query) if row.stopped is None or row.stopped >= day]
    return [
        (kind.id, drug)
        for drug in current
        for kind in record.protocol.concomitant
        if any(name.casefold() in drug.casefold() for name in kind.drugs)
    ]


def earlier(db: Database, treatment: Treatment) -> int:
    query = select(func.count()).where(
        Treatment.patient_id == treatment.patient_id,
        Treatment.substance == Substance.ESKETAMINE,
        Treatment.status.in_(COUNTED),
        Treatment.started_at < treatment.started_at,
    )
    return db.exec(query).one()


def enrolled(db: Database, treatment: Treatment) -> str | None:
    """The course's last answer about enrolment."""
    query = select(GateAnswer.value).where(
        GateAnswer.episode_id == treatment.episode_id,
        GateAnswer.item == ENROLLED,
        GateAnswer.status != Status.VOID,
    )
    return db.exec(query.order_by(GateAnswer.id.desc()).limit(1)).first()


# ---- sent --------------------------------------------------------------------------------------------------------


def sending(db: Database, treatment: Treatment) -> DutyDone | None:
    """That the form was sent, if somebody said so."""
    require(db, "see patients")
    query = select(DutyDone).where(
        DutyDone.treatment_id == treatment.id, DutyDone.duty == DUTY, DutyDone.status != Status.VOID
    )
    return db.exec(query.order_by(DutyDone.id).limit(1)).first()


def sent(db: Database, treatment: Treatment, note: str | None = None) -> DutyDone:
    """Writes down that the form was sent, by the actor, now; said twice it is written once. Raises BadInput for
    another substance."""
    require(db, "record treatments")
    chosen(db, treatment)
    found = sending(db, treatment)
    if found is not None:
        return found
    made = DutyDone(
        patient_id=treatment.patient_id,
        treatment_id=treatment.id,
        duty=DUTY,
        note=(note or "").strip() or None,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(made)
    db.flush()
    watching.treatment(db, treatment)
    return made
