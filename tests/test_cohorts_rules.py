"""The cohort's short way through the store against the rules on everything: the same baselines, states and scores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from sqlmodel import select

from clinic import access, assessments, cohorts, instruments, settings
from clinic.outcomes import states
from clinic.outcomes.baseline import choose_each
from clinic.outcomes.states import Window
from data_model import Assessment, Episode, Patient, Treatment, database
from tests.people import patient, staff

PEOPLE, ZONE = 45, "Europe/London"
BEGAN = datetime(2026, 3, 2, tzinfo=UTC)  # the clocks go forward within the window, on 29 March
NOW = BEGAN + timedelta(days=45)
WINDOWS = (Window(), Window(14, 3), Window(56, 10))
SCALES = (("phq9", "depression"), ("gad7", "generalised anxiety"), ("oasis", "any anxiety"))


@pytest.fixture
def random_store(sqlite_store):
    fill()


@pytest.fixture
def random_stores(both_stores):
    fill()


def fill() -> None:
    """Scores of every kind where the rules turn: around midnight, on the minute of a dose, 72 hours after one, with a
    date only, prorated, without a total, twice at a moment; drafts and void rows; second courses."""
    draw = np.random.default_rng(17)
    with database(access.command_line("tests")) as db:
        settings.change(db, time_zone=ZONE)
        for n in range(PEOPLE):
            _live(db, draw, patient(db, f"SM-{n}", site=["North", "South", None][n % 3]))


def _live(db, draw, who: Patient) -> None:
    for begins in (0, 60)[: 2 if draw.random() < 0.2 else 1]:
        name, indication = SCALES[draw.integers(len(SCALES))]
        start = BEGAN + timedelta(days=begins + int(draw.integers(0, 20)), hours=int(draw.integers(0, 24)))
        imported = start if draw.random() < 0.1 else None
        course = Episode(
            patient_id=who.id, indication=indication, primary_instrument=name, stage="induction",
            stage_since=start, opened_at=start, imported_start=imported,
        )  # fmt: skip
        db.add(course)
        db.flush()
        doses = [] if imported else _doses(draw, start)
        db.add_all(_treatment(draw, who, course, at) for at in doses)
        db.add_all(_score(draw, who, course, name, start, doses) for _ in range(int(draw.integers(2, 26))))
        db.flush()
    if draw.random() < 0.2:
        _choose(db, draw, who)


def _doses(draw, start: datetime) -> list[datetime]:
    days = sorted({0, *(int(day) for day in draw.integers(1, 45, draw.integers(0, 9)))})
    return [start + timedelta(days=day) for day in days]


def _treatment(draw, who, course, at: datetime) -> Treatment:
    status = "void" if draw.random() < 0.05 else "active"
    return Treatment(
        patient_id=who.id, episode_id=course.id, substance="racemic ketamine",
        route=str(draw.choice(["IV", "IM"])), given_mg=40.0, weight_kg=80.0, mg_per_kg=0.5, started_at=at,
        status=status, void_reason="entered twice" if status == "void" else None,
    )  # fmt: skip


def _score(draw, who, course, name: str, start: datetime, doses: list[datetime]) -> Assessment:
    kind = draw.random()
    around = start if kind < 0.5 or not doses else doses[draw.integers(len(doses))] + timedelta(hours=72)
    days = int(draw.choice([-15, -14, -13, -1, 0, 1, 10, 11, 17, 20, 21, 28, 34, 35, 36, 37, 46, 66, 67]))
    minutes = int(draw.choice([-30, -1, 0, 0, 1, 30, 600]))
    at = (around if kind >= 0.5 else start + timedelta(days=days)) + timedelta(minutes=minutes)
    if draw.random() < 0.3:
        at = at.replace(hour=int(draw.choice([0, 22, 23])), minute=int(draw.choice([0, 59])))
    status = str(draw.choice(["active", "signed", "amended", "void"], p=[0.85, 0.05, 0.05, 0.05]))
    total = None if draw.random() < 0.05 else float(draw.integers(2, 20))
    return Assessment(
        patient_id=who.id, episode_id=course.id, version="1.0",
        instrument=name if draw.random() < 0.9 else "phq9", taken_at=at,
        date_only=bool(draw.random() < 0.25), total=total, answers={} if total is None else None,
        prorated=bool(draw.random() < 0.08), status=status,
        timing=draw.choice([None, None, "baseline", "pre-dose", "between"]),
        void_reason="wrong" if status == "void" else None,
        suicide=int(draw.integers(0, 3)) if draw.random() < 0.4 else None,
    )  # fmt: skip


def _choose(db, draw, who) -> None:
    whole = [
        row
        for row in db.exec(select(Assessment).where(Assessment.patient_id == who.id))
        if row.total is not None and not row.prorated and row.status != "void"
    ]
    if whole:
        whole[draw.integers(len(whole))].baseline_reason = "the only one"


def plainly(found: cohorts.Cohort) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Baselines by the rule and all scores, from everything there is."""
    return choose_each(found.scores, found.courses, zone=ZONE), found.scores


def test_the_short_way_gives_the_baselines_that_the_rule_gives(random_store, operator):
    with database(operator) as db:
        found = cohorts.cohort(db)
        rule, _ = plainly(found)
    by_hand = (found.courses["baseline_why"] == "chosen").to_numpy()
    assert 0 < by_hand.sum() < 15 < rule["baseline"].notna().sum() < len(rule)
    same = ["baseline", "baseline_why"]
    pd.testing.assert_frame_equal(
        found.courses.loc[~by_hand, same], rule.loc[~by_hand, same], check_dtype=False
    )


def test_the_short_way_gives_the_states_that_the_rules_give(random_stores, operator):
    catalogue, now = instruments.catalogue(), NOW + timedelta(days=120)
    with database(operator) as db:
        found = cohorts.cohort(db)
        for table, judge in ((found.first, found.people), (found.courses, found.each_course)):
            for window in WINDOWS:
                short = judge(catalogue, now, window)
                plain = states.people(
                    table, found.scores, found.treatments, catalogue, now, window=window, zone=ZONE
                )
                assert plain["score"].notna().sum() > 10
                pd.testing.assert_frame_equal(short, plain.drop(columns="assessment"), check_dtype=False)


def test_the_wide_frames_hold_what_each_patients_own_page_shows(random_store, operator):
    with database(operator) as db:
        found = cohorts.cohort(db)
        for each in db.exec(select(Patient)):
            mine = found.scores[found.scores["patient"] == each.key].reset_index(drop=True)
            page = assessments.scores(db, each)
            if len(mine):
                pd.testing.assert_frame_equal(
                    mine[page.columns], page, check_dtype=False, check_column_type=False
                )
        own, told = found.own, found.endorsed
        scales = found.courses.groupby("patient")["instrument"].agg(set)
        led = [row.instrument in scales[row.patient] for row in found.scores.itertuples()]
        wanted = found.scores[led].reset_index(drop=True)[own.columns]
    pd.testing.assert_frame_equal(own, wanted, check_dtype=False)
    answered = found.scores[found.scores["suicide"] > 0].reset_index(drop=True)[told.columns]
    assert 0 < len(answered) < len(found.scores)
    pd.testing.assert_frame_equal(told, answered, check_dtype=False)


def test_a_new_score_is_read_for_its_patient_alone_and_all_agrees_with_a_fresh_reading(
    random_store, operator, monkeypatch
):
    from clinic.cohorts import everyone

    catalogue, now = instruments.catalogue(), NOW + timedelta(days=120)
    with database(operator) as db:
        cohorts.cohort(db).people(catalogue, now, WINDOWS[2])
    monkeypatch.setattr(everyone, "read", None)  # reading everybody again would fail
    draw = np.random.default_rng(3)
    with database(operator) as db:
        course = db.exec(select(Episode).where(Episode.imported_start.is_(None))).first()
        who = db.get(Patient, course.patient_id)
        start = BEGAN + timedelta(days=5)
        db.add_all(_score(draw, who, course, course.primary_instrument, start, []) for _ in range(30))
    with database(operator) as db:
        again = cohorts.cohort(db)
        remembered = [again.people(catalogue, now, window) for window in WINDOWS]
        for window, short in zip(WINDOWS, remembered, strict=True):
            plain = states.people(
                again.first, again.scores, again.treatments, catalogue, now, window=window, zone=ZONE
            )
            pd.testing.assert_frame_equal(short, plain.drop(columns="assessment"), check_dtype=False)


def test_a_lead_without_names_sees_the_same_states_under_pseudonyms(random_store, operator):
    catalogue, now = instruments.catalogue(), NOW + timedelta(days=120)
    lead = staff("lead")
    with database(operator) as db:
        named = cohorts.cohort(db).people(catalogue, now)
    with database(lead) as db:
        found = cohorts.cohort(db)
    people = found.people(catalogue, now)
    assert people["patient"].str.startswith("P-").all()
    assert people["state"].tolist() == named["state"].tolist()
