"""Days of benefit: half of a gain, between two scores, and what is censored counts too."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.instruments import instrument
from clinic.outcomes import benefit
from tests.course_frames import at, score, scores

OASIS = instrument("oasis")


def weekly(*rows: tuple[float, float], **more):
    """OASIS totals by day since the first dose."""
    return scores(*(score(at(day), total, instrument="oasis", **more) for day, total in rows))


def first(*rows: tuple[float, float], doses=(0,), **more) -> benefit.Interval:
    return benefit.intervals(weekly(*rows, **more), [at(day) for day in doses], OASIS)[0]


def test_only_scales_that_look_back_a_week_or_less_can_say():
    assert benefit.can_say(OASIS)
    assert not benefit.can_say(instrument("phq9")), "two weeks"


def test_half_of_the_gain_is_lost_between_two_scores():
    """16 before, 6 at best: half is lost at 11."""
    found = first((-1, 16), (2, 8), (5, 6), (9, 10), (12, 11))
    assert (found.after, found.by) == (9, 12)
    assert found.says == "9–12 d"


def test_one_point_short_of_half_is_not_lost():
    found = first((-1, 16), (2, 8), (5, 6), (9, 10), (12, 10))
    assert (found.after, found.by) == (12, inf)
    assert found.says == "≥ 12 d"


def test_a_high_score_before_the_best_is_no_loss():
    found = first((-1, 16), (1, 15), (5, 6), (9, 7))
    assert found.by == inf


@pytest.mark.parametrize(
    "rows, why",
    [
        (((-1, 16), (2, 8), (5, 6)), "not enough scores (2 of 3)"),
        (((-8, 16), (2, 8), (5, 6), (9, 7)), "no score in the week before the dose"),
        (((-1, 6), (2, 8), (5, 6), (9, 7)), "nothing gained"),
    ],
)
def test_what_an_interval_cannot_say_it_says(rows, why):
    found = first(*rows)
    assert (found.judged, found.says) == (False, why)


def test_a_week_before_the_dose_is_just_near_enough():
    assert first((-7, 16), (2, 8), (5, 6), (9, 7)).before == 16


def test_an_interval_ends_with_the_next_dose():
    """The score of the morning of the next dose still belongs to the one before."""
    rows = ((-1, 16), (2, 8), (5, 6), (14, 12), (16, 4), (18, 5), (20, 6))
    one, two = benefit.intervals(weekly(*rows), [at(0), at(14)], OASIS)
    assert (one.days, one.by) == ((2, 5, 14), 14)
    assert (two.before, two.days, two.by) == (12, (2, 4, 6), inf)


def test_prorated_scores_say_nothing():
    assert first((-1, 16), (2, 8), (5, 6), (9, 12), prorated=True).days == ()


def test_the_median_includes_what_is_censored():
    found = [made(5, 8), made(9, inf), made(10, 14), made(None, None)]
    usual = benefit.usually(found)
    assert (usual.low, usual.high, usual.intervals, usual.censored) == (9, 14, 3, 1)
    assert usual.says == "9–14 d"
    assert benefit.usually([made(5, 8), made(9, inf), made(12, inf)]).says == "≥ 9 d"


def test_two_intervals_are_not_enough():
    assert benefit.usually([made(5, 8), made(9, 12), made(None, None)]) is None


def made(after, by) -> benefit.Interval:
    return benefit.Interval(1, at(0), (), (), None, after, by)


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 30)), min_size=3, max_size=15))
def test_the_median_of_the_true_days_lies_within(pairs):
    """Wherever within its bounds each event was, the median is within the bounds that are given."""
    found = [made(low, low + width) for low, width in pairs]
    usual = benefit.usually(found)
    middle = sorted(low + width / 3 for low, width in pairs)
    n = len(middle)
    true = middle[n // 2] if n % 2 else (middle[n // 2 - 1] + middle[n // 2]) / 2
    assert usual.low - 1e-9 <= true <= usual.high + 1e-9
