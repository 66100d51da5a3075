"""Where is this person? Search, filter, and open one."""

from __future__ import annotations

from math import ceil

import streamlit as st

from clinic import patients, trends
from clinic.access import can
from clinic.refused import BadInput
from data_model import database
from pages.patients import narrowing, rows
from pages.shared import who
from pages.shared.address import open_patient
from pages.shared.listing import listing
from pages.shared.words import as_typed

SIZE = 25

actor = who.actor()
with database(actor) as db:
    sites = st.session_state.get("sites of the clinic") or patients.sites(db)
    st.session_state["sites of the clinic"] = sites
with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    st.title("Patients", anchor=False)
    if can(actor, "edit patients"):
        st.page_link("clinical/register.py", label="Register a patient", icon=":material/person_add:")

narrowing.from_address()
narrowing.saved(actor)
with st.container(horizontal=True, vertical_alignment="bottom"):
    text = ""
    if can(actor, "see names"):
        text = st.text_input(
            "Search",
            type="search",
            live="250ms",
            placeholder="Name or record number",
            width=260,
            key="search",
        )
    narrowing.stage()
with st.container(horizontal=True, vertical_alignment="bottom"):
    narrowing.more(actor, sites)
    narrowing.clearing()
    narrowing.order()
    axis_name = narrowing.axis()
wanted = narrowing.current()
narrowing.to_address(wanted, axis_name)

# Another search begins again at its first page.
asked = (text, wanted)
if st.session_state.get("asked") != asked:
    st.session_state["asked"], st.session_state["page"] = asked, 1
page = st.session_state.setdefault("page", 1)

found, total, refused = [], 0, None
with database(actor) as db:
    try:
        found, total = patients.search(db, text, wanted, page=page - 1, size=SIZE)
        if total and not found:  # somebody else made the list shorter meanwhile
            page = st.session_state["page"] = ceil(total / SIZE)
            found, total = patients.search(db, text, wanted, page=page - 1, size=SIZE)
    except BadInput as narrower:
        refused = narrower
    axis = trends.axis(db, axis_name)
    lasting = trends.of_courses(db, [course for _, course in found if course], axis)

if refused:
    st.info(" ".join(refused.problems), icon=":material/filter_alt:")
elif not total:
    st.info("Nobody matches. Search looks at names and record numbers, in any order of words.")
else:
    count = f"{total:,} {'patient' if total == 1 else 'patients'}"
    st.caption(" · ".join([count, *map(as_typed, wanted.says())]))
    opened = listing(
        rows.columns(axis, axis_name),
        [rows.row(who_, course, lasting.get(who_.id, trends.Trend()), axis) for who_, course in found],
        key=f"people {page}",
        label="Patients",
    )
    if opened:
        open_patient(opened)
    st.caption(rows.KEY)
if total > SIZE:
    st.pagination(ceil(total / SIZE), key="page")
