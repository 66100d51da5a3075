"""What people answered about suicide before the first dose and later: new, persisting, no longer, not asked again."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic.charts.suicide_change import change_figure
from clinic.outcomes import suicide_change
from clinic.outcomes.wording import plural
from pages.outcomes.board import Board
from pages.shared import figure

NO_CLAIM = (
    "These are answers, not attempts, and no measure of risk. They do not show that a treatment prevents suicide: what "
    "the literature shows is a short-term fall in suicidal thoughts, and people come at their worst."
)


def show(board: Board) -> None:
    people = suicide_change.people(
        board.first, board.cohort.scores, board.as_of, window=board.window, zone=board.zone.key
    )
    table = suicide_change.summary(people)
    board.figure(
        "suicide",
        change_figure(table, board.window, palette=figure.palette(), narrow=figure.narrow()),
        alt="Answers about suicide. "
        + "; ".join(f"{row.state}: {row.n} of {row.of}" for row in table.itertuples()),
        n=f"{plural(len(people), 'person', 'people')} who started, each once, and the bars add up to them; "
        f"{suicide_change.definition(board.window)}; 95 % Wilson intervals",
        rules=[suicide_change.RULE],
        table=_as_table(table),
    )
    if others := int(people["other_scale"].sum()):
        st.caption(
            f"{plural(others, 'person', 'people')} of them answered another scale after than before, and scales ask "
            "about it differently."
        )
    st.caption(NO_CLAIM)


def _as_table(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "State": table["state"],
            "People": table["n"],
            "of": table["of"],
            "%": (100 * table["share"]).round(1),
            "95 % low": (100 * table["low"]).round(1),
            "95 % high": (100 * table["high"]).round(1),
            "endorsed since the first dose": table["endorsed_since"],
        }
    )
