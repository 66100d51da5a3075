"""A witness for a line of the drug register, or the reason why there was none."""

from __future__ import annotations

import streamlit as st

from clinic.drug_log import RIGHT
from pages.shared import second


def ask(label: str, key: str) -> dict[str, str] | None:
    """What `drug_log.waste`, `count` and `correct` want to know of the witness, in the run in which somebody pressed
    the button; otherwise None."""
    alone = st.toggle("Nobody can be the witness", key=f"{key} alone")
    if not alone:
        confirmed = second.ask(label, RIGHT, key)
        return confirmed and {"witness": confirmed[0], "secret": confirmed[1]}
    st.caption("It is written down without a witness, and a discrepancy is opened.")
    reason = st.text_input("Why is there no witness?", key=f"{key} why alone")
    return {"alone": reason} if st.button(f"{label}, without a witness", key=f"{key} save alone") else None
