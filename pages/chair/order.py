"""The dose order on the page: what holds, what waits for a second clinician, and the form that makes another."""

from __future__ import annotations

import streamlit as st

from clinic.access import can
from clinic.chair import ordering
from clinic.protocols.weight import ml_of
from data_model import DoseOrder, database
from data_model.accounts import Role
from pages.chair import order_form, place
from pages.chair.context import Chair
from pages.shared import clock, refusals, second, sheet, who
from pages.shared.words import as_typed


def show(chair: Chair) -> None:
    with database(chair.actor) as db:
        holds, waits = ordering.current(db, chair.treatment), ordering.waiting_one(db, chair.treatment)
        before = ordering.replaced(db, chair.treatment)
    with st.container(border=True, key="order"):
        st.header("Order", anchor=False)
        if shown := waits or holds:
            dose(chair, shown)
        else:
            st.text("Waiting for an order by a prescriber.")
        if waits:
            second_clinician(chair, waits)
        entry(chair, first=shown is None)
        if before:
            st.caption(as_typed(f"Earlier orders: {'; '.join(_earlier(each, chair) for each in before)}."))


def dose(chair: Chair, order: DoseOrder) -> None:
    """The order as it was signed, with the weight, its basis and what the limits saw."""
    said = [f"{order.ordered_by}, {clock.moment(order.ordered_at, chair.zone)}"]
    if order.confirmed_by:
        said.append(f"confirmed by {order.confirmed_by}, {clock.moment(order.confirmed_at, chair.zone)}")
    said += [f"reason: {order.reason}"] if order.reason else []
    said += [order.note] if order.note else []
    place.html(
        f'<div class="dose"><strong>{place.text(amount(order))}</strong>'
        f"<span>{place.text(reckoned(order))}</span><small>{place.text(' · '.join(said))}</small></div>"
    )
    lines = [(order_form.TIERS[each["tier"]], each["says"]) for each in gravest(order)]
    if lines:
        sheet.table("What the limits saw", ("tier", "what"), lines)


def gravest(order: DoseOrder) -> list[dict]:
    """Of several findings about one number the first, which is the worst."""
    seen: dict[object, dict] = {}
    for each in order.findings:
        seen.setdefault(each["id"] if each["value"] is None else each["value"], each)
    return list(seen.values())


def amount(order: DoseOrder) -> str:
    """36 mg racemic ketamine IV over 40 min."""
    devices = f" ({order.devices} device{'' if order.devices == 1 else 's'})" if order.devices else ""
    over = f" over {order.minutes:g} min" if order.minutes else ""
    return f"{order.mg:g} mg{devices} {order.substance.value} {order.route.value}{over}"


def reckoned(order: DoseOrder) -> str:
    said = []
    if order.mg_per_kg and order.dosing_kg:
        said.append(
            f"{order.mg_per_kg:g} mg/kg of {order.dosing_kg:.4g} kg ({order.weight_basis.value} weight)"
        )
    if order.weight_kg:
        on = f", weighed {order.weighed_on:%-d %b %Y}" if order.weighed_on else ""
        said.append(f"weight {order.weight_kg:.4g} kg{on}")
    if order.concentration_mg_per_ml:
        volume = order.volume_ml or ml_of(order.mg, order.concentration_mg_per_ml)
        said.append(f"{volume:.3g} mL of {order.concentration_mg_per_ml:g} mg/mL")
    if order.emergency:
        said.append("psychiatric emergency")
    return " · ".join(said) or "no weight recorded"


def _earlier(order: DoseOrder, chair: Chair) -> str:
    return f"{order.mg:g} mg by {order.ordered_by}, {clock.moment(order.ordered_at, chair.zone)} ({order.void_reason})"


def second_clinician(chair: Chair, order: DoseOrder) -> None:
    """Whoever confirms does it with their own secret; the clinician at the tablet too."""
    st.warning(
        f"**Waits for a second clinician**, who is not {as_typed(order.ordered_by)}.",
        icon=":material/group_add:",
    )
    with refusals.in_words():
        secret = None
        if chair.actor.role == Role.CLINICIAN and chair.actor.account_id != order.ordered_by_id:
            secret = order_form.own_secret(chair, "Confirm as second clinician", "own second")
        if secret is None:
            secret = second.ask("Confirm", "sign treatments", chair.key("second clinician"))
        if secret:
            with database(who.actor()) as db:
                ordering.confirm(db, order.key, *secret)
            st.rerun()


def entry(chair: Chair, *, first: bool) -> None:
    """The form: at once for a prescriber where nothing is ordered yet, otherwise behind a switch."""
    prescribes = can(chair.actor, "prescribe")
    if prescribes and first:
        order_form.show(chair, beside=False)
        return
    label = "Order another dose" if not first else "A prescriber orders here"
    if st.toggle(label, key=chair.key("order here")):
        order_form.show(chair, beside=not prescribes)
