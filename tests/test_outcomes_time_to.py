"""Time to response and its loss for everyone at once: what `durability` says of each person, and the Riesby data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.instruments import catalogue
from clinic.outcomes import counting, durability, time_to
from clinic.outcomes.course_spans import endings_by_course
from clinic.outcomes.survival import kaplan_meier
from tests.course_frames import at, courses, doses, score, scores, treatment, treatments
from tests.shared_data import ROOT

SCALES = catalogue()
PHQ9 = SCALES["phq9"].default_response

LOOKS = st.lists(st.tuples(st.integers(7, 60), st.integers(0, 27)), max_size=12)
PEOPLE = st.lists(st.tuples(st.integers(10, 27), LOOKS), min_size=1, max_size=6)


def seen_of(people) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Courses and looks of (baseline, [(day, total)]), in order."""
    table = courses(*({"baseline": baseline} for baseline, _ in people))
    rows = [(n, day, total, 1) for n, (_, each) in enumerate(people) for day, total in each]
    seen = pd.DataFrame(rows, columns=["course", "day", "total", "given"]).astype({"total": float})
    return table, seen.astype({"course": int, "day": int}).sort_values(["course", "day"], kind="stable")


@settings(deadline=None, max_examples=60)
@given(PEOPLE, st.booleans())
def test_all_at_once_is_each_person_by_themselves(people, sustained):
    table, seen = seen_of(people)
    found = time_to.time_to_response(table, seen, SCALES, sustained=sustained)
    lost = time_to.loss_of_response(table, seen, found, SCALES)
    for n, (baseline, each) in enumerate(people):
        days, totals = [day for day, _ in each], [total for _, total in each]
        one = durability.time_to_response(PHQ9, baseline, days, totals, sustained=sustained)
        row = found.loc[n]
        assert (bool(row["event"]), row["day"]) == (one.event, one.day)
        assert optional(row["after"]) == one.after
        assert optional(row["confirmed_day"]) == one.confirmed_day
        gone = durability.loss_of_response(PHQ9, baseline, days, totals, sustained=sustained)
        assert (n in lost.index) == (gone is not None)
        if gone is not None:
            ours = lost.loc[n]
            assert (ours["event"], ours["day"], ours["since"]) == (gone.event, gone.day, gone.since)
            assert optional(ours["after"]) == gone.after


def optional(value):
    return None if value != value else value


@settings(deadline=None, max_examples=60)
@given(PEOPLE, st.lists(st.tuples(st.integers(0, 5), st.integers(0, 70)), max_size=6))
def test_what_decides_at_once_does_so_as_for_one_person(people, events):
    table, seen = seen_of(people)
    events = [(who, day) for who, day in events if who < len(people)]
    frame = pd.DataFrame(events, columns=["course", "day"]).assign(why="admission")
    found = time_to.time_to_response(table, seen, SCALES)
    lost = time_to.loss_of_response(table, seen, found, SCALES, at_once=frame)
    for n in lost.index:
        baseline, each = people[n]
        mine = [(day, "admission") for who, day in events if who == n]
        one = durability.loss_of_response(
            PHQ9, baseline, [d for d, _ in each], [t for _, t in each], at_once=mine, sustained=True
        )
        assert (lost.loc[n, "event"], lost.loc[n, "day"], lost.loc[n, "why"]) == (one.event, one.day, one.why)


@settings(deadline=None, max_examples=60)
@given(PEOPLE, st.lists(st.integers(8, 70) | st.none(), min_size=6, max_size=6))
def test_the_two_rules_for_another_treatment_bracket_each_other(people, again):
    table, seen = seen_of(people)
    found = time_to.time_to_response(table, seen, SCALES)
    days = np.array([np.nan if each is None else each for each in again[: len(people)]], float)
    days = np.where(days > found["day"].to_numpy(float), days, np.nan)
    curves = []
    for is_loss in (False, True):
        lost = time_to.loss_of_response(
            table, seen, found, SCALES, retreated=days, retreatment_is_loss=is_loss
        )
        assert (lost["day"] <= np.where(np.isnan(days), np.inf, days)[lost.index]).all()
        curves.append(kaplan_meier(lost["day"] - lost["since"], lost["event"]))
    censored, event = curves
    assert censored.followed.tolist() == event.followed.tolist()
    for day in range(60):
        if censored.n and day <= censored.ends:
            assert event.at(day)[0] <= censored.at(day)[0] + 1e-12


def test_a_dose_after_a_gap_and_a_later_course_are_treatment_anew():
    table = courses({"patient": "p1", "episode": "e1", "baseline": 20}, {"patient": "p2", "episode": "e2"})
    given_ = [treatment(at(day)) for day in (0, 3, 7, 28, 50)]
    given_ += [treatment(at(day), patient="p2", episode="e2") for day in (0, 3)]
    given_ += [treatment(at(10), patient="p2", episode="e3")]
    responses = pd.DataFrame({"day": [14.0, 7.0]})
    found = time_to.retreatments(table, treatments(*given_), responses, gap_days=21)
    assert found.tolist() == [50, 10]  # day 28 lies exactly 21 days after day 7
    planned = pd.DataFrame({"episode": ["e1"], "since": [at(30)]})
    found = time_to.retreatments(table, treatments(*given_), responses, gap_days=21, maintenance=planned)
    assert np.isnan(found[0])


def test_a_dose_anew_before_the_response_is_none():
    table = courses({"patient": "p1", "episode": "e1", "baseline": 20})
    found = time_to.retreatments(table, doses(0, 40), pd.DataFrame({"day": [40.0]}), gap_days=21)
    assert np.isnan(found[0])


def test_only_scores_that_count_are_looks():
    """72 hours after the last dose and 7 days after the first, whole, of the own scale and of this course."""
    rows = [score(at(day), 9) for day in (-1, 5, 8, 9, 16, 30)]
    rows += [
        score(at(20), 9, prorated=True),
        score(at(21), 9, instrument="gad7"),
        score(at(22), 9, patient="p2"),
    ]
    table = courses({"patient": "p1", "episode": "e1", "baseline": 20})
    given_ = treatments(treatment(at(0)), treatment(at(7)), treatment(at(25), episode="e9"))
    found = time_to.looks(table, scores(*rows), given_, zone="Europe/London")
    assert found[["day", "given"]].to_numpy().tolist() == [[16, 2]]
    judged = counting.judge(scores(*rows[:5]), given_, zone="Europe/London")
    assert judged.loc[judged["counts"], "taken_at"].tolist() == [at(16)]


def test_everybody_who_started_is_in_it_or_said_to_be_out_of_it():
    table = courses({"baseline": 20}, {"baseline": 20}, {"baseline": 4}, {})
    rows = [score(at(14), 9), score(at(21), 8)]
    seen = time_to.looks(table, scores(*rows), doses(0, 7))
    found = time_to.time_to_response(table, seen, SCALES)
    assert found["event"].tolist() == [True, False, pd.NA, pd.NA]
    assert found["day"].tolist()[:2] == [14, 0]
    assert found["given"].tolist()[0] == 2
    assert found["why_none"].tolist() == ["", "", "baseline too mild", "no valid baseline"]


def test_an_event_belongs_to_the_course_in_which_it_happened():
    table = courses({"patient": "p1", "episode": "e1"}, {"patient": "p1", "episode": "e2", "start": at(100)})
    events = pd.DataFrame({"patient": "p1", "at": [at(-3), at(20), at(110)], "why": "admission"})
    found = endings_by_course(table, events, doses(0))
    assert found[["course", "day"]].to_numpy().tolist() == [[0, 20], [1, 10]]


@pytest.fixture(scope="module")
def riesby() -> tuple[pd.DataFrame, pd.DataFrame]:
    """tests/data/riesby: 53 people with weeks 0 and 5; days are weeks of the trial."""
    table = pd.read_csv(ROOT / "tests/data/riesby/riesby_long.csv", na_values=".")
    wide = table.pivot(index="id", columns="week", values="hamd")
    both = wide[wide[0].notna() & wide[5].notna()]
    started = courses(*({"instrument": "hamd17", "baseline": each} for each in both[0]))
    later = table[table["id"].isin(both.index) & (table["week"] > 0) & table["hamd"].notna()]
    place = dict(zip(both.index, range(len(both)), strict=True))
    seen = pd.DataFrame(
        {"course": later["id"].map(place), "day": later["week"], "total": later["hamd"], "given": 0}
    )
    return started, seen.sort_values(["course", "day"]).reset_index(drop=True)


def test_riesby_53_people_30_responders_median_5_weeks(riesby, monkeypatch):
    """expected.json there: 30 respond at week 5; Kaplan–Meier's median time is 5 weeks, 95 % interval 4 to 5."""
    table, seen = riesby
    monkeypatch.setattr(time_to, "too_mild", lambda scale, baseline: baseline < 0)
    last = time_to.time_to_response(table, seen[seen["day"] == 5], SCALES, sustained=False)
    assert (len(last), int(last["event"].sum())) == (53, 30)
    found = time_to.time_to_response(table, seen, SCALES, sustained=False)
    curve = kaplan_meier(found["day"], found["event"])
    assert (curve.n, curve.unknown) == (53, 0)
    assert (curve.median, curve.median_interval) == (5, (4, 5))


def test_riesby_by_the_clinics_rules_sets_the_mild_baselines_aside(riesby):
    """docs/clinical.md B.5; of the 53 those below the scale's cut for a case have no verdict and are counted."""
    table, seen = riesby
    mild = int((table["baseline"] < SCALES["hamd17"].caseness).sum())
    found = time_to.time_to_response(table, seen, SCALES, sustained=False)
    curve = kaplan_meier(found["day"], found["event"])
    assert (curve.n, curve.unknown) == (53 - mild, mild)
    assert mild == 1


def test_nobody():
    table = courses({"baseline": 20}).iloc[:0]
    seen = time_to.looks(table, scores(), doses(0))
    found = time_to.time_to_response(table, seen, SCALES)
    assert (len(found), len(time_to.loss_of_response(table, seen, found, SCALES))) == (0, 0)
    unseen = courses({"baseline": 20})
    found = time_to.time_to_response(unseen, seen, SCALES)
    assert found["day"].tolist() == [0]


def test_the_earliest_curve_dates_each_event_right_after_the_look_before():
    """A response at day 21 after a look at 14, one at the first look, one never: 14 and 0 against 21 and 7."""
    table, seen = seen_of([(20, [(14, 19), (21, 9), (28, 9)]), (20, [(7, 9), (14, 9)]), (20, [(30, 19)])])
    drawn, earliest = time_to.curves(time_to.time_to_response(table, seen, SCALES), 1)
    assert (drawn.time.tolist(), earliest.time.tolist()) == ([7, 21], [0, 14])
    ended, _ = time_to.curves(time_to.time_to_response(table, seen, SCALES), 2)
    assert ended.ends == 21
