"""Every treatment, the newest first; a row opens its record."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.patient.seen import Seen
from pages.shared import clock


def show(seen: Seen) -> None:
    rows = [
        {
            "No.": row.number,
            "Date": clock.moment(row.started_at, seen.zone),
            "Substance": row.substance,
            "Route": row.route,
            "Given mg": row.given_mg,
            "mg/kg": row.mg_per_kg,
            "Weight kg": row.weight_kg,
            "Minutes": row.minutes,
            "Worst event": row.worst_event or "none recorded",
            "": "stopped early" if row.stopped_early else "",
        }
        for row in seen.given.iloc[::-1].itertuples()
    ]
    if not rows:
        st.text("No treatment yet.")
        return
    opened = st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        placeholder="–",
        on_select="rerun",
        selection_mode="single-row",
        key=seen.key("treatments"),
        alt=f"All {len(rows)} treatments, newest first",
    )
    if opened.selection.rows:
        treatment = seen.given.iloc[::-1].iloc[opened.selection.rows[0]]["treatment"]
        st.switch_page(
            "clinical/treatment.py", query_params={"patient": seen.patient.key, "treatment": treatment}
        )
