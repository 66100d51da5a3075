"""The small lines of the list of patients: what lies on the common axis, where they break, and what is said of them."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from sqlmodel import select

from clinic import episodes, patients, trends
from data_model import Treatment, connection, database
from data_model.columns import Status
from data_model.episodes import Stage
from pages.patients import rows
from tests.people import course, days_ago, patient, phq9, scored, treated


def of(db, person, name: str = "180 days") -> trends.Trend:
    [latest] = episodes.of_patient(db, person)[-1:]
    return trends.of_courses(db, [latest], trends.axis(db, name))[person.id]


@pytest.fixture
def treated_ada(ada, operator):
    """Baseline 16 the day before the first of two doses; 8 after a week, 0 after a gap; GAD-7 beside them."""
    with database(operator) as db:
        scored(db, ada, days_ago(250), phq9(3))
        scored(db, ada, days_ago(101), phq9(2))
        for day in (100, 97):
            treated(db, ada, days_ago(day))
        scored(db, ada, days_ago(93), phq9(1))
        scored(db, ada, days_ago(20), phq9(0, 0, 0, 0, 0, 0, 0, None, 0))
        scored(db, ada, days_ago(10), {f"q{n}": 3 for n in range(1, 8)}, "gad7")
    return ada


def test_every_score_of_the_own_scale_inside_the_axis_is_a_point(treated_ada, operator):
    with database(operator) as db:
        trend = of(db, treated_ada)
    assert [(point.total, point.joined, point.prorated) for point in trend.points] == [
        (16, False, False),
        (8, True, False),
        (0, False, True),
    ]
    assert trend.baseline == 16
    assert len(trend.doses) == 2
    assert trend.outside == 1


def test_days_count_from_today_or_from_the_first_dose(treated_ada, operator):
    with database(operator) as db:
        since_dose, short, year = (of(db, treated_ada, name) for name in ("first dose", "90 days", "1 year"))
    assert [round(point.day, 3) for point in since_dose.points] == [-1, 7, 80]
    assert [round(day, 3) for day in since_dose.doses] == [0, 3]
    assert [point.total for point in short.points] == [0]
    assert short.doses == ()
    assert short.baseline == 16, "it is known, though older than the axis"
    assert (len(year.points), year.outside) == (4, 0)


def test_one_axis_for_all_rows(treated_ada, operator):
    with database(operator) as db:
        ben = patient(db, "SM-2", family_name="Babbage")
        course(db, ben)
        scored(db, ben, days_ago(20), phq9(1))
        both = [episodes.of_patient(db, each)[-1] for each in (treated_ada, ben)]
        found = trends.of_courses(db, both, trends.axis(db, "180 days"))
        unplaced = of(db, ben, "first dose")
    at = {person: trend.points[-1].day for person, trend in found.items()}
    assert at[treated_ada.id] == at[ben.id]
    assert found[ben.id].baseline is None
    assert (unplaced.placed, unplaced.points, unplaced.last.total) == (False, (), 8)


def test_an_earlier_course_is_on_the_line_with_its_doses_but_its_first_dose_is_not_ours(
    treated_ada, operator
):
    with database(operator) as db:
        [before] = episodes.of_patient(db, treated_ada)
        before.stage, before.ended_at = Stage.ENDED, days_ago(15)
        db.flush()
        course(db, treated_ada)
        assert len(of(db, treated_ada).doses) == 2
        assert not of(db, treated_ada, "first dose").placed
        treated(db, treated_ada, days_ago(8))
        trend = of(db, treated_ada, "first dose")
    assert [round(day, 3) for day in trend.doses] == [0]
    assert [round(point.day, 3) for point in trend.points] == [-12]
    assert trend.baseline is None, "a new course has a baseline of its own"


def test_what_does_not_count_is_not_drawn(treated_ada, operator):
    with database(operator) as db:
        for row in db.exec(select(Treatment)):
            row.status, row.void_reason = Status.VOID, "another person's"
    with database(operator) as db:
        assert of(db, treated_ada).doses == ()
        assert of(db, treated_ada).baseline is None


def test_a_baseline_that_somebody_chose_wins(treated_ada, operator):
    with database(operator) as db:
        latest = episodes.of_patient(db, treated_ada)[-1]
        old = next(each for each in episodes.candidates(db, latest, "phq9") if each.total == 24)
        episodes.choose_baseline(db, old.key, "ill with flu the day before the dose")
        assert of(db, treated_ada).baseline == 24


def test_a_screen_reader_hears_the_same(treated_ada, operator):
    with database(operator) as db:
        axis = trends.axis(db, "180 days")
        said = rows.in_words("PHQ-9", of(db, treated_ada), axis)
        dosed = f"{days_ago(97).astimezone(axis.zone):%-d %b %Y}"
        last = f"{days_ago(20).astimezone(axis.zone):%-d %b %Y}"
    assert said.startswith("PHQ-9: 3 scores, from 16 on ")
    assert f"to 0 on {last}." in said
    assert "Baseline 16." in said
    assert f"2 treatments, the last on {dosed}." in said
    assert said.endswith("1 score outside these days.")


@pytest.mark.parametrize("name", trends.AXES)
def test_the_heading_marks_the_axis(ada, operator, name):
    with database(operator) as db:
        axis = trends.axis(db, name)
    *_, (_, title, told) = rows.columns(axis, name)
    days = [day for day, _ in told["ticks"]]
    assert title in ("Days since first dose", f"Last {name}")
    assert days == sorted(days)
    assert len(days) >= 2
    assert axis.low <= days[0] <= days[-1] <= axis.high


def plans(work) -> list[str]:
    """How SQLite goes about each query of `work`, as EXPLAIN QUERY PLAN says it, one text for each."""
    asked = []
    engine = connection.ready_engine()

    def note(_connection, _cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as c:
        return [
            " / ".join(row[3] for row in c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))
            for statement, parameters in asked
            if statement.startswith("SELECT")
        ]


OPEN_ONES = "SCAN alert USING INDEX ix_alert_open"  # an index of the open ones only
NARROWED = [
    patients.Filter(),
    patients.Filter(stage="maintenance", indication="panic"),
    patients.Filter(stage="no course", site="North", mine=True),
    patients.Filter(standing="worse"),
    patients.Filter(standing="no score"),
    patients.Filter(order="last score"),
    patients.Filter(order="next review"),
]


@pytest.mark.parametrize("wanted", NARROWED, ids=str)
def test_no_list_reads_through_scores_treatments_or_alerts(sqlite_store, operator, wanted):
    """Whatever the filter and the order: scores are reached by their index, and sorted names come from theirs."""
    with database(operator) as db:
        found = plans(lambda: patients.search(db, "ada", wanted))
    assert found
    for plan in (each.replace(OPEN_ONES, "") for each in found):
        for table in ("assessment", "treatment", "alert"):
            assert f"SCAN {table}" not in plan
        assert "assessment" not in plan or "ix_assessment_trend (patient_id=? AND instrument=?" in plan
    if wanted == patients.Filter():
        listed = next(plan for plan in found if "ix_patient_name_order" in plan)
        assert "TEMP B-TREE" not in listed


def test_a_page_of_lines_takes_three_queries_however_many_people(sqlite_store, operator):
    with database(operator) as db:
        courses = []
        for n in range(4):
            each = patient(db, f"SM-{n}")
            courses.append(course(db, each))
            treated(db, each, days_ago(20 + n))
        axis = trends.axis(db, "180 days")
        few, many = (
            plans(lambda some=some: trends.of_courses(db, some, axis)) for some in (courses[:1], courses)
        )
    about = [[plan for plan in found if "assessment" in plan or "treatment" in plan] for found in (few, many)]
    assert len(about[0]) == len(about[1]) == 3
    assert not [plan for plan in about[1] if "SCAN" in plan]
    assert any("COVERING INDEX ix_assessment_trend" in plan for plan in about[1])
