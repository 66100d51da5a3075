"""Where is this person? Search, filter, and open one."""

from __future__ import annotations

from math import ceil

import streamlit as st

from clinic import instruments, patients, trends
from clinic.access import can
from clinic.outcomes.wording import number
from data_model import database
from data_model.episodes import Stage
from pages.shared import clock, who
from pages.shared.address import open_patient
from pages.shared.listing import listing

SIZE = 25
STAGES = [*(stage.value for stage in Stage), "no course"]

actor = who.actor()
with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    st.title("Patients", anchor=False)
    if actor and can(actor, "edit patients"):
        st.page_link("clinical/register.py", label="Register a patient", icon=":material/person_add:")

with st.container(horizontal=True, vertical_alignment="bottom"):
    text = ""
    if actor and can(actor, "see names"):
        text = st.text_input(
            "Search",
            type="search",
            live="250ms",
            placeholder="Name or record number",
            width=320,
            key="search",
        )
    stage = st.pills("Stage of care", STAGES, key="stage")

# Another search begins again at its first page.
asked = (text, stage)
if st.session_state.get("asked") != asked:
    st.session_state["asked"], st.session_state["page"] = asked, 1
page = st.session_state.get("page", 1)

with database(actor) as db:
    found, total = patients.search(db, text, stage=stage, page=page - 1, size=SIZE)
    lasting = trends.of_courses(db, [course for _, course in found if course])


def row(person: patients.Person, course) -> dict:
    cells = {"id": person.key, "name": {"main": person.name, "sub": person.line}}
    if course is None:
        return cells | {"stage": {"badge": "no course", "tone": "quiet"}}
    scale = instruments.instrument(course.primary_instrument)
    trend = lasting.get(course.patient_id, trends.Trend())
    return cells | {
        "stage": {"badge": course.stage.value, "tone": "strong" if course.stage in TREATED else "quiet"},
        "for": course.indication.value,
        "score": _score(scale, trend),
        "trend": {
            "trend": trend.totals,
            "low": scale.minimum,
            "high": scale.maximum,
            "say": f"{scale.title}: {', '.join(f'{total:g}' for total in trend.totals)}",
        },
    }


def _score(scale, trend: trends.Trend) -> dict:
    if not trend.totals:
        return {"main": f"{scale.title} –", "sub": "no score yet"}
    mark = "*" if trend.prorated else ""
    return {"main": f"{scale.title} {number(trend.totals[-1])}{mark}", "sub": clock.ago(trend.last_at)}


TREATED = (Stage.INDUCTION, Stage.OPTIMISATION, Stage.MAINTENANCE)
COLUMNS = [
    ("name", "Patient"),
    ("stage", "Stage"),
    ("for", "For"),
    ("score", "Last score, own scale"),
    ("trend", "Course so far"),
]
if not total:
    st.info("Nobody matches. Search looks at names and record numbers, in any order of words.")
else:
    st.caption(
        f"{total:,} {'patient' if total == 1 else 'patients'}. Scores on each scale's own range; lower is better."
    )
    opened = listing(COLUMNS, [row(*each) for each in found], key=f"people {page}", label="Patients")
    if opened:
        open_patient(opened)
if total > SIZE:
    st.pagination(ceil(total / SIZE), key="page")
