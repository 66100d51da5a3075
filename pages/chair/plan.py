"""When and where a treatment is to be: planned from a person's page, moved or called off on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from clinic import settings
from clinic.chair import planning
from data_model import Patient, Treatment, database
from data_model.columns import now
from pages.chair import place
from pages.chair.context import Chair
from pages.shared import clock, refusals, who
from pages.shared.address import open_patient, own
from pages.shared.words import as_typed


def line(chair: Chair) -> None:
    """When and where, with the way to change it."""
    row = chair.treatment
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(said(row, chair), width="content")
        rooms(chair)
        with st.popover("Move", type="tertiary", icon=":material/event:"):
            move(chair)
        with st.popover("Call off", type="tertiary", icon=":material/event_busy:"):
            call_off(chair)


def said(row: Treatment, chair: Chair) -> str:
    kind = " ".join(each.value for each in (row.substance, row.route) if each)
    return f"Planned for {clock.moment(row.planned_for, chair.zone)} · {kind}"


def rooms(chair: Chair) -> None:
    with database(chair.actor) as db:
        names = settings.current(db)["rooms"]
    name = chair.key("room")
    st.session_state[name] = chair.treatment.room if chair.treatment.room in names else None
    st.selectbox(
        "Room",
        names,
        key=name,
        index=None,
        placeholder="Which room?",
        label_visibility="collapsed",
        width=150,
        on_change=to_room,
        args=(chair, name),
    )


def to_room(chair: Chair, name: str) -> None:
    if room := st.session_state[name]:
        row = chair.treatment
        place.attempt(chair, lambda db: planning.reschedule(db, row.key, later(row.planned_for), room=room))


def later(at: datetime) -> datetime:
    """A plan that was for yesterday and only changes its room is for now."""
    return max(at, now()) if at.date() < now().date() else at


def move(chair: Chair) -> None:
    at = chair.treatment.planned_for.astimezone(chair.zone)
    day = st.date_input("Day", at.date(), format="DD/MM/YYYY", key=chair.key("move day"))
    hour = st.time_input("Time", at.time(), step=300, key=chair.key("move time"))
    if st.button("Move it", type="primary", key=chair.key("move")) and day and hour:
        with refusals.in_words():
            with database(who.actor()) as db:
                planning.reschedule(db, chair.treatment.key, joined(day, hour, chair))
            st.rerun()


def joined(day: date, hour: time, chair: Chair) -> datetime:
    return datetime.combine(day, hour, tzinfo=chair.zone)


def call_off(chair: Chair) -> None:
    reason = st.text_input("Why is it called off?", key=chair.key("why off"))
    if st.button("Call it off", key=chair.key("off")):
        with refusals.in_words():
            with database(who.actor()) as db:
                planning.cancel(db, chair.treatment.key, reason)
            open_patient(chair.patient.key)


# ---- on the person's page --------------------------------------------------------------------------------------


def begin(chosen: Patient) -> None:
    """Opens what runs, what is planned for today, or a new plan for now."""
    with database(who.actor()) as db:
        made = planning.begin(db, chosen.key)
    go_to(chosen, made)


def go_to(chosen: Patient, treatment: Treatment) -> None:
    st.switch_page("clinical/treatment.py", query_params={"patient": chosen.key, "treatment": treatment.key})


def ahead(chosen: Patient, key: Callable[[str], str]) -> None:
    """A treatment on another day: what nobody opened is not built. `key` names this person's widgets."""
    made = st.session_state.get(key("plans made"), 0)  # each plan begins a new round, closed and empty
    box = st.popover(
        "Plan", type="tertiary", icon=":material/event:", key=key(f"plan {made}"), on_change="rerun"
    )
    if box.open:
        with box:
            _another_day(chosen, lambda name: key(f"plan {made} {name}"), key("plans made"))


def _another_day(chosen: Patient, key: Callable[[str], str], counter: str) -> None:
    with database(who.actor()) as db:
        zone, names = settings.zone(db), settings.current(db)["rooms"]
    day = st.date_input("Day", None, format="DD/MM/YYYY", key=key("day"))
    hour = st.time_input("Time", time(9, 0), step=900, key=key("time"))
    room = st.selectbox("Room", names, index=None, placeholder="Any room", key=key("room"))
    if st.button("Plan it", type="primary", key=key("it")):
        if day is None or hour is None:
            st.error("Choose the day and the time.", icon=":material/error:")
            return
        with refusals.in_words():
            with database(who.actor()) as db:
                planning.plan(db, chosen.key, datetime.combine(day, hour, tzinfo=zone), room=room)
            st.session_state[counter] = st.session_state.get(counter, 0) + 1
            st.session_state["just saved"] = f"Planned for {day:%-d %b %Y}, {hour:%H:%M}"
            st.rerun()


def open_ones(chosen: Patient, found: Iterable[Treatment], zone: ZoneInfo) -> None:
    """A line for each treatment that is planned, runs, or waits to be finished."""
    for row in found:
        label = f"{_word(row)}: {clock.moment(row.started_at or row.planned_for, zone)}"
        more = f", {as_typed(row.room)}" if row.room else ""
        if st.button(
            f"{label}{more}",
            key=own(chosen.key, f"open {row.key}"),
            type="tertiary",
            icon=":material/vaccines:",
        ):
            go_to(chosen, row)


def _word(row: Treatment) -> str:
    if row.started_at is None:
        return "Treatment planned"
    return "Treatment running since" if row.left_at is None else "Treatment to be finished, begun"
