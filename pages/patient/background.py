"""What else is known of a patient: medication, events, checks, diagnoses, what was tried, and weight."""

from __future__ import annotations

from datetime import date

import streamlit as st

from clinic import background
from clinic.background import Known, Weighed, events, history, medication, weights
from clinic.outcomes.wording import age_in_words, signed
from data_model import Diagnosis, EventNote, Medication, PriorTreatment, database
from data_model.people import EventKind
from pages.patient import background_forms as forms
from pages.patient.background_checks import checks
from pages.patient.background_sheet import Sheet, add, edit, listed, row, section, style, take_back, words
from pages.patient.background_sheet import popover as popover_of
from pages.patient.seen import Seen
from pages.shared import refusals, who


@st.fragment
def show(seen: Seen) -> None:
    """Runs by itself while somebody opens and fills a form here; a save runs the whole page."""
    with refusals.in_words():
        first = seen.first_dose.astimezone(seen.zone).date() if seen.first_dose else None
        with database(who.actor()) as db:
            known = background.of_patient(db, seen.patient, seen.course, first)
        sheet = Sheet.of(seen)
        st.html(f"<style>{style()}</style>")
        with st.container(key=seen.key("background-sheet")):
            left, right = st.columns(2, gap="large")
            with left:
                _medication(sheet, known)
                _events(sheet, known)
                checks(sheet, known)
            with right:
                _diagnoses(sheet, known)
                _tried(sheet, known)
                _weights(sheet, known)


def _medication(sheet: Sheet, known: Known) -> None:
    fields = forms.medication(known.today)
    with section("Medication", _adding(sheet, "drug", fields, medication.add)):
        listed(sheet, "medication", known.medication, lambda each: _drug(sheet, each, known.today, fields))


def _drug(sheet: Sheet, one: Medication, today: date, fields) -> None:
    per_day = f"{one.mg_per_day:g} mg a day" if one.mg_per_day is not None else None
    since = f"since {_day(one.started)}" if one.stopped is None else _span(one.started, one.stopped)
    with row(f"{one.drug} {one.dose or ''}".strip(), _said(per_day, since), past=one.stopped is not None):
        if not sheet.edits:
            return
        if one.stopped is None:
            if st.button("Stopped today", key=sheet.key(f"stop {one.key}"), type="tertiary"):
                sheet.save(
                    f"{one.drug} stopped today.",
                    lambda db: medication.stop(db, sheet.seen.patient.key, one.key),
                )
            more = {"Change dose": lambda: _new_dose(sheet, one, today)}
        edit(sheet, one, fields, medication.edit, more if one.stopped is None else None)


def _new_dose(sheet: Sheet, one: Medication, today: date) -> None:
    with st.form(sheet.key(f"dose {one.key}"), border=False):
        values = forms.new_dose(lambda field: sheet.key(f"dose {one.key} {field}"), today)
        st.caption("The dose so far ends on the day before.")
        sent = st.form_submit_button("Save", type="primary")
    if sent:
        sheet.save(
            f"New dose of {one.drug}.",
            lambda db: medication.change_dose(db, sheet.seen.patient.key, one.key, **values),
        )


def _events(sheet: Sheet, known: Known) -> None:
    fields = forms.event(known.today)
    with section("Events and therapies", _adding(sheet, "event", fields, events.add)):
        listed(sheet, "events", known.events, lambda each: _event(sheet, each, fields))


def _event(sheet: Sheet, one: EventNote, fields) -> None:
    when = _day(one.happened_on)
    if one.ended_on is None and one.kind is EventKind.THERAPY:
        when = f"since {when}, goes on"
    elif one.ended_on is not None:
        when = _span(one.happened_on, one.ended_on)
    ends = f"{one.decides.value}: ends a response at once" if one.decides else None
    with row(one.text, _said(one.kind.value, when, ends)):
        if sheet.edits:
            edit(sheet, one, fields, events.edit)


def _diagnoses(sheet: Sheet, known: Known) -> None:
    with section("Diagnoses", _adding(sheet, "diagnosis", forms.diagnosis, history.add_diagnosis)):
        listed(sheet, "diagnoses", known.diagnoses, lambda each: _diagnosis(sheet, each))


def _diagnosis(sheet: Sheet, one: Diagnosis) -> None:
    with row(one.text, _said(one.icd10, f"since {_day(one.since)}" if one.since else None)):
        if sheet.edits:
            edit(sheet, one, forms.diagnosis, history.edit_diagnosis)


def _tried(sheet: Sheet, known: Known) -> None:
    with section("Tried before", _adding(sheet, "tried", forms.tried, history.add_tried)):
        listed(sheet, "tried", known.tried, lambda each: _one_tried(sheet, each))


def _one_tried(sheet: Sheet, one: PriorTreatment) -> None:
    with row(one.what, _said(one.outcome, f"ended {_day(one.ended)}" if one.ended else None)):
        if sheet.edits:
            edit(sheet, one, forms.tried, history.edit_tried)


def _weights(sheet: Sheet, known: Known) -> None:
    with section("Weight", _adding(sheet, "weight", forms.weight(known.today), weights.record)):
        if known.weights:
            _last_weight(known)
        listed(sheet, "weights", known.weights, lambda each: _weight(sheet, each))


def _last_weight(known: Known) -> None:
    last, first = known.weights[0], known.weights[-1]
    moved = weights.change(known.weights)
    since = (
        None if moved is None else f"{signed(round(moved, 1))} kg since {_day(first.on)} ({first.kg:g} kg)"
    )
    late = known.weight_due is not None and known.weight_due < known.today
    due = f"to be weighed again since {_day(known.weight_due)}" if late else None
    words(f"{last.kg:g} kg, {age_in_words((known.today - last.on).days)}", _said(since, due), late=late)


def _weight(sheet: Sheet, one: Weighed) -> None:
    with row("", _said(_day(one.on), f"{one.kg:g} kg", None if one.key else "for a treatment")):
        if sheet.edits and one.key:
            with popover_of(sheet, "Edit", f"edit {one.key}") as opened:
                if opened:
                    take_back(sheet, "weight", one.key)


def _adding(sheet: Sheet, name: str, fields, save):
    """What `section` puts beside its heading; nothing for somebody who only reads."""
    return (lambda: add(sheet, name, fields, save)) if sheet.edits else None


def _said(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _span(begin: date, end: date) -> str:
    return f"{_day(begin)} – {_day(end)}"


def _day(on: date) -> str:
    return f"{on:%-d %b %Y}"
