"""What is about to be given and the dose before it, as the person at the chair knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class LastTreatment:
    """The last dose by any route. `worst_event` is none, mild, moderate or severe; None is not known."""

    at: datetime
    substance: str
    route: str
    mg: float | None = None
    mg_per_kg: float | None = None
    weight_basis: str | None = None
    worst_event: str | None = None
    event_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is about to be given. None is not known, never fine.

    `weight_kg` is the person's weight, of which `weight_basis` makes the dosing weight. `concentration` is mg/mL of
    the product as it comes and `volume_ml` what is drawn from it. `previous_on_route` and the sessions in 7 and 30
    days do not count this one. `tolerated` are the sessions tolerated at the current dose; if None, the last
    treatment's worst event says. `ladder` is the id of the one that the course follows. `now` is in the clinic's
    zone, whose calendar day counts.
    """

    substance: str
    route: str
    now: datetime
    mg: float | None = None
    mg_per_kg: float | None = None
    weight_kg: float | None = None
    weight_basis: str | None = "actual"
    weighed_on: date | None = None
    last_weight_kg: float | None = None
    height_cm: float | None = None
    sex: str | None = None
    age_years: float | None = None
    concentration: float | None = None
    volume_ml: float | None = None
    diluted: bool | None = None
    minutes: float | None = None
    devices: int | None = None
    minutes_between_devices: float | None = None
    last: LastTreatment | None = None
    previous_on_route: int | None = None
    sessions_in_7_days: int | None = None
    sessions_in_30_days: int | None = None
    tolerated: int | None = None
    emergency: bool = False
    stage: str | None = None
    week: int | None = None
    ladder: str | None = None


def same_way(order: Order) -> LastTreatment | None:
    """The last treatment if it was of this substance by this route; doses of others are not compared."""
    last = order.last
    return last if last and (last.substance, last.route) == (order.substance, order.route) else None
