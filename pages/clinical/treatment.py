"""Is it safe to dose, what was given, how are the vital signs, may they leave?

One address for a treatment's whole life; what it shows follows from where the treatment stands.
"""

from __future__ import annotations

import streamlit as st

from clinic import treatments
from clinic.access import can
from clinic.chair.stage import Step, step
from data_model import Database, Patient, Treatment, database
from pages.chair import before, called_off, closing, live, record, written_up
from pages.chair.context import chair
from pages.shared import who
from pages.shared.address import patient
from pages.shared.words import as_typed

PARTS = {
    Step.WRITTEN_UP: written_up.show,
    Step.PLANNED: before.show,
    Step.RUNNING: live.show,
    Step.LEFT: closing.show,
    Step.FINISHED: record.show,
    Step.VOID: called_off.show,
}


DONE = (Step.FINISHED, Step.VOID)


def asked_for(db: Database, of: Patient) -> Treatment | None:
    """The treatment of the address; without one, the record that this person is writing up."""
    if "treatment" in st.query_params:
        return treatments.of_patient(db, of, st.query_params["treatment"])
    return treatments.open_draft(db, of.key) if can(actor, "record treatments") else None


actor = who.actor()
with database(actor) as db:
    chosen = patient(db)
    found = asked_for(db, chosen)
    here = found and chair(db, actor, chosen, found)
if here is None:
    st.info("Choose a treatment on the page of the patient.")
elif step(found) not in DONE and not can(actor, "record treatments"):
    st.info("This treatment is not finished yet; its record can be read once it is.")
else:
    st.query_params["treatment"] = found.key
    if (
        step(found) is not Step.RUNNING
    ):  # the tablet's own bar says who it is, and stays when the page scrolls
        st.title(f"Treatment: {as_typed(here.person.name)}", anchor=False)
        st.caption(as_typed(here.person.line))
    PARTS[step(found)](here)
