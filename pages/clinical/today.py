"""Whom to open first: concerns, who comes today, who is in a chair, and everybody whom a rule put on the list."""

from __future__ import annotations

import streamlit as st

from clinic import alerts, settings, watching, worklist
from data_model import database
from pages.shared import who
from pages.today import choice, counts, day, further, listed, worried

actor = who.actor()
with database(actor) as db:
    watching.sweep_if_due(db)
counts.style()
with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    st.title("Today", anchor=False)
    chosen = choice.show(actor)
kinds, page = listed.asked(chosen)
with database(actor) as db:
    within = worklist.scope(db, chosen)
    concerns = worklist.concerns(db, within, page=worried.asked(chosen))
    arrivals = worklist.arrivals(db, within)
    chairs = worklist.in_chair(db, within)
    people = worklist.people(db, within, kinds, page=page)
    unfinished = worklist.unfinished(db)
    coming = worklist.coming(db, within)
    zone = settings.zone(db)

choice.said(chosen, within)
counts.show(concerns, arrivals, chairs, people, unfinished)
st.caption(alerts.NOT_PAGED)
left, right = st.columns([5, 6], gap="medium")
with left:
    worried.show(concerns, chosen, zone)
with right:
    day.show(arrivals, chairs, zone)
listed.show(people, chosen, kinds, zone)
further.coming(coming, zone)
further.unfinished(unfinished)
further.rules()
