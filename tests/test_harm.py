"""What the store knows of harm and of its gaps, on both databases; and the three parts of the page."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from clinic import cohorts, episodes, harm
from clinic.outcomes import completeness, harms
from clinic.patients import pseudonym
from clinic.refused import NotAllowed
from data_model import Alert, Episode, EventNote, LeavingCheck, StageChange, database
from data_model.columns import Status
from data_model.episodes import Stage
from data_model.people import Decides, EventKind
from tests.people import NOW, course, days_ago, patient, phq9, scored, staff, treated

NAUSEA = {"term": "Nausea", "severity": "mild"}
CRISIS = {"term": "Hypertensive crisis", "severity": "severe", "serious": True}
BEFORE = {"minute": -5, "systolic_mmhg": 130, "diastolic_mmhg": 80, "heart_rate_bpm": 70, "spo2_percent": 98}
AT_42 = {"minute": 42, "systolic_mmhg": 140, "diastolic_mmhg": 85}
AT_46 = {"minute": 46, "systolic_mmhg": 140, "diastolic_mmhg": 85}


def noted(db, of, decides: Decides | None, on: date, **fields) -> None:
    db.add(
        EventNote(
            patient_id=of.id, kind=EventKind.CLINICAL, decides=decides, happened_on=on, text="told", **fields
        )
    )


def short_of(day) -> date:
    return day.date()


def ada_and_bob(actor):
    """Two people with an open course; Bob was dosed 30 days ago, Ada not yet."""
    with database(actor) as db:
        people = patient(db), patient(db, "SM-2", family_name="Hope", given_name="Bob")
        for each in people:
            course(db, each)
        treated(db, people[1], days_ago(30), vitals=[BEFORE, AT_46])
    return people


@pytest.fixture
def on_both(both_stores, operator):
    return ada_and_bob(operator)


@pytest.fixture
def here(sqlite_store, operator):
    return ada_and_bob(operator)


def test_deaths_attempts_and_admissions_count_from_the_day_of_the_first_dose(on_both, operator):
    ada, bob = on_both
    with database(operator) as db:
        treated(db, ada, days_ago(30), events=[NAUSEA, CRISIS])
        noted(db, ada, Decides.ATTEMPT, short_of(days_ago(31)))
        noted(db, ada, Decides.ATTEMPT, short_of(days_ago(30)))
        noted(db, ada, Decides.ATTEMPT, short_of(days_ago(3)))
        noted(db, ada, Decides.ADMISSION, short_of(days_ago(3)))
        noted(db, bob, Decides.DEATH, short_of(days_ago(2)))
        noted(db, bob, Decides.DEATH, short_of(days_ago(2)))
        noted(
            db, bob, Decides.ADMISSION, short_of(days_ago(2)), status=Status.VOID, void_reason="wrong person"
        )
        noted(db, bob, None, short_of(days_ago(2)))
        db.flush()
        found = harm.counts(db, cohorts.cohort(db))
    assert found.people == 2
    assert found.attempts == harm.Tally(2, 1), "the one before the first dose is not counted"
    assert found.admissions == harm.Tally(1, 1)
    assert found.deaths == harm.Tally(1, 1), "one person dies once"
    assert found.serious == harm.Tally(1, 1)
    assert "deaths 1 (1 of 2: 1.3–98.7 %)" in found.says
    assert harm.NOT_TOLD in found.says


def test_nothing_told_is_not_no_risk(here, operator):
    with database(operator) as db:
        found = harm.counts(db, cohorts.cohort(db))
    assert "deaths 0 (0 of 1: up to 97.5 %)" in found.says


def test_a_course_that_ended_by_death_without_an_event_asks_to_be_looked_at(on_both, operator):
    ada, bob = on_both
    with database(operator) as db:
        treated(db, ada, days_ago(30))
        for person, why in ((ada, "Died at home"), (bob, "the deadline of the study")):
            (record,) = episodes.of_patient(db, person)
            record.stage, record.ended_at, record.end_reason = Stage.ENDED, NOW, why
            db.add(record)
        db.flush()
        assert harm.counts(db, cohorts.cohort(db)).to_check == 1
        noted(db, ada, Decides.DEATH, short_of(days_ago(1)))
        db.flush()
        assert harm.counts(db, cohorts.cohort(db)).to_check == 0


def test_behaviour_told_after_the_first_dose_is_counted(here, operator):
    with database(operator) as db:
        cohort = cohorts.cohort(db)
        told = {
            "patient": cohort.courses["patient"][0],
            "suicide": 6.0,
            "taken_at": pd.Timestamp(days_ago(1)),
        }
        later = cohorts.Frames(cohort.courses, pd.DataFrame([told]), cohort.treatments)
        assert harm.counts(db, later).behaviour == 1
        earlier = pd.DataFrame([told | {"taken_at": pd.Timestamp(days_ago(40))}])
        assert harm.counts(db, cohorts.Frames(cohort.courses, earlier, cohort.treatments)).behaviour == 0


def test_treatments_say_what_was_recorded_around_them(on_both, operator):
    ada, bob = on_both
    with database(operator) as db:
        left = {"left_at": days_ago(9) + timedelta(hours=2), "ready_at": days_ago(9) + timedelta(hours=2)}
        full = treated(db, ada, days_ago(9), vitals=[BEFORE, AT_42], **left)
        treated(db, ada, days_ago(5), vitals=[{"minute": -5, "systolic_mmhg": 130, "diastolic_mmhg": 80}])
        treated(db, ada, days_ago(4))
        for met in (True, None):
            db.add(LeavingCheck(treatment_id=full.id, criterion="leaving.escort", met=met))
        db.flush()
        cohort = cohorts.cohort(db)
        found = harm.treatments(db, cohort).set_index("treatment")
        events = harm.adverse_events(db, cohort)
    flags = ["observed", "before", "minute_40", "criteria", "left"]
    whose = found[found["patient"] == ada.key]
    assert whose[flags].to_numpy().tolist() == [
        [True, True, True, True, True],
        [True, False, False, False, False],
        [False, False, False, False, False],
    ]
    assert found.loc[found["patient"] == bob.key, ["before", "minute_40"]].to_numpy().tolist() == [
        [True, False]
    ]
    sizes = harms.sizes(2, found.reset_index(), events)
    assert (sizes.treatments, sizes.people, sizes.unknown) == (4, 2, 1)


def test_only_the_chosen_courses_are_asked_about(here, operator):
    ada, bob = here
    with database(operator) as db:
        treated(db, ada, days_ago(200), events=[NAUSEA])
        chosen = cohorts.cohort(db, cohorts.Choice(since=days_ago(60)))
        assert harm.treatments(db, chosen)["patient"].tolist() == [bob.key]
        assert not len(harm.adverse_events(db, chosen))
        assert len(harm.adverse_events(db, cohorts.cohort(db))) == 1


def test_alerts_count_from_the_first_dose(on_both, operator):
    ada, bob = on_both
    with database(operator) as db:
        for of, opened in ((bob, 40), (bob, 3), (ada, 3)):
            db.add(
                Alert(
                    patient_id=of.id,
                    rule=f"rule.{opened}",
                    rule_version="1",
                    urgency="U1",
                    saw="something",
                    opened_at=days_ago(opened),
                )
            )
        db.flush()
        found = harm.alerts(db, cohorts.cohort(db))
    assert found[["patient", "rule"]].to_numpy().tolist() == [[bob.key, "rule.3"]], "Ada has not started"


def test_scores_are_due_by_the_stages_of_the_course(on_both, operator):
    _, bob = on_both
    with database(operator) as db:
        (record,) = db.exec(select(Episode).where(Episode.patient_id == bob.id))
        for row in db.exec(select(StageChange).where(StageChange.episode_id == record.id)):
            row.status, row.void_reason = Status.VOID, "set by the test"
            db.add(row)
        for stage, day in (
            (Stage.ASSESSMENT, 50),
            (Stage.INDUCTION, 40),
            (Stage.PAUSED, 15),
            (Stage.MAINTENANCE, 14),
        ):
            db.add(StageChange(patient_id=bob.id, episode_id=record.id, stage=stage, since=days_ago(day)))
        scored(db, bob, days_ago(20), phq9(1))
        db.flush()
        cohort = cohorts.cohort(db)
        found, without = harm.stretches(db, cohort, NOW)
        asked = completeness.scores_due(found, cohort.scores, NOW)
    assert without == 0
    spans = [((row.ends - row.begins).days, row.days) for row in found.itertuples()]
    assert spans == [(15, 14), (14, 35)], "induction counts from the first dose on; a pause waits for nothing"
    assert asked["done"].tolist() == [True]


def test_whoever_sees_no_names_finds_the_same_numbers(here, operator):
    _, bob = here
    lead = staff("lead")
    with database(lead) as db:
        cohort = cohorts.cohort(db)
        assert harm.treatments(db, cohort)["patient"].tolist() == [pseudonym(bob.key)]
        assert harm.counts(db, cohort).people == 1


@pytest.mark.parametrize("asked", [harm.counts, harm.treatments, harm.adverse_events, harm.alerts])
def test_harm_is_for_those_who_see_outcomes(here, operator, asked):
    with database(operator) as db:
        cohort = cohorts.cohort(db)
    with database(staff("nurse")) as db, pytest.raises(NotAllowed):
        asked(db, cohort)
    with database(staff("auditor")) as db, pytest.raises(NotAllowed):
        harm.stretches(db, cohort, NOW)


# ---- the page ------------------------------------------------------------------------------------------------------


def script() -> None:
    import streamlit as st

    from clinic import cohorts, instruments, settings
    from clinic.outcomes import states
    from data_model import database
    from data_model.columns import now
    from pages.outcomes import completeness, harms, suicide
    from pages.outcomes.board import Board

    actor = st.session_state["actor"]
    with database(actor) as db:
        cohort, zone = cohorts.cohort(db), settings.zone(db)
    first = states.first_courses(cohort.courses)
    board = Board(
        actor,
        cohort,
        first,
        first,
        instruments.catalogue(),
        states.Window(),
        zone,
        now(),
        ("all routes",),
        False,
    )
    for part in (harms, suicide, completeness):
        part.show(board)


def shown(actor) -> str:
    test = AppTest.from_function(script, default_timeout=30)
    test.session_state["actor"] = actor
    test.run()
    assert not test.exception, test.exception
    kinds = (test.subheader, test.text, test.caption, test.info, test.markdown)
    tables = [frame.value.to_csv() for frame in test.dataframe]
    html = [str(each.proto) for each in test.get("html")]
    return " ".join([str(each.value) for kind in kinds for each in kind] + tables + html)


def test_the_parts_show_counts_intervals_and_who_is_missing(here, operator):
    ada, _ = here
    with database(operator) as db:
        treated(db, ada, days_ago(30), vitals=[BEFORE, AT_42], events=[NAUSEA])
        scored(db, ada, days_ago(31), phq9(2, 2, 2, 2, 2, 2, 2, 2, 1))
        db.add(
            Alert(
                patient_id=ada.id, rule="x.y", rule_version="1", urgency="U2", saw="-", opened_at=days_ago(2)
            )
        )
    words = shown(operator)
    assert "2 treatments of 2 of 2 people who started" in words
    assert "nothing at all was recorded" not in words
    assert "1 of 2: 1.3–98.7 %" in words
    assert "the bars add up to them" in words
    assert "no measure of risk" in words
    assert "about 1 of 2 people who started" in words
    assert "Nobody is being paged" in words
    assert "prevents suicide" in words
    assert "no effect of the route" in words


def test_the_parts_stand_when_nobody_started(sqlite_store, operator):
    with database(operator) as db:
        course(db, patient(db))
    words = shown(operator)
    assert "None of these people has a treatment on record here." in words
    assert "No alert was raised" in words
