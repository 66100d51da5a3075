"""Who needs me: suicide concerns, other alerts, overdue scores, and what is left unfinished."""

from __future__ import annotations

import streamlit as st

from clinic import alerts, assessments, instruments, patients, settings, treatments, watching, worklist
from data_model import database
from data_model.alerts import Urgency
from pages.shared import clock, refusals, who
from pages.shared.address import open_patient
from pages.shared.words import as_typed

LATER = 12  # of what can wait for a next dose or review, so many cards at once

actor = who.actor()
with database(actor) as db:
    watching.sweep_if_due(db)
with database(actor) as db:
    concerns, others = worklist.open_alerts(db)
    overdue, overdue_count = worklist.overdue(db)
    not_asked = worklist.not_asked(db)
    half_scores = [(patients.person(db, p), a) for a, p in assessments.drafts(db)]
    half_treatments = [(patients.person(db, p), t) for t, p in treatments.drafts(db)]
    zone = settings.zone(db)


@st.dialog("Close this alert")
def close(entry: worklist.Entry) -> None:
    said(entry)
    given = entry.alert.acted_at is not None
    action = st.text_area("What else was done" if given else "What was done", key=f"action {entry.alert.key}")
    if st.button("Close with my name", type="primary"):
        with refusals.in_words():
            with database(who.actor()) as db:
                alerts.close(db, entry.alert.key, action)
            st.rerun()


@st.dialog("What was done")
def note_action(entry: worklist.Entry) -> None:
    """The alert stays open: somebody may act now, and another close it later."""
    said(entry)
    action = st.text_area("Action", key=f"noted {entry.alert.key}")
    if st.button("Note with my name", type="primary"):
        with refusals.in_words():
            with database(who.actor()) as db:
                alerts.act(db, entry.alert.key, action)
            st.rerun()


def said(entry: worklist.Entry) -> None:
    st.text(f"{entry.person.name} · {entry.person.line}")
    st.text(entry.saw)
    if entry.alert.action:
        st.text(f"So far: {entry.alert.action}")


def act(entry: worklist.Entry) -> None:
    """The buttons of one alert: open the patient, say that it is seen, note an action, close it."""
    key, urgent = entry.alert.key, entry.alert.urgency in alerts.WANT_ACTION
    if st.button("Open", key=f"open {key}", type="tertiary", icon=":material/arrow_forward:"):
        open_patient(entry.person.key)
    if urgent and entry.alert.acknowledged_at is None:
        if st.button("Seen", key=f"seen {key}", icon=":material/visibility:"):
            with database(actor) as db:
                alerts.acknowledge(db, key)
            st.rerun()
        return
    if urgent and st.button("Action", key=f"act on {key}", icon=":material/edit_note:"):
        note_action(entry)
    if st.button("Close", key=f"close {key}", icon=":material/check:"):
        if urgent:
            close(entry)
        else:
            with database(actor) as db:
                alerts.close(db, key)
            st.rerun()


def card(entry: worklist.Entry) -> None:
    with st.container(border=True, key=f"card-{entry.alert.key}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(gap=None, width="stretch"):
                st.text(f"{entry.person.name} · {entry.person.line}")
                st.caption(as_typed(_under(entry)))
            act(entry)
        st.text(entry.saw)
        if entry.alert.action:
            by = (
                f"{entry.alert.acted_by}, {clock.ago(entry.alert.acted_at)}"
                if entry.alert.acted_at
                else "earlier"
            )
            st.caption(as_typed(f"Action ({by}): {entry.alert.action}"))


WITHIN = {
    Urgency.U0: "at once",
    Urgency.U1: "before leaving",
    Urgency.U2: "same working day",
    Urgency.U3: "before the next dose",
    Urgency.U4: "at the next review",
}


def _under(entry: worklist.Entry) -> str:
    alert = entry.alert
    parts = [entry.title, f"{alert.urgency.value}, {WITHIN[alert.urgency]}", clock.ago(entry.since)]
    if alert.times > 1:
        things = "answers" if alert.rule == alerts.SUICIDE else "times"
        parts.append(f"{alert.times} {things} since {clock.day(alert.opened_at, zone)}")
    parts.append(f"seen by {alert.acknowledged_by}" if alert.acknowledged_by else "not seen yet")
    return " · ".join([*parts, f"rule {entry.rule}"])


def line(entry: worklist.Entry, button: str, key: str) -> bool:
    """One line with what was seen and one tap to act on it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"line-{key}"):
        with st.container(gap=None, width="stretch"):
            st.text(f"{entry.person.name} · {entry.person.line}")
            st.caption(as_typed(f"{entry.saw} Rule {entry.rule}."))
        if st.button("Open", key=f"open {key}", type="tertiary", icon=":material/arrow_forward:"):
            open_patient(entry.person.key)
        return st.button(button, key=f"act {key}", icon=":material/edit_note:")


def record(entry: worklist.Entry) -> None:
    st.switch_page(
        "clinical/assessment.py", query_params={"patient": entry.person.key, "instrument": entry.instrument}
    )


st.title("Today", anchor=False)
st.caption(alerts.NOT_PAGED)
with st.grid(4, min_column_width=150, gap="small"):
    st.metric("Suicide concerns", len(concerns), border=True)
    st.metric("Other alerts", len(others), border=True)
    st.metric("Scores overdue", overdue_count, border=True)
    st.metric("Unfinished", len(half_scores) + len(half_treatments), border=True)

st.header("Suicide concerns", anchor=False)
if not concerns:
    st.text("No concern is open. Who was not asked stands below.")
for entry in concerns:
    card(entry)

if not_asked:
    st.header("Not asked", anchor=False)
    for entry in not_asked:
        if line(entry, "Ask now", f"not asked {entry.person.key} {entry.since:%s}"):
            record(entry)

st.header("Other alerts", anchor=False)
if not others:
    st.text("No other alert is open.")
urgent = [entry for entry in others if entry.alert.urgency in alerts.WANT_ACTION]
later = [entry for entry in others if entry.alert.urgency not in alerts.WANT_ACTION]
for entry in urgent + later[:LATER]:
    card(entry)
if len(later) > LATER:
    st.caption(
        f"{len(later) - LATER} more wait for a next dose or a next review; each stands on its patient's page."
    )

st.header("Scores overdue", anchor=False)
if not overdue:
    st.text("Nobody under treatment waits for a score.")
for entry in overdue[:12]:
    title = instruments.instrument(entry.instrument).title
    if line(entry, f"Record {title}", f"overdue {entry.person.key}"):
        record(entry)
if overdue_count > 12:
    st.caption(f"The 12 longest waits of {overdue_count}.")

if half_scores or half_treatments:
    st.header("Unfinished", anchor=False)
for person, draft in half_scores:
    title = instruments.instrument(draft.instrument).title
    label = f"{title} of {person.name}, begun {clock.ago(draft.entered_at)}"
    if st.button(as_typed(label), key=f"go on {draft.key}", type="tertiary", icon=":material/edit_note:"):
        st.switch_page(
            "clinical/assessment.py", query_params={"patient": person.key, "instrument": draft.instrument}
        )
for person, draft in half_treatments:
    label = f"Treatment of {person.name}, begun {clock.ago(draft.entered_at)} by {draft.author}"
    if st.button(as_typed(label), key=f"go on {draft.key}", type="tertiary", icon=":material/vaccines:"):
        st.switch_page("clinical/treatment.py", query_params={"patient": person.key, "treatment": draft.key})
