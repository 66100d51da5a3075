"""Of everyone who started: who responded, who did not, who got worse, who is unknown?"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pandas as pd
import streamlit as st

from clinic import courses, instruments, settings
from clinic.charts import footers
from clinic.charts import outcomes as charts
from clinic.outcomes import baseline, counting, states, weekly
from data_model import database
from data_model.columns import now
from pages.shared import figure, who


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """State, count with its denominator, share and interval, as a person reads them."""
    return pd.DataFrame(
        {
            "State": table["state"],
            "People": [f"{row.n} of {row.of}" for row in table.itertuples()],
            "Share": [f"{100 * share:.0f} %" for share in table["share"]],
            "95 % interval": [
                f"{100 * low:.0f}–{100 * high:.0f} %"
                for low, high in zip(table["low"], table["high"], strict=True)
            ],
        }
    )


def without_threshold(people: pd.DataFrame) -> str:
    """Some scales have no agreed change that would be worse; what can be said of their people is said."""
    unjudged = people[(people["worse_rule"] == "") & people["score"].notna()]
    if not len(unjudged):
        return ""
    titles = ", ".join(catalogue[name].title for name in unjudged["instrument"].unique())
    return (
        f"{titles}: no agreed threshold for “worse”; {int(unjudged['rose'].sum())} of {len(unjudged)} people with "
        "a score stand above their baseline and are counted as not responded."
    )


actor = who.actor()
with database(actor) as db:
    routes, indications = courses.routes_and_indications(db)
    zone = settings.zone(db)

st.title("Outcomes", anchor=False)
st.caption(
    "Observed without a comparison group; people come at their worst, so some of the fall would have happened "
    "anyway."
)
with st.container(horizontal=True, vertical_alignment="bottom"):
    today = now().astimezone(zone).date()
    period = st.date_input(
        "First dose between",
        (today - timedelta(days=365), today),
        format="DD/MM/YYYY",
        key="period",
        width=260,
    )
    route = st.selectbox("Route", ["all routes", *routes], key="route", width=180)
    indication = st.selectbox("For", ["all indications", *indications], key="indication", width=230)

since, until = period if len(period) == 2 else (period[0], today)
choice = courses.Choice(
    since=datetime.combine(since, time.min, tzinfo=zone).astimezone(UTC),
    until=datetime.combine(until + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC),
    route=None if route == "all routes" else route,
    indication=None if indication == "all indications" else indication,
)
with database(actor) as db:
    cohort = courses.cohort(db, choice)
catalogue = instruments.catalogue()
first = states.first_courses(cohort.courses)
if not len(first):
    st.info("Nobody had a first dose under these filters.")
    st.stop()

window = states.Window()
people = states.people(
    first, cohort.scores, cohort.treatments, catalogue, now(), window=window, zone=zone.key
)
table = states.summary(people)

st.header("Everyone who started", anchor=False)
st.markdown("**" + states.headline_in_words(states.headline(people)) + "**")
partly = int((people["degree"] == "partly").sum())
shown = [f"route {choice.route}" if choice.route else "all routes", choice.indication or "all indications"]
rules = sorted({rule for rule in people["rule"] if rule} | {rule for rule in people["worse_rule"] if rule})
figure.show(
    charts.states_figure(table, partly=partly, palette=figure.palette(), narrow=figure.narrow()),
    key="states",
    alt="; ".join(f"{row.state}: {row.n} of {row.of}" for row in table.itertuples()),
    footer=footers.footer(
        f"{len(people)} people, each by their first course in the period, {window.says}, on their own primary scale",
        people["start"],
        [*rules, counting.RULE, baseline.RULE],
        now(),
        filters=shown,
        zone=zone.key,
    ),
)
if said := without_threshold(people):
    st.caption(said)
with st.expander("The same as a table, and by indication"):
    st.dataframe(in_words(table), hide_index=True, alt="The seven states with 95 % Wilson intervals")
    by = people.groupby(["indication", "state"]).size().unstack(fill_value=0)
    by = by.reindex(columns=[state for state in states.STATES if state in by])
    st.dataframe(
        by.assign(started=by.sum(axis=1)).reset_index(),
        hide_index=True,
        alt="People by indication and state",
    )
    edited = int((people["baseline_why"] == "chosen").sum())
    st.caption(
        f"{partly} of those not responded were partly better. {edited} of {len(people)} baselines were chosen by "
        "hand, with a reason."
    )

st.header("Over the weeks", anchor=False)
scales = people["instrument"].value_counts().index.tolist()
with st.container(horizontal=True):
    name = st.segmented_control(
        "Scale",
        scales,
        default=scales[0],
        required=True,
        format_func=lambda name: catalogue[name].title,
        key="scale",
        label_visibility="collapsed",
    )
    weeks = st.segmented_control(
        "Weeks",
        [4, 8, 12],
        default=8,
        required=True,
        format_func=lambda n: f"{n} weeks",
        key="weeks",
        label_visibility="collapsed",
    )
scale = catalogue[name]
long = weekly.by_week(cohort.scores, first[first["instrument"] == scale.id], weeks, zone=zone.key)
same, everyone = weekly.the_same(long, "ends"), weekly.everyone(long)
people_drawn = long["patient"].nunique()
if people_drawn:
    figure.show(
        charts.mean_figure(long, same, scale, everyone, palette=figure.palette(), narrow=figure.narrow()),
        key="means",
        alt="Mean of the same people: "
        + ", ".join(f"week {row.week:g} {row.mean:.1f} (n {row.n})" for row in same.itertuples()),
        footer=footers.footer(
            f"{people_drawn} people with a {scale.title} baseline or later score; the same people: "
            f"{weekly.definition(long, 'ends')}; 95 % t intervals",
            first["start"],
            [counting.RULE, baseline.RULE],
            now(),
            filters=shown,
            zone=zone.key,
        ),
    )
    with st.expander("The same as a table"):
        both = same.merge(everyone, on="week", suffixes=(", same people", ", everyone"), how="outer")
        st.dataframe(both.round(2), hide_index=True, placeholder="–", alt="Means by week with n")
else:
    st.info(f"Nobody under these filters has a {scale.title} score yet.")
