"""How soon did people respond, in days and in treatments?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic.charts.by_treatment import by_treatment_figure
from clinic.charts.survival import Panel, median_words, survival_figure
from clinic.outcomes import baseline, by_treatment, counting, durability, time_to
from clinic.outcomes.proportion import percent
from clinic.outcomes.survival import FEWEST_INSIDE
from clinic.outcomes.wording import plural
from pages.outcomes import followed
from pages.outcomes.board import Board
from pages.shared import figure


def show(board: Board) -> None:
    seen = followed.looks(board)
    found = time_to.time_to_response(board.first, seen, board.catalogue)
    _days(board, found)
    _treatments(board, seen, found)


def _days(board: Board, found: pd.DataFrame) -> None:
    curve, earliest = time_to.curves(found, FEWEST_INSIDE)
    who = f"{len(found)} started: {followed.without_verdict(found)}"
    judged = found[found["why_none"] == ""]
    responded, unseen = int(judged["event"].sum()), int((judged["looked"] == 0).sum())
    told = f"{responded} of {len(judged)} were seen to respond, {median_words(curve)}"
    board.figure(
        "soon",
        survival_figure(
            [Panel("Have responded, at two scores in a row", who, curve, earliest, rising=True)],
            axis="days since the first dose",
            palette=figure.palette(),
            narrow=figure.narrow(),
        ),
        alt=f"Time to response. {who}. {told}.",
        n=(
            f"{who}; {told}; {plural(unseen, 'person', 'people')} without any score that counts, censored on day 0; "
            "Kaplan–Meier with log(−log) intervals"
        ),
        rules=[*followed.rules(board), durability.SUSTAINED_RULE, counting.RULE, baseline.RULE],
        table=followed.steps_table(curve, unit="days", rising=True),
    )
    st.caption(
        "No score can count before day 7, so nobody can respond earlier here, although the relief may come within "
        "hours. Scores are looks at single days: the response lies somewhere before the score that shows it. People "
        "who stopped coming are taken to be like those who stayed, which flatters if they left because it did not help."
    )


def _treatments(board: Board, seen: pd.DataFrame, found: pd.DataFrame) -> None:
    st.subheader("After how many treatments", anchor=False)
    by = by_treatment.by_treatment(
        board.first, board.cohort.treatments, seen, found, board.as_of, zone=board.zone.key
    )
    st.markdown(f"**{by.says[0].upper()}{by.says[1:]}**")
    median = median_words(by.curve, "treatments")
    board.figure(
        "soon treatments",
        by_treatment_figure(by, palette=figure.palette(), narrow=figure.narrow()),
        alt=by.says,
        n=(
            f"{by.of} of {by.started} people began {by_treatment.days_needed()} days ago or earlier, {by.too_early} "
            f"later; the same {by.of} at every number; Kaplan–Meier over treatments, of all judged: {median}"
        ),
        rules=[
            by_treatment.RULE,
            *followed.rules(board),
            durability.SUSTAINED_RULE,
            counting.RULE,
            baseline.RULE,
        ],
        table=as_table(by),
    )


def as_table(by: by_treatment.ByTreatment) -> pd.DataFrame:
    rows = by.table
    shares = {
        name: [percent(each, by.of) + " %" if by.of else "" for each in rows[name]]
        for name in ("share", "most")
    }
    return pd.DataFrame(
        {
            "By treatment": rows["number"],
            "Responded": [f"{n} of {by.of}" for n in rows["responded"]],
            "Share": shares["share"],
            "95 % interval": [
                f"{percent(low, by.of)}–{percent(high, by.of)} %" if by.of else ""
                for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
            "If all unknown had": shares["most"],
            "Not seen to respond": rows["not_responded"],
            "Unknown": rows["unknown"],
            "Baseline too mild": rows["too_mild"],
            "Had so many at all": rows["had"],
        }
    )
