"""The form of a dose order, judged while it is typed: mg, mg/kg and mL beside each other, the weight, the limits."""

from __future__ import annotations

import streamlit as st

from clinic import editions
from clinic.chair import deciding, ordering
from clinic.chair.ordering import DoseForm, OrderJudged
from clinic.protocols.definition import Protocol
from clinic.protocols.measures import ROUTES, SUBSTANCES
from clinic.protocols.shapes import Product
from clinic.protocols.vitals import words_of
from clinic.protocols.weight import BASES
from data_model import Treatment, database
from data_model.columns import now
from pages.chair import birth_date
from pages.chair.context import Chair
from pages.shared import clock, drafts, refusals, second, sheet, who
from pages.shared.words import as_typed

TIERS = {
    "block": "order blocked",
    "strong": "second clinician",
    "warn": "needs a reason",
    "info": "said only",
}
# The limits that stand beside the form; the others speak when they are reached.
COLUMNS = ("warn", "strong", "block")
ABOUT_THE_DOSE = ("mg", "mg_per_kg", "mg_per_kg_per_min", "minutes", "devices")


@st.fragment
def show(chair: Chair, *, beside: bool) -> None:
    """`beside`: the prescriber is not the one who is signed in, and signs with their own secret."""
    with database(who.actor()) as db:
        protocol = editions.in_force(db)
    form = entered(chair, protocol)
    with database(who.actor()) as db:
        found = ordering.judge(db, db.get(Treatment, chair.treatment.id), form)
    if found is not None:
        amounts(found)
        saw(found)
        limits(protocol, form)
    sign(chair, form, found, beside)


def entered(chair: Chair, protocol: Protocol) -> DoseForm:
    key, today = chair.key, now().astimezone(chair.zone).date()
    row = chair.treatment
    drafts.seed(
        {
            key("order substance"): row.substance.value if row.substance else None,
            key("order route"): row.route.value if row.route else None,
            key("order unit"): "kg",
            key("order basis"): "actual",
            key("order weighed"): today,
        }
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        substance = st.segmented_control("Substance", SUBSTANCES, key=key("order substance"), required=True)
        route = st.segmented_control("Route", ROUTES, key=key("order route"), required=True)
    device = next((each for each in protocol.products_of(substance, route) if each.device_mg), None)
    dose = devices(chair, device) if device else by_weight_or_volume(chair, protocol, substance, route)
    more = weight(chair) | course(chair, protocol, substance, route, device)
    return DoseForm(substance=substance, route=route, **dose, **more)


def devices(chair: Chair, device: Product) -> dict:
    """Whole devices alone: nothing else of it can be given."""
    count = st.segmented_control(
        f"Devices of {device.device_mg:g} mg",
        [1, 2, 3],
        format_func=lambda n: f"{n} · {n * device.device_mg:g} mg",
        key=chair.key("order devices"),
    )
    return {"devices": count, "mg": count * device.device_mg if count else None}


def by_weight_or_volume(chair: Chair, protocol: Protocol, substance: str, route: str) -> dict:
    """Any one of them is enough; what is stated twice is compared."""
    products = [each for each in protocol.products_of(substance, route) if each.mg_per_ml]
    strengths = {each.mg_per_ml: each for each in products}
    with st.grid(4, min_column_width=120, vertical_alignment="bottom"):
        mg = number("Dose (mg)", chair.key("order mg"))
        mg_per_kg = number("or mg/kg", chair.key("order mg/kg"), step=0.1)
        strength = st.selectbox(
            "Strength (mg/mL)",
            list(strengths),
            index=None,
            format_func=lambda each: f"{each:g}",
            placeholder="–",
            key=chair.key(f"order strength {substance} {route}"),
        )
        volume = number("or volume (mL)", chair.key("order mL"), step=0.1)
    diluted = None
    if strength and route in strengths[strength].dilute_for:
        diluted = st.checkbox(
            f"{strength:g} mg/mL is diluted before it is given", key=chair.key("order diluted")
        )
    return {
        "mg": mg,
        "mg_per_kg": mg_per_kg,
        "volume_ml": volume,
        "concentration_mg_per_ml": strength,
        "diluted": diluted,
    }


def weight(chair: Chair) -> dict:
    with st.grid(4, min_column_width=120, vertical_alignment="bottom"):
        kg = number("Weight", chair.key("order weight"))
        unit = st.segmented_control("in", ["kg", "lb"], key=chair.key("order unit"), required=True)
        weighed = st.date_input(
            "Weighed on",
            min_value=clock.EARLIEST,
            max_value=clock.LATEST,
            format="DD/MM/YYYY",
            key=chair.key("order weighed"),
        )
        height = number("Height (cm)", chair.key("order height"))
    basis = st.segmented_control(
        "Dose reckoned on",
        BASES,
        format_func=lambda each: f"{each} weight",
        key=chair.key("order basis"),
        required=True,
    )
    return {
        "weight": kg,
        "unit": unit,
        "weighed_on": weighed if kg is not None else None,
        "height_cm": height,
        "weight_basis": basis,
    }


def course(chair: Chair, protocol: Protocol, substance: str, route: str, device: Product | None) -> dict:
    ladders = {
        each.id: each for each in protocol.ladders if (each.route, each.substance) == (route, substance)
    }
    with st.grid(2, min_column_width=200, vertical_alignment="bottom"):
        minutes = number("Over (minutes)", chair.key("order minutes"), step=5.0)
        ladder = None
        if ladders:
            ladder = st.selectbox(
                "Ladder",
                list(ladders),
                index=None,
                format_func=lambda id: (
                    f"{ladders[id].title}: {', '.join(f'{s:g}' for s in ladders[id].steps)} mg/kg"
                ),
                placeholder="No ladder",
                key=chair.key(f"order ladder {route}"),
            )
        note = st.text_input("Note with the order", key=chair.key("order note"))
    emergency = False
    if device:
        emergency = st.checkbox("Psychiatric emergency indication", key=chair.key("order emergency"))
    return {"minutes": minutes, "ladder": ladder, "note": note, "emergency": emergency}


def number(label: str, key: str, step: float = 1.0) -> float | None:
    return st.number_input(label, value=None, step=step, format="%g", key=key)


# ---- what follows from it --------------------------------------------------------------------------------------


def amounts(found: OrderJudged) -> None:
    """The dose in every unit; what cannot be calculated is not shown."""
    each = found.amounts
    said = [
        f"**{each.mg:.4g} mg**" if each.mg is not None else "**dose missing**",
        f"{each.mg_per_kg:.3g} mg/kg" if each.mg_per_kg is not None else None,
        f"{each.volume_ml:.3g} mL" if each.volume_ml is not None else None,
        f"{each.devices:.3g} devices" if each.devices is not None else None,
        f"dosing weight {each.dosing_kg:.4g} kg" if each.dosing_kg is not None else None,
    ]
    weights = [
        f"actual {each.weight_kg:.4g} kg" if each.weight_kg is not None else None,
        f"ideal {each.ideal_kg:.4g} kg" if each.ideal_kg is not None else None,
        f"adjusted {each.adjusted_kg:.4g} kg" if each.adjusted_kg is not None else None,
        f"BMI {each.bmi:.3g}" if each.bmi is not None else None,
    ]
    st.markdown(" · ".join(part for part in said if part))
    if any(weights):
        st.caption(" · ".join(part for part in weights if part))


def saw(found: OrderJudged) -> None:
    if found.amounts.mg is None:
        return
    if found.findings:
        lines = [(TIERS[each.tier], each.says) for each in found.gravest]
        loud = [at for at, each in enumerate(found.gravest) if each.tier in ("strong", "block")]
        sheet.table("What the limits see", ("tier", "what"), lines, loud)
    else:
        st.caption("No limit of this route is reached.")
    if found.not_judged:
        st.caption(as_typed(f"Not judged, because it is not known: {', '.join(found.not_judged)}."))


def limits(protocol: Protocol, form: DoseForm) -> None:
    """Shown where the order is signed (docs/clinical.md F.6): a line for each number, a column for each tier."""
    found = protocol.limits_for("order", form.route, form.substance)
    rows = []
    for measure in ABOUT_THE_DOSE:
        cells = [
            "; ".join(limit.says for limit in found if (limit.measure, limit.tier) == (measure, tier))
            for tier in COLUMNS
        ]
        if any(cells):
            rows.append((words_of(measure), *cells))
    with st.expander(f"Limits of {form.substance} {form.route}", expanded=True):
        sheet.table("", ("number", *(TIERS[tier] for tier in COLUMNS)), rows)


# ---- the signature under it ------------------------------------------------------------------------------------


def sign(chair: Chair, form: DoseForm, found: OrderJudged | None, beside: bool) -> None:
    reason = None
    if found is not None and found.tier in ("warn", "strong"):
        reason = st.text_input("Why is this dose right for this person?", key=chair.key("order reason"))
    born = birth_date.ask(chair, "order born")
    mg = found.amounts.mg if found is not None else None
    label = "Order" if mg is None else f"Order {mg:.4g} mg"
    with refusals.in_words():
        if beside:
            prescriber = second.ask(label, "prescribe", chair.key("prescriber orders"))
            if prescriber is None:
                return
        else:
            prescriber = None
            if not st.button(
                label, type="primary", icon=":material/prescriptions:", key=chair.key("order it")
            ):
                return
        with database(who.actor()) as db:
            ordering.place(
                db, chair.treatment.key, form, birth_date=born, reason=reason, prescriber=prescriber
            )
        st.session_state.pop(chair.key("order here"), None)
        st.rerun()


def own_secret(chair: Chair, label: str, name: str) -> tuple[str, str] | None:
    """(user name, secret) of whoever is signed in, once more, in the run in which the button was pressed."""
    with st.form(chair.key(name), clear_on_submit=True, border=False):
        secret = st.text_input(
            "Your password or PIN", type="password", autocomplete="off", key=chair.key(f"{name} s")
        )
        pressed = st.form_submit_button(label, type="primary")
    if not pressed:
        return None
    del st.session_state[chair.key(f"{name} s")]
    with database(chair.actor) as db:
        return deciding.own_name(db), secret
