"""Of everyone who started: who responded, who did not, who got worse, who is unknown? How soon, how long?"""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from clinic import cohorts, harm, instruments, settings
from clinic.access import can
from clinic.outcomes.states import Window
from data_model import database
from data_model.columns import now
from pages.outcomes import choosing
from pages.outcomes.board import Board
from pages.shared import who

# Each question with the modules of pages/outcomes that answer it; a module is loaded and draws while its tab is open.
PARTS = {
    "Who responded": ("everyone",),
    "Reliable change": ("reliable",),
    "Who stayed": ("flow",),
    "Over the weeks": ("weeks",),
    "How soon": ("soon",),
    "How long": ("lasting", "benefit"),
    "Each person": ("waterfall", "swim"),
    "Severity": ("shift",),
    "Harm": ("harms", "suicide"),
    "Dose": ("doses",),
    "Variation": ("variation",),
    "Published": ("published",),
    "Completeness": ("completeness",),
    "Print": ("printing",),
}

actor = who.actor()
with database(actor) as db:
    zone = settings.zone(db)
st.title("Outcomes", anchor=False)
st.caption(
    "Observed without a comparison group; people come at their worst, so some of the fall would have happened "
    "anyway."
)
choice = choosing.choose(actor, zone)
catalogue, window, as_of = instruments.catalogue(), Window(), now()
with database(actor) as db:
    cohort = cohorts.cohort(db, choice)
    if not len(cohort.first):
        st.info("Nobody had a first dose under these filters.")
        st.stop()
    people = cohort.people(catalogue, as_of, window)
    harmed = cohorts.kept_until_written(db, ("harm", choice), lambda: harm.counts(db, cohort))
    filters = tuple(choice.says(zone, cohorts.clinicians(db)))
    smallest = settings.current(db)["smallest_count"]
st.text(harmed.says)

board = Board(
    actor=actor,
    cohort=cohort,
    first=cohort.first,
    people=people,
    catalogue=catalogue,
    window=window,
    zone=zone,
    as_of=as_of,
    filters=filters,
    names=can(actor, "see names"),
    smallest=smallest,
)
tabs = st.tabs(list(PARTS), key="outcomes", on_change="rerun")
for tab, parts in zip(tabs, PARTS.values(), strict=True):
    if tab.open:
        with tab:
            for part in parts:
                import_module(f"pages.outcomes.{part}").show(board)
