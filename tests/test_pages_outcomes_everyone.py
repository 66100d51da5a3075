"""The parts Everyone, Reliable change and Published of Outcomes, each run alone on a board of a few people."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page(part: str, start: int = 60, people: int = 40):
    """One part on a board: half responded on PHQ-9, a quarter has no score, one began twice; WSAS of a few."""
    import importlib
    from zoneinfo import ZoneInfo

    from clinic import access
    from clinic.cohorts import Frames as Cohort
    from clinic.instruments import catalogue
    from clinic.outcomes import states
    from pages.outcomes.board import Board
    from tests.course_frames import ZONE, at, courses, score, scores, treatment, treatments

    cast = [{"patient": f"p{n}", "baseline": 20} for n in range(people)]
    cast.append({"patient": "p0", "baseline": 18, "start": at(40)})
    given = [score(at(28), 6 if n % 4 < 2 else 18, patient=f"p{n}") for n in range(people) if n % 4 != 3]
    given += [score(at(day), 30 - day, patient="p1", instrument="wsas") for day in (-1, 28)]
    given += [score(at(day), 12 - day / 4, patient="p1", instrument="gad7") for day in (-1, 28)]
    table = courses(*cast)
    doses = [
        treatment(at(day), patient=f"p{n}", episode=f"e{n + 1}") for n in range(people) for day in (0, 4)
    ]
    cohort = Cohort(table, scores(*given), treatments(*doses))
    first = states.first_courses(table)
    judged = states.people(first, cohort.scores, cohort.treatments, catalogue(), at(start), zone=ZONE)
    board = Board(
        actor=access.command_line("tests"),
        cohort=cohort,
        first=first,
        people=judged,
        catalogue=catalogue(),
        window=states.Window(),
        zone=ZoneInfo(ZONE),
        as_of=at(start),
        filters=("all routes",),
        names=True,
    )
    importlib.import_module(f"pages.outcomes.{part}").show(board)


def run(part: str, **options) -> AppTest:
    app = AppTest.from_function(page, kwargs={"part": part, **options}, default_timeout=30)
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.warning, app.info)
    return " ".join(each.value for kind in kinds for each in kind).replace("\\", "")


def test_everyone_says_the_rate_the_pairs_and_the_courses():
    app = run("everyone")
    words = said(app)
    assert "20 of 40 people whose window has passed responded on their own primary scale" in words
    assert "10 unknown" in words
    assert "Too few pairs: 30 of 40 have a baseline and a score in the window (75 %)" in words
    assert "41 courses of 40 people" in words
    for rule in ("states.day28", "phq9.response.fall50", "counting.72h_7d", "completeness.pairs"):
        assert rule in words
    app.toggle(key="everyone_courses").set_value(True).run()
    assert not app.exception
    assert "41 courses of 40 people, day 28 ± 7" in said(app)


def test_everyone_on_another_scale_and_another_day():
    app = run("everyone", start=120)
    app.selectbox(key="everyone_scale").set_value("wsas").run()
    assert "1 of 40 people whose window has passed responded on WSAS" in said(app)
    assert "39 of 40 never asked WSAS" in said(app)
    app.segmented_control(key="everyone_day").set_value(56).run()
    assert not app.exception
    assert "0 of 40 people whose window has passed responded on WSAS" in said(app)


def test_everyone_before_any_window_has_passed():
    assert "No window has closed yet" in said(run("everyone", start=5))


def test_reliable_change_names_its_rule_and_its_conventions():
    app = run("reliable")
    words = said(app)
    assert "in place of cut-off c" in words
    assert "Not a treatment effect" in words
    assert "40 people with two treatments or more" in words
    table = next(each.value for each in app.dataframe if "Name" in each.value)
    assert table["Name"].tolist() == ["mean change", "d_pre", "g_pre", "d_z", "d_av"]
    app.selectbox(key="reliable_scale").set_value("wsas").run()
    assert not app.exception
    assert "no agreed reliable change" in said(app)


def test_published_draws_what_matches_and_lists_the_rest():
    app = run("published")
    assert "20 of 30 with a score and of 40 in all, 10 unknown" in said(app)
    app.segmented_control(key="published_outcome").set_value("worse").run()
    assert not app.exception
    assert "so nothing is drawn" in said(app)
    assert "no effect on PCL-5" in said(app)


@pytest.mark.parametrize("part", ["everyone", "reliable", "published"])
def test_a_single_person_who_just_began(part):
    run(part, start=1, people=1)
