"""What can wait: the days to come, what was begun and not finished, and what each rule says."""

from __future__ import annotations

from itertools import groupby
from zoneinfo import ZoneInfo

import streamlit as st

from clinic import instruments, worklist
from clinic.worklist import rules as whys
from pages.shared import clock, sheet
from pages.shared.listing import listing
from pages.shared.words import as_typed

COLUMNS = [("who", "Patient"), ("at", "Time"), ("room", "Room")]
FIRST = 10


def coming(arrivals: list[worklist.Arrival], zone: ZoneInfo) -> None:
    """The next seven days; what is too many unfolds."""
    if not arrivals:
        return
    st.header("Coming days", anchor=False)
    _listed(arrivals[:FIRST], zone, "coming")
    if more := arrivals[FIRST:]:
        with st.expander(f"{len(more)} more planned until {more[-1].at.astimezone(zone):%a %-d %b}"):
            _listed(more, zone, "coming later")


def _listed(arrivals: list[worklist.Arrival], zone: ZoneInfo, key: str) -> None:
    rows: list[dict] = []
    for day, some in groupby(arrivals, lambda each: each.at.astimezone(zone).date()):
        rows.append({"group": f"{day:%A %-d %B}"})
        rows += [_row(each, zone) for each in some]
    chosen = listing(COLUMNS, rows, key=key, label="Coming days")
    if chosen:
        patient, _, treatment = chosen.partition("|")
        st.switch_page("clinical/treatment.py", query_params={"patient": patient, "treatment": treatment})


def _row(each: worklist.Arrival, zone: ZoneInfo) -> dict:
    return {
        "id": f"{each.person.key}|{each.treatment}",
        "who": {"main": each.person.name, "sub": each.person.line},
        "at": f"{each.at.astimezone(zone):%H:%M}",
        "room": each.room,
    }


def unfinished(found: worklist.Unfinished) -> None:
    if not len(found):
        return
    st.header("Unfinished", anchor=False)
    st.caption("Forms that you began, and everybody's records of treatments. Drafts are in no count.")
    buttons = [_form(*each) for each in found.forms] + [_treatment(*each) for each in found.treatments]
    for button in buttons[:FIRST]:
        _go_on(*button)
    if more := buttons[FIRST:]:
        with st.expander(f"{len(more)} more"):
            for button in more:
                _go_on(*button)


def _form(person, draft) -> tuple[str, str, str, str, dict]:
    title = instruments.instrument(draft.instrument).title
    label = f"{title} of {person.name}, begun {clock.ago(draft.entered_at)}"
    address = {"patient": person.key, "instrument": draft.instrument}
    return label, draft.key, ":material/edit_note:", "clinical/assessment.py", address


def _treatment(person, draft) -> tuple[str, str, str, str, dict]:
    label = f"Treatment of {person.name}, begun {clock.ago(draft.entered_at)} by {draft.author}"
    address = {"patient": person.key, "treatment": draft.key}
    return label, draft.key, ":material/vaccines:", "clinical/treatment.py", address


def _go_on(label: str, key: str, icon: str, page: str, address: dict) -> None:
    if st.button(as_typed(label), key=f"go on {key}", type="tertiary", icon=icon):
        st.switch_page(page, query_params=address)


def rules() -> None:
    """Whoever reads a line can see what put it there."""
    with st.expander("The rules of this list"):
        st.caption(
            "A person stands at the place of their gravest line: alerts for today, not asked, worse, alerts before the "
            "next dose, fading, rising, scores overdue, checks due, alerts at the next review, reviews due. The rules "
            "of alerts are in the documentation of the flags; these are the ones of this page alone. They state what "
            "was seen; what to do is yours to decide."
        )
        sheet.table(
            "Rules of Today",
            ("Rule", "Puts on the list", "From"),
            [(each.name, each.trigger, each.source) for each in whys.ALL],
        )
