"""The treatment in the drug register: what was drawn, given and wasted for it, and whether that adds up."""

from __future__ import annotations

import streamlit as st

from clinic import drug_log
from clinic.access import can
from clinic.drug_log import Tally
from data_model import database
from pages.chair.context import Chair
from pages.shared import drug_correction, drug_discrepancies, drug_entry, drug_lines
from pages.shared.words import as_typed


def show(chair: Chair) -> None:
    """For whoever may see the register; who keeps it enters lines here."""
    if not can(chair.actor, "see drug log"):
        return
    with database(chair.actor) as db:
        lines = drug_log.lines(db, treatment=chair.treatment)
        tally = drug_log.for_treatment(db, chair.treatment)
        found = drug_log.discrepancies(db)
    keeps = can(chair.actor, drug_log.RIGHT)
    st.header("Controlled drugs", anchor=False)
    adds_up(tally)
    drug_discrepancies.cards(found[found["treatment"] == chair.treatment.key], chair.zone, may_close=keeps)
    if keeps:
        with st.container(border=True):
            drug_entry.show(
                chair.zone,
                lambda name: chair.key(f"drugs {name}"),
                drug_entry.OF_A_TREATMENT,
                chair.treatment,
            )
    if len(lines):
        drug_lines.register(
            lines, chair.zone, "Lines of this treatment, the newest first", without=("Patient",)
        )
        if keeps:
            drug_correction.popover(lines, chair.zone, lambda name: chair.key(f"drugs {name}"))


def adds_up(tally: Tally) -> None:
    if not tally.started:
        st.text("Nothing was written into the drug register for this treatment yet.")
    for problem in tally.problems if tally.started else []:
        st.warning(as_typed(problem), icon=":material/balance:")
    if tally.started and not tally.problems:
        lots = "; ".join(f"{each.says} ({each.product}, lot {each.lot})" for each in tally.lots)
        st.text(f"It adds up: {lots}.")
