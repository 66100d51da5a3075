"""What is missing: what was recorded of what was due, by month and protocol, and whether alerts were answered."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clinic import alerts as clinic_alerts
from clinic import harm
from clinic.charts.alert_times import WORDS, in_words
from clinic.charts.completeness import completeness_figure
from clinic.outcomes import alert_quality, baseline, completeness
from clinic.outcomes.proportion import percent
from clinic.outcomes.wording import plural
from data_model import database
from pages.outcomes.board import Board
from pages.shared import figure, sheet

ALL = "all protocols"
TITLES = {measure.id: measure.title for measure in completeness.MEASURES}


def show(board: Board) -> None:
    with database(board.actor) as db:
        given = harm.treatments(db, board.cohort)
        stretches, without = harm.stretches(db, board.cohort, board.as_of)
        alerts = harm.alerts(db, board.cohort)
    due = completeness.scores_due(stretches, board.cohort.own, board.as_of)
    facts = completeness.facts(board.cohort.courses, given, due, board.zone.key)
    st.subheader("Recorded of what was due", anchor=False)
    _recorded(board, facts, without)
    st.subheader("Alerts answered", anchor=False)
    _answered(board, alerts)


def _recorded(board: Board, facts: pd.DataFrame, without: int) -> None:
    protocols = sorted(facts["protocol"].unique())
    chosen = st.selectbox("Protocol", [ALL, *protocols], key="completeness protocol", width=240)
    some = facts if chosen == ALL else facts[facts["protocol"] == chosen]
    overall = completeness.table(some)
    courses = int((some["measure"] == "baseline").sum())
    said = f"; {plural(without, 'course')} without a stage on record that waits for scores" if without else ""
    board.figure(
        "completeness",
        completeness_figure(
            completeness.table(some, ("measure", "month")),
            overall,
            palette=figure.palette(),
            narrow=figure.narrow(),
        ),
        alt="Recorded of what was due. "
        + "; ".join(f"{TITLES[row.measure]}: {row.n} of {row.of}" for row in overall.itertuples()),
        n=f"{plural(courses, 'course')}, {chosen}{said}; hatched: missing; 95 % Wilson intervals; totals are of all "
        "months, drawn or not",
        rules=[completeness.RULE, baseline.RULE],
        table=_as_table(completeness.table(some, ("measure", "month"))),
    )
    by_protocol = completeness.table(facts, ("measure", "protocol")).set_index(["measure", "protocol"])
    sheet.table(
        "By protocol",
        ("What", *protocols),
        [
            (
                f"{measure.title}\n{measure.of}",
                *(_cell(by_protocol, (measure.id, protocol)) for protocol in protocols),
            )
            for measure in completeness.MEASURES
        ],
    )


def _cell(table: pd.DataFrame, key: tuple[str, str]) -> str:
    """`45 of 50\n90 % (79–96)`; a measure without anything due says so."""
    if key not in table.index:
        return "nothing was due"
    row = table.loc[key]
    return _share(int(row["n"]), int(row["of"]), row["low"], row["high"])


def _share(n: int, of: int, low: float, high: float) -> str:
    if not of:
        return "–"
    return f"{n} of {of}\n{percent(n / of, of)} % ({percent(low, of)}–{percent(high, of)})"


def _as_table(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "What": table["measure"].map(TITLES),
            "Month": table["month"].map(completeness.month_words),
            "Recorded": table["n"],
            "of": table["of"],
            "missing": table["of"] - table["n"],
            "%": (100 * table["share"]).round(1),
            "95 % low": (100 * table["low"]).round(1),
            "95 % high": (100 * table["high"]).round(1),
        }
    )


def _answered(board: Board, alerts: pd.DataFrame) -> None:
    """Of the people of the cohort, since their first dose."""
    if not len(alerts):
        st.text("No alert was raised about these people since their first dose.")
        return
    headings = (
        "Raised",
        "Seen, of those to be seen first",
        "Closed",
        "Open now",
        "Half seen in",
        "Half closed in",
    )
    by_urgency = alert_quality.table(alerts, board.as_of)
    everyone = alert_quality.overall(alerts, board.as_of)
    sheet.table(
        "By urgency; open ones count for as long as they have waited (Kaplan–Meier)",
        ("Urgency", *headings),
        [
            *((f"{row.urgency}, {WORDS[row.urgency]}", *_alert_line(row)) for row in by_urgency.itertuples()),
            *(("All alerts", *_alert_line(row)) for row in everyone.itertuples()),
        ],
    )
    titles = clinic_alerts.titles()
    with st.expander("By rule"):
        sheet.table(
            "Alerts by rule",
            ("Rule", *headings),
            [
                (f"{titles.get(row.rule, row.rule)}\n{row.rule}", *_alert_line(row))
                for row in alert_quality.table(alerts, board.as_of, by="rule").itertuples()
            ],
        )
    people, of = alerts["patient"].nunique(), len(board.first)
    st.caption(
        f"{plural(len(alerts), 'alert')} about {people} of {of} people who started, opened since their first dose; "
        f"rule {alert_quality.RULE}. An alert that was raised again is not seen until somebody sees it anew. Times run "
        "from the opening. Nobody is being paged by an alert."
    )


def _alert_line(row) -> tuple[str, ...]:
    return (
        str(row.raised),
        _share(row.seen, row.to_see, row.seen_low, row.seen_high),
        _share(row.closed, row.raised, row.closed_low, row.closed_high),
        str(row.open),
        in_words(row.half_seen) if row.to_see else "–",
        in_words(row.half_closed),
    )
