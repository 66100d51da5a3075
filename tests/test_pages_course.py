"""A course on the patient's page: the line under the name, the question of a gap, and what can be put right."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from clinic import episodes
from clinic.episodes import Header
from data_model import Account, Patient, database
from data_model.columns import now
from pages.patient.facts import of_header
from tests.people import course, days_ago, patient, phq9, scored, staff, treated

TODAY = now().date()
DAY = date(2026, 4, 15)


def page(actor, who: Patient, what: str) -> AppTest:
    """One part of the page by itself, as this person."""
    script = f"""
import streamlit as st
from data_model import database
from pages.patient import course, facts, functioning, gathering
from pages.shared import who

st.query_params["patient"] = st.session_state["which"]
with who.looking(st.session_state["actor"]):
    with database(who.actor()) as db:
        seen = gathering.opened(db, who.actor()).seen
    {what}(seen)
"""
    test = AppTest.from_string(script, default_timeout=60)
    test.session_state["actor"], test.session_state["which"] = actor, who.key
    return test.run()


def html(test: AppTest) -> str:
    assert not test.exception
    return " ".join(each.proto.body for each in test.get("html")).replace("&#x27;", "'")


@pytest.fixture
def ada(sqlite_store, operator) -> Patient:
    """Two hundred days after her only dose; two scores before it."""
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        scored(db, made, days_ago(204), phq9(2))
        scored(db, made, days_ago(201), phq9(1))
        treated(db, made, days_ago(200))
    return made


# ---- the line --------------------------------------------------------------------------------------------------


def facts(**known) -> dict[str, tuple[str, str]]:
    empty = dict.fromkeys(("clinician", "safety_plan_on", "next_review_on", "goal", "planned"))
    header = Header(**{**empty, "works_here": True, "consents": (), **known})
    return {fact.what: (fact.says, fact.state) for fact in of_header(header, DAY)}


def test_the_line_says_what_is_known_with_its_age():
    assert facts(
        clinician="Dr Petra Novak",
        safety_plan_on=date(2026, 3, 9),
        next_review_on=date(2026, 4, 12),
        consents=(("treatment", date(2026, 3, 1), None), ("research", date(2026, 3, 1), date(2026, 4, 1))),
    ) == {
        "responsible": ("Dr Petra Novak", ""),
        "safety plan": ("9 Mar 2026 (37 days)", ""),
        "consent": ("to treatment 1 Mar 2026, to research withdrawn 1 Apr 2026", "wants"),
        "next review": ("12 Apr 2026, overdue by 3 days", "wants"),
    }
    assert facts(next_review_on=DAY)["next review"] == ("today", "")
    assert facts(next_review_on=date(2026, 4, 16))["next review"] == ("16 Apr 2026", "")
    assert facts(safety_plan_on=date(2026, 4, 14))["safety plan"] == ("14 Apr 2026 (1 day)", "")
    assert facts(clinician="Dr X", works_here=False)["responsible"] == ("Dr X, no longer works here", "wants")


def test_what_is_missing_is_said_and_never_blank():
    assert facts() == {
        "responsible": ("nobody", "wants"),
        "safety plan": ("none recorded", "missing"),
        "consent": ("none recorded for this course", "missing"),
        "next review": ("none planned", "missing"),
    }


def test_what_people_typed_is_shown_as_typed(ada, operator):
    with database(operator) as db:
        key = episodes.of_patient(db, ada)[-1].key
        episodes.add_consent(db, key, "<img src=x> & more", TODAY)
        episodes.set_goal(db, key, "<b>sleep</b>")
    assert "to &lt;img src=x&gt; &amp; more" in html(page(operator, ada, "facts.line"))
    assert "“&lt;b&gt;sleep&lt;/b&gt;”" in html(page(operator, ada, "functioning.show"))


# ---- the gap ---------------------------------------------------------------------------------------------------


def test_the_gap_is_asked_about_once_and_a_new_course_is_one_tap(ada):
    caspar = staff("clinician")
    test = page(caspar, ada, "facts.line")
    assert "No treatment for 200 days" in " ".join(each.value for each in test.markdown)
    next(each for each in test.button if each.label == "Start a new course").click().run()
    assert not test.exception
    assert [each.label for each in test.button] == []
    with database(caspar) as db:
        first, second = episodes.of_patient(db, ada)
        assert (first.stage, second.stage) == ("ended", "assessment")


def test_who_only_reads_sees_the_question_and_no_button(ada):
    test = page(staff("auditor"), ada, "facts.line")
    assert "No treatment for 200 days" in " ".join(each.value for each in test.markdown)
    assert list(test.button) == []


# ---- the course ------------------------------------------------------------------------------------------------


def test_the_page_says_the_baseline_by_rule_and_who_chose_another(ada):
    petra = staff("clinician", "petra")
    assert "<b>PHQ-9: 8</b>" in html(page(petra, ada, "course.show"))
    with database(petra) as db:
        early = episodes.candidates(db, episodes.of_patient(db, ada)[-1], "phq9")[-1]
        episodes.choose_baseline(db, early.key, "the later one was a good day")
    said = html(page(petra, ada, "course.show"))
    assert "<b>PHQ-9: 16</b>" in said
    assert f"chosen by {petra.name} on {TODAY:%-d %b %Y}: the later one was a good day" in said


def test_a_later_course_shows_the_first_ever_baseline_beside_its_own(ada, operator):
    with database(operator) as db:
        episodes.start_anew(db, episodes.of_patient(db, ada)[-1].key)
        scored(db, ada, days_ago(3), phq9(3))
        treated(db, ada, days_ago(2))
    said = html(page(operator, ada, "course.show"))
    assert "<b>PHQ-9: 24</b>" in said
    assert f"first-ever baseline 8, {days_ago(201):%-d %b %Y}" in said
    assert "2 courses" in said


def test_a_safety_plan_gone_through_today_is_one_tap(ada):
    nurse = staff("nurse")
    test = page(nurse, ada, "course.show")
    next(each for each in test.button if each.label == "Gone through today").click().run()
    assert not test.exception
    with database(nurse) as db:
        assert db.exec(select(Patient)).one().safety_plan_on == TODAY
        assert db.exec(select(Account)).one().name == nurse.name
    assert "Gone through today" not in [each.label for each in test.button]


def test_who_only_reads_changes_nothing_of_a_course(ada):
    test = page(staff("auditor"), ada, "course.show")
    assert "Responsible, plans, goal" in [each.value for each in test.header]
    assert list(test.button) == []
    assert list(test.get("popover")) == []


def test_the_next_review_is_planned_ahead(ada, operator):
    with database(operator) as db:
        episodes.set_next_review(db, episodes.of_patient(db, ada)[-1].key, TODAY + timedelta(days=9))
    assert f"{TODAY + timedelta(days=9):%-d %b %Y}" in html(page(operator, ada, "facts.line"))
