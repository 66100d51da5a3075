"""A dose order as the protocol in force sees it, while it is typed and again before the dose starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinic import editions, settings
from clinic.access import require
from clinic.chair import dose_form
from clinic.chair.dose_form import Amounts, DoseForm
from clinic.episodes import first_dose
from clinic.protocols.definition import Protocol
from clinic.protocols.dose import Finding, check_dose, not_judged, worst
from clinic.protocols.order import Order
from clinic.protocols.weight import dosing_kg
from clinic.treatments import earlier
from data_model import Database, DoseOrder, Episode, Treatment
from data_model.columns import now
from data_model.treatments import Route, Substance

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class OrderJudged:
    """`tier` is the worst of the findings, "none" without one; `not_judged` names what is not known and a limit
    asks for."""

    protocol: Protocol
    findings: tuple[Finding, ...]
    tier: str
    not_judged: tuple[str, ...]
    amounts: Amounts

    def says(self, *tiers: str) -> list[str]:
        """The sentences of the findings of these tiers, the worst first, each once."""
        return list(dict.fromkeys(each.says for each in self.findings if each.tier in tiers))

    @property
    def gravest(self) -> list[Finding]:
        """Of several findings about one number only the worst: 90 mg that want a second clinician are unusual too."""
        seen: dict[object, Finding] = {}
        for each in self.findings:
            seen.setdefault(each.id if each.value is None else each.value, each)
        return list(seen.values())


def judge(db: Database, treatment: Treatment, form: DoseForm) -> OrderJudged | None:
    """What the protocol's rules say of a form as far as it is filled; None until substance and route are chosen."""
    require(db, "see patients")
    if not form.substance or not form.route:
        return None
    protocol = editions.in_force(db)
    return judged(protocol, asked(db, protocol, treatment, form, now()))


def judged(protocol: Protocol, order: Order) -> OrderJudged:
    kg = dosing_kg(protocol.weighing, order.weight_basis, order.weight_kg, order.height_cm, order.sex)
    order = dose_form.resolved(protocol, order, kg)
    found = tuple(check_dose(protocol, order)) if order.mg is not None else ()
    gravest = worst(found)
    tier = gravest.tier if gravest else "none"
    return OrderJudged(
        protocol, found, tier, not_judged(protocol, order), dose_form.amounts(protocol, order, kg)
    )


def asked(db: Database, protocol: Protocol, treatment: Treatment, form: DoseForm, at: datetime) -> Order:
    """The form with what is known of the person, their course and the doses before, for a dose at `at`."""
    at = at.astimezone(settings.zone(db))
    substance, route = Substance(form.substance), Route(form.route)
    course = db.get(Episode, treatment.episode_id)
    before = earlier.earlier(db, treatment, at)
    return Order(
        substance=substance.value,
        route=route.value,
        now=at,
        mg=form.mg,
        mg_per_kg=form.mg_per_kg,
        weight_kg=dose_form.weight_kg(protocol, form),
        weight_basis=form.weight_basis,
        weighed_on=form.weighed_on,
        height_cm=form.height_cm,
        concentration=form.concentration_mg_per_ml,
        volume_ml=form.volume_ml,
        diluted=form.diluted,
        minutes=form.minutes,
        devices=form.devices,
        tolerated=earlier.tolerated(db, before) if before else None,
        emergency=form.emergency,
        stage=course.stage.value,
        week=_week(db, course, at),
        ladder=form.ladder,
        **earlier.known(db, treatment, substance, route, at),
    )


def again(db: Database, treatment: Treatment, placed: DoseOrder, at: datetime) -> OrderJudged:
    """A placed order by the protocol that is in force now, and by the doses and days that are known now."""
    require(db, "see patients")
    protocol = editions.in_force(db)
    return judged(protocol, asked(db, protocol, treatment, form_of(placed), at))


def form_of(placed: DoseOrder) -> DoseForm:
    """The form that would place this order once more."""
    return DoseForm(
        substance=placed.substance.value,
        route=placed.route.value,
        mg=placed.mg,
        volume_ml=placed.volume_ml,
        concentration_mg_per_ml=placed.concentration_mg_per_ml,
        diluted=placed.diluted,
        weight=placed.weight_kg,
        weight_basis=placed.weight_basis.value,
        weighed_on=placed.weighed_on,
        height_cm=placed.height_cm,
        minutes=placed.minutes,
        devices=placed.devices,
        ladder=placed.ladder,
        emergency=placed.emergency,
    )


def _week(db: Database, course: Episode, at: datetime) -> int:
    """Of the course, from 1; before its first dose it is the first."""
    first = first_dose(db, course)
    return 1 if first is None else max((at - first).days, 0) // DAYS_A_WEEK + 1
