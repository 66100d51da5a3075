"""The part of Outcomes about variation, as a lead with and without names meets it, and the setting it draws."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from clinic import settings
from clinic.outcomes import states
from clinic.refused import BadInput
from data_model import database
from tests.people import NOW, access_key, course, days_ago, patient, phq9, scored, staff, treated
from tests.test_pages import opened

EVENT = ["2026-05-03", "<b>Room</b> *3* opened"]


def part() -> None:
    import streamlit as st

    from pages.outcomes import variation

    variation.show(st.session_state["board"])


def board(actor, cohort, people: pd.DataFrame, *, names: bool = True):
    from clinic import instruments
    from pages.outcomes.board import Board

    with database(actor) as db:
        zone = settings.zone(db)
    return Board(
        actor,
        cohort,
        people,
        people,
        instruments.catalogue(),
        states.Window(),
        zone,
        NOW,
        ("all routes",),
        names,
    )


def shown(shape, **press) -> AppTest:
    test = AppTest.from_function(part, default_timeout=30)
    test.session_state["board"] = shape
    test.run()
    for key, value in press.items():
        test.segmented_control(key=key.replace("_", " ")).set_value(value).run()
    assert not test.exception, test.exception
    return test


def said(test: AppTest) -> str:
    kinds = (test.caption, test.info, test.subheader)
    tables = [frame.value.to_csv() for frame in test.dataframe]
    return " ".join([each.value for kind in kinds for each in kind] + tables)


@pytest.fixture
def real(sqlite_store, operator):
    """One person with three treatments and two adverse events, as the store gives them."""
    from clinic import cohorts

    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
        scored(db, ada, days_ago(101), phq9(2))
        treated(db, ada, days_ago(100), events=[{"term": "nausea", "severity": "mild"}] * 2)
        treated(db, ada, days_ago(93))
        treated(db, ada, days_ago(40))
    with database(operator) as db:
        return cohorts.cohort(db)


def many(cohort) -> pd.DataFrame:
    """Thirty-nine people of three clinicians over fourteen months, in all states."""
    rows = []
    for n in range(39):
        early = n >= 36
        state = states.TOO_EARLY if early else (states.STATES[1:] * 6)[n]
        start = NOW - pd.Timedelta(days=5 if early else 60 + 10 * n)
        name = "Ida" if n < 4 else "Zoë [A](http://127.0.0.1:9)" if n % 2 else "Max <b>B</b>"
        rows.append((f"p{n}", f"e{n}", start, state, "phq9", 18.0, "depression", name, None))
    columns = [
        "patient",
        "episode",
        "start",
        "state",
        "instrument",
        "baseline",
        "indication",
        "clinician",
        "site",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(start=pd.to_datetime(frame["start"], utc=True))


def test_the_tables_sum_to_the_headline(real, operator):
    people = many(real)
    test = shown(board(operator, real, people))
    months = test.dataframe[0].value
    headline = states.headline(people)
    assert months["Responded"].sum() == headline.responded
    assert months["Of people"].sum() == headline.of
    assert months["Unknown"].sum() == headline.missing
    assert months["Too early"].sum() == headline.too_early
    assert f"{headline.responded} of {headline.of} people whose window has passed" in said(test)
    missing = shown(board(operator, real, people), variation_measure="Unknown").dataframe[0].value
    assert missing["Unknown"].sum() == headline.missing
    assert missing["Of people"].sum() == headline.of


def test_adverse_events_are_those_of_the_chosen_courses(real, operator):
    wanted = "Adverse events per 100 treatments"
    test = shown(board(operator, real, many(real)), variation_measure=wanted)
    table = test.dataframe[0].value
    assert (table["Events"].sum(), table["Treatments"].sum()) == (2, 3)
    assert "2 in 3 treatments" in said(test)
    assert "run.longest, run.crossings" in said(test)


def test_the_footer_names_the_rules_and_the_filters(real, operator):
    words = said(shown(board(operator, real, many(real))))
    for rule in ("states.day28", "counting.72h_7d", "baseline.last_complete_14d", "funnel.exact_binomial"):
        assert rule in words
    assert "all routes" in words


def test_clinicians_have_names_only_for_those_who_may_see_them(real, operator):
    people = many(real)
    named = said(shown(board(operator, real, people)))
    assert "Zoë [A](http://127.0.0.1:9)" in named
    lettered = shown(board(operator, real, people, names=False))
    assert not any(name in said(lettered) for name in ("Zoë", "Max", "Ida"))
    assert lettered.dataframe[1].value["Clinician"].tolist() == ["A", "B"]


def test_small_units_are_said_and_the_baselines_stand_beside(real, operator):
    people = many(real).assign(clinician=lambda frame: ["ABC"[n % 3] for n in range(len(frame))])
    test = shown(board(operator, real, people))
    points, mix = test.dataframe[1].value, test.dataframe[2].value
    assert points["Started"].tolist() == [13, 13, 13]
    assert mix["Started"].tolist() == [13, 13, 13]
    assert mix["Median baseline"].tolist() == ["18"] * 3
    assert "Unadjusted" in said(test)
    assert "Rank" not in said(test)
    few = shown(board(operator, real, people), variation_compare="By site")
    assert "Fewer than two sites have 10 people" in said(few)
    assert "36 without a site" in said(few)


def test_before_any_window_has_closed(real, operator):
    people = many(real).tail(3)
    assert "No window has closed yet." in said(shown(board(operator, real, people)))


# ---- known events --------------------------------------------------------------------------------------------


def test_known_events_come_from_the_settings_and_reach_the_figure(real, operator):
    day = (NOW - pd.Timedelta(days=200)).date().isoformat()
    with database(operator) as db:
        settings.change(db, known_events=[[day, EVENT[1]]])
    test = shown(board(operator, real, many(real)))
    spec = str(test.get("plotly_chart")[0].proto)
    assert "&lt;b&gt;Room" in spec
    assert "<b>Room" not in spec


@pytest.mark.parametrize(
    "events, problem",
    [
        ([["3.5.2026", "moved"]], "“3.5.2026” is not a date"),
        ([["2026-05-03", "  "]], "Say in at most 80 letters"),
        ([["2026-05-03", "x" * 81]], "Say in at most 80 letters"),
        ([["2026-05-03", "x"]] * 21, "At most 20 known events"),
    ],
)
def test_an_event_that_cannot_be_drawn_is_refused(sqlite_store, operator, events, problem):
    with database(operator) as db, pytest.raises(BadInput, match=problem):
        settings.change(db, known_events=events)


def test_an_administrator_writes_them_one_in_a_line(sqlite_store, operator):
    test = opened(access_key(staff("administrator")), "admin/settings.py")
    test.text_area(key="known events").set_value("2026-05-03 Room 3 opened\n\n2026-01-09  New rater ").run()
    [save] = [button for button in test.button if button.label == "Save"]
    save.click().run()
    assert not test.exception, test.exception
    with database(operator) as db:
        kept = settings.current(db)["known_events"]
    assert [(date.fromisoformat(day), words.strip()) for day, words in kept] == [
        (date(2026, 5, 3), "Room 3 opened"),
        (date(2026, 1, 9), "New rater"),
    ]
    test = opened(access_key(staff("administrator", "second")), "admin/settings.py")
    assert test.text_area(key="known events").value.splitlines()[0] == "2026-05-03 Room 3 opened"
