"""One alert with its answers: open the patient, say that it is seen, note an action, close it."""

from __future__ import annotations

from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from clinic import alerts
from clinic.worklist import Entry
from data_model import database
from data_model.alerts import Urgency
from pages.shared import clock, refusals, who
from pages.shared.address import open_patient
from pages.today import lines

WITHIN = {
    Urgency.U0: "at once",
    Urgency.U1: "before leaving",
    Urgency.U2: "same working day",
    Urgency.U3: "before the next dose",
    Urgency.U4: "at the next review",
}


@st.dialog("Close this alert")
def close(entry: Entry) -> None:
    said(entry)
    given = entry.alert.acted_at is not None
    action = st.text_area("What else was done" if given else "What was done", key=f"action {entry.alert.key}")
    if st.button("Close with my name", type="primary"):
        with refusals.in_words():
            with database(who.actor()) as db:
                alerts.close(db, entry.alert.key, action)
            st.rerun()


@st.dialog("What was done")
def note_action(entry: Entry) -> None:
    """The alert stays open: somebody may act now, and another close it later."""
    said(entry)
    action = st.text_area("Action", key=f"noted {entry.alert.key}")
    if st.button("Note with my name", type="primary"):
        with refusals.in_words():
            with database(who.actor()) as db:
                alerts.act(db, entry.alert.key, action)
            st.rerun()


def said(entry: Entry) -> None:
    st.text(f"{entry.person.name} · {entry.person.line}")
    st.text(entry.saw)
    if entry.alert.action:
        st.text(f"So far: {entry.alert.action}")


def card(entry: Entry, zone: ZoneInfo) -> None:
    """An alert that stands by itself, with who it is about."""
    with st.container(border=True, key=f"card-{entry.alert.key}", gap="small"):
        more = f"<small>{escape(done(entry))}</small>" if entry.alert.action else ""
        said = f"{entry.title} · {under(entry, zone)}"
        st.html(
            f"{lines.who(entry.person)}<p class='today-saw'>{escape(entry.saw)}<small>{escape(said)}</small>{more}</p>"
        )
        with st.container(horizontal=True, gap="small"):
            if st.button("Open", key=f"open {entry.alert.key}", icon=":material/arrow_forward:"):
                open_patient(entry.person.key)
            answers(entry)


def answers(entry: Entry) -> None:
    """The buttons: what is urgent is first said to be seen, then closed with words; the rest closes at once."""
    key, urgent = entry.alert.key, entry.alert.urgency in alerts.WANT_ACTION
    if urgent and entry.alert.acknowledged_at is None:
        if st.button("Seen", key=f"seen {key}", icon=":material/visibility:"):
            with refusals.in_words():
                with database(who.actor()) as db:
                    alerts.acknowledge(db, key)
                st.rerun()
        return
    if urgent and st.button("Action", key=f"act on {key}", icon=":material/edit_note:"):
        note_action(entry)
    if st.button("Close", key=f"close {key}", icon=":material/check:"):
        if urgent:
            close(entry)
        else:
            with refusals.in_words():
                with database(who.actor()) as db:
                    alerts.close(db, key)
                st.rerun()


def under(entry: Entry, zone: ZoneInfo) -> str:
    """How soon, how old, how often, whether somebody has seen it, and the rule."""
    alert = entry.alert
    parts = [f"{alert.urgency.value}, {WITHIN[alert.urgency]}", clock.ago(entry.since)]
    if alert.times > 1:
        things = "answers" if alert.rule == alerts.SUICIDE else "times"
        parts.append(f"{alert.times} {things} since {clock.day(alert.opened_at, zone)}")
    parts.append(f"seen by {alert.acknowledged_by}" if alert.acknowledged_by else "not seen yet")
    return " · ".join([*parts, f"rule {entry.rule}"])


def done(entry: Entry) -> str:
    alert = entry.alert
    by = f"{alert.acted_by}, {clock.ago(alert.acted_at)}" if alert.acted_at else "earlier"
    return f"Action ({by}): {alert.action}"
