"""Where do people leave, and why?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic import settings, standing
from clinic.charts.flow import flow_figure, reasons_figure
from clinic.episodes.gap import RULE as GAP
from clinic.outcomes import flow
from clinic.outcomes.proportion import percent
from data_model import database
from pages.outcomes.board import Board
from pages.shared import figure


def show(board: Board) -> None:
    with database(board.actor) as db:
        stands = standing.of(db, board.first["episode"])
        gap_days = settings.current(db)["course_gap_days"]
    found = flow.flow(
        board.first,
        board.cohort.treatments,
        stands,
        board.as_of,
        gap_days=gap_days,
        zone=board.zone.key,
    )
    steps = found.steps
    board.figure(
        "flow",
        flow_figure(found, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"Of {found.started} who started: "
        + "; ".join(
            f"{row['step']} {row[flow.REACHED]} of {row['could']}, {row[flow.UNDER_WAY]} still on the way"
            for row in steps.to_dict("records")
        ),
        n=f"{found.started} people, each by their first course in the period, {found.unknown} of them without a "
        f"treatment on record and not in the bars. The share is of those who came so far or stopped before; stopped: "
        f"the course has ended, or {gap_days} days passed without a treatment; 95 % Wilson intervals",
        rules=[flow.RULE, GAP],
        table=in_words(steps),
    )
    why = flow.reasons(found)
    if not len(why):
        st.info("Nobody has stopped so far.")
        return
    stopped = int(why["people"].sum())
    st.subheader("Why they stopped", anchor=False)
    board.figure(
        "reasons",
        reasons_figure(why, found.started, palette=figure.palette(), narrow=figure.narrow()),
        alt=f"Of {stopped} who stopped: "
        + "; ".join(f"{row.reason}: {row.people}" for row in why.itertuples()),
        n=f"{stopped} of {found.started} people stopped before maintenance; reasons as they were typed when the course "
        "was ended, those that only one course has in one line",
        rules=[flow.RULE, GAP],
        table=why.rename(
            columns={"reason": "Reason", "people": "People"}
            | {f"after_{step}": f"After {step}" for step in range(1, flow.STEPS + 1)}
        ),
    )


def in_words(steps: pd.DataFrame) -> pd.DataFrame:
    """Each step with its parts, its rate, and what those still on the way could make of it."""
    rows = []
    for row in steps.to_dict("records"):
        of = row["could"]
        known = bool(of)
        rows.append(
            {
                "Step": row["step"],
                **{part[0].upper() + part[1:]: row[part] for part in flow.PARTS},
                "Could have come so far": of,
                "Share": f"{percent(row['share'], of)} %" if known else "–",
                "95 % interval": f"{percent(row['low'], of)}–{percent(row['high'], of)} %" if known else "–",
                "If none or all on the way come": f"{percent(row['lowest'], of)}–{percent(row['highest'], of)} %"
                if known
                else "–",
            }
        )
    return pd.DataFrame(rows)
