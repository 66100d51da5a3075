"""How long did a response last, if another treatment hides the end of it, and if it is the end of it?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic import course_events
from clinic.charts.survival import Panel, median_words, survival_figure
from clinic.outcomes import baseline, counting, durability, time_to
from clinic.outcomes.course_spans import endings_by_course
from clinic.outcomes.survival import FEWEST_INSIDE
from data_model import database
from pages.outcomes import followed
from pages.outcomes.board import Board
from pages.shared import figure

TITLES = {
    False: "Still responding: treated again ends the watch",
    True: "Still responding: treated again is the end",
}
WHY = {"scores": "by two scores in a row", "": "still responding when last seen"}


def show(board: Board) -> None:
    seen = followed.looks(board)
    responses = time_to.time_to_response(board.first, seen, board.catalogue)
    if not int(responses["event"].sum()):
        st.info(f"Nobody of {len(responses)} people has been seen to respond yet: there is nothing to lose.")
        return
    lost = _lost(board, seen, responses)
    who = f"{int(responses['event'].sum())} who responded, of {len(responses)} started"
    curves = {is_loss: time_to.curves(table, FEWEST_INSIDE) for is_loss, table in lost.items()}
    panels = [Panel(TITLES[is_loss], who, *curves[is_loss]) for is_loss in (False, True)]
    medians = [f"{panel.title}: {median_words(panel.curve)}" for panel in panels]
    board.figure(
        "lasting",
        survival_figure(
            panels,
            axis="days since the response",
            palette=figure.palette(),
            narrow=figure.narrow(),
        ),
        alt=f"How long a response lasted. {who}. {'. '.join(medians)}.",
        n=f"{who} ({followed.without_verdict(responses)}); {reasons(lost[True])}; Kaplan–Meier, log(−log) intervals",
        rules=[
            durability.LOSS_RULE,
            time_to.AGAIN_RULE,
            *followed.rules(board),
            durability.SUSTAINED_RULE,
            counting.RULE,
            baseline.RULE,
        ],
        table=_both(curves),
    )
    st.caption(
        f"Treated again: a dose more than {time_to.GAP_DAYS} days after the one before it, unless the course was in "
        "maintenance, or a new course. Doses within a series are not, so this is how long a response lasted under "
        "whatever treatment went on. Counted from the first of two scores that met the rule, so nobody can lose it "
        "before the second. Whoever stopped coming because of getting worse makes both curves look too good."
    )


def _lost(board: Board, seen: pd.DataFrame, responses: pd.DataFrame) -> dict[bool, pd.DataFrame]:
    """By whether another treatment counts as the end."""
    zone, treatments = board.zone.key, board.cohort.treatments
    with database(board.actor) as db:
        endings = course_events.at_once(db, board.first)
        maintenance = course_events.maintenance(db)
    at_once = endings_by_course(board.first, endings, treatments, zone=zone)
    again = time_to.retreatments(board.first, treatments, responses, maintenance=maintenance, zone=zone)
    return {
        is_loss: time_to.loss_of_response(
            board.first,
            seen,
            responses,
            board.catalogue,
            at_once=at_once,
            retreated=again,
            retreatment_is_loss=is_loss,
        )
        for is_loss in (False, True)
    }


def reasons(lost: pd.DataFrame) -> str:
    """`9 by two scores in a row, 3 a dose after a gap, 29 still responding when last seen`: sums to who responded."""
    counts = lost["why"].value_counts()
    last = [(why, n) for why, n in counts.items() if why != ""] + [
        ("", n) for why, n in counts.items() if why == ""
    ]
    return ", ".join(f"{n} {WHY.get(why, why)}" for why, n in last)


def _both(curves: dict) -> pd.DataFrame:
    parts = [
        followed.steps_table(curve, unit="days", rising=False).assign(Rule=TITLES[is_loss])
        for is_loss, (curve, _) in curves.items()
    ]
    return pd.concat(parts, ignore_index=True)
