"""What was ordered and what was given, with what the protocol's rules saw in each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlmodel import func, select

from clinic.flags.facts import Dose, Given, Seen
from clinic.protocols.definition import Protocol
from clinic.protocols.dose import check_dose
from clinic.treatments.by_protocol import order
from data_model import Database, DoseOrder, Treatment
from data_model.columns import COUNTED, Status
from data_model.treatments import Route, Substance

# How fast an infusion ran says nothing about one that was stopped before its end.
OF_TIME = ("minutes", "rate")


def orders(db: Database, record: Treatment) -> list[DoseOrder]:
    """Those that stand; the last one counts."""
    query = select(DoseOrder).where(DoseOrder.treatment_id == record.id, DoseOrder.status != Status.VOID)
    return list(db.exec(query.order_by(DoseOrder.id)))


def doses(db: Database, protocol: Protocol, record: Treatment) -> tuple[Dose, ...]:
    standing = orders(db, record)
    found = [ordered(each) for each in standing]
    if record.given_mg is not None and record.substance and record.route and record.started_at:
        found.append(given_dose(db, protocol, record, standing))
    return tuple(found)


def ordered(each: DoseOrder) -> Dose:
    findings = tuple(Seen(one["id"], one["tier"], one["says"]) for one in each.findings)
    return Dose(
        f"dose_order:{each.key}",
        each.ordered_at,
        "ordered",
        f"Ordered {in_words(each.mg, each.mg_per_kg, each.substance, each.route)}",
        findings,
    )


def given_dose(db: Database, protocol: Protocol, record: Treatment, standing: list[DoseOrder]) -> Dose:
    """The last subject part is the amount: another amount is another thing to see."""
    asked = order(db, record)
    findings = check_dose(protocol, asked if asked.week else replace(asked, week=week(db, record)))
    if record.stopped_early:
        findings = [each for each in findings if not set(OF_TIME) & set(each.id.split("."))]
    confirmed = [each.mg for each in standing if each.confirmed_at is not None]
    return Dose(
        f"treatment:{record.key}:given {record.given_mg:g}",
        record.started_at,
        "given" if standing else "given without an order",
        f"Given {in_words(record.given_mg, record.mg_per_kg, record.substance, record.route)}",
        tuple(Seen(each.id, each.tier, each.says) for each in findings),
        allowed=max(confirmed, default=0) >= record.given_mg,
    )


def week(db: Database, record: Treatment) -> int:
    """Of the course, from 1."""
    query = select(func.min(Treatment.started_at)).where(
        Treatment.episode_id == record.episode_id, Treatment.status.in_(COUNTED)
    )
    first = min(db.exec(query).one() or record.started_at, record.started_at)
    return (record.started_at - first) // timedelta(weeks=1) + 1


def given(db: Database, record: Treatment) -> tuple[Given, ...]:
    """Beside the last order that stands, for treatments that had one."""
    standing = orders(db, record) if record.given_mg is not None and record.started_at else []
    if not standing:
        return ()
    subject = f"treatment:{record.key}:amount {record.given_mg:g}"
    wanted = standing[-1].mg
    return (Given(subject, record.started_at, record.given_mg, wanted, record.stopped_early),)


def in_words(mg: float, mg_per_kg: float | None, substance: Substance, route: Route) -> str:
    per_kg = f" ({mg_per_kg:.3g} mg/kg)" if mg_per_kg else ""
    return f"{mg:g} mg{per_kg} of {substance} {route}"
