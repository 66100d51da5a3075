"""Better, same or worse, than baseline and than best? One person's scores over the treatments they had."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from clinic import alerts, assessments, episodes, instruments, patients, settings, treatments
from clinic.access import can
from clinic.charts import footers
from clinic.charts import patient as core
from clinic.outcomes import counting, sentence, suicidality
from clinic.outcomes.baseline import none_yet
from clinic.outcomes.wording import number
from data_model import Assessment, database
from data_model.columns import now
from data_model.episodes import Stage
from pages.chair import plan
from pages.shared import background, clock, figure, refusals, scale_words, sheet, who
from pages.shared.address import own, patient
from pages.shared.kept import kept
from pages.shared.words import as_typed

PANELS = 3
FIELD_OF_INSTRUMENT = 1 + assessments.FIELDS.index(Assessment.instrument)  # after the patient's key

actor = who.actor()
with database(actor) as db:
    chosen = patient(db)
    person = patients.person(db, chosen)
    courses = episodes.of_patient(db, chosen)
    score_rows = assessments.rows(db, chosen)
    treatment_rows = treatments.rows(db, chosen)
    voided = assessments.voided(db, chosen)
    concerns = alerts.open_ones(db, chosen)
    catalogue = instruments.catalogue()
    course = courses[-1] if courses else None
    begun = episodes.begun(db, chosen, courses)
    chosen_baselines = episodes.chosen_baselines(db, course) if course else {}
    zone = settings.zone(db)
    gap_days = settings.current(db)["gap_days"]
    working = can(actor, "record assessments")
    unfinished = [
        *[("assessment", a) for a, _ in (assessments.drafts(db, chosen) if working else [])],
        *[
            ("treatment", t)
            for t, _ in (treatments.drafts(db, chosen) if working else [])
            if not t.planned_for
        ],
    ]


def key(name: str) -> str:
    return own(chosen.key, name)


def record(scale: instruments.Instrument) -> None:
    st.switch_page("clinical/assessment.py", query_params={"patient": chosen.key, "instrument": scale.id})


def other_scales(primary: instruments.Instrument) -> list[str]:
    """All but the leading one: those that this person has answered before come first."""
    known = {row[FIELD_OF_INSTRUMENT] for row in score_rows}
    others = [scale for scale in catalogue.values() if scale.id != primary.id]
    return [s.id for s in sorted(others, key=lambda s: (s.id not in known, s.title.casefold()))]


# ---- who, and what to do -----------------------------------------------------------------------------------

if said := st.session_state.pop("just saved", None):
    st.toast(said, icon=":material/check_circle:")

with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    with st.container(gap=None, width="content"):
        st.title(as_typed(person.name), anchor=False)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(person.line)
            if course:
                st.badge(course.indication.value, color="gray")
                st.badge(course.stage.value, color="blue" if course.stage != Stage.ENDED else "gray")
    if working and course:
        primary = catalogue[course.primary_instrument]
        with st.container(horizontal=True, width="content", gap="small"):
            if st.button(
                f"Record {primary.title}", type="primary", icon=":material/edit_note:", key=key("record")
            ):
                record(primary)
            other = st.selectbox(
                "Another scale",
                other_scales(primary),
                index=None,
                format_func=lambda name: catalogue[name].title,
                placeholder="Another scale",
                key=key("other scale"),
                label_visibility="collapsed",
                width=190,
            )
            if other:
                record(catalogue[other])
            if st.button("Start a treatment", icon=":material/play_arrow:", key=key("start")):
                with refusals.in_words():
                    plan.begin(chosen)
            with st.popover("Plan", type="tertiary", icon=":material/event:"):
                plan.ahead(chosen, key)
            if st.button("Log a treatment", icon=":material/vaccines:", key=key("treat")):
                st.switch_page("clinical/treatment.py", query_params={"patient": chosen.key})
            if st.button("Edit", type="tertiary", icon=":material/edit:", key=key("edit")):
                st.switch_page("clinical/register.py", query_params={"patient": chosen.key})

if not course:
    st.info("No course of care yet. Start one to record scores and treatments.")
    if working and st.button("Start a course", type="primary"):
        st.switch_page("clinical/register.py", query_params={"patient": chosen.key})
    st.stop()

# ---- what wants attention ----------------------------------------------------------------------------------

titles = alerts.titles()
for alert, _ in concerns:
    seen = f"seen by {as_typed(alert.acknowledged_by)}" if alert.acknowledged_by else "not seen yet"
    box = st.error if alert.rule == alerts.SUICIDE else st.warning
    box(
        f"**{titles.get(alert.rule, alert.rule)}**, {seen}, open since {clock.day(alert.opened_at, zone)}. "
        f"{as_typed(alert.saw)} Rule {alert.rule} v{alert.rule_version}.",
        icon=":material/priority_high:",
    )
if working:
    plan.open_ones(actor, chosen, key)
for kind, draft in unfinished:
    name = catalogue[draft.instrument].title if kind == "assessment" else "treatment"
    label = f"Unfinished {name}, begun {clock.ago(draft.entered_at)} by {as_typed(draft.author)}"
    if st.button(label, key=key(draft.key), type="tertiary", icon=":material/edit_note:"):
        where = {"instrument": draft.instrument} if kind == "assessment" else {"treatment": draft.key}
        st.switch_page(f"clinical/{kind}.py", query_params={"patient": chosen.key, **where})

# ---- the answer: sentence, figure, the same numbers as tables ----------------------------------------------

scores = kept(key("kept scores"), assessments.frame, score_rows)
given = kept(key("kept treatments"), treatments.frame, treatment_rows)
starts = kept(key("kept starts"), episodes.starts_frame, begun)
uses = Counter(scores["instrument"])
used = [catalogue[name] for name in uses]
first_dose = next((start for _, episode, start in begun if episode == course.key), None)
by_rule = kept(
    key("kept baselines"), episodes.baselines_by_rule, scores, list(uses), first_dose, zone=zone.key
)
baselines = by_rule | chosen_baselines
# To the minute, so that sentences keep for a while; never before the last score.
as_of = max([now().replace(second=0, microsecond=0), *scores["taken_at"].iloc[-1:]])

primary = catalogue[course.primary_instrument]
drawable = [scale for scale in used if scale.has_total]
order = sorted(drawable, key=lambda scale: (scale.id != primary.id, -uses[scale.id]))
if primary not in order:
    order = [primary, *order]
with st.container(border=True):
    baseline = baselines.get(primary.id) or none_yet(f"no score of {primary.title} yet")
    answer = kept(
        key("kept sentence"),
        sentence.header,
        primary,
        scores,
        given,
        baseline,
        as_of,
        starts=starts,
        zone=zone.key,
    )
    st.markdown(f"**{answer}**")
    asked = kept(key("kept concern"), suicidality.recent, scores, catalogue, as_of, zone=zone.key)
    st.text(asked.says)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        panels = st.pills(
            "Scales",
            [scale.id for scale in order],
            selection_mode="multi",
            default=[scale.id for scale in order[:PANELS]],
            format_func=lambda name: catalogue[name].title,
            key=key("scales"),
            label_visibility="collapsed",
        )
        by = st.segmented_control(
            "Time",
            ["By date", "Days since first dose"],
            default="By date",
            required=True,
            key=key("by"),
            label_visibility="collapsed",
        )
    shown = [scale for scale in order if scale.id in panels] or order[:1]
    drawn = kept(
        key("kept figure"),
        core.patient_figure,
        scores,
        given,
        shown,
        baselines,
        others=[scale for scale in used if scale not in shown],
        palette=figure.palette(),
        zone=zone.key,
        narrow=figure.narrow(),
        gap_days=gap_days,
        by="date" if by == "By date" else "days",
        first_dose=max((start for _, _, start in begun), default=None),
        now=as_of,
    )
    figure.show(
        drawn.spec,
        key=key("figure"),
        alt=kept(key("kept words"), core.alt, scores, given, shown, zone=zone.key),
        footer=footers.footer(
            f"{len(drawn.points)} scores, {len(given)} treatments",
            [*scores["taken_at"], *given["started_at"]],
            [rule for scale in shown for rule in footers.rules_of(scale)],
            as_of,
            unverified=[rule for scale in shown for rule in footers.unverified_of(scale)],
            zone=zone.key,
        ),
    )


def score_lines(
    scores: pd.DataFrame, given: pd.DataFrame, starts: pd.DataFrame, zone: ZoneInfo
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


def scores_table() -> None:
    """Every score that counts, the newest first: the rows of the figure, whichever panels are shown."""
    lines = kept(key("kept lines"), score_lines, scores, given, starts, zone)
    picked = st.dataframe(
        lines,
        hide_index=True,
        column_config={name: st.column_config.Column(width=px) for name, px in SCORE_WIDTHS.items()},
        on_select="rerun",
        selection_mode="single-row",
        key=key("scores"),
        alt=f"All {len(lines)} scores, newest first",
    )
    if picked.selection.rows:
        score = scores.iloc[::-1].iloc[picked.selection.rows[0]]
        read_form(score)
        if working:
            take_out(score)
    if scores["prorated"].any():
        st.caption("\\* prorated: some answers are missing; never a baseline, response or remission.")
    for row in voided:
        st.markdown(
            f":gray[~~{clock.moment(row.taken_at, zone, row.date_only)} "
            f"{catalogue[row.instrument].title} {row.total if row.total is not None else '–'}~~]"
        )
        st.text(f"Taken out: {row.void_reason}")


# Pixels, so that all columns show beside the sidebar of a 1360 px window.
SCORE_WIDTHS = {
    "Date": 130,
    "Scale": 112,
    "Score": 52,
    "Band": 122,
    "Suicide item": 90,
    "How": 180,
    "Counts": 204,
}


def read_form(score: pd.Series) -> None:
    """What they answered: the form of one score, item by item, with its result."""
    with database(who.actor()) as db:
        row = assessments.by_key(db, score.assessment)
    scale = instruments.instrument(row.instrument, row.version)
    with st.expander(f"{scale.title} of {clock.moment(row.taken_at, zone, row.date_only)}", expanded=True):
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


def take_out(score: pd.Series) -> None:
    """A wrong score leaves figures and counts; it stays below the table, struck through, with the reason."""
    with st.container(horizontal=True, vertical_alignment="bottom", border=True):
        title, when = catalogue[score.instrument].title, clock.moment(score.taken_at, zone, score.date_only)
        reason = st.text_input(
            f"Why {title} {number(score.total)} of {when} is wrong", key=key(f"why {score.assessment}")
        )
        if st.button("Take it out", icon=":material/remove_circle:", key=key(f"void {score.assessment}")):
            with refusals.in_words():
                with database(who.actor()) as db:
                    assessments.void(db, score.assessment, reason)
                st.rerun()


def treatments_table() -> None:
    rows = [
        {
            "No.": row.number,
            "Date": clock.moment(row.started_at, zone),
            "Substance": row.substance,
            "Route": row.route,
            "Given mg": row.given_mg,
            "mg/kg": row.mg_per_kg,
            "Weight kg": row.weight_kg,
            "Minutes": row.minutes,
            "Worst event": row.worst_event or "none recorded",
            "": "stopped early" if row.stopped_early else "",
        }
        for row in given.iloc[::-1].itertuples()
    ]
    if not rows:
        st.text("No treatment yet.")
        return
    opened = st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        placeholder="–",
        on_select="rerun",
        selection_mode="single-row",
        key=key("treatments"),
        alt=f"All {len(rows)} treatments, newest first",
    )
    if opened.selection.rows:
        treatment = given.iloc[::-1].iloc[opened.selection.rows[0]]["treatment"]
        st.switch_page("clinical/treatment.py", query_params={"patient": chosen.key, "treatment": treatment})


tab_scores, tab_treatments, tab_background = st.tabs(
    [f"Scores ({len(scores)})", f"Treatments ({len(given)})", "Background"],
    key=key("tabs"),
    on_change="rerun",
)
if tab_scores.open:
    with tab_scores:
        if len(scores):
            scores_table()
        else:
            st.text("No score yet.")
if tab_treatments.open:
    with tab_treatments:
        treatments_table()
if tab_background.open:
    with tab_background:
        background.show(actor, chosen, course, baselines, zone)
