"""What the store knows of where courses stand and whose they are, and the parts of Outcomes that draw it."""

from __future__ import annotations

import pandas as pd
import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from clinic import episodes, standing
from clinic.outcomes import flow
from clinic.patients import pseudonym
from clinic.refused import NotAllowed
from data_model import EventNote, Patient, StageChange, database
from data_model.columns import Status
from data_model.episodes import Stage
from data_model.people import Decides, EventKind
from tests.people import access_key, course, days_ago, patient, phq9, scored, staff, treated

BEGAN = 150
WELL, ILL = phq9(1), phq9(2)
REASON = "went to live with her sister Anna"


def day(number: float):
    return days_ago(BEGAN - number)


def person(db, number: str, totals: dict, doses, began: float = 0, **fields):
    made = patient(db, number, **fields)
    episode = course(db, made)
    episode.stage_since = episode.opened_at = day(began - 2)
    scored(db, made, day(began - 1), ILL)
    for at in doses:
        treated(db, made, day(began + at))
    for at, answers in totals.items():
        scored(db, made, day(began + at), answers)
    return made, episode


@pytest.fixture
def clinic(sqlite_store, operator):
    """Ada in maintenance, Ben left after one treatment, Cy ended without a reason anybody shares, Dee new."""
    with database(operator) as db:
        kept = {25: WELL, 32: WELL, 60: WELL}
        ada, hers = person(db, "SM-1", kept, range(0, 42, 7))
        _, his = person(db, "SM-2", {}, (0,), family_name="Hope", given_name="Ben")
        _, cys = person(db, "SM-3", {28: ILL}, (0, 4), family_name="Moon", given_name="Cy")
        person(db, "SM-4", {}, (0,), began=140, family_name="Dunn", given_name="Dee")
        db.flush()
        episodes.move_to(db, hers.key, Stage.MAINTENANCE, since=day(50))
        episodes.move_to(db, his.key, Stage.ENDED, "cost", since=day(20))
        episodes.move_to(db, cys.key, Stage.ENDED, REASON, since=day(30))
        return {"ada": (ada.key, hers.key), "ben": his.key, "cy": cys.key}


def test_where_each_course_stands_and_when_it_came_to_maintenance(clinic, operator):
    with database(operator) as db:
        found = standing.of(db, [clinic["ada"][1], clinic["ben"]]).set_index("episode")
    assert len(found) == 2
    hers, his = found.loc[clinic["ada"][1]], found.loc[clinic["ben"]]
    assert (hers["stage"], hers["maintenance_at"]) == ("maintenance", pd.Timestamp(day(50)))
    assert (his["stage"], his["end_reason"]) == ("ended", "cost")
    assert his["ended_at"] == pd.Timestamp(day(20))
    assert pd.isna(his["maintenance_at"])


def test_maintenance_that_was_left_again_was_reached_and_one_taken_back_was_not(clinic, operator):
    with database(operator) as db:
        episodes.move_to(db, clinic["ada"][1], Stage.PAUSED, since=day(70))
        wrong = db.exec(select(StageChange).where(StageChange.stage == Stage.MAINTENANCE)).one()
        assert pd.notna(standing.of(db, [clinic["ada"][1]])["maintenance_at"].iloc[0])
        wrong.status, wrong.void_reason = Status.VOID, "entered for the wrong person"
        db.flush()
        assert pd.isna(standing.of(db, [clinic["ada"][1]])["maintenance_at"].iloc[0])


def test_names_are_for_those_who_may_see_them(clinic, operator):
    key, episode = clinic["ada"]
    with database(operator) as db:
        assert standing.names(db, [episode]) == {episode: "Byron, Ada"}
    with database(staff("lead")) as db:
        assert standing.names(db, [episode]) == {episode: pseudonym(key)}


def test_what_ends_a_response_at_once_is_told_by_course(clinic, operator):
    key, episode = clinic["ada"]
    with database(operator) as db:
        of = standing.deciding(db, [episode, clinic["ben"]])
        assert of == {episode: [], clinic["ben"]: []}
        made = db.exec(select(Patient).where(Patient.key == key)).one()
        db.add(
            EventNote(
                patient_id=made.id,
                kind=EventKind.CLINICAL,
                decides=Decides.ECT,
                happened_on=day(55).date(),
                text="told",
            )
        )
        db.flush()
        told = standing.deciding(db, [episode])[episode]
    assert [(at.date(), words) for at, words in told] == [(day(55).date(), "electroconvulsive therapy")]


@pytest.mark.parametrize("ask", [standing.of, standing.names, standing.deciding])
def test_it_is_for_those_who_see_outcomes(clinic, ask):
    with database(staff("nurse")) as db, pytest.raises(NotAllowed):
        ask(db, [clinic["ben"]])


def page() -> None:
    """What Outcomes hands over to one part of it."""
    import importlib

    import streamlit as st

    from clinic import access, cohorts, instruments, settings
    from clinic.outcomes.states import Window
    from data_model import database
    from data_model.columns import now
    from pages.outcomes.board import Board
    from pages.shared import who

    with database(who.actor()) as db:
        found = cohorts.cohort(db)
        zone = settings.zone(db)
    catalogue = instruments.catalogue()
    people = found.people(catalogue, now())
    names = access.can(db.actor, "see names")
    board = Board(
        db.actor, found, found.first, people, catalogue, Window(), zone, now(), ("all routes",), names
    )
    importlib.import_module(f"pages.outcomes.{st.query_params['part']}").show(board)


def shown(part: str, role: str = "lead") -> AppTest:
    test = AppTest.from_function(page, default_timeout=30)
    test.user = {"access": access_key(staff(role))}
    test.query_params["part"] = part
    test.run()
    assert not test.exception, test.exception
    return test


def words(test: AppTest) -> str:
    said = [each.value for kind in (test.markdown, test.caption, test.info, test.subheader) for each in kind]
    return " ".join(said + [frame.value.to_csv() for frame in test.dataframe]).replace("\\", "")


def test_the_flow_says_who_stopped_and_why_but_not_what_was_typed_of_one_person(clinic):
    test = shown("flow")
    steps, why = (frame.value.set_index(frame.value.columns[0]) for frame in test.dataframe)
    assert steps.loc["Treatment 2", ["Came so far", "Stopped before", "Still on the way"]].tolist() == [
        2,
        1,
        1,
    ]
    assert steps.loc["Maintenance", "Share"] == "33 %"
    assert why["People"].to_dict() == {flow.OTHER: 2}
    assert "Anna" not in words(test)
    assert "4 people, each by their first course" in words(test)


def test_the_bars_and_the_curve_keep_the_unknown(clinic):
    test = shown("waterfall")
    told = words(test)
    assert "4 people whose own scale is PHQ-9" in told
    assert "1 unknown and hatched" in told
    assert "3 people whose window has passed, of 4 who started" in told
    bars, _ = (frame.value for frame in test.dataframe)
    assert bars["People"].sum() == 4


def test_the_shift_has_everyone_in_every_column(clinic):
    test = shown("shift")
    assert "3 people in each column, of 4 who started" in words(test)
    table = test.dataframe[0].value
    assert table.groupby("To")["All"].sum().tolist() == [3, 3]


def test_lanes_have_pseudonyms_until_somebody_who_may_asks_for_names(clinic):
    for role in ("lead", "clinician"):
        test = shown("swim", role)
        told = words(test)
        assert "courses 1–4 of 4 of 4 people" in told
        assert pseudonym(clinic["ada"][0]) in told
        assert "Byron" not in told
        assert "Anna" not in told
        assert "responded from day 25, held at day 60" in told
        assert bool(test.toggle) == (role == "clinician")
    test.toggle(key="swim_names").set_value(True).run()
    assert not test.exception
    assert "Byron, Ada" in words(test)
    assert REASON in words(test)


@pytest.mark.parametrize("part", ["flow", "waterfall", "shift", "swim"])
def test_the_first_person_has_only_begun(sqlite_store, operator, part):
    with database(operator) as db:
        person(db, "SM-1", {}, (0,), began=BEGAN - 1)
    assert words(shown(part))
