"""Whom the list shows: the filter as widgets, in the address, and kept under names."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from clinic import patients
from clinic.patients.filters import INDICATIONS, NO_SCORE, PARAMETERS, STAGES
from clinic.trends import AXES
from data_model import Actor, database
from pages.shared import refusals, who
from pages.shared.words import as_typed

_AXIS = "axis"
_USUAL_AXIS = "180 days"
ORDER_WORDS = {"name": "by name", "last score": "oldest score first", "next review": "next review first"}
STANDING_WORDS = {
    "suicide concern": "open suicide concern",
    "worse": "open alert: worse",
    "response lost": "open alert: response lost",
    "no response": "open alert: no response",
    NO_SCORE: "no score for some days",
}


def _key(name: str) -> str:
    return f"list {name}"


def from_address() -> None:
    """What the address says fills the widgets, once, when the page is opened."""
    if _key(_AXIS) not in st.session_state:
        axis = st.query_params.get(_AXIS)
        st.session_state[_key(_AXIS)] = axis if axis in AXES else _USUAL_AXIS
        _fill(patients.Filter.of_address(st.query_params.to_dict()))


def _fill(wanted: patients.Filter) -> None:
    for name in PARAMETERS:
        st.session_state[_key(name)] = getattr(wanted, name)


def current() -> patients.Filter:
    return patients.Filter(
        **{name: st.session_state[_key(name)] for name in PARAMETERS if _key(name) in st.session_state}
    )


def to_address(wanted: patients.Filter, axis: str) -> None:
    """The address leads back to this list, for a bookmark or a colleague. What was typed is never in it."""
    told = wanted.address() | ({} if axis == _USUAL_AXIS else {_AXIS: axis})
    for name in (*PARAMETERS, _AXIS):
        if name in told and st.query_params.get(name) != told[name]:
            st.query_params[name] = told[name]
        elif name not in told and name in st.query_params:
            del st.query_params[name]


def stage() -> None:
    st.pills("Stage of care", STAGES, key=_key("stage"))


def axis() -> str:
    found = st.selectbox("Time axis", AXES, key=_key(_AXIS), width=145, format_func=_axis_words)
    return found or _USUAL_AXIS


def _axis_words(name: str) -> str:
    return f"last {name}" if name != AXES[-1] else "since first dose"


def order() -> None:
    st.selectbox("Order", patients.ORDERS, key=_key("order"), width=190, format_func=ORDER_WORDS.get)


def more(actor: Actor, sites: list[str]) -> None:
    """The conditions that are asked for less often, and keeping them all under a name."""
    now = current()
    count = len(now.says()) - (now.stage is not None)
    label = f"More filters ({count})" if count else "More filters"
    with st.popover(label, icon=":material/filter_alt:", width="content"):
        if actor.account_id is not None:
            st.toggle("Only mine", key=_key("mine"), help="Patients whose responsible clinician you are.")
        st.selectbox("Treated for", INDICATIONS, key=_key("indication"), index=None, placeholder="anything")
        known = sites if now.site is None or now.site in sites else [*sites, now.site]
        st.selectbox("Site", known, key=_key("site"), index=None, placeholder="every site")
        st.selectbox(
            "Standing",
            list(patients.STANDINGS),
            key=_key("standing"),
            index=None,
            placeholder="any",
            format_func=STANDING_WORDS.get,
            help="An open alert, or no score on the course's own scale. Who responded is judged on Outcomes, where "
            "those of whom nobody knows are counted too.",
        )
        if now.standing == NO_SCORE:
            st.session_state.setdefault(_key("days"), now.days)
            st.number_input("For so many days", 1, 3650, key=_key("days"))
        _keeping(actor, now)


def _keeping(actor: Actor, now: patients.Filter) -> None:
    if actor.account_id is None or now == patients.Filter():
        return
    st.divider()
    name = st.text_input("Save this filter as", key=_key("name"), max_chars=40, placeholder="a name for it")
    st.caption("With its order; what you typed into the search is not part of it.")
    if st.button("Save this filter", key=_key("save"), icon=":material/bookmark_add:"):
        with refusals.in_words():
            with database(who.actor()) as db:
                patients.save_filter(db, name, now)
            st.rerun()


def saved(actor: Actor) -> None:
    """The kept filters as chips; a second press on the chosen one clears it."""
    kept = patients.saved_filters(actor)
    now = current()
    chosen = next((name for name, each in kept.items() if _same(each, now)), None)
    if not kept:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state[_key("saved")] = chosen
        st.pills(
            "My filters", list(kept), key=_key("saved"), on_change=_apply, args=(kept,), format_func=as_typed
        )
        if chosen and st.button("Delete this filter", type="tertiary", icon=":material/bookmark_remove:"):
            with database(who.actor()) as db:
                patients.forget_filter(db, chosen)
            st.rerun()


def _same(one: patients.Filter, other: patients.Filter) -> bool:
    return one.address() == other.address()


def _apply(kept: dict[str, patients.Filter]) -> None:
    name = st.session_state[_key("saved")]
    _fill(kept.get(name, patients.Filter()) if name else patients.Filter())


def clearing() -> None:
    if current().says():
        st.button(
            "Clear", type="tertiary", icon=":material/filter_alt_off:", key=_key("clear"), on_click=_clear
        )


def _clear() -> None:
    _fill(replace(patients.Filter(), order=current().order))
