"""Whose patients: one's own, the team's, the clinic's; remembered for the next time."""

from __future__ import annotations

import streamlit as st

from clinic import worklist
from clinic.worklist.scope import CLINIC, OWN, TEAM
from data_model import Actor, database
from pages.shared.words import as_typed

NAMES = {OWN: "My patients", TEAM: "My team", CLINIC: "Whole clinic"}


def show(actor: Actor) -> str:
    chosen = st.segmented_control(
        "Patients",
        list(worklist.SCOPES),
        default=worklist.preferred(actor),
        required=True,
        format_func=NAMES.get,
        key="today scope",
        label_visibility="collapsed",
    )
    if chosen != worklist.preferred(actor):
        with database(actor) as db:
            worklist.choose(db, chosen)
    return chosen


def said(chosen: str, within: worklist.Scope) -> None:
    """What a team is; and where there is none, that everybody is shown."""
    if chosen != CLINIC and within == worklist.EVERYBODY:
        st.caption("Your account names no site, so that there is no team: this is the whole clinic.")
    elif chosen == TEAM:
        st.caption(as_typed(f"Patients of {within.site}."))
