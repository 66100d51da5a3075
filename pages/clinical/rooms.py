"""Which room is next, who is out of limits, who may leave?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from clinic import settings, treatments
from data_model import Patient, database
from pages.chair import live
from pages.shared import who

_HERE = Path(__file__).parent


@cache
def board():
    """As with the tablet's page, a component that asks the server by itself."""
    return st.components.v2.component(
        "clinic_rooms",
        html='<div class="board"></div>',
        css=live.style(_HERE / "rooms.css"),
        js=live.script(live.BASE, _HERE / "rooms.js"),
    )


def nothing() -> None:
    """Opening a treatment reruns the page, which then goes there."""


st.title("Rooms", anchor=False)
actor = who.actor()
with database(actor) as db:
    data = {"zone": str(settings.zone(db)), "account": live.account_key(db, actor)}
chosen = board()(key="rooms board", data=data, on_open_change=nothing).open
if chosen:
    with database(actor) as db:
        treatment = treatments.by_key(db, chosen)
        address = {"patient": db.get(Patient, treatment.patient_id).key, "treatment": treatment.key}
    st.switch_page("clinical/treatment.py", query_params=address)
