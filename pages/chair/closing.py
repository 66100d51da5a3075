"""They have left: what the record still lacks, and the step that makes it count."""

from __future__ import annotations

import streamlit as st

from clinic import alerts, drug_log, treatments
from clinic.access import can
from clinic.treatments import Unlikely
from data_model import Treatment, VitalSigns, database
from pages.chair import drugs, live, vitals
from pages.chair.context import Chair
from pages.shared import clock, refusals, sheet, who
from pages.shared.words import as_typed


def show(chair: Chair) -> None:
    with database(chair.actor) as db:
        signs = treatments.stored_rows(db, chair.treatment)
        events = treatments.adverse_events(db, chair.treatment)
        unanswered = len(alerts.open_ones(db, chair.patient))
    st.header("They have left: finish the record", anchor=False)
    if lacks := missing(chair.treatment, signs):
        st.warning("Not recorded: " + as_typed(", ".join(lacks)) + ".", icon=":material/edit_note:")
    if unanswered:
        still = "1 alert is" if unanswered == 1 else f"{unanswered} alerts are"
        st.warning(f"{still} still open for this person.", icon=":material/warning:")
    sheet.facts([("What was done", facts(chair)), ("Adverse events", said(events))])
    finish(chair)
    drugs.show(chair)
    vitals.show(chair)
    if st.toggle("Add or correct entries", key=chair.key("entries")):
        live.tablet(chair, "left")


def missing(row: Treatment, signs: list[VitalSigns]) -> list[str]:
    """What a complete record has and this one lacks, in words. None of it stops the record from being finished,
    except the amount given."""
    lacks = [words for name, words in LACKS.items() if getattr(row, name) in (None, "")]
    after = [each for each in signs if each.minute is not None and each.minute > 0]
    return lacks if after else [*lacks, "vital signs after the start"]


LACKS = {
    "given_mg": "the amount given",
    "stopped_at": "the end of the dose",
    "lot": "the lot",
    "ready_at": "when they were ready to leave",
    "escort": "the escort",
}


def facts(chair: Chair) -> list[str]:
    row, zone = chair.treatment, chair.zone
    given = f"{row.given_mg:g} mg given" if row.given_mg is not None else "Amount given: not recorded"
    ordered = f", {row.ordered_mg:g} mg ordered" if row.ordered_mg is not None else ""
    times = [
        f"{words} {clock.moment(at, zone)}" if at else f"{words}: not recorded"
        for words, at in (
            ("Started", row.started_at),
            ("Ended", row.stopped_at),
            ("Ready", row.ready_at),
            ("Left", row.left_at),
        )
    ]
    more = [
        f"{words}: {text}"
        for words, text in (
            ("Left before every criterion was met", row.left_early_reason),
            (f"Decided by {row.leaving_decided_by}", row.leaving_decision),
            ("Escort", row.escort),
            ("Transport", row.transport),
            ("Note", row.note),
        )
        if text
    ]
    kind = " ".join(each.value for each in (row.substance, row.route) if each)
    return [f"{given}{ordered}{', ' + kind if kind else ''}", *times, *more]


def said(events: list) -> list[str]:
    return [
        f"{each.term}, {each.severity.value}{', serious' if each.serious else ''}" for each in events
    ] or ["None recorded"]


def finish(chair: Chair) -> None:
    """As with a record that was written up: what cannot be is refused, what is unlikely asks how it is known."""
    doubts = st.session_state.get(chair.key("doubts")) or ()
    for doubt in doubts:
        st.warning(as_typed(doubt), icon=":material/help:")
    reason = (
        st.text_input("If this is what happened, say how you know", key=chair.key("reason"))
        if doubts
        else None
    )
    label = "Save as it was" if doubts else "Finish the record"
    with refusals.in_words():
        if not st.button(label, type="primary", icon=":material/check:", key=chair.key("finish")):
            return
        try:
            with database(who.actor()) as db:
                treatments.finish(db, chair.treatment.key, confirmed=reason)
            settle(chair)
        except Unlikely as unlikely:
            st.session_state[chair.key("doubts")] = unlikely.problems
        st.rerun()


def settle(chair: Chair) -> None:
    """What the register of controlled drugs says of a finished treatment and does not add up opens a discrepancy."""
    if can(chair.actor, drug_log.RIGHT):
        with database(who.actor()) as db:
            drug_log.settle(db, chair.treatment)
