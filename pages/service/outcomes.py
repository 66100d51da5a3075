"""Of everyone who started: who responded, who did not, who got worse, who is unknown?"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pandas as pd
import streamlit as st

from clinic import courses, instruments, settings
from clinic.charts import outcomes as charts
from clinic.outcomes import states, weekly
from data_model import database
from data_model.columns import now
from pages.shared import figure, who

WEEKS = 8

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
spec = charts.states_figure(people, palette=figure.palette(), narrow=figure.narrow())
figure.show(
    spec,
    key="states",
    alt=charts.states_alt(people),
    footer=charts.states_footer(people, window, now=now(), zone=zone.key),
)
with st.expander("The same as a table, and by indication"):
    st.dataframe(charts.states_table(table), hide_index=True, alt="The seven states with Wilson intervals")
    by = people.groupby(["indication", "state"]).size().unstack(fill_value=0)
    st.dataframe(
        by.reindex(columns=[s for s in states.STATES if s in by])
        .assign(started=by.sum(axis=1))
        .reset_index(),
        hide_index=True,
        alt="People by indication and state",
    )
    edited = int((people["baseline_why"] == "chosen").sum())
    st.caption(f"{edited} of {len(people)} baselines were chosen by hand, with a reason.")

st.header("Over the weeks", anchor=False)
scales = people["instrument"].value_counts().index.tolist()
scale = catalogue[
    st.segmented_control(
        "Scale",
        scales,
        default=scales[0],
        required=True,
        format_func=lambda name: catalogue[name].title,
        key="scale",
        label_visibility="collapsed",
    )
]
whose = st.segmented_control(
    "Whose mean",
    ["The same people", "Everyone with a score"],
    default="The same people",
    required=True,
    key="whose",
    label_visibility="collapsed",
)
long = weekly.by_week(cohort.scores, first[first["instrument"] == scale.id], WEEKS, zone=zone.key)
spec = charts.weeks_figure(
    long, scale, same=whose == "The same people", palette=figure.palette(), narrow=figure.narrow()
)
figure.show(
    spec,
    key="weeks",
    alt=charts.weeks_alt(long, scale, same=whose == "The same people"),
    footer=charts.weeks_footer(long, scale, same=whose == "The same people", now=now(), zone=zone.key),
)
with st.expander("The same as a table"):
    means = weekly.the_same(long, "ends") if whose == "The same people" else weekly.everyone(long)
    st.dataframe(pd.DataFrame(means).round(2), hide_index=True, placeholder="–", alt="Means by week with n")
