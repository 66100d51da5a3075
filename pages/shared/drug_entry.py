"""Entering a line into the drug register: the same fields on the register's own page and at the chair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from clinic import drug_log
from data_model import Treatment, database
from data_model.columns import new_key
from data_model.treatments import Substance
from pages.shared import clock, drug_witness, refusals, who
from pages.shared.words import as_typed

Key = Callable[[str], str]
# What the buttons say -> how it is written
WRITE: dict[str, Callable[..., Any]] = {
    "Received": drug_log.receive,
    "Drawn": drug_log.draw,
    "Given": drug_log.give,
    "Wasted": drug_log.waste,
    "Put back": lambda db, **about: drug_log.return_(db, to="stock", **about),
    "Sent back": lambda db, **about: drug_log.return_(db, to="supplier", **about),
    "Counted": drug_log.count,
}
OF_A_TREATMENT = ("Drawn", "Given", "Wasted", "Put back")
WITNESSED = ("Wasted", "Counted")
HINTS = {
    "Drawn": "Out of the cupboard.",
    "Given": "Into the patient, of what was drawn.",
    "Wasted": "Made unusable before a witness who did not give the dose.",
    "Put back": "Drawn, not opened, and back in the cupboard.",
    "Sent back": "To the supplier, or handed over to be destroyed elsewhere.",
    "Counted": "All there is of the lot. The register goes on from here; a difference opens a discrepancy.",
}
CUPBOARD = "in the cupboard"


def show(zone: ZoneInfo, key: Key, kinds: Sequence[str], treatment: Treatment | None = None) -> None:
    """`key` names the widgets. With a `treatment` the lines are of that one; otherwise one can be chosen."""
    token = st.session_state.setdefault(key("token"), new_key())
    said(key)
    with refusals.in_words():
        kind = st.segmented_control(
            "What happened", kinds, default=kinds[0], required=True, key=key(f"{token} kind")
        )
        if kind in HINTS:
            st.caption(HINTS[kind])
        entered = fields(kind, zone, lambda name: key(f"{token} {name}"), treatment)
        if kind in WITNESSED:
            if (seen := drug_witness.ask(f"Save as {kind.lower()}", key(f"{token} {kind}"))) is not None:
                save(kind, key, entered | seen)
        elif plain(kind, key, token, entered):
            save(kind, key, entered | {"confirmed": st.session_state.get(key(f"{token} reason"))})


def said(key: Key) -> None:
    """What the last line came to, until the next one."""
    if (last := st.session_state.get(key("said"))) is not None:
        st.success(as_typed(last[0]), icon=":material/check:")
        for problem in last[1:]:
            st.warning(f"Discrepancy opened: {as_typed(problem)}", icon=":material/warning:")


def fields(kind: str, zone: ZoneInfo, key: Key, treatment: Treatment | None) -> dict[str, Any]:
    with database(who.actor()) as db:
        products, shelf = drug_log.products(db), drug_log.stock(db)
        recent = [] if treatment else drug_log.recent_treatments(db)
    with st.grid(3, min_column_width=220, vertical_alignment="bottom"):
        entered = what(kind, key, products, shelf, treatment)
        label = "Counted (mg)" if kind == "Counted" else "Amount (mg)"
        entered["amount_mg"] = st.number_input(label, value=None, step=1.0, format="%g", key=key("amount"))
        if kind in ("Received", "Counted"):
            entered["expiry"] = st.date_input(
                "Expiry" if kind == "Received" else "Expiry, if the register has it wrong",
                None,
                clock.EARLIEST,
                clock.LATEST,
                format="DD/MM/YYYY",
                key=key(f"expiry {kind}"),
            )
        if kind in OF_A_TREATMENT:
            entered["treatment"] = treatment or of_treatment(kind, key, recent, zone)
        if kind == "Wasted" and entered["treatment"] is None:
            entered["from_stock"] = where(key)
        at = st.datetime_input("When, if not now", None, format="DD/MM/YYYY", step=60, key=key("at"))
        entered["at"] = at.replace(tzinfo=zone) if at else None
        entered["note"] = st.text_input("Note", key=key("note"))
    return entered


def what(
    kind: str, key: Key, products: Mapping[str, str], shelf: pd.DataFrame, treatment: Treatment | None
) -> dict[str, Any]:
    """Product and lot: anything may come in, everything else is of a lot that is there, or is typed."""
    here = [name for name in products if name in set(shelf["product"])]
    options = list(products) if kind == "Received" or not here else here
    if treatment is not None and treatment.substance is not None:
        options.sort(key=lambda name: products[name] != treatment.substance)
    product = st.selectbox(
        "Product", options, index=None, accept_new_options=kind == "Received", key=key(f"product {kind}")
    )
    found: dict[str, Any] = {"product": product or ""}
    if kind == "Received":
        found["lot"] = st.text_input("Lot", key=key("lot"))
        if product and product not in products:
            found["substance"] = st.selectbox(
                "Substance", list(Substance), None, lambda each: each.value, key=key("substance")
            )
        return found
    lots = shelf[shelf["product"] == product].set_index("lot")
    found["lot"] = (
        st.selectbox(
            "Lot",
            lots.sort_values("balance_mg", ascending=False).index,
            index=None,
            format_func=lambda lot: in_words(lot, lots),
            accept_new_options=True,
            key=key(f"lot {product}"),
        )
        or ""
    )
    return found


def in_words(lot: str, lots: pd.DataFrame) -> str:
    if lot not in lots.index:
        return lot
    row = lots.loc[lot]
    state = "" if row["state"] == "in date" else f" · {row['state']}"
    return f"{lot} · {drug_log.mg(row['balance_mg'])} mg{state}"


def of_treatment(
    kind: str, key: Key, recent: list[tuple[Treatment, str]], zone: ZoneInfo
) -> Treatment | None:
    rows = {row.key: (row, name) for row, name in recent}

    def label(each: str) -> str:
        row, name = rows[each]
        return f"{name} · {clock.moment(row.started_at or row.planned_for, zone)}"

    chosen = st.selectbox(
        "Treatment",
        list(rows),
        index=None,
        format_func=label,
        placeholder="Choose the treatment" if kind == "Given" else "None",
        key=key("treatment"),
    )
    return rows[chosen][0] if chosen else None


def where(key: Key) -> bool:
    """Whether what is wasted has to be taken out of the stock with it."""
    was = st.segmented_control(
        "It was", ["drawn already", CUPBOARD], default="drawn already", required=True, key=key("where")
    )
    return was == CUPBOARD


def plain(kind: str, key: Key, token: str, entered: Mapping[str, Any]) -> bool:
    """Whether to save a line that needs no witness; after a doubt it wants a reason."""
    doubt = st.session_state.get(key("doubt"))
    if doubt == [token, kind, entered["product"], entered["lot"]]:
        st.warning("This lot has expired. If it was drawn, say why.", icon=":material/help:")
        st.text_input("Reason", key=key(f"{token} reason"))
        return st.button("Save as it was", type="primary", key=key(f"{token} anyway"))
    return st.button(
        f"Save as {kind.lower()}", type="primary", icon=":material/check:", key=key(f"{token} save")
    )


def save(kind: str, key: Key, entered: dict[str, Any]) -> None:
    """Writes the line under this form's own key, so that a second click writes nothing, and begins a new form."""
    if kind == "Given" and entered["treatment"] is None:
        st.error("Choose the treatment in which it was given.", icon=":material/error:")
        return
    if kind != "Drawn":
        entered.pop("confirmed", None)
    token = st.session_state[key("token")]
    try:
        with database(who.actor()) as db:
            before = set(drug_log.discrepancies(db)["discrepancy"])
            made = WRITE[kind](db, **entered, key=token)
            open_now = drug_log.discrepancies(db)
    except drug_log.WantsReason:
        st.session_state[key("doubt")] = [token, kind, entered["product"], entered["lot"]]
        st.rerun()
    new = open_now[~open_now["discrepancy"].isin(before)]["says"].tolist()
    amount, balance = drug_log.mg(made.amount_mg), drug_log.mg(made.balance_mg)
    st.session_state[key("said")] = [
        f"{kind}: {amount} mg of {made.product}, lot {made.lot}. The register says {balance} mg left.",
        *new,
    ]
    for name in [name for name in st.session_state if str(name).startswith(key(token))]:
        del st.session_state[name]
    st.session_state[key("token")] = new_key()
    st.rerun()
