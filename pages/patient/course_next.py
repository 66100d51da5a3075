"""Another course: the one that is open is ended first, with a reason; then the new one is opened."""

from __future__ import annotations

import streamlit as st

from clinic import episodes
from data_model.episodes import Stage
from pages.patient.background_sheet import Sheet, popover
from pages.shared import course_form

# Offered, not imposed: each can be written in other words.
REASONS = ("response lost", "course completed", "no benefit", "stopped at own wish", "other words")


def show(page: Sheet) -> None:
    with popover(page, "Start another course", "another", ":material/start:") as opened:
        if not opened:
            return
        if page.seen.course.stage != Stage.ENDED:
            _end(page)
        else:
            _start(page)


def _end(page: Sheet) -> None:
    course = page.seen.course
    st.caption(
        f"The course for {course.indication.value} is open. It ends first; then the new one is opened here."
    )
    why = st.selectbox("Why it ends", REASONS, key=page.key("why ended"))
    if why == REASONS[-1]:
        why = st.text_input("In other words", key=page.key("why in words"))
    if st.button("End this course", type="primary", key=page.key("end")):
        page.save(
            "The course has ended. Another one can be started now.",
            lambda db: episodes.move_to(db, course.key, Stage.ENDED, why),
        )


def _start(page: Sheet) -> None:
    fields = course_form.fields(lambda name: page.key(f"another {name}"), page.seen.course.indication)
    st.caption("It has its own baseline: the last complete score within 14 days before its first dose.")
    if st.button("Start the course", type="primary", key=page.key("start another")):
        page.save("A new course was started.", lambda db: episodes.start(db, page.seen.patient.key, **fields))
