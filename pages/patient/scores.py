"""Every score that counts, the newest first: the rows of the figure, whichever panels are shown."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import streamlit as st

from clinic import assessments, instruments
from clinic.instruments import Instrument
from clinic.outcomes import counting
from clinic.outcomes.wording import number
from data_model import database
from pages.patient import moving
from pages.patient.seen import Seen
from pages.shared import clock, refusals, scale_words, sheet, who
from pages.shared.kept import kept

# Pixels, so that all columns show beside the sidebar of a 1360 px window.
WIDTHS = {
    "Date": 130,
    "Scale": 112,
    "Score": 52,
    "Band": 122,
    "Suicide item": 90,
    "How": 180,
    "Counts": 204,
}


def show(seen: Seen) -> None:
    if len(seen.scores):
        _table(seen)
    else:
        st.text("No score yet.")
    with database(seen.actor) as db:
        voided = assessments.voided(db, seen.patient)
    for row in voided:
        st.markdown(
            f":gray[~~{clock.moment(row.taken_at, seen.zone, row.date_only)} "
            f"{seen.catalogue[row.instrument].title} {row.total if row.total is not None else '–'}~~]"
        )
        st.text(f"Taken out: {row.void_reason}")


def _table(seen: Seen) -> None:
    lines = kept(
        seen.key("kept lines"), _to_send, seen.scores, seen.given, seen.starts, seen.catalogue, seen.zone
    )
    picked = st.dataframe(
        lines,
        hide_index=True,
        column_config={name: st.column_config.Column(width=px) for name, px in WIDTHS.items()},
        on_select="rerun",
        selection_mode="single-row",
        key=seen.key("scores"),
        alt=f"All {len(lines)} scores, newest first",
    )
    if picked.selection.rows:
        score = seen.scores.iloc[::-1].iloc[picked.selection.rows[0]]
        _form(seen, score)
        if seen.may("record assessments"):
            _take_out(seen, score)
        if seen.may("move records"):
            moving.score(seen, score.assessment)
    if seen.scores["prorated"].any():
        st.caption("\\* prorated: some answers are missing; never a baseline, response or remission.")


def _to_send(*of) -> pa.Table:
    """In the form in which Streamlit sends it: a run that changes nothing need not make it anew."""
    return pa.Table.from_pandas(score_lines(*of))


def score_lines(
    scores: pd.DataFrame, given: pd.DataFrame, starts: pd.DataFrame, catalogue: Mapping[str, Instrument], zone
) -> pd.DataFrame:
    judged = counting.judge(scores, given, starts, instruments=catalogue, zone=zone.key)
    lines = [
        {
            "Date": clock.moment(row.taken_at, zone, row.date_only),
            "Scale": catalogue[row.instrument].title,
            "Score": scale_words.in_table(catalogue[row.instrument], row.total, row.prorated, row.suicide),
            "Band": row.band or "–",
            "Suicide item": scale_words.suicide_in_table(
                catalogue[row.instrument], row.suicide_state, row.suicide
            ),
            "How": row.how + (f", {row.rater}" if isinstance(row.rater, str) else ""),
            "Counts": row.why_not or "towards response",
        }
        for row in judged.iloc[::-1].itertuples()
    ]
    return pd.DataFrame(lines)


def _form(seen: Seen, score: pd.Series) -> None:
    """What they answered: the form of one score, item by item, with its result."""
    with database(who.actor()) as db:
        row = assessments.by_key(db, score.assessment)
    scale = instruments.instrument(row.instrument, row.version)
    title = f"{scale.title} of {clock.moment(row.taken_at, seen.zone, row.date_only)}"
    with st.expander(title, expanded=True):
        if row.answers is None:
            st.text("A total without its answers.")
            return
        result = scale_words.result(scale, instruments.score(scale, row.answers), row.answers)
        sheet.table(
            " · ".join([f"{result.what}: {result.value}", *result.words]),
            ("item", "text", "answer"),
            scale_words.answered(scale, row.answers),
        )
        if row.note:
            st.text(row.note)


def _take_out(seen: Seen, score: pd.Series) -> None:
    """A wrong score leaves figures and counts; it stays below the table, struck through, with the reason."""
    with st.container(horizontal=True, vertical_alignment="bottom", border=True):
        title = seen.catalogue[score.instrument].title
        when = clock.moment(score.taken_at, seen.zone, score.date_only)
        reason = st.text_input(
            f"Why {title} {number(score.total)} of {when} is wrong", key=seen.key(f"why {score.assessment}")
        )
        if st.button(
            "Take it out", icon=":material/remove_circle:", key=seen.key(f"void {score.assessment}")
        ):
            with refusals.in_words():
                with database(who.actor()) as db:
                    assessments.void(db, score.assessment, reason)
                st.rerun()
