"""What came in, what was given, and does it add up?"""

from __future__ import annotations

import streamlit as st

from clinic import drug_log, settings
from clinic.access import can
from data_model import database
from pages.shared import drug_correction, drug_discrepancies, drug_entry, drug_lines, who

STEP = 50  # lines shown, and how many more at each click
EVERYTHING = "every product and lot"


def key(name: str) -> str:
    return f"drug log:{name}"


actor = who.actor()
with database(actor) as db:
    shelf = drug_log.stock(db)
    found, closed = drug_log.discrepancies(db), drug_log.discrepancies(db, closed=True)
    loose = drug_log.unsettled(db)
    zone = settings.zone(db)
keeps = can(actor, drug_log.RIGHT)

st.title("Drug log", anchor=False)
st.caption(
    "Lines are only ever added: a mistake is put right by a line that names it. Nothing is refused because it does "
    "not add up; it is written down, and somebody has to say what was found."
)

if len(found):
    st.header(f"Open discrepancies: {len(found)}", anchor=False)
    drug_discrepancies.cards(found, zone, may_close=keeps)
if len(loose):
    st.header(f"Treatments that do not add up: {len(loose)}", anchor=False)
    with st.container(border=True):
        drug_discrepancies.unsettled(loose, zone, may_open=keeps)

st.header("In stock", anchor=False)
empty = (shelf["balance_mg"] == 0) & (shelf["loose_mg"] == 0)
used_up = bool(empty.any()) and st.toggle(f"Show {int(empty.sum())} used up", key=key("used up"))
shown = shelf if used_up else shelf[~empty]
if len(shown):
    drug_lines.stock(shown)
else:
    st.info("Nothing is in stock. The register begins with what is received.")

if keeps:
    with st.container(border=True):
        st.header("New line", anchor=False)
        drug_entry.show(zone, key, list(drug_entry.WRITE))

st.header("Register", anchor=False)
lots = list(shelf[["product", "lot"]].itertuples(index=False, name=None))
with st.container(horizontal=True, vertical_alignment="bottom"):
    of = st.selectbox(
        "Product and lot",
        [None, *lots],
        format_func=lambda one: ", lot ".join(one) if one else EVERYTHING,
        key=key("lines of"),
        width=420,
    )
    limit = st.session_state.get(key("limit"), STEP)
    with database(actor) as db:
        lines = drug_log.lines(db, *(of or ()), limit=limit + 1)
    more = len(lines) > limit
    lines = lines.tail(limit)
    if keeps:
        drug_correction.popover(lines, zone, key)
if len(lines):
    said = f"The last {limit} lines" if more else f"{len(lines)} lines"
    drug_lines.register(lines, zone, f"{said}, the newest first. Balances are of the product and lot.")
    if more and st.button("Show more", key=key("more")):
        st.session_state[key("limit")] = limit + STEP
        st.rerun()
else:
    st.text("No line yet.")

if len(closed):
    with st.expander(f"Closed discrepancies: {len(closed)}"):
        drug_discrepancies.closed(closed, zone)
