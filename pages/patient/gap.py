"""A new course, or on with this one? Asked when the last treatment lies long ago."""

from __future__ import annotations

import streamlit as st

from clinic import episodes
from clinic.episodes import Proposal
from data_model import database
from pages.patient.seen import Seen
from pages.shared import refusals, who


def show(seen: Seen, proposed: Proposal) -> None:
    with st.container(border=True, key=seen.key("gap")):
        st.markdown(f"**{headline(proposed)}** A new course has its own baseline.")
        st.caption(
            f"Proposed after more than {proposed.limit} days without a treatment: the clinic's own setting, not a "
            f"published number. Rule course.gap. Scores recorded so far stay with the course they were taken in."
        )
        if seen.may("edit patients"):
            with st.container(horizontal=True, vertical_alignment="center"):
                _answers(seen)


def headline(proposed: Proposal) -> str:
    last = f"{proposed.last:%-d %b %Y}"
    if proposed.planned:
        return (
            f"{proposed.days} days lie between the last treatment ({last}) and the one planned for "
            f"{proposed.until:%-d %b %Y}."
        )
    return f"No treatment for {proposed.days} days, since {last}."


def _answers(seen: Seen) -> None:
    if st.button("Start a new course", type="primary", icon=":material/start:", key=seen.key("gap new")):
        with refusals.in_words():
            with database(who.actor()) as db:
                episodes.start_anew(db, seen.course.key)
            st.session_state["just saved"] = "A new course was started; the earlier one has ended."
            st.rerun()
    if st.button("Go on with this course", key=seen.key("gap on")):
        with refusals.in_words():
            with database(who.actor()) as db:
                episodes.go_on(db, seen.course.key)
            st.session_state["just saved"] = "Noted: the course goes on."
            st.rerun()
