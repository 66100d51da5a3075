"""The button that starts the dose, and what is asked when it is pressed: who this is, and, against the gate, who
decides and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import streamlit as st

from clinic.access import can
from clinic.chair import before, identity, ordering, starting
from clinic.protocols import gate
from clinic.protocols.gate import Verdict
from data_model import Treatment, database
from data_model.columns import now
from pages.chair import birth_date, order
from pages.chair.context import Chair
from pages.shared import refusals, second, who
from pages.shared.words import as_typed


def button(chair: Chair, *, go: bool) -> None:
    """Always there, because the truth is recorded whatever the gate says; it stands out when the gate says go."""
    with st.container(key="start"):
        if st.button(
            "Start the dose",
            type="primary" if go else "secondary",
            icon=":material/play_arrow:",
            width="stretch",
            key=chair.key("start"),
        ):
            ask(chair)


@st.dialog("Start the dose", width="medium")
def ask(chair: Chair) -> None:
    with database(who.actor()) as db:
        row = db.get(Treatment, chair.treatment.id)
        holds = ordering.current(db, row)
        found = before.verdict(db, row, identified=True)
        decided = before.overridden(db, row, found)
        alike = identity.similar(db, chair.patient)
    st.header(as_typed(chair.person.name), anchor=False)
    if holds:
        order.dose(chair, holds)
    if alike:
        names = "; ".join(f"{each.name}, {each.line}" for each in alike)
        st.warning(f"**Similar names:** {as_typed(names)}", icon=":material/group:")
    born = birth_date.ask(chair, "start born")
    against = [one for one in found.reasons if one.verdict != gate.GO]
    if not against or decided:
        if decided:
            st.info(as_typed(f"{decided.overridden_by} decided to start: {decided.override_reason}"))
        go(chair, born)
    else:
        against_the_gate(chair, found, born)
    given_already(chair, born)


def go(chair: Chair, born: date | None) -> None:
    if st.button("Start now", type="primary", width="stretch", key=chair.key("start now")):
        begin(chair, birth_date=born)


def against_the_gate(chair: Chair, found: Verdict, born: date | None) -> None:
    """Only a prescriber goes on from here; without an order that fits nobody does."""
    against = [one for one in found.reasons if one.verdict != gate.GO]
    st.error(f"**The gate says: {found.verdict}.**", icon=":material/block:")
    for line in [one.says for one in against][:8]:
        st.text(f"• {line}")
    if len(against) > 8:
        st.text(f"• and {len(against) - 8} more")
    if any(one.id.startswith(before.ORDER) for one in against):
        st.caption("A dose needs an order that fits before anybody can decide to start it.")
        return
    with st.expander("A prescriber decides to start"):
        reason = st.text_input("Why is it right to start?", key=chair.key("override reason"))
        if can(chair.actor, "prescribe"):
            if st.button("I decide to start", key=chair.key("override own")):
                begin(chair, birth_date=born, override_reason=reason)
        else:
            with refusals.in_words():
                secret = second.ask("Start by my decision", "prescribe", chair.key("override"))
            if secret:
                begin(chair, birth_date=born, override_reason=reason, prescriber=secret)


def given_already(chair: Chair, born: date | None) -> None:
    """The truth is recorded whatever the gate says; it is said aloud."""
    with st.expander("It was given already"):
        st.caption(
            "Recorded as it was, and raised as an incident where the gate or the order did not allow it."
        )
        hour = st.time_input("Started at", None, step=60, key=chair.key("given at"))
        reason = st.text_input("What happened?", key=chair.key("given why"))
        if st.button("Record the start", key=chair.key("given")):
            day = now().astimezone(chair.zone).date()
            at = datetime.combine(day, hour, tzinfo=chair.zone) if hour else None
            begin(chair, birth_date=born, at=at, override_reason=reason, started_anyway=True)


def begin(chair: Chair, **how: Any) -> None:
    """Starts it, or says why not; then the page shows the running treatment."""
    with refusals.in_words():
        with database(who.actor()) as db:
            starting.start(db, chair.treatment.key, **how)
        st.rerun()
