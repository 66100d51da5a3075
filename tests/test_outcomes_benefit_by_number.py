"""Days of benefit by treatment number: for everyone at once what `benefit` says of each person."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.instruments import instrument
from clinic.outcomes import benefit
from clinic.outcomes import benefit_by_number as by
from tests.course_frames import at, courses, score, scores, treatment, treatments

OASIS = instrument("oasis")
DOSES = st.lists(st.integers(0, 60), min_size=1, max_size=5, unique=True)
SCORES = st.lists(
    st.tuples(st.integers(-8, 80), st.integers(0, 20)), max_size=25, unique_by=lambda row: row[0]
)
PEOPLE = st.lists(st.tuples(DOSES, SCORES), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(PEOPLE)
def test_all_at_once_is_each_person_by_themselves(people):
    table = courses(*({} for _ in people))
    who = [{"patient": f"p{n}", "episode": f"e{n}"} for n in range(1, len(people) + 1)]
    doses = [treatment(at(day), **me) for me, (days, _) in zip(who, people, strict=True) for day in days]
    rows = [
        score(at(day, 3), total, instrument="oasis", **me)
        for me, (_, each) in zip(who, people, strict=True)
        for day, total in each
    ]
    frame, given_ = scores(*rows), treatments(*doses)
    found = by.intervals(table, frame, given_, OASIS)
    for me, (days, _) in zip(who, people, strict=True):
        mine = frame[frame["patient"] == me["patient"]]
        ones = benefit.intervals(mine, [at(day) for day in days], OASIS)
        ours = found[found["patient"] == me["patient"]].sort_values("number")
        assert len(ours) == len(ones)
        for one, row in zip(ones, ours.itertuples(), strict=True):
            assert row.scores == len(one.days)
            assert one.why.startswith(row.why)
            assert bool(row.why) == (not one.judged)
            if one.judged:
                assert (round(row.after, 6), round(row.by, 6)) == (round(one.after, 6), round(one.by, 6))


def test_the_next_course_ends_the_last_interval_and_counts_by_itself():
    table = courses({"patient": "p1", "episode": "e1"})
    rows = [
        score(at(day), total, instrument="oasis")
        for day, total in ((0, 16), (2, 8), (5, 6), (9, 7), (35, 15))
    ]
    given_ = treatments(treatment(at(0)), treatment(at(30), episode="e2"))
    found = by.intervals(table, scores(*rows), given_, OASIS)
    assert found[["number", "scores", "after", "by"]].to_numpy().tolist() == [[1, 3, 9, inf]]


def frame_of(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["number", "after", "by", "why"])


def test_the_median_includes_what_still_held_and_says_who_cannot_say():
    found = frame_of(
        (1, 5, 8, ""),
        (1, 9, inf, ""),
        (1, 10, 14, ""),
        (1, nan, nan, by.NO_GAIN),
        (2, 4, inf, ""),
        (2, 3, 6, ""),
    )
    table = by.by_number(found)
    assert table.iloc[0].tolist() == [1, 4, 3, 1, 9, 14]
    assert table.loc[1, ["treatments", "judged", "held"]].tolist() == [2, 2, 1]
    assert np.isnan(table.loc[1, "low"])
    assert [by.says(*each) for each in ((9, 14), (9, inf), (7.2, 6.8), (nan, nan))] == [
        "9–14 d",
        "≥ 9 d",
        "7 d",
        "–",
    ]


def test_the_same_median_as_for_one_person():
    found = [
        benefit.Interval(1, at(0), (), (), None, low, high)
        for low, high in ((5, 8), (9, inf), (10, 14), (2, 3))
    ]
    usual = benefit.usually(found)
    table = by.by_number(frame_of(*((1, each.after, each.by, "") for each in found)))
    assert (table.loc[0, "low"], table.loc[0, "high"]) == (usual.low, usual.high)


def test_nobody():
    table = courses({})
    assert len(by.intervals(table, scores(), treatments(), OASIS)) == 0
    found = by.intervals(table, scores(), treatments(treatment(at(0))), OASIS)
    assert found["why"].tolist() == [by.TOO_FEW]
    assert by.by_number(found)["judged"].tolist() == [0]


def test_exactly_half_is_lost_and_exactly_a_week_before_is_near_enough():
    """16 before, 6 at best: 11 is half lost; the score of day −7 is seven days old at the dose."""
    rows = [
        score(at(day), total, instrument="oasis")
        for day, total in ((-7, 16), (2, 8), (5, 6), (9, 10), (12, 11))
    ]
    found = by.intervals(courses({}), scores(*rows), treatments(treatment(at(0))), OASIS)
    assert found[["after", "by", "why"]].to_numpy().tolist() == [[9, 12, ""]]
