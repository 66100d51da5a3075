"""Other drugs, food and drink: what the medication list proposes, what somebody entered, and when it was taken."""

from __future__ import annotations

from datetime import datetime, time

import streamlit as st

from clinic import editions
from clinic.chair import intake
from clinic.protocols.shapes import Concomitant
from data_model import DrugIntake, database
from data_model.columns import now
from pages.chair import place
from pages.chair.context import Chair
from pages.shared import clock, refusals, who
from pages.shared.words import as_typed

TIMED = {
    "intake.food": "Food",
    "intake.fluid": "Drink",
    "intake.nasal_spray": "Nasal steroid or decongestant",
}


def show(chair: Chair) -> None:
    with database(chair.actor) as db:
        classes = {each.id: each for each in editions.in_force(db).concomitant}
        rows = intake.taken(db, chair.treatment)
        listed = intake.proposed(db, chair.treatment)
    with st.container(border=True, key="taken"):
        st.header("Taken before", anchor=False)
        for row in rows:
            entry(chair, row, classes)
        for each in listed:
            propose(chair, each)
        if not rows and not listed:
            st.caption("Nothing entered. The medication list names no drug that the protocol asks about.")
        with st.popover("Add what was taken", icon=":material/add:"):
            add(chair, classes)


def entry(chair: Chair, row: DrugIntake, classes: dict[str, Concomitant]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(_said(row, chair, classes), width="content")
        st.button(
            "Take back",
            key=chair.key(f"untake {row.key}"),
            type="tertiary",
            icon=":material/undo:",
            on_click=place.attempt,
            args=(chair, lambda db: intake.not_taken(db, row.key)),
        )


def _said(row: DrugIntake, chair: Chair, classes: dict[str, Concomitant]) -> str:
    if row.drug_class in TIMED:
        name = TIMED[row.drug_class]
    else:
        title = classes[row.drug_class].title if row.drug_class in classes else row.drug_class
        name = " ".join(part for part in (row.drug, row.dose) if part)
        name = f"{name} ({title})" if name else title[:1].upper() + title[1:]
    if row.taken_at is None:
        return f"{name}: last time not known"
    return f"{name}: {clock.moment(row.taken_at, chair.zone)}, {clock.ago(row.taken_at)}"


def propose(chair: Chair, each: intake.Proposed) -> None:
    """Of the medication list; entered by a tap, never by itself."""
    name = " ".join(part for part in (each.drug, each.dose) if part)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"On the medication list: {name} ({each.title})", width="content")
        with st.popover("When last?", type="tertiary", icon=":material/schedule:"):
            at = when(chair, f"{each.drug_class} {each.drug}")
            if st.button("Save", type="primary", key=chair.key(f"took {each.drug_class} {each.drug}")):
                save(chair, each.drug_class, each.drug, each.dose, at)


def add(chair: Chair, classes: dict[str, Concomitant]) -> None:
    titles = TIMED | {id: each.title for id, each in classes.items()}
    kind = st.selectbox(
        "What",
        list(titles),
        index=None,
        format_func=titles.get,
        placeholder="Food, drink or a drug",
        key=chair.key("taken kind"),
    )
    drug = dose = None
    if kind in classes:
        drug = st.text_input(
            "Which", placeholder=", ".join(classes[kind].drugs[:3]), key=chair.key("taken drug")
        )
        dose = st.text_input("Dose", key=chair.key("taken dose"))
        if classes[kind].asks:
            st.caption(as_typed(f"To ask: {classes[kind].asks}."))
    at = when(chair, "new")
    if st.button("Save", type="primary", key=chair.key("taken save")):
        if kind is None:
            st.error("Choose what was taken.", icon=":material/error:")
        else:
            save(chair, kind, drug, dose, at)


def when(chair: Chair, name: str) -> datetime | None:
    """A day and an hour; without an hour the time is not known."""
    day = st.date_input(
        "Day",
        now().astimezone(chair.zone).date(),
        min_value=clock.EARLIEST,
        max_value=clock.LATEST,
        format="DD/MM/YYYY",
        key=chair.key(f"taken day {name}"),
    )
    hour: time | None = st.time_input(
        "Time (empty: not known)", None, step=300, key=chair.key(f"taken time {name}")
    )
    return datetime.combine(day, hour, tzinfo=chair.zone) if day and hour else None


def save(chair: Chair, kind: str, drug: str | None, dose: str | None, at: datetime | None) -> None:
    with refusals.in_words():
        with database(who.actor()) as db:
            intake.drug(db, chair.treatment.key, kind, drug, dose, at)
        st.rerun()
