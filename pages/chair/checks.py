"""What is looked at between treatments: the last of each kind with its age, and a form for a new one."""

from __future__ import annotations

import streamlit as st

from clinic import checks, editions
from clinic.chair import before
from clinic.protocols import gate
from clinic.protocols.vitals import opening
from data_model import SafetyCheck, database
from data_model.checks import CheckKind, Finding
from data_model.columns import now
from pages.chair.context import Chair
from pages.shared import clock, refusals, sheet, who


def show(chair: Chair) -> None:
    with database(chair.actor) as db:
        last = checks.latest(db, chair.patient)
        protocol, visit = editions.in_force(db), before.visit(db, chair.treatment)
    due = {
        one.id.partition(".")[2].partition(".")[0]: one.says for one in gate.measure_reasons(protocol, visit)
    }
    today = visit.now.date()
    rows = [
        (opening(kind.value), _last(last.get(kind), today), due.get(_limit_of(kind), ""))
        for kind in CheckKind
    ]
    marked = [at for at, row in enumerate(rows) if row[2]]
    with st.container(border=True, key="checks"):
        st.header("Safety checks", anchor=False)
        sheet.table("", ("check", "last", "due"), rows, marked)
        with st.popover("Record a check", icon=":material/fact_check:"):
            record(chair)


def _limit_of(kind: CheckKind) -> str:
    """The word in the id of the protocol's limit on the age of this check: check.liver.induction."""
    return {
        CheckKind.LIVER: "liver",
        CheckKind.URINARY: "urinary",
        CheckKind.COGNITION: "cognition",
        CheckKind.DRUG_SCREEN: "drug_screen",
        CheckKind.PDMP: "pdmp",
    }.get(kind, "")


def _last(row: SafetyCheck | None, today) -> str:
    if row is None:
        return "never recorded"
    found = row.finding.value if row.finding else "no result recorded"
    value = f", {row.value:g} × upper limit" if row.value is not None else ""
    days = (today - row.checked_on).days
    ago = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
    return f"{row.checked_on:%-d %b %Y}, {ago}: {found}{value}"


def record(chair: Chair) -> None:
    key = chair.key
    kind = st.selectbox(
        "Check", list(CheckKind), format_func=lambda each: opening(each.value), key=key("check kind")
    )
    day = st.date_input(
        "Done on",
        now().astimezone(chair.zone).date(),
        min_value=clock.EARLIEST,
        max_value=clock.LATEST,
        format="DD/MM/YYYY",
        key=key("check day"),
    )
    finding = st.segmented_control(
        "Found", list(Finding), format_func=lambda each: each.value, key=key("check finding")
    )
    value = None
    if kind == CheckKind.LIVER:
        value = st.number_input(
            "ALT or AST, the higher, × upper limit", value=None, step=0.1, format="%g", key=key("check value")
        )
    text = st.text_input("In words", key=key("check text"))
    if st.button("Save the check", type="primary", key=key("check save")) and day:
        with refusals.in_words():
            with database(who.actor()) as db:
                checks.record(db, chair.patient.key, kind, day, finding=finding, value=value, text=text)
            st.rerun()
