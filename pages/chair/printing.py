"""The treatment on paper: each print is made at the click, by whoever is signed in then, and stands in the trail."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from clinic import accounts, report, treatments
from clinic.access import can
from data_model import Database, Treatment, database
from data_model.treatments import Substance
from pages.chair.context import Chair
from pages.shared import clock, refusals, who
from pages.shared.words import as_typed

Make = Callable[[Database, Treatment], bytes | str]


def show(chair: Chair) -> None:
    """Buttons for the record as PDF and HTML, and for the sheet in the shape of the REMS form."""
    access = st.user.get("access")
    with st.container(horizontal=True, vertical_alignment="center"):
        button(chair, access, "PDF", "treatment", "pdf", "application/pdf", report.pdf)
        button(chair, access, "HTML", "treatment", "html", "text/html", report.html)
        if chair.treatment.substance == Substance.ESKETAMINE and can(chair.actor, "see names"):
            button(chair, access, "REMS sheet", "rems", "pdf", "application/pdf", report.rems)
            sending(chair)


def button(
    chair: Chair, access: str | None, label: str, kind: str, ending: str, mime: str, make: Make
) -> None:
    """The file's name has the record's key in it and nobody's name."""
    st.download_button(
        label,
        data=partial(made, access, chair.treatment.key, make),
        file_name=f"{kind}-{chair.treatment.key}.{ending}",
        mime=mime,
        icon=":material/print:" if ending == "pdf" else ":material/html:",
        on_click="ignore",
        key=chair.key(f"print {label}"),
    )


def made(access: str | None, key: str, make: Make) -> bytes | str:
    """Runs apart from the page, some time after it was drawn: who is asking is looked up anew."""
    with database(accounts.actor_of(access)) as db:
        return make(db, treatments.by_key(db, key))


def sending(chair: Chair) -> None:
    """That the form was sent; the software sends nothing."""
    with database(chair.actor) as db:
        done = report.sending(db, treatments.by_key(db, chair.treatment.key))
    if done is not None:
        note = f": {as_typed(done.note)}" if done.note else ""
        st.caption(
            f"Form sent: {as_typed(done.author)}, {clock.moment(done.done_at, chair.zone)}{note}",
            width="content",
        )
    elif can(chair.actor, "record treatments"):
        with st.popover("Mark the form as sent", icon=":material/outgoing_mail:"), refusals.in_words():
            note = st.text_input("How, and to whom", key=chair.key("form sent"))
            st.caption("This writes down that you sent it. The software sends nothing.")
            if st.button("It was sent", type="primary", key=chair.key("form was sent")):
                with database(who.actor()) as db:
                    report.sent(db, treatments.by_key(db, chair.treatment.key), note)
                st.rerun()
