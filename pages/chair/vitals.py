"""The figure of vital signs of one treatment, the same while it runs, when it waits to be finished, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from clinic import editions, treatments
from clinic.charts import vitals as charts
from clinic.charts.palette import Palette
from clinic.protocols.definition import Protocol
from clinic.protocols.schedule import end_of_minimum
from clinic.report.picture import drawn_limits
from data_model import Treatment, database
from data_model.columns import now
from pages.chair.context import Chair
from pages.shared import figure, refusals, who
from pages.shared.kept import kept

EVERY = "5s"
GRID = {
    "minute": "Minute",
    "systolic_mmhg": "Systolic",
    "diastolic_mmhg": "Diastolic",
    "heart_rate_bpm": "Pulse",
    "spo2_percent": "SpO₂ %",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the figure is made of, as plain values: the same values need no new figure. `minutes` are given_minutes,
    minimum_minute, ready_minute, left_minute and now_minute of the figure, by name."""

    columns: tuple[str, ...]
    rows: tuple[tuple, ...]
    events: tuple[tuple[int | None, str, str], ...]
    interventions: tuple[tuple[int, str, str], ...]
    minutes: tuple[tuple[str, float], ...]
    protocol: Protocol


@st.fragment(run_every=EVERY)
def live(chair: Chair) -> None:
    """Looks every few seconds whether there is something new to draw."""
    with refusals.in_words():
        show(chair, at=now())


def show(chair: Chair, *, at: datetime | None = None) -> None:
    """The figure and its rows as a table. `at` is the present, where the treatment still runs."""
    with database(who.actor()) as db:
        row = treatments.of_patient(db, chair.patient, chair.treatment.key)
        frame = treatments.vital_signs(db, row)
        events = treatments.adverse_events(db, row)
        done = treatments.interventions(db, row)
        protocol = editions.of(db, row)
    frame = frame[frame["minute"].notna()]
    if frame.empty:
        st.info("No vital signs were recorded." if at is None else "No vital signs are recorded yet.")
        return
    drawn = Drawn(
        tuple(frame.columns),
        tuple(map(tuple, frame.astype(object).where(frame.notna(), None).to_numpy())),
        tuple((each.onset_minute, each.term, each.severity.value) for each in events),
        tuple(done),
        tuple(minutes(row, protocol, at).items()),
        protocol,
    )
    spec, alt = kept(chair.key("vitals drawn"), drawing, drawn, figure.palette(), figure.narrow())
    figure.show(spec, key=chair.key("vitals"), alt=alt)
    st.dataframe(
        frame.rename(columns=GRID)[[*GRID.values()]],
        hide_index=True,
        width="content",
        placeholder="not recorded",
        alt="The vital signs of the figure, row by row",
    )


def drawing(drawn: Drawn, palette: Palette, narrow: bool) -> tuple[dict[str, Any], str]:
    """The figure and its text twin."""
    vitals = pd.DataFrame([list(row) for row in drawn.rows], columns=list(drawn.columns))
    parts = {"vitals": vitals, "baseline": charts.pre_dose(vitals), **drawn_limits(drawn.protocol)}
    parts["events"] = [
        *(charts.Pin(minute, term, severity=severity) for minute, term, severity in drawn.events),
        *(charts.Pin(minute, what, kind) for minute, what, kind in drawn.interventions),
    ]
    spec = charts.vitals_figure(**parts, **dict(drawn.minutes), palette=palette, narrow=narrow)
    return spec, charts.vitals_alt(**parts)


def minutes(row: Treatment, protocol: Protocol, at: datetime | None) -> dict[str, float]:
    """The moments of a treatment in whole minutes from its start; what is not known yet is left out."""
    if row.started_at is None:
        return {}
    minimum = protocol.minimum_minutes(row.route, row.substance)
    moments = {
        "given_minutes": row.stopped_at or at,
        "minimum_minute": minimum and end_of_minimum(minimum, row.started_at, row.stopped_at),
        "ready_minute": row.ready_at,
        "left_minute": row.left_at,
        "now_minute": at,
    }
    return {
        name: float((moment - row.started_at).total_seconds() // 60)
        for name, moment in moments.items()
        if moment is not None
    }
