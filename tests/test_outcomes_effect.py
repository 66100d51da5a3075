"""Effect sizes by hand and against numpy and scipy; claus_2020 stands in test_outcomes_vectors.py."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from clinic.outcomes.effect import effect_sizes, hedges

NAN = float("nan")


def test_four_people_by_hand():
    """20, 22, 24, 26 to 10, 16, 14, 20: mean change −8, SD before √(20/3), SD after √(52/3), changes −10 −6 −10 −6."""
    found = effect_sizes([20, 22, 24, 26], [10, 16, 14, 20])
    before, after, moved = sqrt(20 / 3), sqrt(52 / 3), sqrt(16 / 3)
    assert (found.n, found.mean_change) == (4, -8)
    assert found.d_pre == pytest.approx(-8 / before)
    assert found.g_pre == pytest.approx(-8 / before * (1 - 3 / 11))
    assert found.d_z == pytest.approx(-8 / moved)
    assert found.d_av == pytest.approx(-8 / ((before + after) / 2))


def test_d_z_is_the_paired_t_over_root_n_and_the_correlation_is_pearsons():
    rng = np.random.default_rng(3)
    before = rng.normal(24, 4, 30)
    after = before - rng.normal(9, 5, 30)
    found = effect_sizes(before, after)
    assert found.d_z == pytest.approx(stats.ttest_rel(after, before).statistic / sqrt(30))
    assert found.correlation == pytest.approx(stats.pearsonr(before, after).statistic)


def test_pairs_with_a_missing_half_are_counted_and_left_out():
    whole = effect_sizes([20, 22, 24], [10, 16, 14])
    holed = effect_sizes([20, 22, 24, 30, NAN], [10, 16, 14, NAN, 3])
    assert (holed.n, holed.missing, holed.d_pre) == (3, 2, whole.d_pre)


def test_one_person_has_a_change_and_no_effect_size():
    found = effect_sizes([20], [12])
    assert (found.n, found.mean_change) == (1, -8)
    assert (found.d_pre, found.g_pre, found.d_z, found.d_av, found.correlation) == (None,) * 5


def test_nobody_has_not_even_a_change():
    found = effect_sizes([], [])
    assert (found.n, found.mean_change, found.d_pre) == (0, None, None)


def test_without_spread_there_is_nothing_to_divide_by():
    same_start = effect_sizes([20, 20, 20], [10, 12, 14])
    assert (same_start.d_pre, same_start.g_pre, same_start.correlation) == (None, None, None)
    assert same_start.d_z == pytest.approx(-4)
    same_change = effect_sizes([20.1, 22.3, 24.7], [10.0, 12.2, 14.6])  # −10.1 each, but for rounding
    assert same_change.d_z is None
    assert same_change.d_pre == pytest.approx(-10.1 / np.std([20.1, 22.3, 24.7], ddof=1))
    assert effect_sizes([9, 9], [3, 3]).d_av is None


def test_the_small_sample_factor():
    assert hedges(39) == pytest.approx(1 - 3 / 155)
    assert hedges(1) is None
    assert effect_sizes([20, 24], [10, 12]).g_pre is None
