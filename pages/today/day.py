"""The day itself: who comes, at what time, what their gate still wants; and who is in a chair."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from clinic.outcomes.wording import plural
from clinic.worklist import Arrival, InChair
from clinic.worklist.rules import LATE
from data_model.columns import now
from pages.shared.listing import listing

FIRST = 8  # arrivals at once; the others unfold
NAMED = 3  # reasons in words
UNASKED, UNMEASURED = ": not assessed.", ": not recorded, or too long ago."
COLUMNS = [("who", "Time and patient"), ("gate", "Gate")]
COLUMNS_OF_CHAIRS = [("room", "Room"), ("who", "Patient"), ("since", "Since")]


def show(arrivals: list[Arrival], chairs: list[InChair], zone: ZoneInfo) -> None:
    if chairs:
        st.header("In a chair", anchor=False)
        _open(
            listing(
                COLUMNS_OF_CHAIRS,
                [_chair(each, zone) for each in chairs],
                key="in chairs",
                label="In a chair",
            )
        )
        st.page_link("clinical/rooms.py", label="Rooms, live", icon=":material/meeting_room:")
    st.header("Arrivals today", anchor=False)
    if not arrivals:
        st.text("Nobody else is planned for today.")
        return
    _open(
        listing(
            COLUMNS, [_row(each, zone) for each in arrivals[:FIRST]], key="arrivals", label="Arrivals today"
        )
    )
    if more := arrivals[FIRST:]:
        with st.expander(f"{len(more)} more, from {more[0].at.astimezone(zone):%H:%M}"):
            _open(
                listing(
                    COLUMNS, [_row(each, zone) for each in more], key="later arrivals", label="Later today"
                )
            )


def _row(each: Arrival, zone: ZoneInfo) -> dict:
    line = [
        each.room,
        f"late {_length(each.late)} ({LATE.name})" if each.late is not None else None,
        "suicide concern open" if each.concern else None,
    ]
    return {
        "id": f"{each.person.key}|{each.treatment}",
        "who": {
            "main": f"{each.at.astimezone(zone):%H:%M}  {each.person.name}",
            "sub": " · ".join(part for part in line if part),
        },
        "gate": _gate(each),
    }


def _gate(each: Arrival) -> str:
    """The verdict and the gravest reasons, shortened: a question nobody has answered yet is named, not told."""
    if each.verdict is None:
        return "Not looked at here; open it."
    names = [reason.removesuffix(UNASKED).removesuffix(UNMEASURED).rstrip(".") for reason in each.missing]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    wanted = f"{', '.join(names[:NAMED])}{more}" if names else "nothing is missing"
    return f"{each.verdict.capitalize()}: {wanted} · rule {each.protocol}"


def _chair(each: InChair, zone: ZoneInfo) -> dict:
    minutes = (now() - each.since) // timedelta(minutes=1)
    return {
        "id": f"{each.person.key}|{each.treatment}",
        "room": each.room or "no room",
        "who": {"main": each.person.name, "sub": each.person.line},
        "since": {
            "main": f"{each.since.astimezone(zone):%H:%M}, {_length(minutes)}",
            "sub": plural(each.alerts, "open alert") if each.alerts else "no open alert",
        },
    }


def _length(minutes: int) -> str:
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def _open(chosen: str | None) -> None:
    if chosen:
        patient, _, treatment = chosen.partition("|")
        st.switch_page("clinical/treatment.py", query_params={"patient": patient, "treatment": treatment})
