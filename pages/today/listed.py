"""Everybody whom a rule put on the list, once, the gravest first; each line with its rule and a button to act."""

from __future__ import annotations

from contextlib import nullcontext
from math import ceil
from zoneinfo import ZoneInfo

import streamlit as st

from clinic import instruments, worklist
from clinic.worklist.people import SIZE
from pages.shared import clock
from pages.shared.address import open_patient
from pages.today import alert, lines

NAMES = {
    "alerts": "Alerts",
    "not asked": "Not asked",
    "worse": "Worse",
    "fading": "Fading",
    "overdue": "Scores overdue",
    "checks": "Checks due",
    "reviews": "Reviews due",
}


def asked(chosen: str) -> tuple[list[str], int]:
    """Which kinds, and which page of them from 0, as they were chosen on the page itself."""
    kinds = [kind for kind in worklist.KINDS if kind in (st.session_state.get("today kinds") or ())]
    return kinds or list(worklist.KINDS), st.session_state.get(_page(chosen, kinds or worklist.KINDS), 1) - 1


def show(people: worklist.People, chosen: str, kinds: list[str], zone: ZoneInfo) -> None:
    st.header("Whom to open first", anchor=False)
    st.pills(
        "Show only",
        list(worklist.KINDS),
        selection_mode="multi",
        format_func=NAMES.get,
        key="today kinds",
        label_visibility="collapsed",
    )
    st.caption(_counted(people))
    if not people.total:
        st.text("Nobody is on this list.")
    for card in people.cards:
        _card(card, zone)
    if people.total > SIZE:
        st.pagination(ceil(people.total / SIZE), key=_page(chosen, kinds))


def _counted(people: worklist.People) -> str:
    said = [f"{NAMES[kind].lower()} {count:,}" for kind, count in people.counts.items() if count]
    shown = f"{len(people.cards)} of {people.total:,} people, each once, the gravest first."
    return f"{shown} People with: {', '.join(said)}." if said else shown


def _page(chosen: str, kinds) -> str:
    return f"today people {chosen} {' '.join(kinds)}"


def _card(card: worklist.Card, zone: ZoneInfo) -> None:
    """Each alert has a row with its own buttons; the lines that only tell stand with the row before them. Of what can
    be recorded, the gravest has a button."""
    key = card.person.key
    record = next((entry for entry in card.entries if entry.instrument), None)
    rows = _rows(card.entries)
    alone = {"horizontal": True, "vertical_alignment": "top"} if len(rows) == 1 else {}
    with st.container(border=True, key=f"person-{key}", gap="small", **alone):
        for number, entries in enumerate(rows):
            with (
                nullcontext()
                if alone
                else st.container(horizontal=True, vertical_alignment="top", gap="small")
            ):
                with st.container(width="stretch"):
                    st.html(
                        (lines.who(card.person) if number == 0 else "")
                        + lines.listed([_line(entry, zone) for entry in entries])
                    )
                if number == 0:
                    _buttons(key, record)
                if entries[0].alert is not None:
                    alert.answers(entries[0])


def _rows(entries: tuple[worklist.Entry, ...]) -> list[list[worklist.Entry]]:
    rows: list[list[worklist.Entry]] = []
    for entry in entries:
        if entry.alert is not None or not rows:
            rows.append([])
        rows[-1].append(entry)
    return rows


def _buttons(key: str, record: worklist.Entry | None) -> None:
    if st.button("Open", key=f"open {key}", type="tertiary", icon=":material/arrow_forward:"):
        open_patient(key)
    if record and st.button(_label(record), key=f"record {key}", icon=":material/edit_note:"):
        address = {"patient": key, "instrument": record.instrument}
        st.switch_page("clinical/assessment.py", query_params=address)


def _line(entry: worklist.Entry, zone: ZoneInfo) -> str:
    if entry.alert is None:
        return lines.line(entry.title, entry.saw, [f"{clock.ago(entry.since)} · rule {entry.rule}"])
    below = [alert.under(entry, zone), alert.done(entry) if entry.alert.action else ""]
    return lines.line(entry.title, entry.saw, below, entry.alert.urgency.value.lower())


def _label(entry: worklist.Entry) -> str:
    title = instruments.instrument(entry.instrument).title
    return "Ask now" if entry.kind == "not asked" else f"Record {title}"
