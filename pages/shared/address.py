"""What the page's address says: which patient, which record. Addresses carry random keys, never names."""

from __future__ import annotations

import streamlit as st

from clinic import patients
from clinic.refused import NotFound
from data_model import Database, Patient

_SEEN = "patient on screen"


def patient(db: Database) -> Patient:
    """The patient of `?patient=`. Another one than before clears every widget of the one before, so that
    nothing entered or chosen for one patient can show under another."""
    key = st.query_params.get("patient")
    if not key:
        raise NotFound("No patient is chosen. Open one from the list of patients.")
    found = patients.get(db, key)
    if st.session_state.get(_SEEN) != key:
        forget_patient()
        st.session_state[_SEEN] = key
    return found


def forget_patient() -> None:
    """Drops every per-patient key; those are the ones that begin with "of:"."""
    for name in [name for name in st.session_state if str(name).startswith("of:")]:
        del st.session_state[name]


def own(record_key: str, name: str) -> str:
    """The key of a widget that belongs to one patient or one record of theirs."""
    return f"of:{record_key}:{name}"


def open_patient(key: str) -> None:
    st.switch_page("clinical/patient.py", query_params={"patient": key})
