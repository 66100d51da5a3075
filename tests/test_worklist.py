"""Today: who is on it, in which order, and by which rule."""

from __future__ import annotations

import pytest

from clinic import alerts, courses, episodes, watching, worklist
from data_model import database
from data_model.episodes import Stage
from tests.people import NOW, course, days_ago, patient, phq9, scored, staff, treated


def test_dev_is_first_on_the_worklist(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(12), phq9(1))
        treated(db, ada, days_ago(11))
        scored(db, ada, days_ago(1), phq9(3))
        dev = patient(db, "SM-2", given_name="Dev")
        course(db, dev)
        scored(db, dev, days_ago(2), phq9(*[0] * 8, 1))
        concerns, others = worklist.open_alerts(db)
    assert [entry.person.record_number for entry in concerns] == ["SM-2"]
    assert [(entry.person.record_number, entry.rule) for entry in others] == [
        ("SM-1", "worse.phq9.baseline6 v1")
    ]


@pytest.mark.parametrize(
    "stage, days, due",
    [
        ("induction", 13, False),
        ("induction", 15, True),
        ("maintenance", 34, False),
        ("maintenance", 36, True),
    ],
)
def test_a_score_is_overdue_by_the_limit_of_its_stage(ada, operator, stage, days, due):
    with database(operator) as db:
        scored(db, ada, days_ago(days), phq9(1))
        treated(db, ada, days_ago(days))
        [episode] = episodes.of_patient(db, ada)
        episodes.move_to(db, episode.key, Stage(stage))
        found, count = worklist.overdue(db)
    assert count == int(due)
    if due:
        assert f"No PHQ-9 for {days} days" in found[0].saw


def test_only_the_primary_scale_of_the_course_makes_it_current(ada, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(20))
        scored(db, ada, days_ago(20), phq9(1))
        scored(db, ada, days_ago(1), {f"q{n}": 1 for n in range(1, 8)}, "gad7")
        _, count = worklist.overdue(db)
    assert count == 1


def test_a_treatment_without_the_suicide_question_is_on_today(ada, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(2))
        scored(db, ada, days_ago(2), {f"q{n}": 1 for n in range(1, 8)}, "gad7")  # does not ask
        assert len(worklist.not_asked(db)) == 1
        scored(db, ada, days_ago(2), phq9(0))
        assert worklist.not_asked(db) == []


def test_who_closed_what_and_when_stays(ada, operator):
    nora = staff("nurse", "nora")
    with database(operator) as db:
        scored(db, ada, days_ago(1), phq9(*[0] * 8, 1))
    with database(nora) as db:
        [(alert, _)] = alerts.open_ones(db)
        alerts.close(db, alert.key, "talked, plan renewed")
    with database(nora) as db:
        closed = alerts.by_key(db, alert.key)
        assert (closed.closed_by, closed.action) == ("Nora Test", "talked, plan renewed")
        assert alerts.open_ones(db) == []


# ---- everyone who started ------------------------------------------------------------------------------------


def test_the_cohort_counts_courses_that_started_and_no_draft(ada, operator):
    with database(operator) as db:
        waiting = patient(db, "SM-2")
        course(db, waiting)
        scored(db, ada, days_ago(61), phq9(2))
        treated(db, ada, days_ago(60))
        cohort = courses.cohort(db)
    assert cohort.courses["patient"].tolist() == [ada.key]
    row = cohort.courses.iloc[0]
    assert (row.baseline, row.baseline_why, row.route, row.instrument) == (16, "rule", "IV", "phq9")
    assert (cohort.scores["patient"] == ada.key).all()


def test_an_imported_course_starts_at_its_imported_start(ada, operator):
    with database(operator) as db:
        [episode] = episodes.of_patient(db, ada)
        episode.imported_start = days_ago(50)
        scored(db, ada, days_ago(51), phq9(2))
        cohort = courses.cohort(db)
    assert cohort.courses.iloc[0]["start"] == days_ago(50)
    assert cohort.courses.iloc[0]["baseline"] == 16


@pytest.mark.parametrize(
    "choice, people",
    [
        (courses.Choice(), 2),
        (courses.Choice(since=days_ago(30)), 1),
        (courses.Choice(until=days_ago(30)), 1),
        (courses.Choice(route="IM"), 1),
        (courses.Choice(indication="generalised anxiety"), 1),
        (courses.Choice(route="SL"), 0),
        (courses.Choice(since=NOW), 0),
    ],
)
def test_filters_of_the_cohort(both_stores, operator, choice, people):
    with database(operator) as db:
        ada, gus = patient(db), patient(db, "SM-2")
        course(db, ada)
        course(db, gus, "generalised anxiety")
        treated(db, ada, days_ago(60))
        treated(db, gus, days_ago(10), route="IM")
        assert len(courses.cohort(db, choice).courses) == people


def test_who_sees_no_names_gets_pseudonyms_in_every_frame(ada, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(60))
        scored(db, ada, days_ago(61), phq9(2))
    with database(staff("lead")) as db:
        cohort = courses.cohort(db)
    for frame in (cohort.courses, cohort.scores, cohort.treatments):
        assert frame["patient"].str.startswith("P-").all()


def test_an_overdue_score_that_became_an_alert_stands_on_today_once(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(20), phq9(1))
        treated(db, ada, days_ago(20))
        assert [alert.rule for alert in watching.sweep(db)] == ["measure.overdue"]
        _, others = worklist.open_alerts(db)
        _, count = worklist.overdue(db)
    assert others == []
    assert count == 1
