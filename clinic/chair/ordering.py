"""The order of a dose: judged while it is typed, placed by a prescriber, confirmed by a second clinician.

Limits stop an order, never a record of what was given (docs/clinical.md F): what is unusual needs a reason, what is
strong waits for a second clinician, and what is over an outer limit is refused and the refusal noted.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import select

from clinic import editions, settings, trail, watching
from clinic.access import require
from clinic.chair import deciding, dose_form, identity, planning
from clinic.chair.dose_form import Amounts, DoseForm
from clinic.chair.judging import OrderJudged, again, form_of, judge
from clinic.refused import BadInput, NotAllowed, NotFound, Refused
from data_model import Account, Database, DoseOrder, Patient, Treatment, database
from data_model.accounts import Role
from data_model.columns import Status, now
from data_model.treatments import Route, Substance, WeightBasis

__all__ = [
    "Amounts",
    "DoseForm",
    "NeedsReason",
    "OrderJudged",
    "again",
    "by_key",
    "confirm",
    "current",
    "form_of",
    "judge",
    "place",
    "replaced",
    "waiting",
    "waiting_one",
    "withdraw",
]

REPLACED = "replaced"
# What of an order the treatment carries from then on, under the same name.
_CARRIED = (
    "weight_kg",
    "weight_basis",
    "weighed_on",
    "height_cm",
    "dosing_kg",
    "concentration_mg_per_ml",
)


class NeedsReason(BadInput):
    """The rules found the order unusual: call again with a reason, and it is placed."""


def place(
    db: Database,
    treatment_key: str,
    form: DoseForm,
    *,
    birth_date: date | None,
    reason: str | None = None,
    prescriber: deciding.Secret | None = None,
) -> DoseOrder:
    """Places an order; one that the rules call strong stays a draft until `confirm`. The order before it becomes
    void. `prescriber` is somebody beside the tablet; without one the actor orders.

    Raises NeedsReason for what is unusual, and BadInput for what is wrong or over a limit; the latter is noted in
    the trail in a transaction of its own, so nothing may have been written in this one.
    """
    require(db, "prescribe" if prescriber is None else "record treatments")
    treatment = planning.waiting(db, treatment_key)
    patient = db.get(Patient, treatment.patient_id)
    confirmed = identity.confirm(db, patient, birth_date)
    protocol = editions.in_force(db)
    if problems := dose_form.problems(protocol, form, now().astimezone(settings.zone(db)).date()):
        raise BadInput(*problems)
    found = judge(db, treatment, form)
    _refuse_blocked(db, treatment, found)
    reason = (reason or "").strip() or None
    if found.tier in ("warn", "strong") and reason is None:
        raise NeedsReason(*found.says("strong", "warn"), "Say why this dose is right for this person.")
    name, account_id = deciding.by_whom(db, "prescribe", prescriber)
    made = DoseOrder(
        patient_id=patient.id,
        treatment_id=treatment.id,
        **_said(form, found),
        reason=reason,
        identity=confirmed,
        ordered_by=name,
        ordered_by_id=account_id,
        status=Status.DRAFT if found.tier == "strong" else Status.ACTIVE,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    return _placed(db, treatment, made)


def confirm(db: Database, order_key: str, username: str, secret: str) -> DoseOrder:
    """A second clinician's word under an order that waits for it, by their own password or PIN at this tablet.
    Raises Refused for a wrong secret and for the one who ordered, NotAllowed for somebody who is no clinician."""
    require(db, "record treatments")
    order = by_key(db, order_key)
    if order.status != Status.DRAFT:
        raise BadInput("This order does not wait for a second clinician.")
    treatment = db.get(Treatment, order.treatment_id)
    planning.waiting(db, treatment.key)
    account = deciding.confirmed(db, "sign treatments", (username, secret))
    _refuse_unfit(account, order)
    order.confirmed_at, order.confirmed_by, order.confirmed_by_id = now(), account.name, account.id
    order.status = Status.ACTIVE
    carry(db, treatment, order)
    db.flush()
    watching.treatment(db, treatment)
    return order


def withdraw(db: Database, order_key: str, reason: str) -> DoseOrder:
    """Takes an order back; it stays to be read. Raises BadInput without a reason or once the dose has started."""
    require(db, "prescribe")
    order = by_key(db, order_key)
    treatment = planning.waiting(db, db.get(Treatment, order.treatment_id).key)
    if order.status == Status.VOID:
        return order
    if not reason.strip():
        raise BadInput("Say why the order is taken back.")
    with db.because(reason.strip()):
        order.status, order.void_reason = Status.VOID, reason.strip()
        treatment.ordered_mg = None
    return order


def by_key(db: Database, key: str) -> DoseOrder:
    require(db, "see patients")
    found = db.exec(select(DoseOrder).where(DoseOrder.key == key)).first()
    if found is None:
        raise NotFound("There is no such order.")
    return found


def current(db: Database, treatment: Treatment) -> DoseOrder | None:
    """The order that holds; one that waits for a second clinician does not."""
    require(db, "see patients")
    return next((row for row in _rows(db, treatment) if row.status not in (Status.DRAFT, Status.VOID)), None)


def waiting_one(db: Database, treatment: Treatment) -> DoseOrder | None:
    """The order of this treatment that waits for a second clinician."""
    require(db, "see patients")
    return next((row for row in _rows(db, treatment) if row.status == Status.DRAFT), None)


def replaced(db: Database, treatment: Treatment) -> list[DoseOrder]:
    """Orders that no longer hold, the last first, each with its `void_reason`."""
    require(db, "see patients")
    return [row for row in _rows(db, treatment) if row.status == Status.VOID]


def waiting(db: Database) -> list[tuple[DoseOrder, Treatment, Patient]]:
    """Every order that waits for a second clinician, the oldest first."""
    require(db, "see patients")
    query = (
        select(DoseOrder, Treatment, Patient)
        .join(Treatment, Treatment.id == DoseOrder.treatment_id)
        .join(Patient, Patient.id == DoseOrder.patient_id)
        .where(
            DoseOrder.status == Status.DRAFT,
            Treatment.status == Status.DRAFT,
            Treatment.started_at.is_(None),
        )
    )
    return [tuple(row) for row in db.exec(query.order_by(DoseOrder.id))]


def _rows(db: Database, treatment: Treatment) -> list[DoseOrder]:
    query = select(DoseOrder).where(DoseOrder.treatment_id == treatment.id)
    return list(db.exec(query.order_by(DoseOrder.id.desc())))


def _refuse_blocked(db: Database, treatment: Treatment, found: OrderJudged) -> None:
    sentences = found.says("block")
    if not sentences:
        return
    with database(db.actor) as apart:
        trail.note(
            apart,
            "order refused",
            patient_id=treatment.patient_id,
            table="treatment",
            record_id=treatment.id,
            after={"mg": found.amounts.mg, "protocol": found.protocol.name},
            reason=" ".join(sentences),
        )
    raise BadInput(*sentences, "This order is over a limit that no reason opens. Nothing was ordered.")


def _refuse_unfit(account: Account, order: DoseOrder) -> None:
    if account.id == order.ordered_by_id:
        raise Refused("A second clinician has to confirm: not the one who ordered.")
    if account.role != Role.CLINICIAN:
        raise NotAllowed(f"{account.name} is no clinician: a second clinician has to confirm this dose.")


def _said(form: DoseForm, found: OrderJudged) -> dict[str, Any]:
    """The columns of the order that the form and its judgement fill."""
    amounts = found.amounts
    return {
        "substance": Substance(form.substance),
        "route": Route(form.route),
        "mg": amounts.mg,
        "mg_per_kg": None if amounts.mg_per_kg is None else round(amounts.mg_per_kg, 3),
        "weight_kg": amounts.weight_kg,
        "weight_basis": WeightBasis(form.weight_basis),
        "weighed_on": form.weighed_on,
        "height_cm": form.height_cm,
        "dosing_kg": amounts.dosing_kg,
        "concentration_mg_per_ml": form.concentration_mg_per_ml,
        "volume_ml": amounts.volume_ml,
        "diluted": form.diluted,
        "minutes": form.minutes,
        "devices": None if amounts.devices is None else int(amounts.devices),
        "ladder": form.ladder,
        "emergency": form.emergency,
        "note": (form.note or "").strip() or None,
        "tier": found.tier,
        "findings": [
            {"id": each.id, "tier": each.tier, "says": each.says, "value": each.value}
            for each in found.findings
        ],
        "protocol": found.protocol.id,
        "protocol_version": found.protocol.version,
    }


def _placed(db: Database, treatment: Treatment, made: DoseOrder) -> DoseOrder:
    """Stores it in the place of the order before. The same order sent twice is the one there is."""
    before = [row for row in _rows(db, treatment) if row.status != Status.VOID]
    same = next((row for row in before if _content(row) == _content(made)), None)
    if same is not None:
        return same
    with db.because(REPLACED):
        for row in before:
            row.status, row.void_reason = Status.VOID, REPLACED
    db.add(made)
    carry(db, treatment, made)
    db.flush()
    watching.treatment(db, treatment)
    return made


def _content(order: DoseOrder) -> dict[str, Any]:
    apart = {"id", "key", "status", "entered_at", "row_version", "ordered_at"}
    apart |= {"confirmed_at", "confirmed_by", "confirmed_by_id", "void_reason"}
    return {name: getattr(order, name) for name in DoseOrder.model_fields if name not in apart}


def carry(db: Database, treatment: Treatment, order: DoseOrder) -> None:
    """What is ordered goes with the treatment from now on; an order that waits orders nothing yet."""
    holds = order.status != Status.DRAFT
    treatment.substance, treatment.route = order.substance, order.route
    for name in _CARRIED:
        setattr(treatment, name, getattr(order, name))
    treatment.planned_minutes = order.minutes
    treatment.ordered_mg = order.mg if holds else None
    editions.keep(db, treatment)
