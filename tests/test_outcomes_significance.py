"""Jacobson and Truax's categories at their edges; the whole of claus_2020 stands in test_outcomes_vectors.py."""

from __future__ import annotations

import numpy as np
import pytest

from clinic.outcomes import significance
from clinic.refused import BadInput

NAN = float("nan")
# Lower is better; Sdiff 2, so a change is reliable beyond 3.92 points.
BY = significance.Yardstick("c", 20, 3.0, 0.8, 2.0)


@pytest.mark.parametrize(
    "before, after, category",
    [
        (25, 15, "recovered"),
        (25, 21, "improved"),  # reliable (4 points), still on the clinical side
        (25, 20, "improved"),  # the cut-off itself is not yet the functional side
        (20, 10, "improved"),  # nor a clinical start
        (18, 10, "improved"),
        (22, 19, "unchanged"),  # crosses, not reliably
        (25, 25, "unchanged"),
        (25, 30, "deteriorated"),
        (18, 25, "harmed"),
        (20, 25, "harmed"),
        (12, 17, "deteriorated"),  # worse, and still on the functional side
    ],
)
def test_category(before, after, category):
    assert significance.category(before, after, BY) == category


def test_exactly_1_96_is_not_reliable():
    by = significance.Yardstick("c", 1, 3.0, 0.8, 1.0)
    assert significance.category(1.96, 0, by) == "unchanged"
    assert significance.category(0, 1.96, by) == "unchanged"
    assert significance.category(1.97, 0, by) == "recovered"


def test_where_higher_is_better_everything_turns_round():
    turned = significance.Yardstick("c", -20, 3.0, 0.8, 2.0, higher_is_better=True)
    before, after = (side.ravel() for side in np.meshgrid(np.arange(5, 35), np.arange(5, 35)))
    same = significance.categories(before, after, BY) == significance.categories(-before, -after, turned)
    assert same.all()


def test_a_missing_score_is_no_category_and_never_unchanged():
    assert significance.category(None, 12, BY) is None
    assert significance.category(25, NAN, BY) is None
    found = significance.judge(
        [25, 24, NAN, 21, 30], [10, NAN, 9, 20, 12], reliability=0.8, functional=(8, 8)
    )
    assert found.categories.tolist() == ["recovered", None, None, "unchanged", "recovered"]
    assert (found.n, found.missing, sum(found.counts.values())) == (3, 2, 3)


def test_the_deviation_is_that_of_the_complete_pairs():
    """25, 21 and 30 have an SD of 4.509; the two starts without an end stay out of it."""
    found = significance.judge([25, 2, 21, 30, 60], [10, NAN, 20, 12, NAN], reliability=0.8, cutoff="a")
    assert found.yardstick.deviation == pytest.approx(4.509, abs=0.0005)


def test_a_deviation_from_a_published_sample_takes_precedence():
    found = significance.judge([25, 21], [10, 20], reliability=0.8, clinical=(40, 7.5), cutoff="a")
    assert (found.yardstick.deviation, found.yardstick.cutoff) == (7.5, 25)


def test_without_spread_there_is_no_yardstick():
    assert significance.judge([20], [10], reliability=0.8, cutoff="a") is None
    assert significance.judge([20, 20, 20], [10, 12, 14], reliability=0.8, cutoff="a") is None
    assert significance.judge([], [], reliability=0.8, cutoff="a") is None


def test_cutoffs_of_the_1991_paper_by_name():
    """Jacobson & Truax 1991: M1 40, M0 60, SD 7.5 both, r .80 give a 55, b 45, c 50."""
    for name, expected in {"a": 55, "b": 45, "c": 50}.items():
        by = significance.yardstick((40, 7.5), 0.8, (60, 7.5), cutoff=name, higher_is_better=True)
        assert (by.cutoff_name, by.cutoff) == (name, expected)
    alone = significance.yardstick((40, 7.5), 0.8, cutoff="a", higher_is_better=True)
    assert alone.cutoff == 55


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({"cutoff": "d"}, "There is no cut-off d: choose a, b or c."),
        ({"cutoff": "c"}, "Cut-off c needs the mean and the standard deviation of a functional group."),
        ({"cutoff": "a", "reliability": 1}, "A reliability lies from 0 to below 1, not at 1."),
        ({"cutoff": "a", "clinical": (20, 0)}, "A standard deviation lies above 0, not at 0."),
    ],
)
def test_what_cannot_be_is_refused(options, sentence):
    given = {"clinical": (20, 4), "reliability": 0.8} | options
    with pytest.raises(BadInput, match=sentence):
        significance.yardstick(**given)
