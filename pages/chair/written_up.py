"""A treatment record that is typed afterwards, from paper or memory, and stored from its first entry."""

from __future__ import annotations

from datetime import date, datetime, time

import streamlit as st

from clinic import treatments
from clinic.treatments import Unlikely
from data_model import AdverseEvent, VitalSigns, database
from data_model.columns import now
from data_model.treatments import Route, Severity, Substance
from pages.chair.context import Chair
from pages.shared import clock, drafts, judged, refusals, who
from pages.shared.address import open_patient
from pages.shared.words import as_typed

MINUTES = (0, 10, 20, 30, 40, 60, 90, 120)
GRID = {
    "minute": "Minute",
    "systolic_mmhg": "Systolic",
    "diastolic_mmhg": "Diastolic",
    "heart_rate_bpm": "Pulse",
    "spo2_percent": "SpO₂ %",
}
EVENTS = (
    "Dissociation",
    "Anxiety",
    "Nausea",
    "Vomiting",
    "Dizziness",
    "Headache",
    "Sedation",
    "Blood pressure increased",
    "Vision blurred",
    "Palpitations",
    "Panic attack",
    "Dysphoria",
    "Oxygen saturation decreased",
    "Fall",
)
NUMBERS = {
    "weight_kg": "Weight today (kg)",
    "ordered_mg": "Ordered (mg)",
    "given_mg": "Given (mg)",
}


def show(chair: Chair) -> None:
    with database(chair.actor) as db:
        stored = treatments.stored_rows(db, chair.treatment)
        events = treatments.adverse_events(db, chair.treatment)
    count = begin(chair, stored, events)
    dose(chair)
    vitals(chair, count)
    adverse_events(chair)
    st.text_area("Note", key=chair.key("note"), on_change="ignore", height=90)
    autosave(chair)
    finish(chair)


def begin(chair: Chair, stored: list[VitalSigns], events: list[AdverseEvent]) -> int:
    """Seeds the widgets from the stored draft, once; returns how many rows the grid has."""
    record, zone = chair.treatment, chair.zone
    started, stopped = (at.astimezone(zone) if at else None for at in (record.started_at, record.stopped_at))
    drafts.seed(
        {
            chair.key("substance"): record.substance.value,
            chair.key("route"): record.route.value,
            **{chair.key(name): getattr(record, name) for name in NUMBERS},
            chair.key("lot"): record.lot or "",
            chair.key("day"): started.date() if started else now().astimezone(zone).date(),
            chair.key("start"): started.time() if started else None,
            chair.key("stop"): stopped.time() if stopped else None,
            chair.key("stopped_early"): record.stopped_early,
            chair.key("note"): record.note or "",
            chair.key("events"): [event.term for event in events],
        }
    )
    by_position = {row.position: row for row in stored}
    rows = max(len(MINUTES), max(by_position, default=-1) + 1, st.session_state.get(chair.key("rows"), 0))
    st.session_state[chair.key("rows")] = rows
    for position in range(rows):
        row = by_position.get(position)
        for name in GRID:
            usual = MINUTES[position] if name == "minute" and position < len(MINUTES) else None
            drafts.seed({chair.key(f"{name}{position}"): getattr(row, name) if row else usual})
    for event in events:
        drafts.seed({chair.key(f"severity {event.term}"): event.severity.value})
        drafts.seed({chair.key(f"serious {event.term}"): event.serious})
    return rows


def entered(chair: Chair) -> tuple[dict, list[dict], list[dict]]:
    """Fields, grid rows and adverse events as the widgets say now."""
    get, record = st.session_state.get, chair.treatment
    fields = {
        "substance": Substance(get(chair.key("substance")) or record.substance),
        "route": Route(get(chair.key("route")) or record.route),
        **{name: get(chair.key(name)) for name in NUMBERS},
        "lot": get(chair.key("lot")) or None,
        "started_at": _at(chair, get(chair.key("day")), get(chair.key("start"))),
        "stopped_at": _at(chair, get(chair.key("day")), get(chair.key("stop"))),
        "stopped_early": bool(get(chair.key("stopped_early"))),
        "note": get(chair.key("note")) or None,
    }
    if fields["weight_kg"]:
        fields["weighed_on"] = get(chair.key("day"))
    rows = [
        {name: get(chair.key(f"{name}{position}")) for name in GRID}
        for position in range(st.session_state[chair.key("rows")])
    ]
    happened = [
        {
            "term": term,
            "severity": Severity(get(chair.key(f"severity {term}")) or Severity.MILD),
            "serious": bool(get(chair.key(f"serious {term}"))),
        }
        for term in get(chair.key("events")) or []
    ]
    return fields, rows, happened


def _at(chair: Chair, day: date | None, at: time | None) -> datetime | None:
    return datetime.combine(day, at, tzinfo=chair.zone) if day and at else None


def write(chair: Chair) -> bool:
    with database(who.actor()) as db:
        return treatments.write_draft(db, chair.treatment.key, *entered(chair))


@st.fragment(run_every=drafts.EVERY)
def autosave(chair: Chair) -> None:
    """Stores what was typed since the last beat, then says so: saved means committed."""
    with refusals.in_words():
        if changed := write(chair):
            st.session_state[chair.key("stored")] = now()
        fields, rows, _ = entered(chair)
        per_kg = treatments.mg_per_kg(
            fields["given_mg"], fields["weight_kg"], fields["substance"], fields["route"]
        )
        count = sum(any(v is not None for k, v in row.items() if k != "minute") for row in rows)
        at = st.session_state.get(chair.key("stored"))
        said = [
            f"**{per_kg:g} mg/kg** at {fields['weight_kg']:g} kg"
            if per_kg
            else "mg/kg: dose or weight missing",
            f"begun {clock.moment(begun, chair.zone)}"
            if (begun := fields["started_at"])
            else "start missing",
            f"{count} observation{'' if count == 1 else 's'}",
            f"draft stored {at.astimezone(chair.zone):%H:%M:%S}" if at else "draft stored as you type",
        ]
        if fields["substance"] == Substance.ESKETAMINE and fields["route"] == Route.IN:
            said[0] = "intranasal esketamine: dosed in devices of 28 mg, not by weight"
        st.caption(" · ".join(said))
        if changed or chair.key("judged") not in st.session_state:
            with database(who.actor()) as db:
                st.session_state[chair.key("judged")] = treatments.judged(
                    db, treatments.by_key(db, chair.treatment.key)
                )
        judged.show(st.session_state[chair.key("judged")])


def dose(chair: Chair) -> None:
    with st.container(border=True):
        st.header("Dose", anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.segmented_control(
                "Substance",
                [s.value for s in Substance],
                key=chair.key("substance"),
                required=True,
                on_change="ignore",
            )
            st.segmented_control(
                "Route", [r.value for r in Route], key=chair.key("route"), required=True, on_change="ignore"
            )
        with st.grid(4, min_column_width=130, vertical_alignment="bottom"):
            for name, label in NUMBERS.items():
                st.number_input(
                    label, value=None, step=1.0, format="%g", key=chair.key(name), on_change="ignore"
                )
            st.text_input("Lot", key=chair.key("lot"), on_change="ignore")
            st.date_input(
                "Date",
                min_value=clock.EARLIEST,
                max_value=clock.LATEST,
                format="DD/MM/YYYY",
                key=chair.key("day"),
                on_change="ignore",
            )
            st.time_input("Start", value=None, step=60, key=chair.key("start"), on_change="ignore")
            st.time_input("Stop", value=None, step=60, key=chair.key("stop"), on_change="ignore")
            st.checkbox("Stopped early", key=chair.key("stopped_early"), on_change="ignore")


def vitals(chair: Chair, rows: int) -> None:
    with st.container(border=True, key="vitals"):
        st.header("Vital signs", anchor=False)
        st.caption("Minutes from the start of the dose. An empty field is “not recorded”.")
        with st.container(gap="xsmall"):
            for position in range(rows):
                vitals_row(chair, position)
        if st.button("Another row", key=chair.key("more"), type="tertiary", icon=":material/add:"):
            st.session_state[chair.key("rows")] += 1
            st.rerun()


def vitals_row(chair: Chair, position: int) -> None:
    with st.grid(len(GRID), min_column_width=48, wrap=False, gap="xsmall"):
        for name, label in GRID.items():
            st.number_input(
                label if position == 0 else f"{label}, row {position + 1}",
                value=None,
                step=1,
                key=chair.key(f"{name}{position}"),
                on_change="ignore",
                label_visibility="visible" if position == 0 else "collapsed",
            )


def adverse_events(chair: Chair) -> None:
    with st.container(border=True):
        st.header("Adverse events", anchor=False)
        terms = st.pills(
            "What happened",
            EVENTS,
            selection_mode="multi",
            key=chair.key("events"),
            label_visibility="collapsed",
        )
        for term in terms or []:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(term, width=210)
                st.segmented_control(
                    f"Severity of {term}",
                    [s.value for s in Severity],
                    default=Severity.MILD.value,
                    key=chair.key(f"severity {term}"),
                    label_visibility="collapsed",
                    on_change="ignore",
                )
                st.checkbox("Serious", key=chair.key(f"serious {term}"), on_change="ignore", help=SERIOUS)


SERIOUS = "Death, threat to life, hospital, disability, or another important medical event."


def finish(chair: Chair) -> None:
    """The last step: problems are said, unlikely values ask for a reason, and a finished row goes on."""
    doubts = st.session_state.get(chair.key("doubts"))
    reason = None
    if doubts:
        for doubt in doubts:
            st.warning(as_typed(doubt), icon=":material/help:")
        reason = st.text_input("If this is what happened, say how you know", key=chair.key("reason"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Save as it was" if doubts else "Save treatment",
            type="primary",
            icon=":material/check:",
            key=chair.key("save"),
        ):
            write(chair)
            try:
                with database(who.actor()) as db:
                    treatments.finish(db, chair.treatment.key, confirmed=reason)
            except Unlikely as unlikely:
                st.session_state[chair.key("doubts")] = unlikely.problems
                st.rerun()
            st.session_state["just saved"] = "Treatment saved."
            open_patient(chair.patient.key)
        if st.button("Discard", type="tertiary", icon=":material/delete:", key=chair.key("discard")):
            with database(who.actor()) as db:
                treatments.discard(db, chair.treatment.key)
            open_patient(chair.patient.key)
