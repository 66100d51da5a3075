"""A finished treatment: what was given, how the vital signs went, who signed it."""

from __future__ import annotations

import streamlit as st

from clinic import treatments
from clinic.access import can
from data_model import database
from pages.chair import drugs, printing, vitals, whole
from pages.chair.context import Chair
from pages.patient import moving
from pages.shared import clock, judged, signing
from pages.shared.address import open_patient
from pages.shared.words import as_typed


def show(chair: Chair) -> None:
    """The record as it stands in the store."""
    row, zone, actor = chair.treatment, chair.zone, chair.actor
    with database(actor) as db:
        stored = treatments.stored_rows(db, row)
        events = treatments.adverse_events(db, row)
    dose = f"{row.given_mg:g} mg {row.substance.value} {row.route.value}"
    per_kg = f" · {row.mg_per_kg:g} mg/kg at {row.weight_kg:g} kg" if row.mg_per_kg else ""
    st.header(dose + per_kg, anchor=False)
    started = clock.moment(row.started_at, zone)
    stopped = f" to {row.stopped_at.astimezone(zone):%H:%M}" if row.stopped_at else ", stop not recorded"
    st.caption(
        f"{started}{stopped}{' · stopped early' if row.stopped_early else ''} · recorded by {as_typed(row.author)}, "
        f"{clock.moment(row.entered_at, zone)}"
    )
    with database(actor) as db:
        found = treatments.judged(db, row)
    judged.show(found)
    vitals.show(chair)
    st.text(
        "Adverse events: "
        + (
            "; ".join(f"{e.term}, {e.severity.value}{', serious' if e.serious else ''}" for e in events)
            or "none recorded"
        )
    )
    if row.note:
        st.text(row.note)
    whole.show(chair)
    signing.show(actor, row, [*stored, *events], zone, key=chair.key)
    drugs.show(chair)
    printing.show(chair)
    if can(actor, "move records"):
        moving.treatment(chair, row.key)
    if st.button("Back to the patient", icon=":material/arrow_back:"):
        open_patient(chair.patient.key)
