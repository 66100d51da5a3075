"""What is this clinic called, where is it, and which limits did it choose?"""

from __future__ import annotations

from base64 import b64encode
from zoneinfo import available_timezones

import streamlit as st

from clinic import settings
from data_model import database
from pages.shared import who

actor = who.actor()
with database(actor) as db:
    now = settings.current(db)

st.title("Settings", anchor=False)
st.caption("Every change is kept with your name; earlier values stay readable in the audit trail.")
if said := st.session_state.pop("just saved", None):
    st.toast(said, icon=":material/check_circle:")

with st.container(border=True):
    st.header("The clinic", anchor=False)
    name = st.text_input("Name", now["clinic_name"], key="clinic name")
    zones = sorted(available_timezones())
    zone = st.selectbox("Time zone", zones, zones.index(now["time_zone"]), key="zone")
    picture = st.file_uploader(
        "Logo (PNG, JPEG or SVG, at most 200 kB)",
        ["png", "jpg", "jpeg", "svg"],
        key="logo",
        max_upload_size=1,
    )
    remove = st.checkbox("Remove the present logo", key="no logo") if now["logo"] else False

with st.container(border=True):
    st.header("Limits", anchor=False)
    with st.grid(2, min_column_width=260):
        idle = st.number_input("Sign out after idle minutes", 1, 365, now["idle_minutes"], key="idle")
        gap = st.number_input(
            "A score line breaks after days without a score", 1, 365, now["gap_days"], key="gap"
        )
        induction = st.number_input(
            "A score is overdue in induction after days",
            1,
            365,
            now["overdue_days_induction"],
            key="induction",
        )
        maintenance = st.number_input(
            "… in optimisation and maintenance after days",
            1,
            365,
            now["overdue_days_maintenance"],
            key="maintenance",
        )

if st.button("Save", type="primary", icon=":material/check:"):
    logo = now["logo"] if not remove else None
    if picture is not None:
        logo = f"data:{picture.type};base64,{b64encode(picture.getvalue()).decode()}"
    with database(who.actor()) as db:
        settings.change(
            db,
            clinic_name=name,
            time_zone=zone,
            logo=logo,
            idle_minutes=idle,
            gap_days=gap,
            overdue_days_induction=induction,
            overdue_days_maintenance=maintenance,
        )
    st.session_state["just saved"] = "Settings saved."
    st.rerun()
