"""What did they answer, what does it score? One instrument, answered by keyboard, stored with each answer."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from clinic import alerts, assessments, instruments, patients, settings
from clinic.refused import BadInput
from data_model import database
from data_model.assessments import How, Timing
from data_model.columns import Status, now
from pages.shared import clock, figure, refusals, scale_words, who
from pages.shared.address import open_patient, own, patient
from pages.shared.item_entry import item_entry
from pages.shared.words import as_typed

ANSWERS, TOTAL = "Answers", "A total from paper"

actor = who.actor()
with database(actor) as db:
    chosen = patient(db)
    person = patients.person(db, chosen)
    draft = assessments.open_draft(db, chosen.key, st.query_params.get("instrument", "phq9"))
    zone = settings.zone(db)
scale = instruments.instrument(draft.instrument, draft.version)


def key(name: str) -> str:
    return own(f"{chosen.key}:{draft.key}", name)


st.title(f"{scale.title}: {as_typed(person.name)}", anchor=False)
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.caption(" · ".join([person.line, scale.name, scale.recall, *scale_words.range_and_direction(scale)]))
    st.page_link("clinical/scales.py", label="How it is scored", query_params={"scale": scale.id})


def details() -> dict:
    """When, how and by whom, as the fields above the items say now."""
    day, at = st.session_state.get(key("day")), st.session_state.get(key("time"))
    today = now().astimezone(zone).date()
    if day is None or (day == today and at is None):
        moment = now()
    else:
        moment = day if at is None else datetime.combine(day, at, tzinfo=zone)
    return {
        "taken_at": moment,
        "how": How(st.session_state.get(key("how"), draft.how)),
        "rater": st.session_state.get(key("rater")) or None,
        "timing": st.session_state.get(key("timing")),
    }


def dated() -> str:
    """The date as the server has it: a half-typed or impossible one never arrives, and must not pass unseen."""
    if st.session_state.get(key("day")) is None and st.session_state.get(key("time")) is None:
        return "now"
    at = details()["taken_at"]
    return clock.moment(at, zone) if isinstance(at, datetime) else f"{at:%-d %b %Y}, time not known"


def save(total: float | None = None, declined: bool = False) -> None:
    with database(who.actor()) as db:
        assessments.finish(db, draft.key, total=total, declined=declined, **details())
    st.session_state["just saved"] = f"{scale.title} saved."
    open_patient(chosen.key)


with st.expander("When and how: now, " + draft.how.value, expanded=False), st.grid(2, min_column_width=220):
    st.date_input(
        "Date",
        None,
        clock.EARLIEST,
        clock.LATEST,
        format="DD/MM/YYYY",
        key=key("day"),
        help="Empty means today.",
    )
    st.time_input(
        "Time",
        None,
        key=key("time"),
        help="Empty means now; for an earlier date, that the time is not known.",
    )
    st.selectbox(
        "How",
        [How.SELF_REPORT.value, How.INTERVIEW.value, How.PAPER.value],
        [How.SELF_REPORT, How.INTERVIEW, How.PAPER].index(draft.how),
        key=key("how"),
    )
    st.selectbox(
        "Relative to a dose",
        list(Timing),
        index=None,
        format_func=lambda timing: timing.value,
        placeholder="by its date",
        key=key("timing"),
    )
    st.text_input("Rated by", draft.rater or "", key=key("rater"))


@st.fragment
def answering() -> None:
    """The items with the live score. Each answer is a stored row before the score shows it."""
    with refusals.in_words():
        answers, enter = item_entry(scale, draft.answers or {}, key=key("items"))
        with database(who.actor()) as db:
            if enter:
                assessments.answer(db, draft.key, answers)
                score = None
            else:
                score = assessments.answer(db, draft.key, answers)
        declined = bool(st.session_state.get(key("declined")))
        if enter:
            save(declined=declined)
        given = sum(value is not None for value in answers.values())
        live(score, answers)
        if scale.level and given and score.missing:
            st.checkbox(
                "They declined the rest: save what is answered. It stays open as a concern.",
                key=key("declined"),
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Save", type="primary", icon=":material/check:", key=key("save")):
                save(declined=declined)
            if st.button("Discard", type="tertiary", icon=":material/delete:", key=key("discard")):
                with database(who.actor()) as db:
                    assessments.discard(db, draft.key)
                open_patient(chosen.key)
            keys = "" if figure.narrow() else " Digits answer, – takes back, Enter saves."
            st.caption(f"{'Draft stored. ' if given else ''}Dated {dated()}.{keys}")


def live(score: instruments.Score, answers: dict) -> None:
    """The result as it stands: no band before the form allows one, and the concern at once."""
    shown = scale_words.result(scale, score, answers)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key=key("live")):
        st.metric(shown.what, shown.value, width="content")
        for word in shown.words:
            st.badge(word, color="gray")
    if shown.note:
        st.caption(shown.note)
    flag = score.flags.get("suicide")
    if flag == "yes":
        st.error(
            f"A concern is open: {scale_words.concern(scale)} Ask before they leave. {alerts.NOT_PAGED}",
            icon=":material/priority_high:",
        )
    elif flag == "unknown" and answers:
        st.caption(scale_words.unanswered(scale))


def from_paper() -> None:
    """A total without its answers; nothing in it speaks about suicide."""
    with st.container(border=True):
        total = st.number_input(
            f"Total ({scale.minimum}–{scale.maximum})",
            value=None,
            step=1.0,
            format="%g",
            key=key("total"),
            width=220,
        )
        if scale.suicide_item or scale.hides_suicide_item:
            st.caption("A total holds no answer to the suicide item of the form: it will show as not asked.")
        if st.button("Save the total", type="primary", key=key("save total")):
            if total is None:
                raise BadInput("Type the total first.")
            save(total)


ways = [ANSWERS] * (not scale.totals_only) + [TOTAL] * scale.has_total
way = ways[0]
if len(ways) > 1:
    way = st.segmented_control(
        "Enter", ways, default=ANSWERS, required=True, key=key("from paper"), label_visibility="collapsed"
    )
if draft.status != Status.DRAFT:
    open_patient(chosen.key)
elif way == ANSWERS:
    answering()
else:
    from_paper()
