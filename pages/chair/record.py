"""A finished treatment: what was given, how the vital signs went, who signed it."""

from __future__ import annotations

import streamlit as st

from clinic import treatments
from clinic.charts import vitals as charts
from clinic.protocols.definition import Protocol
from data_model import database
from pages.chair.context import Chair
from pages.shared import clock, figure, judged, signing
from pages.shared.address import open_patient
from pages.shared.words import as_typed

GRID = {
    "minute": "Minute",
    "systolic_mmhg": "Systolic",
    "diastolic_mmhg": "Diastolic",
    "heart_rate_bpm": "Pulse",
    "spo2_percent": "SpO₂ %",
}


def show(chair: Chair) -> None:
    """The record as it stands in the store."""
    row, zone, actor = chair.treatment, chair.zone, chair.actor
    with database(actor) as db:
        signs = treatments.vital_signs(db, row)
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
    if len(signs):
        drawn = {"vitals": signs, "baseline": charts.pre_dose(signs), **limits_of(found.protocol)}
        drawn["events"] = [
            charts.Pin(each.onset_minute, each.term, severity=each.severity.value) for each in events
        ]
        minutes = (row.stopped_at - row.started_at).total_seconds() / 60 if row.stopped_at else None
        spec = charts.vitals_figure(
            **drawn, given_minutes=minutes, palette=figure.palette(), narrow=figure.narrow()
        )
        figure.show(spec, key=chair.key("vitals"), alt=charts.vitals_alt(**drawn))
        st.dataframe(
            signs.rename(columns=GRID)[[*GRID.values()]],
            hide_index=True,
            width="content",
            placeholder="not recorded",
            alt="The vital signs of the figure, row by row",
        )
    else:
        st.info("No vital signs were recorded.")
    st.text(
        "Adverse events: "
        + (
            "; ".join(f"{e.term}, {e.severity.value}{', serious' if e.serious else ''}" for e in events)
            or "none recorded"
        )
    )
    if row.note:
        st.text(row.note)
    signing.show(actor, row, [*stored, *events], zone, key=chair.key)
    if st.button("Back to the patient", icon=":material/arrow_back:"):
        open_patient(chair.patient.key)


def limits_of(protocol: Protocol) -> dict[str, list[tuple]]:
    """The limits that a figure of vital signs draws, and those for what was measured before the dose."""
    return {
        name: [(each.measure, each.tier, each.value, each.comparison) for each in protocol.limits_for(phase)]
        for name, phase in (("limits", "during"), ("limits_before", "pre"))
    }
