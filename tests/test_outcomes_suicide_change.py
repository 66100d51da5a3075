"""Answers about suicide before and after: seven states that sum, by hand and by a second plain implementation."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from clinic.outcomes import suicide_change
from clinic.outcomes.states import Window
from tests.course_frames import DOSE_ONE, ZONE, at, score, scores

NOW = at(100)
BEFORE_NO = score(at(-3), 10, suicide=0)
BEFORE_YES = score(at(-3), 10, suicide=1)


def one(*rows: dict, now=NOW, start=DOSE_ONE) -> pd.Series:
    first = pd.DataFrame({"patient": ["p1"], "start": [start]})
    return suicide_change.people(first, scores(*rows), now, zone=ZONE).iloc[0]


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ((BEFORE_NO, score(at(28), 5, suicide=0)), suicide_change.NEVER),
        ((BEFORE_NO, score(at(28), 5, suicide=1)), suicide_change.NEW),
        ((BEFORE_NO, score(at(9), 5, suicide=1), score(at(28), 5, suicide=0)), suicide_change.NEW),
        ((BEFORE_NO, score(at(28), 5, suicide_state="skipped")), suicide_change.NEW),
        ((BEFORE_NO, score(at(40), 5, suicide=2)), suicide_change.NOT_AGAIN),
        ((BEFORE_YES, score(at(28), 5, suicide=1)), suicide_change.PERSISTING),
        ((BEFORE_YES, score(at(28), 5, suicide_state="skipped")), suicide_change.PERSISTING),
        ((BEFORE_YES, score(at(22), 5, suicide=1), score(at(30), 5, suicide=0)), suicide_change.PERSISTING),
        ((BEFORE_YES, score(at(28), 5, suicide=0)), suicide_change.NO_LONGER),
        ((BEFORE_YES, score(at(9), 5, suicide=1), score(at(28), 5, suicide=0)), suicide_change.NO_LONGER),
        ((BEFORE_YES, score(at(1), 5, suicide=0)), suicide_change.NOT_AGAIN),
        ((BEFORE_YES, score(at(28), 5)), suicide_change.NOT_AGAIN),
        ((score(at(28), 5, suicide=1),), suicide_change.NOT_BEFORE),
        ((score(at(-40), 9, suicide=1), score(at(28), 5, suicide=0)), suicide_change.NOT_BEFORE),
        ((score(at(-2), 9, suicide_state="skipped"), score(at(28), 5, suicide=0)), suicide_change.NOT_BEFORE),
        ((), suicide_change.NOT_BEFORE),
    ],
)
def test_each_person_has_one_state(rows, state):
    assert one(*rows)["state"] == state


def test_the_most_concerning_answer_before_the_dose_leads():
    earlier_worse = (score(at(-9), 9, suicide=2), BEFORE_NO, score(at(28), 5, suicide=0))
    assert one(*earlier_worse)["state"] == suicide_change.NO_LONGER


def test_until_the_window_is_over_nobody_has_another_state_but_what_came_is_known():
    person = one(BEFORE_NO, score(at(9), 5, suicide=1), now=at(20))
    assert person["state"] == suicide_change.TOO_EARLY
    assert person["since"]


def test_an_answer_of_the_day_of_the_dose_is_before_it_only_if_timed_or_marked_so():
    day = {"date_only": True, "suicide": 1}
    later = score(at(28), 5, suicide=0)
    assert one(score(at(0, -1), 9, suicide=1), later)["before"] == "yes"
    assert one(score(DOSE_ONE, 9, timing="pre-dose", **day), later)["before"] == "yes"
    unmarked = one(score(DOSE_ONE, 9, **day), later)
    assert (unmarked["before"], unmarked["since"]) == ("", True)


def test_behaviour_long_past_is_no_present_thought():
    past = score(at(-3), 0, instrument="cssrs", suicide=0, suicide_state="yes")
    assert one(past, score(at(28), 5, suicide=0))["before"] == "no"


def test_another_scale_after_than_before_is_counted():
    other = score(at(28), 5, instrument="madrs", suicide=0)
    assert one(BEFORE_NO, other)["other_scale"]
    assert not one(BEFORE_NO, other, score(at(29), 5, suicide=0))["other_scale"]


def _many(n: int, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`n` people with up to nine answers each, without times that lie on an edge."""
    random = np.random.default_rng(seed)
    first = pd.DataFrame({"patient": [f"p{k}" for k in range(n)], "start": DOSE_ONE})
    first["start"] += pd.to_timedelta(random.integers(0, 60, n), unit="D")
    who = np.repeat(np.arange(n), random.integers(0, 9, n))
    state = random.choice(["yes", "no", "no", "no", "skipped", "not asked"], len(who))
    frame = pd.DataFrame(
        {
            "patient": first["patient"].to_numpy()[who],
            "instrument": random.choice(["phq9", "madrs"], len(who)),
            "taken_at": first["start"].iloc[who].reset_index(drop=True)
            + pd.to_timedelta(random.integers(-45, 60, len(who)) * 24 + 1, unit="h"),
            "date_only": False,
            "timing": None,
            "suicide_state": state,
            "suicide": np.where(state == "yes", 1.0, np.where(state == "no", 0.0, np.nan)),
        }
    )
    return first, frame.sort_values("taken_at")


def _plainly(start, rows, now) -> str:
    """The definition once more, person by person."""
    days = {row.Index: (row.taken_at.date() - start.date()).days for row in rows.itertuples()}
    if (now.date() - start.date()).days <= 35:
        return suicide_change.TOO_EARLY
    asked = [row for row in rows.itertuples() if row.suicide_state != "not asked"]
    before = [
        row.suicide_state
        for row in asked
        if row.taken_at <= start and start - row.taken_at <= timedelta(days=28)
    ]
    since = [row.suicide_state for row in asked if row.taken_at > start and days[row.Index] <= 35]
    window = [row.suicide_state for row in asked if row.taken_at > start and 21 <= days[row.Index] <= 35]
    endorsed = "yes" in before
    if not endorsed and "no" not in before:
        return suicide_change.NOT_BEFORE
    if not endorsed and ({"yes", "skipped"} & set(since)):
        return suicide_change.NEW
    if endorsed and ({"yes", "skipped"} & set(window)):
        return suicide_change.PERSISTING
    if not window:
        return suicide_change.NOT_AGAIN
    return suicide_change.NO_LONGER if endorsed else suicide_change.NEVER


def test_a_second_plain_implementation_says_the_same_of_everybody():
    first, frame = _many(400)
    now = at(75)
    found = suicide_change.people(first, frame, now)
    by_person = dict(list(frame.groupby("patient")))
    plain = [
        _plainly(row.start, by_person.get(row.patient, frame.iloc[:0]), now) for row in first.itertuples()
    ]
    assert found["state"].tolist() == plain
    assert set(plain) == set(suicide_change.STATES), "every state occurs"


def test_the_states_sum_to_everyone_and_the_intervals_are_wilson():
    first, frame = _many(150)
    table = suicide_change.summary(suicide_change.people(first, frame, at(75)))
    assert table["state"].tolist() == list(suicide_change.STATES)
    assert table["n"].sum() == 150
    for row in table.itertuples():
        assert (row.low, row.high) == pytest.approx(proportion_confint(row.n, 150, method="wilson"), abs=1e-9)


def test_nobody_started():
    first = pd.DataFrame({"patient": [], "start": pd.to_datetime([], utc=True)})
    table = suicide_change.summary(suicide_change.people(first, scores(), NOW))
    assert table["n"].sum() == 0


def test_the_window_moves_with_the_choice_and_is_said():
    first = pd.DataFrame({"patient": ["p1"], "start": [DOSE_ONE]})
    rows = scores(BEFORE_YES, score(at(56), 5, suicide=0))
    found = suicide_change.people(first, rows, at(100), window=Window(56, 7), zone=ZONE)
    assert found["state"].tolist() == [suicide_change.NO_LONGER]
    assert "day 56 ± 7" in suicide_change.definition(Window(56, 7))
    assert "day 63" in suicide_change.definition(Window(56, 7))
