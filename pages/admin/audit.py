"""Who did what, when and why?"""

from __future__ import annotations

from math import ceil

import streamlit as st

from clinic import settings, trail
from data_model import database
from pages.shared import clock, who

SIZE = 50

actor = who.actor()
st.title("Audit trail", anchor=False)
st.caption("Rows are only ever added. Reads count once per sign-in, patient and quarter of an hour.")
with database(actor) as db:
    verbs = trail.verbs(db)
with st.container(horizontal=True, vertical_alignment="bottom"):
    text = st.text_input(
        "Search",
        type="search",
        live="300ms",
        placeholder="Who, or a record number",
        key="audit text",
        width=320,
    )
    verb = st.selectbox("Did", ["anything", *verbs], key="audit verb", width=200)
asked = (text, verb)
if st.session_state.get("audit asked") != asked:
    st.session_state["audit asked"], st.session_state["audit page"] = asked, 1
page = st.session_state.get("audit page", 1)
with database(actor) as db:
    rows, total = trail.listing(
        db, text=text, verb=None if verb == "anything" else verb, page=page - 1, size=SIZE
    )
    zone = settings.zone(db)

st.caption(f"{total:,} rows, the newest first")
st.dataframe(
    rows.assign(at=[clock.moment(at, zone) for at in rows["at"]]).rename(columns=str.capitalize),
    hide_index=True,
    height=620,
    alt=f"Audit rows {(page - 1) * SIZE + 1} to {(page - 1) * SIZE + len(rows)} of {total}",
)
if total > SIZE:
    st.pagination(ceil(total / SIZE), key="audit page")
