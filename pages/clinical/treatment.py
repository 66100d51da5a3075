"""What was given, and how were the vital signs? A treatment record that is stored from its first entry."""

from __future__ import annotations

from datetime import date, datetime, time

import streamlit as st

from clinic import patients, settings, treatments
from clinic.charts import vitals as charts
from clinic.protocols.definition import Protocol
from clinic.treatments import Unlikely
from data_model import Treatment, database
from data_model.columns import Status, now
from data_model.treatments import Route, Severity, Substance
from pages.shared import clock, drafts, figure, judged, refusals, signing, who
from pages.shared.address import open_patient, own, patient
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

actor = who.actor()
with database(actor) as db:
    chosen = patient(db)
    person = patients.person(db, chosen)
    record = (
        treatments.of_patient(db, chosen, st.query_params["treatment"])
        if "treatment" in st.query_params
        else treatments.open_draft(db, chosen.key)
    )
    zone = settings.zone(db)
    signs = treatments.vital_signs(db, record)
    stored = treatments.stored_rows(db, record)
    events = treatments.adverse_events(db, record)
st.query_params["treatment"] = record.key


def key(name: str) -> str:
    return own(f"{chosen.key}:{record.key}", name)


def finished(row: Treatment) -> None:
    """The record as it stands in the store."""
    dose = f"{row.given_mg:g} mg {row.substance.value} {row.route.value}"
    per_kg = f" · {row.mg_per_kg:g} mg/kg at {row.weight_kg:g} kg" if row.mg_per_kg else ""
    st.header(dose + per_kg, anchor=False)
    started = clock.moment(row.started_at, zone)
    stopped = f" to {row.stopped_at.astimezone(zone):%H:%M}" if row.stopped_at else ", stop not recorded"
    st.caption(
        f"{started}{stopped}{' · stopped early' if row.stopped_early else ''} · recorded by {as_typed(row.author)}, "
        f"{clock.moment(row.entered_at, zone)}"
    )
    with database(actor) as db:
        found = treatments.judged(db, row)
    judged.show(found)
    if len(signs):
        drawn = {"vitals": signs, "baseline": charts.pre_dose(signs), **limits_of(found.protocol)}
        drawn["events"] = [
            charts.Pin(each.onset_minute, each.term, severity=each.severity.value) for each in events
        ]
        minutes = (row.stopped_at - row.started_at).total_seconds() / 60 if row.stopped_at else None
        spec = charts.vitals_figure(
            **drawn, given_minutes=minutes, palette=figure.palette(), narrow=figure.narrow()
        )
        figure.show(spec, key=key("vitals"), alt=charts.vitals_alt(**drawn))
        st.dataframe(
            signs.rename(columns=GRID)[[*GRID.values()]],
            hide_index=True,
            width="content",
            placeholder="not recorded",
            alt="The vital signs of the figure, row by row",
        )
    else:
        st.info("No vital signs were recorded.")
    st.text(
        "Adverse events: "
        + (
            "; ".join(f"{e.term}, {e.severity.value}{', serious' if e.serious else ''}" for e in events)
            or "none recorded"
        )
    )
    if row.note:
        st.text(row.note)
    signing.show(actor, row, [*stored, *events], zone, key=key)
    if st.button("Back to the patient", icon=":material/arrow_back:"):
        open_patient(chosen.key)


def limits_of(protocol: Protocol) -> dict[str, list[tuple]]:
    """The limits that a figure of vital signs draws, and those for what was measured before the dose."""
    return {
        name: [(each.measure, each.tier, each.value, each.comparison) for each in protocol.limits_for(phase)]
        for name, phase in (("limits", "during"), ("limits_before", "pre"))
    }


# ---- the draft -------------------------------------------------------------------------------------------


def begin() -> int:
    """Seeds the widgets from the stored draft, once; returns how many rows the grid has."""
    started, stopped = (at.astimezone(zone) if at else None for at in (record.started_at, record.stopped_at))
    drafts.seed(
        {
            key("substance"): record.substance.value,
            key("route"): record.route.value,
            **{key(name): getattr(record, name) for name in NUMBERS},
            key("lot"): record.lot or "",
            key("day"): started.date() if started else now().astimezone(zone).date(),
            key("start"): started.time() if started else None,
            key("stop"): stopped.time() if stopped else None,
            key("stopped_early"): record.stopped_early,
            key("note"): record.note or "",
            key("events"): [event.term for event in events],
        }
    )
    by_position = {row.position: row for row in stored}
    rows = max(len(MINUTES), max(by_position, default=-1) + 1, st.session_state.get(key("rows"), 0))
    st.session_state[key("rows")] = rows
    for position in range(rows):
        row = by_position.get(position)
        for name in GRID:
            usual = MINUTES[position] if name == "minute" and position < len(MINUTES) else None
            drafts.seed({key(f"{name}{position}"): getattr(row, name) if row else usual})
    for event in events:
        drafts.seed({key(f"severity {event.term}"): event.severity.value})
        drafts.seed({key(f"serious {event.term}"): event.serious})
    return rows


def entered() -> tuple[dict, list[dict], list[dict]]:
    """Fields, grid rows and adverse events as the widgets say now."""
    get = st.session_state.get
    fields = {
        "substance": Substance(get(key("substance")) or record.substance),
        "route": Route(get(key("route")) or record.route),
        **{name: get(key(name)) for name in NUMBERS},
        "lot": get(key("lot")) or None,
        "started_at": _at(get(key("day")), get(key("start"))),
        "stopped_at": _at(get(key("day")), get(key("stop"))),
        "stopped_early": bool(get(key("stopped_early"))),
        "note": get(key("note")) or None,
    }
    if fields["weight_kg"]:
        fields["weighed_on"] = get(key("day"))
    rows = [
        {name: get(key(f"{name}{position}")) for name in GRID}
        for position in range(st.session_state[key("rows")])
    ]
    happened = [
        {
            "term": term,
            "severity": Severity(get(key(f"severity {term}")) or Severity.MILD),
            "serious": bool(get(key(f"serious {term}"))),
        }
        for term in get(key("events")) or []
    ]
    return fields, rows, happened


def _at(day: date | None, at: time | None) -> datetime | None:
    return datetime.combine(day, at, tzinfo=zone) if day and at else None


def write() -> bool:
    with database(who.actor()) as db:
        return treatments.write_draft(db, record.key, *entered())


@st.fragment(run_every=drafts.EVERY)
def autosave() -> None:
    """Stores what was typed since the last beat, then says so: saved means committed."""
    with refusals.in_words():
        if changed := write():
            st.session_state[key("stored")] = now()
        fields, rows, _ = entered()
        per_kg = treatments.mg_per_kg(
            fields["given_mg"], fields["weight_kg"], fields["substance"], fields["route"]
        )
        count = sum(any(v is not None for k, v in row.items() if k != "minute") for row in rows)
        at = st.session_state.get(key("stored"))
        said = [
            f"**{per_kg:g} mg/kg** at {fields['weight_kg']:g} kg"
            if per_kg
            else "mg/kg: dose or weight missing",
            f"begun {clock.moment(begun, zone)}" if (begun := fields["started_at"]) else "start missing",
            f"{count} observation{'' if count == 1 else 's'}",
            f"draft stored {at.astimezone(zone):%H:%M:%S}" if at else "draft stored as you type",
        ]
        if fields["substance"] == Substance.ESKETAMINE and fields["route"] == Route.IN:
            said[0] = "intranasal esketamine: dosed in devices of 28 mg, not by weight"
        st.caption(" · ".join(said))
        if changed or key("judged") not in st.session_state:
            with database(who.actor()) as db:
                st.session_state[key("judged")] = treatments.judged(db, treatments.by_key(db, record.key))
        judged.show(st.session_state[key("judged")])


def dose() -> None:
    with st.container(border=True):
        st.header("Dose", anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.segmented_control(
                "Substance",
                [s.value for s in Substance],
                key=key("substance"),
                required=True,
                on_change="ignore",
            )
            st.segmented_control(
                "Route", [r.value for r in Route], key=key("route"), required=True, on_change="ignore"
            )
        with st.grid(4, min_column_width=130, vertical_alignment="bottom"):
            for name, label in NUMBERS.items():
                st.number_input(label, value=None, step=1.0, format="%g", key=key(name), on_change="ignore")
            st.text_input("Lot", key=key("lot"), on_change="ignore")
            st.date_input(
                "Date",
                min_value=clock.EARLIEST,
                max_value=clock.LATEST,
                format="DD/MM/YYYY",
                key=key("day"),
                on_change="ignore",
            )
            st.time_input("Start", value=None, step=60, key=key("start"), on_change="ignore")
            st.time_input("Stop", value=None, step=60, key=key("stop"), on_change="ignore")
            st.checkbox("Stopped early", key=key("stopped_early"), on_change="ignore")


def vitals(rows: int) -> None:
    with st.container(border=True, key="vitals"):
        st.header("Vital signs", anchor=False)
        st.caption("Minutes from the start of the dose. An empty field is “not recorded”.")
        with st.container(gap="xsmall"):
            for position in range(rows):
                vitals_row(position)
        if st.button("Another row", key=key("more"), type="tertiary", icon=":material/add:"):
            st.session_state[key("rows")] += 1
            st.rerun()


def vitals_row(position: int) -> None:
    with st.grid(len(GRID), min_column_width=48, wrap=False, gap="xsmall"):
        for name, label in GRID.items():
            st.number_input(
                label if position == 0 else f"{label}, row {position + 1}",
                value=None,
                step=1,
                key=key(f"{name}{position}"),
                on_change="ignore",
                label_visibility="visible" if position == 0 else "collapsed",
            )


def adverse_events() -> None:
    with st.container(border=True):
        st.header("Adverse events", anchor=False)
        terms = st.pills(
            "What happened", EVENTS, selection_mode="multi", key=key("events"), label_visibility="collapsed"
        )
        for term in terms or []:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(term, width=210)
                st.segmented_control(
                    f"Severity of {term}",
                    [s.value for s in Severity],
                    default=Severity.MILD.value,
                    key=key(f"severity {term}"),
                    label_visibility="collapsed",
                    on_change="ignore",
                )
                st.checkbox("Serious", key=key(f"serious {term}"), on_change="ignore", help=SERIOUS)


SERIOUS = "Death, threat to life, hospital, disability, or another important medical event."


def finish() -> None:
    """The last step: problems are said, unlikely values ask for a reason, and a finished row goes on."""
    doubts = st.session_state.get(key("doubts"))
    reason = None
    if doubts:
        for doubt in doubts:
            st.warning(as_typed(doubt), icon=":material/help:")
        reason = st.text_input("If this is what happened, say how you know", key=key("reason"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Save as it was" if doubts else "Save treatment",
            type="primary",
            icon=":material/check:",
            key=key("save"),
        ):
            write()
            try:
                with database(who.actor()) as db:
                    treatments.finish(db, record.key, confirmed=reason)
            except Unlikely as unlikely:
                st.session_state[key("doubts")] = unlikely.problems
                st.rerun()
            st.session_state["just saved"] = "Treatment saved."
            open_patient(chosen.key)
        if st.button("Discard", type="tertiary", icon=":material/delete:", key=key("discard")):
            with database(who.actor()) as db:
                treatments.discard(db, record.key)
            open_patient(chosen.key)


st.title(f"Treatment: {as_typed(person.name)}", anchor=False)
st.caption(as_typed(person.line))
if record.status == Status.DRAFT:
    count = begin()
    dose()
    vitals(count)
    adverse_events()
    st.text_area("Note", key=key("note"), on_change="ignore", height=90)
    autosave()
    finish()
else:
    finished(record)
