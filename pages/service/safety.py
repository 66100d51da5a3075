"""What happened per 100 treatments, which limits were reached, how fast did somebody act?"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import streamlit as st

from clinic import alerts, flags, safety, settings, watching
from clinic.charts import footers
from clinic.charts.alert_times import alert_figure, in_words
from clinic.flags.reading import read_text
from clinic.outcomes.wording import plural
from data_model import database
from data_model.columns import now
from pages.shared import clock, figure, refusals, sheet, who

DAYS = {30: "30 days", 90: "90 days", 365: "a year"}
LISTED = 20  # firings of one rule that are written out

actor = who.actor()
st.title("Safety", anchor=False)
st.caption(
    "Counts and times of this clinic, without names. Routes and clinicians are not compared. Nobody is being paged by "
    "an alert."
)
with database(actor) as db:
    zone = settings.zone(db)
today = now().astimezone(zone).date()
days = st.segmented_control(
    "Period", list(DAYS), default=90, required=True, format_func=DAYS.get, key="safety period"
)
since = datetime.combine(today - timedelta(days=days), time.min, tzinfo=zone).astimezone(UTC)
with database(actor) as db:
    counted = safety.counts(db, since, now())
    found = alerts.times(db, since, now())
titles = alerts.titles()


# ---- per 100 treatments ----------------------------------------------------------------------------------------

st.header("Per 100 treatments", anchor=False)
st.text(f"{plural(counted[0].of, 'finished treatment')} started in the last {DAYS[days]}.")
sheet.table(
    "Each counted once per treatment, by its own protocol; 95 % exact intervals",
    ("What", "Treatments", "Per 100", "People"),
    [(each.what, f"{each.treatments} of {each.of}", each.per_100, str(each.people)) for each in counted],
)


# ---- alerts ----------------------------------------------------------------------------------------------------

st.header("How fast somebody acted", anchor=False)
still_open = int(found["closed"].isna().sum())
st.text(f"{plural(len(found), 'alert')} opened in the period; {still_open} still open.")
if len(found):
    by_urgency = alerts.time_to_close(found, now())
    half = "; ".join(
        f"{row.urgency}: {row.closed} of {row.raised} closed, half within {in_words(row.median_minutes)}"
        for row in by_urgency.itertuples()
    )
    figure.show(
        alert_figure(found, by_urgency, now(), palette=figure.palette(), narrow=figure.narrow()),
        key="alert times",
        alt=f"Minutes from opening to closing, by urgency. {half}",
        footer=footers.footer(
            f"{plural(len(found), 'alert')}; full: closed, hollow: still open; stroke: half closed. {alerts.KEPT_OPEN}",
            found["raised"],
            [],
            now(),
            zone=zone.key,
        ),
    )
    by_rule = alerts.time_to_close(found, now(), by="rule")
    sheet.table(
        "Time to close, by rule",
        ("Rule", "Raised", "Closed", "Open now", "Half closed within", "Nine in ten within"),
        [
            (
                f"{titles.get(row.rule, row.rule)}\n{row.rule}",
                str(row.raised),
                str(row.closed),
                str(row.open),
                in_words(row.median_minutes),
                in_words(row.p90_minutes),
            )
            for row in by_rule.itertuples()
        ],
    )


# ---- a dry run -------------------------------------------------------------------------------------------------


def tried(run: watching.DryRun) -> None:
    st.text(
        f"{plural(run.treatments, 'treatment')} of {plural(run.people, 'person', 'people')} looked at in the last "
        f"{DAYS[days]}. Nothing was written."
    )
    lines = [line for line in run.lines if line.fired or line.raised]
    sheet.table(
        "What these rules would have raised",
        ("Rule", "Would have fired", "On people", "Raised in fact", "Newly", "No longer", "Judged"),
        [
            (
                f"{line.title}\n{line.rule} v{line.version}",
                str(line.fired),
                str(line.people),
                str(line.raised),
                str(len(line.newly)),
                "–" if line.today_only else str(len(line.no_longer)),
                "for today only" if line.today_only else "",
            )
            for line in lines
        ],
        marked=[at for at, line in enumerate(lines) if line.newly or line.no_longer],
    )
    for line in lines:
        for word, several in (("newly", line.newly), ("no longer", line.no_longer)):
            if several:
                sheet.table(
                    f"{line.title}, {word}: {min(len(several), LISTED)} of {len(several)}",
                    ("When", "Person", "What it saw"),
                    [(clock.day(saw.at, zone), saw.patient, saw.saw) for saw in several[-LISTED:]],
                )


st.header("Try other rules on the past", anchor=False)
st.text(
    "What would changed rules have raised? A file of rules as in docs/flags.md, or the rules in force; both are "
    "compared with what was raised. “No longer” includes what somebody has taken back since."
)
file = st.file_uploader("Rules (TOML)", type="toml", key="rules file")
if st.button("Try on the period above", icon=":material/play_arrow:", key="try rules"):
    with refusals.in_words():
        text = file.getvalue().decode("utf-8", errors="replace") if file else None
        rules = flags.rules() if text is None else flags.shelf_of(read_text(file.name, text))
        with st.spinner("Looking at the past"), database(actor) as db:
            run = watching.dry_run(db, rules, since)
        tried(run)
