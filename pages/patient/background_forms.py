"""The fields of each kind of entry, empty or filled from a row; each gives what is to be saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from data_model import Diagnosis, EventNote, Medication, PriorTreatment
from data_model.checks import CheckKind, Finding
from data_model.people import Decides, EventKind
from pages.shared import clock

Key = Callable[[str], str]
FOUND = {
    Finding.NOTHING: "nothing found",
    Finding.MILD: "something found",
    Finding.GRAVE: "something grave found",
}
ROUND_DATE = "A day, as near as anybody knows"


def day(label: str, value: date | None, key: str, help: str | None = None) -> date | None:
    """Filled through the session, so that a date can be taken out again: Streamlit lets none be emptied that it was
    given as a value."""
    st.session_state.setdefault(key, value)
    return st.date_input(label, None, clock.EARLIEST, clock.LATEST, format="DD/MM/YYYY", key=key, help=help)


def medication(today: date) -> Callable[..., dict]:
    def fields(key: Key, row: Medication | None = None) -> dict:
        drug = st.text_input("Drug", row.drug if row else "", key=key("drug"))
        with st.grid(2, min_column_width=120):
            words = st.text_input(
                "Dose as prescribed",
                (row.dose or "") if row else "",
                key=key("dose"),
                placeholder="0.5 mg twice daily",
            )
            amount = milligrams(row.mg_per_day if row else None, key("mg"))
            started = day("Started", row.started if row else today, key("started"), ROUND_DATE)
            stopped = day(
                "Stopped", row.stopped if row else None, key("stopped"), "The last day it was taken"
            )
        return {"drug": drug, "dose": words, "mg_per_day": amount, "started": started, "stopped": stopped}

    return fields


def milligrams(value: float | None, key: str) -> float | None:
    return st.number_input(
        "mg per day", value=value, step=None, format="%g", key=key, help="Drawn as a track"
    )


def new_dose(key: Key, today: date) -> dict:
    with st.grid(2, min_column_width=120):
        words = st.text_input("New dose", key=key("dose"), placeholder="1 mg at night")
        amount = milligrams(None, key("mg"))
        since = day("From", today, key("since"))
    return {"dose": words, "mg_per_day": amount, "since": since}


def diagnosis(key: Key, row: Diagnosis | None = None) -> dict:
    text = st.text_input("Diagnosis", row.text if row else "", key=key("text"))
    with st.grid(2, min_column_width=120):
        code = st.text_input("ICD-10", (row.icd10 or "") if row else "", key=key("code"), placeholder="F33.1")
        since = day("Since", row.since if row else None, key("since"), ROUND_DATE)
    return {"text": text, "icd10": code, "since": since}


def tried(key: Key, row: PriorTreatment | None = None) -> dict:
    what = st.text_input("What was tried", row.what if row else "", key=key("what"))
    outcome = st.text_input("What came of it", (row.outcome or "") if row else "", key=key("outcome"))
    ended = day("Ended", row.ended if row else None, key("ended"), ROUND_DATE)
    return {"what": what, "outcome": outcome, "ended": ended}


def event(today: date) -> Callable[..., dict]:
    def fields(key: Key, row: EventNote | None = None) -> dict:
        kinds, ending = list(EventKind), [None, *Decides]
        kind = st.selectbox(
            "Kind",
            kinds,
            kinds.index(row.kind) if row else kinds.index(EventKind.LIFE),
            lambda each: each.value,
            key=key("kind"),
        )
        text = st.text_input("What happened", row.text if row else "", key=key("text"))
        with st.grid(2, min_column_width=120):
            on = day("On", row.happened_on if row else today, key("on"))
            until = day(
                "Until",
                row.ended_on if row else None,
                key("until"),
                "For what lasted. A therapy without an end goes on.",
            )
        decides = st.selectbox(
            "Ends a response at once",
            ending,
            ending.index(row.decides) if row else 0,
            lambda each: each.value if each else "no",
            key=key("decides"),
            help="docs/clinical.md D.3: such an event counts like two bad scores.",
        )
        return {"kind": kind, "text": text, "happened_on": on, "ended_on": until, "decides": decides}

    return fields


def weight(today: date) -> Callable[..., dict]:
    def fields(key: Key) -> dict:
        with st.grid(2, min_column_width=120):
            kg = st.number_input("Weight (kg)", value=None, step=None, format="%g", key=key("kg"))
            on = day("Measured on", today, key("on"))
        return {"kg": kg, "measured_on": on}

    return fields


def check(today: date) -> Callable[..., dict]:
    def fields(key: Key) -> dict:
        kind = st.selectbox(
            "What was looked at",
            list(CheckKind),
            format_func=lambda each: f"{each.value[0].upper()}{each.value[1:]}",
            key=key("kind"),
        )
        finding = st.radio(
            "Result",
            list(FOUND),
            index=None,
            format_func=FOUND.get,
            horizontal=True,
            key=key("finding"),
        )
        with st.grid(2, min_column_width=120):
            on = day("On", today, key("on"))
            value = st.number_input(
                "ALT or AST, × upper limit",
                value=None,
                step=None,
                format="%g",
                key=key("value"),
                help="Liver tests only: the higher of the two",
            )
        text = st.text_input("Note", key=key("text"))
        return {"kind": kind, "checked_on": on, "finding": finding, "value": value, "text": text}

    return fields
