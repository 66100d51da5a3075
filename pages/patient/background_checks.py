"""Checks between treatments: the last result of each kind, when the next is due, and urinary symptoms in one tap."""

from __future__ import annotations

from datetime import date

import streamlit as st

from clinic import checks as kept
from clinic.background import Known, Looked
from clinic.outcomes.wording import age_in_words, plural
from data_model import SafetyCheck
from data_model.checks import CheckKind, Finding
from pages.patient import background_forms as forms
from pages.patient.background_sheet import Sheet, add, listed, popover, row, section, take_back

URINARY_SCALE = "bpicss"
URINARY = {
    Finding.NOTHING: "Nothing found",
    Finding.MILD: "Something found",
    Finding.GRAVE: "Blood or pain",
}


def checks(sheet: Sheet, known: Known) -> None:
    records = sheet.seen.may("record assessments")
    fields = forms.check(known.today)
    adding = (lambda: add(sheet, "check", fields, kept.record)) if records else None
    with section("Checks and labs", adding):
        if records:
            _urinary(sheet, known.today)
        listed(sheet, "checks", known.looked, lambda each: _looked(sheet, each, known, records))


def _urinary(sheet: Sheet, today: date) -> None:
    """Asked at each visit, so each answer is one tap."""
    st.caption("Urinary symptoms, asked today:")
    with st.container(horizontal=True, gap="small", key=sheet.key("urinary-today")):
        for finding, label in URINARY.items():
            if st.button(label, key=sheet.key(f"urinary {finding.value}")):
                sheet.save(
                    f"Urinary symptoms: {label.lower()}.",
                    lambda db, finding=finding: kept.record(
                        db, sheet.seen.patient.key, CheckKind.URINARY, today, finding=finding
                    ),
                )
        title = sheet.seen.catalogue[URINARY_SCALE].title
        if st.button(
            f"Record {title}", key=sheet.key("bpicss"), type="tertiary", icon=":material/edit_note:"
        ):
            where = {"patient": sheet.seen.patient.key, "instrument": URINARY_SCALE}
            st.switch_page("clinical/assessment.py", query_params=where)


def _looked(sheet: Sheet, one: Looked, known: Known, records: bool) -> None:
    late = one.due is not None and one.due < known.today
    small = " · ".join(part for part in (_result(one.last, known.today), _due(one, known.today)) if part)
    with row(f"{one.kind.value[0].upper()}{one.kind.value[1:]}", small, late=late):
        if one.last is not None and records:
            with popover(sheet, "Edit", f"edit {one.last.key}") as opened:
                if opened:
                    _history(one.kind, known)
                    take_back(sheet, "safety_check", one.last.key)


def _history(kind: CheckKind, known: Known) -> None:
    for each in [each for each in known.checks if each.kind is kind][:8]:
        st.text(f"{_day(each.checked_on)}: {in_words(each)}")


def _result(last: SafetyCheck | None, today: date) -> str:
    if last is None:
        return "never recorded"
    return f"{in_words(last)} · {_day(last.checked_on)}, {age_in_words((today - last.checked_on).days)}"


def in_words(row: SafetyCheck) -> str:
    """A check without a result says so: that is not "nothing found"."""
    found = row.finding.value if row.finding else "no result recorded"
    value = f"{row.value:g} × upper limit" if row.value is not None else None
    return ", ".join(part for part in (found, value, row.text) if part)


def _due(one: Looked, today: date) -> str:
    if one.due is None:
        return ""
    if one.due < today:
        return f"overdue by {plural((today - one.due).days, 'day')} ({one.limit.id})"
    return f"next by {_day(one.due)}"


def _day(on: date) -> str:
    return f"{on:%-d %b %Y}"
