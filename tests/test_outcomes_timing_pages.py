"""How soon, how long, by week, days of benefit and doses on the page: from the store to the sentence."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from clinic import cohorts, course_events, episodes, instruments
from clinic.outcomes import time_to
from clinic.outcomes.course_spans import endings_by_course
from clinic.patients import pseudonym
from clinic.refused import NotAllowed
from clinic.watching.of_events import endings
from data_model import EventNote, Medication, StageChange, database
from data_model.episodes import Stage
from data_model.people import Decides, EventKind
from tests.people import access_key, course, days_ago, patient, phq9, scored, staff, treated

BEGAN = 100  # days ago
SIX = range(0, 42, 7)
WELL, ILL = phq9(1), phq9(2)  # 8 is half of 16


def day(number: float):
    return days_ago(BEGAN - number)


def person(db, name: str, totals: dict, doses=SIX):
    """`totals` by day since the first dose; 16 before it."""
    made = patient(db, name, given_name=name)
    course(db, made)
    scored(db, made, day(-1), ILL)
    for at in doses:
        treated(db, made, day(at))
    for at, answers in totals.items():
        scored(db, made, day(at), answers)
    return made


@pytest.fixture
def clinic(sqlite_store, operator):
    """Seven who started: two keep a response, one loses it by scores, one by ECT, one is treated again after a gap,
    one does not respond, one is never seen again."""
    oasis = {item.id: 2 for item in instruments.instrument("oasis").items}
    kept = {18: WELL, 25: WELL, 60: WELL, 80: WELL}
    with database(operator) as db:
        people = {
            "Ada": person(db, "Ada", kept),
            "Ben": person(db, "Ben", kept),
            "Cy": person(db, "Cy", {18: WELL, 25: WELL, 53: ILL, 60: ILL}),
            "Di": person(db, "Di", kept),
            "Ed": person(db, "Ed", {18: WELL, 25: WELL, 60: WELL}, doses=(*SIX, 70)),
            "Fay": person(db, "Fay", {18: ILL, 25: ILL, 60: ILL}),
            "Gus": person(db, "Gus", {}, doses=(0,)),
        }
        note = {"kind": EventKind.CLINICAL, "text": "told"}
        db.add(EventNote(patient_id=people["Di"].id, decides=Decides.ECT, happened_on=day(50).date(), **note))
        db.add(EventNote(patient_id=people["Ada"].id, happened_on=day(50).date(), **note))
        db.add(Medication(patient_id=people["Fay"].id, drug="Sertraline 50 mg", started=day(40).date()))
        db.add(Medication(patient_id=people["Fay"].id, drug="sertraline", started=day(60).date()))
        db.add(Medication(patient_id=people["Ben"].id, drug="Mirtazapine", started=day(-40).date()))
        scored(db, people["Ada"], day(-0.5), oasis, "oasis")
    return people


def frames(actor):
    with database(actor) as db:
        found = cohorts.cohort(db)
        events = course_events.at_once(db, found.first)
        kept = course_events.maintenance(db)
    return found, events, kept


def lost(found, events, kept, is_loss: bool) -> pd.DataFrame:
    catalogue = instruments.catalogue()
    first, given = found.first.reset_index(drop=True), found.treatments
    seen = time_to.looks(first, found.own, given)
    responses = time_to.time_to_response(first, seen, catalogue)
    return time_to.loss_of_response(
        first,
        seen,
        responses,
        catalogue,
        at_once=endings_by_course(first, events, given),
        retreated=time_to.retreatments(first, given, responses, maintenance=kept),
        retreatment_is_loss=is_loss,
    )


def test_what_decides_at_once_is_for_everyone_what_it_is_for_one(clinic, operator):
    clinician = staff("clinician")
    _, events, _ = frames(clinician)
    with database(clinician) as db:
        ones = {(who.key, each.says, each.at) for who in clinic.values() for each in endings(db, who)}
    assert {(row.patient, row.why, row.at.to_pydatetime()) for row in events.itertuples()} == ones
    assert sorted(events["why"]) == ["a new antidepressant, Sertraline 50 mg", "electroconvulsive therapy"]


def test_the_losses_are_the_same_under_pseudonyms(clinic):
    lead = staff("lead")
    found, events, kept = frames(lead)
    assert set(events["patient"]) == {pseudonym(clinic[who].key) for who in ("Di", "Fay")}
    assert set(events["patient"]) <= set(found.first["patient"])
    assert sorted(lost(found, events, kept, False)["why"]) == [
        "",
        "",
        "",
        "electroconvulsive therapy",
        "scores",
    ]
    again = lost(found, events, kept, True)
    assert sorted(again["why"]) == ["", "", "a dose after a gap", "electroconvulsive therapy", "scores"]
    assert sorted(again["day"] - again["since"]) == [32, 35, 52, 62, 62]


def test_a_dose_of_maintenance_is_no_treatment_anew(clinic, operator):
    with database(operator) as db:
        of = clinic["Ed"]
        (episode,) = episodes.of_patient(db, of)
        stage = {"stage": Stage.MAINTENANCE, "since": day(45)}
        db.add(StageChange(patient_id=of.id, episode_id=episode.id, **stage))
    found, events, kept = frames(staff("lead"))
    assert "a dose after a gap" not in set(lost(found, events, kept, True)["why"])


def test_only_who_may_see_outcomes_is_told(sqlite_store):
    with database(staff("nurse")) as db:
        with pytest.raises(NotAllowed):
            course_events.at_once(db, pd.DataFrame())
        with pytest.raises(NotAllowed):
            course_events.maintenance(db)


def page() -> None:
    """What Outcomes hands over to one part of it."""
    import importlib

    import streamlit as st

    from clinic import cohorts, instruments, settings
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
    board = Board(
        db.actor, found, found.first, people, catalogue, Window(), zone, now(), ("all routes",), names=True
    )
    importlib.import_module(f"pages.outcomes.{st.query_params['part']}").show(board)


def shown(part: str, access: str) -> AppTest:
    test = AppTest.from_function(page, default_timeout=30)
    test.user = {"access": access}
    test.query_params["part"] = part
    test.run()
    assert not test.exception, test.exception
    return test


def words(test: AppTest) -> str:
    return " ".join(each.value for each in (*test.markdown, *test.caption, *test.info))


SAID = {
    "soon": (
        "7 started: 7 judged",
        "5 of 7 were seen to respond, median 18 days",
        "1 person without any score that counts",
        "By treatment 3 5 of 7 had responded",
        "1 unknown",
    ),
    "lasting": (
        "5 who responded, of 7 started",
        "1 by two scores in a row",
        "1 electroconvulsive therapy",
        "1 a dose after a gap",
        "2 still responding when last seen",
    ),
    "weeks": ("7 of 7 people whose scale is PHQ-9", "95 % t intervals"),
    "benefit": ("0 of 38 treatments of 7 people can say (38 not enough scores)",),
    "doses": (
        "racemic ketamine, IV: 38 treatments of 38 of 7 people; 0 without a known dose in mg/kg",
        "the same people (6)",
    ),
}


def test_each_part_says_who_is_counted_and_who_is_missing(clinic):
    access = access_key(staff("lead"))
    for part, sentences in SAID.items():
        told = words(shown(part, access))
        for sentence in sentences:
            assert sentence in told
    weeks = shown("weeks", access)
    next(each for each in weeks.get("button_group") if each.key == "weeks middle").set_value("Median").run()
    assert "95 % intervals by rank" in words(weeks)


def test_nobody_has_been_measured_yet(sqlite_store, operator):
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        treated(db, made, days_ago(2))
    access = access_key(staff("lead"))
    for part in SAID:
        assert words(shown(part, access))
